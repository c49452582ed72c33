internal import SluicePlugin

/// How Envoy connects to an upstream: how long it waits, how much it holds, how many at once, how often it asks DNS.
///
/// What `connectionConfig` says of HTTP stands in one message of Envoy's with `useHttp2` and its like, which one plugin has to write:
/// ProtocolOptions does.
let plugin = Plugin(
    name: "upstreamconnection",
    version: "1.0.0",
    description: "Connections to upstreams: timeouts, keepalive, buffers, circuit breakers and DNS.",
    schema: schema,
    hooks: [
        .upstream("connectionConfig", contributeConnection),
        .upstream(nil) { upstream, _ in contributeLimits(to: upstream) },
        .upstream("ignoreHealthOnHostRemoval") { upstream, option in
            if let isOn = option.bool { upstream.envoy.ignoreHealthOnHostRemoval(isOn) }
        },
        .upstream("respectDnsTtl") { upstream, option in
            guard let isOn = option.bool else { return }
            if isOn { warnWithoutNames(upstream, option, "respectDnsTtl") }
            upstream.envoy.respectDnsTtl(isOn)
        },
        .upstream("dnsRefreshRate", contributeRefreshRate),
    ]
)

private func contributeConnection(to upstream: UpstreamSubject, _ config: Option) {
    let cluster = upstream.envoy
    if let timeout = config["connectTimeout"].duration {
        guard timeout.seconds > 0 || timeout.nanos > 0 else {
            return config["connectTimeout"].error("'connectTimeout' must be longer than 0s, in which nothing connects; remove it for 5s")
        }
        cluster.connectTimeout(seconds: timeout.seconds, nanos: timeout.nanos)
    }
    if let bytes = config["perConnectionBufferLimitBytes"].uint32 { cluster.perConnectionBufferLimitBytes(bytes) }
    guard let keepalive = Keepalive(config["tcpKeepalive"]) else { return }
    cluster.upstreamConnectionOptions { $0.tcpKeepalive { keepalive.write(to: $0) } }
}

/// The upstream's own, else those of the Settings for all. Zero stands here for none at all, and is written: Envoy's own limits would
/// count otherwise.
private func contributeLimits(to upstream: UpstreamSubject) {
    let own = upstream.option("circuitBreakers")
    let limits = own.isPresent ? own : upstream.glooSettings["gloo"]["circuitBreakers"]
    guard limits.isPresent else { return }
    upstream.envoy.circuitBreakers { breakers in
        breakers.thresholds { out in
            if let count = limits["maxConnections"].uint32 { out.maxConnections(count) }
            if let count = limits["maxPendingRequests"].uint32 { out.maxPendingRequests(count) }
            if let count = limits["maxRequests"].uint32 { out.maxRequests(count) }
            if let count = limits["maxRetries"].uint32 { out.maxRetries(count) }
        }
    }
}

private func contributeRefreshRate(to upstream: UpstreamSubject, _ option: Option) {
    guard let rate = option.duration else { return }
    guard rate.seconds > 0 || rate.nanos > 1_000_000 else {
        return option.error("'dnsRefreshRate' must be longer than 1ms; remove it for 5s")
    }
    warnWithoutNames(upstream, option, "dnsRefreshRate")
    upstream.envoy.dnsRefreshRate(seconds: rate.seconds, nanos: rate.nanos)
}

/// Of addresses nothing is asked.
private func warnWithoutNames(_ upstream: UpstreamSubject, _ option: Option, _ name: String) {
    let hosts = upstream.option("static")["hosts"]
    guard hosts.count > 0, hosts.elements.allSatisfy({ IPFamily(of: $0["addr"].string ?? "") != nil }) else { return }
    option.warning("'\(name)' has no effect: all hosts are addresses, and none is looked up")
}

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
