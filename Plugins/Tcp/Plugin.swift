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
            out.headersToAdd { write(headerToAdd: header, to: $0) }
        }
    }
}

/// Whether Envoy takes the tunnel, in whose host name it replaces operators as well; what is in the way is reported.
private func isUsable(_ tunnel: Option) -> Bool {
    let hostname = tunnel["hostname"]
    if let text = hostname.text, let problem = problemOfFormat(text) {
        hostname.error(problem)
        return false
    }
    return tunnel["headersToAdd"].elements.allSatisfy { isUsable(headerToAdd: $0) }
}
