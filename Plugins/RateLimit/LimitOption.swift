/// One of the six options with which a virtual host or a route asks for limits.
struct LimitOption: Sendable {
    enum Time: Sendable {
        case beforeAuth
        case afterAuth
        /// By `rateLimitBeforeAuth`.
        case asTheServerSays
    }

    /// What the virtual host or route calls it.
    let name: StaticString
    /// Its filter; also the key of the per-route configuration.
    let filter: StaticString
    /// Which descriptors the filter sends: Envoy has 0 to 10. Gloo's where it has one; nobody but Envoy sees it.
    let stage: UInt32
    let time: Time
    /// The option names RateLimitConfigs, rather than saying itself what of a request is sent.
    let namesConfigs: Bool

    /// The first part of all that the server is asked: with it the server finds its rules.
    var domain: StaticString { namesConfigs ? "crd" : "custom" }

    static let all = [
        LimitOption(
            name: "ratelimitEarly", filter: "envoy.filters.http.ratelimit.early", stage: 3, time: .beforeAuth, namesConfigs: false
        ),
        LimitOption(
            name: "rateLimitEarlyConfigs", filter: "envoy.filters.http.ratelimit.early_configs", stage: 4, time: .beforeAuth, namesConfigs: true
        ),
        LimitOption(name: "ratelimit", filter: "envoy.filters.http.ratelimit", stage: 1, time: .asTheServerSays, namesConfigs: false),
        LimitOption(
            name: "rateLimitConfigs", filter: "envoy.filters.http.ratelimit.configs", stage: 2, time: .asTheServerSays, namesConfigs: true
        ),
        LimitOption(
            name: "ratelimitRegular", filter: "envoy.filters.http.ratelimit.regular", stage: 5, time: .afterAuth, namesConfigs: false
        ),
        LimitOption(
            name: "rateLimitRegularConfigs", filter: "envoy.filters.http.ratelimit.regular_configs", stage: 6, time: .afterAuth,
            namesConfigs: true
        ),
    ]
}
