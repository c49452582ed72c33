internal import SluicePlugin

/// TLS as the upstream's `sslConfig` describes it.
func contributeSslConfig(to upstream: UpstreamSubject, _ config: Option) {
    guard let material = TlsMaterial(config, of: upstream, needsCertificate: false) else { return }
    write(upstream, config: config, material: material)
}

/// TLS because a static upstream says `useTls` or has a host on port 443.
func contributeImpliedTls(to upstream: UpstreamSubject, _ option: Option) {
    guard !upstream.option("sslConfig").isPresent else { return }
    guard option["useTls"].bool == true || option["hosts"].elements.contains(where: { $0["port"].int == 443 }) else { return }
    write(upstream, config: option["no such member"], material: nil)
}

/// One context for all hosts, or, when several hosts have names of their own, one for each that is chosen by the mark which the
/// static upstream plugin puts on the endpoint.
private func write(_ upstream: UpstreamSubject, config: Option, material: TlsMaterial?) {
    let fixed = config["sni"].string
    let statics = upstream.option("static")
    let hosts = statics["hosts"]
    guard isShort(config["sni"]), hosts.elements.allSatisfy({ isShort($0["sniAddr"]) }) else { return }
    let rewrites = fixed == nil && statics["autoSniRewrite"].bool != false
    if rewrites, hosts.count > 1 {
        for host in hosts.elements {
            guard let address = host["addr"].string, let port = host["port"].int else { continue }
            let name = host["sniAddr"].string ?? address
            upstream.envoy.transportSocketMatches { match in
                match.name("\(name);\(address):\(port)")
                match.match { $0.fields("\(name);\(address):\(port)") { $0.boolValue(true) } }
                match.transportSocket { write($0, config: config, material: material, sni: name) }
            }
        }
    }
    var sni = fixed
    if rewrites, let only = hosts.elements.first(where: { _ in true }), hosts.count == 1 {
        sni = only["sniAddr"].string ?? only["addr"].string
    }
    upstream.envoy.transportSocket { write($0, config: config, material: material, sni: sni) }
}

/// The schemas count characters, and Envoy bytes.
private func isShort(_ name: Option) -> Bool {
    guard let length = name.text?.length, length > 255 else { return true }
    name.error("a server name can be 255 bytes long, and this one is \(length)")
    return false
}

private func write(_ socket: Core.TransportSocket, config: Option, material: TlsMaterial?, sni: String?) {
    socket.name(socketName).typedConfig(TransportSocketsTls.UpstreamTlsContext.self) { context in
        context.commonTlsContext { common in
            if let material { _ = write(config, material, checksPeer: true, protocols: [], to: common) }
        }
        // An address is no server name: TLS has names only.
        if let sni, !sni.utf8.allSatisfy({ $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":") || ($0 >= 0x30 && $0 <= 0x39) }) {
            context.sni(sni)
        }
        if config["allowRenegotiation"].bool == true { context.allowRenegotiation(true) }
    }
}
