internal import SluicePlugin

/// Hosts that take over from those of the upstream, in order.
///
/// The upstream's own hosts are what its type makes them, of priority 0; these are added behind them, as priorities 1, 2 and so on.
let plugin = Plugin(
    name: "failover",
    version: "1.0.0",
    description: "Hosts that take over when the hosts of an upstream are down.",
    schema: schema,
    hooks: [.upstream("failover", contribute)],
    minorVersion: 2
)

/// Fields of Cluster that the type of the upstream has written, for its own hosts alone.
private enum Field {
    static let type: UInt32 = 2
    static let dnsLookupFamily: UInt32 = 17
}

private func contribute(to upstream: UpstreamSubject, _ failover: Option) {
    guard canFailOver(upstream, failover), let isByName = hasNames(failover) else { return }
    if isByName {
        guard !upstream.option("pipe").isPresent else { return failover.error("DNS names cannot stand behind a Unix socket; write IP addresses") }
        // Names are looked up by a cluster of this type only; it takes addresses as well.
        upstream.replace(field: Field.type)
        upstream.replace(field: Field.dnsLookupFamily)
        upstream.envoy.type(.strictDns).dnsLookupFamily(.v4Only)
    }
    guard writeTls(failover, to: upstream) else { return }
    upstream.envoy.loadAssignment { assignment in
        forEachLocality(failover) { priority, place, locality in
            assignment.endpoints { write(locality, priority: priority, place: place, to: $0) }
        }
        if let factor = failover["policy"]["overprovisioningFactor"].uint32 { assignment.policy { $0.overprovisioningFactor(factor) } }
    }
    if !upstream.option("healthChecks").isPresent, !upstream.option("outlierDetection").isPresent {
        failover.warning("nothing finds out that hosts are down, so these are never used; add 'healthChecks' or 'outlierDetection'")
    }
}

/// Envoy takes several hosts only of clusters that list them.
private func canFailOver(_ upstream: UpstreamSubject, _ failover: Option) -> Bool {
    for type in ["aws", "azure"] as [StaticString] where upstream.option(type).isPresent {
        failover.error("an upstream of type '\(type)' has one host, its provider's; write the places as upstreams of their own, and their weights into an UpstreamGroup")
        return false
    }
    if upstream.option("httpProxyHostname").isPresent {
        failover.error("'failover' and 'httpProxyHostname' cannot go together: all requests go to the proxy; write more of its hosts under 'static'")
        return false
    }
    // Their hosts are listed; an upstream without any type has its own report beside this.
    guard (["static", "kube", "pipe"] as [StaticString]).contains(where: { upstream.option($0).isPresent }) else {
        failover.warning("'failover' has no effect but on upstreams of type 'static', 'kube' and 'pipe'")
        return false
    }
    return true
}

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
