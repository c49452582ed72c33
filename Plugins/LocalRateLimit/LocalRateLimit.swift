internal import SluicePlugin

/// Gloo's simple rate limits, kept by each proxy for itself, and a limit for connections.
let plugin = Plugin(
    name: "localratelimit",
    version: "1.0.0",
    description: "Limits the requests of each client address, and the connections of a listener, in each proxy for itself.",
    schema: schema,
    hooks: [
        // Limits nothing: the places below say what is limited.
        .httpFilter("ratelimitBasic") { filters, _ in
            filters.add(filterName, stage: .rateLimit, FiltersHttpLocalRatelimit.LocalRateLimit.self) { $0.statPrefix(statPrefix) }
        },
        .virtualHost("ratelimitBasic") { virtualHost, limits in
            virtualHost.envoy.typedPerFilterConfig(filterName, FiltersHttpLocalRatelimit.LocalRateLimit.self) { write(limits, to: $0) }
        },
        .route("ratelimitBasic") { route, limits in
            route.envoy.typedPerFilterConfig(filterName, FiltersHttpLocalRatelimit.LocalRateLimit.self) { write(limits, to: $0) }
        },
        .networkFilter("networkLocalRatelimit", addConnectionLimit),
    ],
    minorVersion: 2
)

/// Also the key of the per-route configuration.
private let filterName: StaticString = "envoy.filters.http.local_ratelimit"

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
