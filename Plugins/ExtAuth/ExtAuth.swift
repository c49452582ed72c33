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
        .virtualHost("extauth") { write($1, to: $0) },
        .route("extauth") { write($1, to: $0) },
        .weightedDestination("extauth") { write($1, to: $0) },
    ],
    minorVersion: 2
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

/// What an AuthConfig says (`configRef`), the plugin of that name brings; one that says nothing leaves everything as it is, as in Gloo.
private func write(_ option: Option, to subject: some RoutedSubject) {
    let custom = option["customAuth"]
    guard custom.isPresent || option["disable"].bool == true else { return }
    if custom.isPresent { tellIfNobodyIsThere(custom, subject) }
    subject.configureFilter(filterName, FiltersHttpExtAuthz.ExtAuthzPerRoute.self) { out in
        guard custom.isPresent else {
            out.disabled(true)
            return
        }
        out.checkSettings { check in
            for value in custom["contextExtensions"].elements {
                if let text = value.text { check.contextExtensions(value.key, text) }
            }
        }
    }
}

/// Not an error: the place is closed already, by the filter, and stays so for this listener alone.
private func tellIfNobodyIsThere(_ custom: Option, _ subject: some RoutedSubject) {
    let listener = subject.listenerOption("extauth")
    let settings = listener.isPresent ? listener : subject.glooSettings["extauth"]
    guard settings["extauthzServerRef"]["name"].text?.isEmpty ?? true else { return }
    custom.warning(
        "no auth server is there to ask, so nobody passes here; set 'extauthzServerRef' in 'httpGateway.options.extauth', or in 'extauth' of the Settings"
    )
}

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
