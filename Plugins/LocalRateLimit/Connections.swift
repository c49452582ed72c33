internal import SluicePlugin

/// Takes a connection off the bucket when it comes, before any request is read.
func addConnectionLimit(to filters: NetworkFilterSubject, _ bucket: Option) {
    guard let tokens = bucket["maxTokens"].uint32 else { return }
    let interval = bucket["fillInterval"].duration ?? (1, 0)
    guard interval.seconds > 0 || interval.nanos >= 50_000_000 else {
        return bucket["fillInterval"].error("Envoy fills a bucket every 50ms at the most; give fewer connections a longer interval")
    }
    filters.add("envoy.filters.network.local_ratelimit", FiltersNetworkLocalRatelimit.LocalRateLimit.self) { out in
        // One bucket for all chains of filters that a listener has.
        out.statPrefix("network_local_ratelimit" as StaticString).shareKey(filters.name)
        out.tokenBucket { fill in
            fill.maxTokens(tokens).tokensPerFill(bucket["tokensPerFill"].uint32 ?? 1).fillInterval(seconds: interval.seconds, nanos: interval.nanos)
        }
    }
}
