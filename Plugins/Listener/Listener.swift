internal import SluicePlugin

/// What belongs to the listener's socket: buffers, socket options, how connections are spread over threads, the PROXY protocol.
let plugin = Plugin(
    name: "listener",
    version: "1.0.0",
    description: "Sets buffer limits, socket options, connection balance and the PROXY protocol of a listener.",
    schema: schema,
    hooks: [
        .listener("perConnectionBufferLimitBytes") { listener, limit in
            if let bytes = limit.uint32 { listener.envoy.perConnectionBufferLimitBytes(bytes) }
        },
        .listener("socketOptions") { listener, options in
            for option in options.elements { listener.envoy.socketOptions { write(option, to: $0) } }
        },
        .listener("connectionBalanceConfig") { listener, _ in
            // The one kind that there is; the schema asks for it.
            listener.envoy.connectionBalanceConfig { $0.exactBalance { _ in } }
        },
        .listener("proxyProtocol") { listener, proxyProtocol in
            listener.envoy.listenerFilters { filter in
                filter.name("envoy.filters.listener.proxy_protocol")
                    .typedConfig(FiltersListenerProxyProtocol.ProxyProtocol.self) { write(proxyProtocol, to: $0) }
            }
        },
    ]
)

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }

private func write(_ option: Option, to socket: Core.SocketOption) {
    if let text = option["description"].text { socket.description(text) }
    if let level = option["level"].int { socket.level(level) }
    if let name = option["name"].int { socket.name(name) }
    if let value = option["intValue"].int { socket.intValue(value) }
    if let text = option["bufValue"].text, let bytes = bytes(base64: text) { socket.bufValue(bytes) }
    switch option["state"].string {
    case "STATE_BOUND": socket.state(.bound)
    case "STATE_LISTENING": socket.state(.listening)
    default: break
    }
}

private func write(_ proxyProtocol: Option, to filter: FiltersListenerProxyProtocol.ProxyProtocol) {
    for rule in proxyProtocol["rules"].elements {
        filter.rules { out in
            if let type = rule["tlvType"].uint32 { out.tlvType(type) }
            let present = rule["onTlvPresent"]
            guard present.isPresent else { return }
            out.onTlvPresent { pair in
                if let namespace = present["metadataNamespace"].text { pair.metadataNamespace(namespace) }
                if let key = present["key"].text { pair.key(key) }
            }
        }
    }
    if let isOptional = proxyProtocol["allowRequestsWithoutProxyProtocol"].bool { filter.allowRequestsWithoutProxyProtocol(isOptional) }
}
