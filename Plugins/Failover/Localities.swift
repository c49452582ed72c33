internal import SluicePlugin

/// - Parameter body: gets the priority, from 1, the place among the localities of that priority, from 0, and the locality.
func forEachLocality(_ failover: Option, _ body: (UInt32, Int, Option) -> Void) {
    for (index, priority) in failover["prioritizedLocalities"].elements.enumerated() {
        for (place, locality) in priority["localityEndpoints"].elements.enumerated() { body(UInt32(index + 1), place, locality) }
    }
}

/// Whether a host is to be looked up; nil when one is neither name nor address, which is reported.
func hasNames(_ failover: Option) -> Bool? {
    var isByName = false
    var isSound = true
    forEachLocality(failover) { _, _, locality in
        for endpoint in locality["lbEndpoints"].elements {
            let address = endpoint["address"].string ?? ""
            switch HostAddress(address) {
            case .name: isByName = true
            case .ip: break
            case nil:
                isSound = false
                endpoint["address"].error("'\(address)' is neither an IP address nor a DNS name; the port goes under 'port'")
            }
        }
    }
    return isSound ? isByName : nil
}

/// TLS of hosts that have their own: chosen by the mark on the host. False when it is unusable, which is reported.
func writeTls(_ failover: Option, to upstream: UpstreamSubject) -> Bool {
    var isSound = true
    forEachLocality(failover) { priority, place, locality in
        for (index, endpoint) in locality["lbEndpoints"].elements.enumerated() {
            let config = endpoint["upstreamSslConfig"]
            guard config.isPresent else { continue }
            guard let tls = UpstreamTls(config, of: upstream, plugin: plugin.name) else {
                isSound = false
                continue
            }
            let mark = mark(priority, place, index)
            upstream.envoy.transportSocketMatches { match in
                match.name(mark)
                match.match { $0.fields(mark) { $0.boolValue(true) } }
                match.transportSocket { tls.write(to: $0, sni: endpoint["address"].string) }
            }
        }
    }
    return isSound
}

private func mark(_ priority: UInt32, _ locality: Int, _ endpoint: Int) -> String { "failover;\(priority);\(locality);\(endpoint)" }

func write(_ locality: Option, priority: UInt32, place: Int, to out: Endpoint.LocalityLbEndpoints) {
    out.priority(priority)
    let location = locality["locality"]
    if location.isPresent {
        out.locality {
            if let region = location["region"].text { $0.region(region) }
            if let zone = location["zone"].text { $0.zone(zone) }
            if let part = location["subZone"].text { $0.subZone(part) }
        }
    }
    if let weight = locality["loadBalancingWeight"].uint32 { out.loadBalancingWeight(weight) }
    for (index, endpoint) in locality["lbEndpoints"].elements.enumerated() {
        out.lbEndpoints { write(endpoint, mark: mark(priority, place, index), to: $0) }
    }
}

private func write(_ option: Option, mark: String, to out: Endpoint.LbEndpoint) {
    guard let address = option["address"].text, let port = option["port"].uint32 else { return }
    out.endpoint { target in
        target.address { $0.socketAddress { $0.address(address).portValue(port) } }
        // autoHostRewrite takes the name from here.
        if case .name = HostAddress(address.string) { target.hostname(address) }
        let check = option["healthCheckConfig"]
        guard check.isPresent else { return }
        target.healthCheckConfig {
            if let port = check["portValue"].uint32 { $0.portValue(port) }
            if let name = check["hostname"].text { $0.hostname(name) }
        }
    }
    if let weight = option["loadBalancingWeight"].uint32 { out.loadBalancingWeight(weight) }
    guard option["upstreamSslConfig"].isPresent else { return }
    out.metadata { $0.filterMetadata("envoy.transport_socket_match") { $0.fields(mark) { $0.boolValue(true) } } }
}
