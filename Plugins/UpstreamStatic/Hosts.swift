internal import SluicePlugin

func contribute(to upstream: UpstreamSubject, _ option: Option) {
    let hosts = option["hosts"]
    let byName = hosts.elements.contains { !isAddress($0["addr"].text) }
    let cluster = upstream.envoy
    if byName {
        // Gloo resolves to IPv4 only; a host without an IPv6 way out would otherwise wait for answers that lead nowhere.
        cluster.type(.strictDns).dnsLookupFamily(.v4Only)
    } else {
        cluster.type(.static)
    }
    let distinguishesHosts = hosts.count > 1
    cluster.loadAssignment { assignment in
        assignment.clusterName(upstream.name)
        assignment.endpoints { locality in
            for host in hosts.elements {
                guard let address = host["addr"].text, let port = host["port"].uint32 else { continue }
                locality.lbEndpoints { endpoint in
                    endpoint.endpoint { target in
                        target.address { $0.socketAddress { $0.address(address).portValue(port) } }
                        // autoHostRewrite takes the name from here.
                        if !isAddress(address) { target.hostname(address) }
                    }
                    if let weight = host["loadBalancingWeight"].uint32 { endpoint.loadBalancingWeight(weight) }
                    if distinguishesHosts { markForTls(endpoint, host: host) }
                }
            }
        }
    }
}

/// By this mark a transport socket match of the Tls plugin finds the host's own server name: `sni;address:port`.
private func markForTls(_ endpoint: Endpoint.LbEndpoint, host: Option) {
    guard let address = host["addr"].string, let port = host["port"].int else { return }
    let name = host["sniAddr"].string ?? address
    endpoint.metadata {
        $0.filterMetadata("envoy.transport_socket_match") {
            $0.fields("\(name);\(address):\(port)") { $0.boolValue(true) }
        }
    }
}

/// True for a dotted IPv4 or a colon-separated IPv6 address.
private func isAddress(_ text: sluice_text_host?) -> Bool {
    guard let text, text.length > 0 else { return false }
    var parts = 1
    var value = 0
    var digits = 0
    for index in 0..<text.length {
        switch text.bytes[index] {
        case UInt8(ascii: ":"): return true
        case UInt8(ascii: "."):
            if digits == 0 { return false }
            parts += 1
            value = 0
            digits = 0
        case let byte where byte >= 0x30 && byte <= 0x39:
            value = value * 10 + Int(byte - 0x30)
            digits += 1
            if value > 255 { return false }
        default: return false
        }
    }
    return parts == 4 && digits > 0
}
