internal import SluicePlugin

/// Limits that a rate limit server keeps, for all proxies together.
///
/// Envoy's filter asks the server about the descriptors of its own stage, and about no others. Each option has a filter and a stage of its
/// own: a route does not know whether its listener's server wants to be asked before the auth server, and its filter does.
let plugin = Plugin(
    name: "ratelimit",
    version: "1.0.0",
    description: "Asks a rate limit server, over gRPC, whether there have been too many requests.",
    schema: schema,
    hooks: LimitOption.all.flatMap { limits -> [Hook] in
        [
            .httpFilter(limits.name) { filters, _ in addFilter(filters, limits) },
            .virtualHost(limits.name) { virtualHost, option in
                DescriptorWriter(virtualHost, limits).write(option) { virtualHost.envoy.rateLimits($0) }
            },
            .route(limits.name) { route, option in write(option, limits, to: route) },
        ]
    }
)

private func addFilter(_ filters: HttpFilterSubject, _ limits: LimitOption) {
    let server = RateLimitServer(filters, asker: limits.name)
    let isBeforeAuth =
        switch limits.time {
        case .beforeAuth: true
        case .afterAuth: false
        case .asTheServerSays: server.isBeforeAuth
        }
    filters.add(
        limits.filter, stage: isBeforeAuth ? .authN : .rateLimit, place: isBeforeAuth ? .before : .during,
        FiltersHttpRatelimit.RateLimit.self
    ) { filter in
        filter.domain(limits.domain).stage(limits.stage)
        server.write(to: filter)
    }
}

private func write(_ option: Option, _ limits: LimitOption, to route: RouteSubject) {
    guard route.routesToDestination else {
        return option.error("'\(limits.name)' limits what goes to an upstream, and this route has no 'routeAction'; remove it")
    }
    DescriptorWriter(route, limits).write(option) { body in route.envoy.route { $0.rateLimits(body) } }
    guard option["includeVhRateLimits"].bool == true else { return }
    // A route with any limits of its own has none of its virtual host's, of whatever option: so all filters are told.
    for other in LimitOption.all {
        route.envoy.typedPerFilterConfig(other.filter, FiltersHttpRatelimit.RateLimitPerRoute.self) { $0.vhRateLimits(.include) }
    }
}

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
