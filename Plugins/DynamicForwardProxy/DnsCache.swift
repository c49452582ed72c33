internal import SluicePlugin

/// What the schema cannot say of a `dnsCacheConfig` and Envoy would refuse.
///
/// - Parameter tells: whether mistakes are reported.
func isUsable(_ config: Option, tells: Bool = true) -> Bool {
    func refuse(_ option: Option, _ message: String) -> Bool {
        if tells { option.error(message) }
        return false
    }
    if let ttl = config["hostTtl"].duration, ttl.seconds == 0, ttl.nanos == 0 {
        return refuse(config["hostTtl"], "'hostTtl' must be longer than 0s; remove it for 300s")
    }
    if let rate = config["dnsRefreshRate"].duration, rate.seconds == 0, rate.nanos < 1_000_000 {
        return refuse(config["dnsRefreshRate"], "'dnsRefreshRate' must be 1ms or longer; remove it for 60s")
    }
    let failure = config["dnsFailureRefreshRate"]
    for name in ["baseInterval", "maxInterval"] as [StaticString] {
        if let interval = failure[name].duration, interval.seconds == 0, interval.nanos <= 1_000_000 {
            return refuse(failure[name], "'\(name)' must be longer than 1ms")
        }
    }
    if let base = failure["baseInterval"].duration, let most = failure["maxInterval"].duration, most < base {
        return refuse(failure["maxInterval"], "'maxInterval' is shorter than 'baseInterval'; make it at least as long, or remove it")
    }
    for host in config["preresolveHostnames"].elements where HostAddress(host["address"].string ?? "") == nil {
        return refuse(host["address"], "'\(host["address"].string ?? "")' is neither an IP address nor a DNS name")
    }
    let most = config["maxHosts"].uint32 ?? defaultMaxHosts
    let count = config["preresolveHostnames"].count
    if count > Int(most) {
        return refuse(config["preresolveHostnames"], "these are \(count) names, and the cache holds \(most); raise 'maxHosts'")
    }
    for resolver in config["caresDns"]["resolvers"].elements {
        let address = resolver["socketAddress"]["address"]
        if IPFamily(of: address.string ?? "") == nil {
            return refuse(address, "'\(address.string ?? "")' is no IP address; a resolver cannot be looked up by its name")
        }
    }
    return true
}

/// Envoy's.
private let defaultMaxHosts: UInt32 = 1024

/// The same message for the filter and the cluster: Envoy compares them.
func write(_ config: Option, name: String, to cache: CommonDynamicForwardProxy.DnsCacheConfig) {
    cache.name(name).dnsLookupFamily(family(config["dnsLookupFamily"]))
    if let rate = config["dnsRefreshRate"].duration { cache.dnsRefreshRate(seconds: rate.seconds, nanos: rate.nanos) }
    if let ttl = config["hostTtl"].duration { cache.hostTtl(seconds: ttl.seconds, nanos: ttl.nanos) }
    if let count = config["maxHosts"].uint32 { cache.maxHosts(count) }
    let failure = config["dnsFailureRefreshRate"]
    if let base = failure["baseInterval"].duration {
        cache.dnsFailureRefreshRate { rate in
            rate.baseInterval(seconds: base.seconds, nanos: base.nanos)
            if let most = failure["maxInterval"].duration { rate.maxInterval(seconds: most.seconds, nanos: most.nanos) }
        }
    }
    if let count = config["dnsCacheCircuitBreaker"]["maxPendingRequests"].uint32 { cache.dnsCacheCircuitBreaker { $0.maxPendingRequests(count) } }
    if let timeout = config["dnsQueryTimeout"].duration { cache.dnsQueryTimeout(seconds: timeout.seconds, nanos: timeout.nanos) }
    for host in config["preresolveHostnames"].elements {
        guard let address = host["address"].text, let port = host["portValue"].uint32 else { continue }
        cache.preresolveHostnames { $0.address(address).portValue(port) }
    }
    let cares = config["caresDns"]
    guard cares.isPresent else { return }
    cache.typedDnsResolverConfig { resolver in
        resolver.name("envoy.network.dns_resolver.cares").typedConfig(NetworkDnsResolverCares.CaresDnsResolverConfig.self) { out in
            for server in cares["resolvers"].elements {
                guard let address = server["socketAddress"]["address"].text else { continue }
                out.resolvers { $0.socketAddress { $0.address(address).portValue(server["socketAddress"]["portValue"].uint32 ?? 53) } }
            }
            let options = cares["dnsResolverOptions"]
            guard options.isPresent else { return }
            out.dnsResolverOptions {
                if options["useTcpForDnsLookups"].bool == true { $0.useTcpForDnsLookups(true) }
                if options["noDefaultSearchDomain"].bool == true { $0.noDefaultSearchDomain(true) }
            }
        }
    }
}

private func family(_ option: Option) -> Cluster.Cluster.DnsLookupFamily {
    switch option.string {
    case "AUTO": .auto
    case "V6_ONLY": .v6Only
    case "V4_PREFERRED": .v4Preferred
    case "ALL": .all
    default: .v4Only
    }
}
