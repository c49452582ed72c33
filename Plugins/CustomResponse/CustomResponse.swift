internal import SluicePlugin

/// Other responses in place of those with certain statuses.
let plugin = Plugin(
    name: "customresponse",
    version: "1.0.0",
    description: "Puts responses of one's own in place of those with certain statuses.",
    schema: schema,
    hooks: [
        // First in the chain, so that it sees a response last, with what all other filters answered themselves.
        .httpFilter("customResponse") { filters, custom in
            guard isUsable(custom) else { return }
            filters.add(filterName, stage: .fault, place: .before, FiltersHttpCustomResponse.CustomResponse.self) { write(custom, to: $0) }
        },
        .virtualHost("customResponse") { virtualHost, custom in
            guard isUsable(custom) else { return }
            // Without rules here those further out would count.
            guard custom["rules"].isPresent else {
                virtualHost.envoy.typedPerFilterConfig(filterName, Route.FilterConfig.self) { $0.disabled(true) }
                return
            }
            virtualHost.envoy.typedPerFilterConfig(filterName, FiltersHttpCustomResponse.CustomResponse.self) { write(custom, to: $0) }
        },
        .route("customResponse") { route, custom in
            guard isUsable(custom) else { return }
            // Without rules here those further out would count.
            guard custom["rules"].isPresent else {
                route.envoy.typedPerFilterConfig(filterName, Route.FilterConfig.self) { $0.disabled(true) }
                return
            }
            route.envoy.typedPerFilterConfig(filterName, FiltersHttpCustomResponse.CustomResponse.self) { write(custom, to: $0) }
        },
    ]
)

/// Also the key of the per-route configuration.
private let filterName: StaticString = "envoy.filters.http.custom_response"

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
