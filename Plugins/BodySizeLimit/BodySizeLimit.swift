internal import SluicePlugin

/// Requests with bodies that are too large, refused without gathering them first, as the option `buffer` does.
///
/// Envoy's filter has one limit for the listener and no configuration of routes; places below can only switch it off, and on again.
let plugin = Plugin(
    name: "bodysizelimit",
    version: "1.0.0",
    description: "Refuses requests with bodies that are too large.",
    schema: schema,
    hooks: [
        .httpFilter("bodySizeLimit") { filters, limit in
            guard limit.isPresent else { return }
            filters.add(filterName, stage: .accepted, FiltersHttpBodySizeLimit.BodySizeLimit.self) { out in
                if let bytes = limit["maxRequestBytes"].int { out.maxRequestBytes(UInt64(bytes)) }
            }
        },
        .virtualHost("bodySizeLimit") { virtualHost, limit in
            virtualHost.envoy.typedPerFilterConfig(filterName, Route.FilterConfig.self) { write(limit, to: $0) }
        },
        .route("bodySizeLimit") { route, limit in
            route.envoy.typedPerFilterConfig(filterName, Route.FilterConfig.self) { write(limit, to: $0) }
        },
    ]
)

/// Also the key of the per-route configuration.
private let filterName: StaticString = "envoy.filters.http.body_size_limit"

private func write(_ limit: Option, to out: Route.FilterConfig) {
    // A configuration, though an empty one, is what switches a filter on.
    if limit["disabled"].bool == true { out.disabled(true) } else { out.config { _ in } }
}

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
