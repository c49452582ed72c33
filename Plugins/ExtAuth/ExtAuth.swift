internal import SluicePlugin

/// Asks a server of the user's own about each request, before it goes on.
///
/// The filter is on each listener below which the option is used, and off; virtual hosts, routes and weighted destinations
/// switch it on for themselves.
let plugin = Plugin(
    name: "extauth",
    version: "1.0.0",
    description: "Asks an auth server, over gRPC or HTTP, whether a request may pass.",
    schema: schema,
    hooks: [
        .httpFilter("extauth", addFilters),
        .virtualHost("extauth") { virtualHost, option in
            guard saysSomething(option) else { return }
            virtualHost.envoy.typedPerFilterConfig(filterName, FiltersHttpExtAuthz.ExtAuthzPerRoute.self) { write(option, to: $0) }
        },
        .route("extauth") { route, option in
            guard saysSomething(option) else { return }
            route.envoy.typedPerFilterConfig(filterName, FiltersHttpExtAuthz.ExtAuthzPerRoute.self) { write(option, to: $0) }
        },
        .weightedDestination("extauth") { destination, option in
            guard saysSomething(option) else { return }
            destination.envoy.typedPerFilterConfig(filterName, FiltersHttpExtAuthz.ExtAuthzPerRoute.self) { write(option, to: $0) }
        },
    ]
)

/// Also the key of the per-route configuration.
private let filterName: StaticString = "envoy.filters.http.ext_authz"

private func addFilters(_ filters: HttpFilterSubject, _ listener: Option) {
    guard let server = AuthServer(filters, listener) else {
        // The mistake is told, and what asked for a check is closed: a server that is not there allows nothing.
        filters.add(filterName, stage: .authN, isDisabled: true, FiltersHttpExtAuthz.ExtAuthz.self) { out in
            out.transportApiVersion(.v3).httpService { service in
                service.serverUri { $0.uri("http://none" as StaticString).cluster("sluice_no_auth_server" as StaticString).timeout(seconds: 1) }
            }
        }
        return
    }
    if let name = server.userIdHeader {
        // Only the auth server says who somebody is.
        filters.add(
            "envoy.filters.http.header_mutation.user_id", stage: .authN, place: .before, FiltersHttpHeaderMutation.HeaderMutation.self
        ) { out in
            out.mutations { $0.requestMutations { $0.remove(name) } }
        }
    }
    filters.add(filterName, stage: .authN, isDisabled: true, FiltersHttpExtAuthz.ExtAuthz.self) { server.write(to: $0) }
}

/// False for one that leaves everything as it is, as in Gloo.
private func saysSomething(_ option: Option) -> Bool { option["disable"].bool == true || option["customAuth"].isPresent }

private func write(_ option: Option, to out: FiltersHttpExtAuthz.ExtAuthzPerRoute) {
    guard option["customAuth"].isPresent else {
        out.disabled(true)
        return
    }
    out.checkSettings { check in
        for value in option["customAuth"]["contextExtensions"].elements {
            if let text = value.text { check.contextExtensions(value.key, text) }
        }
    }
}

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
