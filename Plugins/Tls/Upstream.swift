internal import SluicePlugin

/// TLS as the upstream's `sslConfig` describes it.
func contributeSslConfig(to upstream: UpstreamSubject, _ config: Option) {
    guard let tls = UpstreamTls(config, of: upstream) else { return }
    write(upstream, tls, hasName: config["sni"].isPresent)
}

/// TLS because a static upstream says `useTls` or has a host on port 443.
func contributeImpliedTls(to upstream: UpstreamSubject, _ option: Option) {
    guard !upstream.option("sslConfig").isPresent else { return }
    guard option["useTls"].bool == true || option["hosts"].elements.contains(where: { $0["port"].int == 443 }) else { return }
    write(upstream, UpstreamTls(), hasName: false)
}

/// One context for all hosts, or, when several hosts have names of their own, one for each that is chosen by the mark which the
/// static upstream plugin puts on the endpoint.
private func write(_ upstream: UpstreamSubject, _ tls: UpstreamTls, hasName: Bool) {
    let statics = upstream.option("static")
    let hosts = statics["hosts"]
    let rewrites = !hasName && statics["autoSniRewrite"].bool != false
    if rewrites, hosts.count > 1 {
        for host in hosts.elements {
            guard let address = host["addr"].string, let port = host["port"].int else { continue }
            let name = host["sniAddr"].string ?? address
            upstream.envoy.transportSocketMatches { match in
                match.name("\(name);\(address):\(port)")
                match.match { $0.fields("\(name);\(address):\(port)") { $0.boolValue(true) } }
                match.transportSocket { tls.write(to: $0, sni: name) }
            }
        }
    }
    var sni: String?
    if rewrites, let only = hosts.elements.first(where: { _ in true }), hosts.count == 1 {
        sni = only["sniAddr"].string ?? only["addr"].string
    }
    upstream.envoy.transportSocket { tls.write(to: $0, sni: sni) }
}
