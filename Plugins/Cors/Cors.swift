internal import SluicePlugin

/// Cross-origin resource sharing: the policy on virtual hosts and routes, and the filter that applies it.
let plugin = Plugin(
    name: "cors",
    version: "1.0.0",
    description: "Answers CORS preflight requests and marks responses with what other origins may do.",
    schema: schema,
    hooks: [
        .route("cors") { route, cors in
            guard isUsable(cors) else { return }
            route.envoy.typedPerFilterConfig(filterName, FiltersHttpCors.CorsPolicy.self) { write(cors, to: $0) }
        },
        .virtualHost("cors") { virtualHost, cors in
            guard isUsable(cors) else { return }
            virtualHost.envoy.typedPerFilterConfig(filterName, FiltersHttpCors.CorsPolicy.self) { write(cors, to: $0) }
        },
        .httpFilter("cors") { filters, _ in filters.add(filterName, stage: .cors, FiltersHttpCors.Cors.self) },
    ]
)

/// Also the key of the per-route configuration.
let filterName: StaticString = "envoy.filters.http.cors"

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
