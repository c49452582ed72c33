internal import SluicePlugin

/// Sessions that stay with one host of an upstream, told by a cookie or a header.
let plugin = Plugin(
    name: "statefulsession",
    version: "1.0.0",
    description: "Keeps the requests of a session on one host of the upstream, by a cookie or a header that names it.",
    schema: schema,
    hooks: [
        // Without a session of its own the listener keeps nothing together, and the places below say what is kept.
        .httpFilter("statefulSession") { filters, session in
            guard isUsable(session) else { return }
            filters.add(filterName, stage: .accepted, FiltersHttpStatefulSession.StatefulSession.self) { write(session, to: $0) }
        },
        .virtualHost("statefulSession") { virtualHost, session in
            guard isUsable(session) else { return }
            virtualHost.envoy.typedPerFilterConfig(filterName, FiltersHttpStatefulSession.StatefulSessionPerRoute.self) { place(session, in: $0) }
        },
        .route("statefulSession") { route, session in
            guard isUsable(session) else { return }
            route.envoy.typedPerFilterConfig(filterName, FiltersHttpStatefulSession.StatefulSessionPerRoute.self) { place(session, in: $0) }
        },
    ]
)

/// Also the key of the per-route configuration.
private let filterName: StaticString = "envoy.filters.http.stateful_session"

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
