internal import SluicePlugin

func contribute(to upstream: UpstreamSubject, _ option: Option) {
    let hosts = option["hosts"]
    var byName = false
    for host in hosts.elements {
        switch HostAddress(host["addr"].string ?? "") {
        case .name: byName = true
        case .ip: break
        case nil: return host["addr"].error("'\(host["addr"].string ?? "")' is neither an IP address nor a DNS name; the port goes under 'port'")
        }
    }
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
                        if case .name = HostAddress(address.string) { target.hostname(address) }
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
