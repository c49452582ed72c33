internal import SluicePlugin

/// Which of an upstream's hosts gets the next request.
///
/// Written as `lb_policy` with its settings, and not as `load_balancing_policy`: Envoy refuses the latter beside subsets of hosts and
/// weights of localities, which others may write.
let plugin = Plugin(
    name: "loadbalancing",
    version: "1.0.0",
    description: "Load balancing among an upstream's hosts: by turns, by load, at random or by hash.",
    schema: schema,
    hooks: [.upstream("loadBalancerConfig", contribute)]
)

private func contribute(to upstream: UpstreamSubject, _ config: Option) {
    let cluster = upstream.envoy
    writeCommon(config, to: cluster)
    let roundRobin = config["roundRobin"]
    let leastRequest = config["leastRequest"]
    let ringHash = config["ringHash"]
    if roundRobin.isPresent {
        cluster.lbPolicy(.roundRobin)
        let slowStart = roundRobin["slowStartConfig"]
        if slowStart.isPresent { cluster.roundRobinLbConfig { $0.slowStartConfig { write(slowStart, to: $0) } } }
    } else if leastRequest.isPresent {
        cluster.lbPolicy(.leastRequest)
        contributeLeastRequest(leastRequest, to: cluster)
    } else if config["random"].isPresent {
        cluster.lbPolicy(.random)
    } else if ringHash.isPresent {
        cluster.lbPolicy(.ringHash)
        contributeRing(ringHash["ringHashConfig"], to: cluster)
    } else if config["maglev"].isPresent {
        cluster.lbPolicy(.maglev)
    }
}

private func writeCommon(_ config: Option, to cluster: Cluster.Cluster) {
    let threshold = config["healthyPanicThreshold"].double
    let window = config["updateMergeWindow"].duration
    let weighsLocalities = config["localityWeightedLbConfig"].isPresent
    guard threshold != nil || window != nil || weighsLocalities else { return }
    cluster.commonLbConfig { out in
        if let threshold { out.healthyPanicThreshold { $0.value(threshold) } }
        if let window { out.updateMergeWindow(seconds: window.seconds, nanos: window.nanos) }
        if weighsLocalities { out.localityWeightedLbConfig { _ in } }
    }
}

private func contributeLeastRequest(_ config: Option, to cluster: Cluster.Cluster) {
    // 0 is not set, as in Gloo.
    let choices = config["choiceCount"].uint32.flatMap { $0 > 0 ? $0 : nil }
    if choices == 1 {
        return config["choiceCount"].error("'choiceCount' must be 2 or more, or there is nothing to choose from; for one host at random use 'random'")
    }
    let slowStart = config["slowStartConfig"]
    guard choices != nil || slowStart.isPresent else { return }
    cluster.leastRequestLbConfig { out in
        if let choices { out.choiceCount(choices) }
        if slowStart.isPresent { out.slowStartConfig { write(slowStart, to: $0) } }
    }
}

/// 0 is not set, as in Gloo.
private func contributeRing(_ config: Option, to cluster: Cluster.Cluster) {
    let least = config["minimumRingSize"].uint32.flatMap { $0 > 0 ? $0 : nil }
    let most = config["maximumRingSize"].uint32.flatMap { $0 > 0 ? $0 : nil }
    guard least != nil || most != nil else { return }
    if let most, most < least ?? defaultRingSize {
        let than = least == nil ? "the 1024 that 'minimumRingSize' is unless it is given" : "'minimumRingSize'"
        return config["maximumRingSize"].error("'maximumRingSize' is less than \(than); lower that, or raise this")
    }
    cluster.ringHashLbConfig { out in
        if let least { out.minimumRingSize(UInt64(least)) }
        if let most { out.maximumRingSize(UInt64(most)) }
    }
}

/// Envoy's, for the smallest ring.
private let defaultRingSize: UInt32 = 1024

private func write(_ slowStart: Option, to out: Cluster.Cluster.SlowStartConfig) {
    if let window = slowStart["slowStartWindow"].duration { out.slowStartWindow(seconds: window.seconds, nanos: window.nanos) }
    if let aggression = slowStart["aggression"].double { out.aggression { $0.defaultValue(aggression) } }
    if let percent = slowStart["minWeightPercent"].double { out.minWeightPercent { $0.value(percent) } }
}

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
