internal import SluicePlugin

/// TLS in both directions: towards clients (`sslConfig` of virtual services) and towards upstreams (`sslConfig`, `useTls`).
let plugin = Plugin(
    name: "tls",
    version: "1.0.0",
    description: "TLS towards clients and upstreams, with certificates from Secrets or files.",
    schema: schema,
    hooks: [
        .upstream("sslConfig", contributeSslConfig),
        .upstream("static", contributeImpliedTls),
        .filterChain("sslConfig", contributeServer),
        .listener("sslConfig") { listener, _ in
            // Reads the server name from the client's first message, so that filter chains can be chosen by it.
            listener.envoy.listenerFilters {
                $0.name("envoy.filters.listener.tls_inspector").typedConfig(FiltersListenerTlsInspector.TlsInspector.self) { _ in }
            }
        },
    ],
    minorVersion: 2
)

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
