internal import SluicePlugin

/// Acts on AuthConfigs: what Gloo's auth server checks, Envoy's own filters check here.
///
/// The listener has a filter that runs other filters, and each place that names an AuthConfig brings the list of them, in the order in
/// which requests are to be checked. The first that refuses answers. Whatever cannot be had is an error: the place is not served open.
let plugin = Plugin(
    name: "authconfig",
    version: "1.0.0",
    description: "Checks requests as AuthConfigs say: passwords, API keys, sign-in with OpenID Connect, access tokens, other servers.",
    // The option's schema is the plugin ExtAuth's, and that of AuthConfigs the core's.
    schema: "{}",
    hooks: [
        .httpFilter("extauth") { filters, _ in
            filters.add(filterName, stage: .authN, isDisabled: true, FiltersHttpFilterChain.FilterChainConfig.self)
        },
        .virtualHost("extauth") { contribute(to: $0, $1, isTopmost: true) },
        .route("extauth") { contribute(to: $0, $1, isTopmost: false) },
        .weightedDestination("extauth") { contribute(to: $0, $1, isTopmost: false) },
    ],
    minorVersion: 2
)

/// Also the key of the per-route configuration.
private let filterName: StaticString = "envoy.filters.http.filter_chain.auth_config"

/// - Parameter isTopmost: nothing stands above that this would replace.
private func contribute(to subject: some RoutedSubject, _ option: Option, isTopmost: Bool) {
    let reference = option["configRef"]
    guard reference.isPresent else {
        if !isTopmost, option["disable"].bool == true || option["customAuth"].isPresent {
            subject.configureFilter(filterName, Route.FilterConfig.self) { $0.disabled(true) }
        }
        return
    }
    guard let filters = AuthConfig(reference, of: subject)?.filters() else { return }
    subject.configureFilter(filterName, FiltersHttpFilterChain.FilterChainConfigPerRoute.self) { chain in
        chain.filterChain { list in
            for filter in filters { list.filters { filter.write($0) } }
        }
    }
    // The server of `customAuth` is not asked as well.
    if !isTopmost {
        subject.configureFilter("envoy.filters.http.ext_authz", FiltersHttpExtAuthz.ExtAuthzPerRoute.self) { $0.disabled(true) }
    }
}

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
