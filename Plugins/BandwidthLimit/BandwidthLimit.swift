internal import SluicePlugin

/// Bodies that are let through no faster than a limit, each proxy for itself.
let plugin = Plugin(
    name: "bandwidthlimit",
    version: "1.0.0",
    description: "Lets bodies of requests and responses through no faster than a limit.",
    schema: schema,
    hooks: [
        // Without a limit of the listener's it limits nothing, and the places below do.
        .httpFilter("bandwidthLimit") { filters, limit in
            filters.add(filterName, stage: .route, place: .before, FiltersHttpBandwidthLimit.BandwidthLimit.self) { out in
                if limit.isPresent { write(limit, to: out) } else { out.statPrefix(statPrefix) }
            }
        },
        .virtualHost("bandwidthLimit") { virtualHost, limit in
            virtualHost.envoy.typedPerFilterConfig(filterName, FiltersHttpBandwidthLimit.BandwidthLimit.self) { write(limit, to: $0) }
        },
        .route("bandwidthLimit") { route, limit in
            route.envoy.typedPerFilterConfig(filterName, FiltersHttpBandwidthLimit.BandwidthLimit.self) { write(limit, to: $0) }
        },
    ]
)

/// Also the key of the per-route configuration.
private let filterName: StaticString = "envoy.filters.http.bandwidth_limit"

/// Begins the names of the filter's counters.
private let statPrefix: StaticString = "bandwidth_limit"

private func write(_ limit: Option, to out: FiltersHttpBandwidthLimit.BandwidthLimit) {
    out.statPrefix(statPrefix).enableMode(mode(limit["enableMode"]))
    if let rate = limit["limitKbps"].uint32 {
        out.limitKbps(UInt64(rate))
    } else if limit["enableMode"].string == "DISABLED" {
        // Envoy wants a number for a route, even for one that it does not look at.
        out.limitKbps(1)
    } else {
        limit.error("'limitKbps' is missing; write it, or 'enableMode: DISABLED' for no limit here")
    }
    if let time = limit["fillInterval"].duration {
        let nanos = time.seconds * 1_000_000_000 + Int64(time.nanos)
        if time.seconds > 1 || !(20_000_000...1_000_000_000).contains(nanos) { limit["fillInterval"].error("'fillInterval' is from 20ms to 1s") }
        out.fillInterval(seconds: time.seconds, nanos: time.nanos)
    }
    if let isSaid = limit["enableResponseTrailers"].bool { out.enableResponseTrailers(isSaid) }
    if let prefix = limit["responseTrailerPrefix"].text { out.responseTrailerPrefix(prefix) }
}

private func mode(_ word: Option) -> FiltersHttpBandwidthLimit.BandwidthLimit.EnableMode {
    switch word.string {
    case "DISABLED": .disabled
    case "REQUEST": .request
    case "RESPONSE": .response
    default: .requestAndResponse
    }
}

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
