internal import SluicePlugin

/// Protection against requests that pages of other origins make in a user's name.
let plugin = Plugin(
    name: "csrf",
    version: "1.0.0",
    description: "Refuses changing requests whose origin is neither the host itself nor on a list.",
    schema: schema,
    hooks: [
        // Without a policy of its own the listener checks nothing, and the places below say what is checked.
        .httpFilter("csrf") { filters, csrf in
            filters.add(filterName, stage: .route, FiltersHttpCsrf.CsrfPolicy.self) { write(csrf, to: $0) }
        },
        .virtualHost("csrf") { virtualHost, csrf in
            virtualHost.envoy.typedPerFilterConfig(filterName, FiltersHttpCsrf.CsrfPolicy.self) { write(csrf, to: $0) }
        },
        .route("csrf") { route, csrf in
            route.envoy.typedPerFilterConfig(filterName, FiltersHttpCsrf.CsrfPolicy.self) { write(csrf, to: $0) }
        },
        .weightedDestination("csrf") { destination, csrf in
            destination.envoy.typedPerFilterConfig(filterName, FiltersHttpCsrf.CsrfPolicy.self) { write(csrf, to: $0) }
        },
    ]
)

/// Also the key of the per-route configuration.
private let filterName: StaticString = "envoy.filters.http.csrf"

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
