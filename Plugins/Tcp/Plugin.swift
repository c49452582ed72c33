import SluicePlugin

/// Settings of TCP proxies: how often to try, how long to wait, and tunnels through HTTP CONNECT.
let plugin = Plugin(
    name: "tcp",
    version: "1.0.0",
    description: "Connection attempts, idle timeout and HTTP CONNECT tunnels of TCP gateways.",
    schema: schema,
    hooks: [.tcpProxy("tcpProxySettings", contribute)]
)

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }

private func contribute(to proxy: TcpProxySubject, _ settings: Option) {
    if let attempts = settings["maxConnectAttempts"].uint32 { proxy.envoy.maxConnectAttempts(attempts) }
    if let timeout = settings["idleTimeout"].duration { proxy.envoy.idleTimeout(seconds: timeout.seconds, nanos: timeout.nanos) }
    let tunnel = settings["tunnelingConfig"]
    guard tunnel.isPresent, let hostname = tunnel["hostname"].text, isUsable(tunnel) else { return }
    proxy.envoy.tunnelingConfig { out in
        out.hostname(hostname)
        for header in tunnel["headersToAdd"].elements {
            out.headersToAdd { option in
                option.header { pair in
                    if let key = header["header"]["key"].text { pair.key(key) }
                    if let value = header["header"]["value"].text { pair.value(value) }
                }
                // Gloo's wrapper: not set means to append.
                option.appendAction(header["append"].bool == false ? .overwriteIfExistsOrAdd : .appendIfExistsOrAdd)
            }
        }
    }
}

/// Whether Envoy takes the tunnel; what is in the way is reported.
private func isUsable(_ tunnel: Option) -> Bool {
    guard isUsable(format: tunnel["hostname"]) else { return false }
    for header in tunnel["headersToAdd"].elements {
        let key = header["header"]["key"]
        if let name = key.text, !isChangeable(header: name) {
            key.error("'\(name.string)' cannot be added here; 'hostname' is what the CONNECT request asks for")
            return false
        }
        guard isUsable(format: header["header"]["value"]) else { return false }
    }
    return true
}

/// Envoy replaces operators in host name and headers.
private func isUsable(format option: Option) -> Bool {
    guard let text = option.text, let problem = problemOfFormat(text) else { return true }
    option.error(problem)
    return false
}
