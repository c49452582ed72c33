internal import SluicePlugin

/// TLS as the upstream's `sslConfig` describes it.
func contributeSslConfig(to upstream: UpstreamSubject, _ config: Option) {
    guard let tls = UpstreamTls(config, of: upstream, plugin: plugin.name) else { return }
    write(tls, to: upstream)
}

/// TLS because a static upstream says `useTls` or has a host on port 443.
func contributeImpliedTls(to upstream: UpstreamSubject, _ option: Option) {
    guard !upstream.option("sslConfig").isPresent else { return }
    guard option["useTls"].bool == true || option["hosts"].elements.contains(where: { $0["port"].int == 443 }) else { return }
    write(UpstreamTls(), to: upstream)
}

private func write(_ tls: UpstreamTls, to upstream: UpstreamSubject) {
    let statics = upstream.option("static")
    guard statics["hosts"].elements.allSatisfy({ isShortServerName($0["sniAddr"]) }) else { return }
    if let target = upstream.option("httpProxyHostname").string {
        // The hosts are proxies, and TLS begins behind them.
        upstream.envoy.transportSocket { tls.write(to: $0, sni: host(of: target)) }
        return
    }
    // A mistake in the hosts is told by who writes them.
    UpstreamHosts(static: statics, tells: false)?.writeTls(tls, to: upstream.envoy, namesHosts: statics["autoSniRewrite"].bool != false)
}

/// Without the port.
private func host(of target: String) -> String {
    guard let colon = target.lastIndex(of: ":"), target[target.index(after: colon)...].allSatisfy(\.isNumber) else { return target }
    return String(target[..<colon])
}
