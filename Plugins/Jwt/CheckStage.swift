internal import SluicePlugin

/// Where among the filters tokens are checked.
enum CheckStage {
    case beforeExtAuth
    case afterExtAuth
    /// `jwt`, the older form of `jwtStaged.afterExtAuth`. It has a filter of its own, since either option alone adds its filters.
    case unstaged

    static let staged: [CheckStage] = [.beforeExtAuth, .afterExtAuth]

    /// The member of `jwtStaged`.
    private var option: StaticString { self == .beforeExtAuth ? "beforeExtAuth" : "afterExtAuth" }

    /// Also the key of the per-route configuration.
    private var filterName: StaticString {
        switch self {
        case .beforeExtAuth: "envoy.filters.http.filter_chain.jwt_before_ext_auth"
        case .afterExtAuth: "envoy.filters.http.filter_chain.jwt_after_ext_auth"
        case .unstaged: "envoy.filters.http.filter_chain.jwt"
        }
    }

    func addFilter(to filters: HttpFilterSubject) {
        filters.add(
            filterName, stage: .authN, place: self == .beforeExtAuth ? .before : .after, isDisabled: true,
            FiltersHttpFilterChain.FilterChainConfig.self
        )
    }

    static func writeUnstaged(_ check: Option, to subject: some RoutedSubject, isRoute: Bool) {
        guard !subject.option("jwtStaged").isPresent else {
            return check.error("'jwt' and 'jwtStaged' exclude each other; 'jwt' is the older form of 'jwtStaged.afterExtAuth'")
        }
        unstaged.write(check, to: subject, isRoute: isRoute)
    }

    static func writeStaged(_ stages: Option, to subject: some RoutedSubject, isRoute: Bool) {
        for stage in staged { stage.write(stages[stage.option], to: subject, isRoute: isRoute) }
    }

    private func write(_ check: Option, to subject: some RoutedSubject, isRoute: Bool) {
        guard check.isPresent else { return }
        if isRoute {
            // `{}` and `disable: false` leave everything as it is.
            guard check["disable"].bool == true || check.count > (check["disable"].isPresent ? 1 : 0) else { return }
            // What stands on the virtual host may be written in the other form of the same.
            if self == .unstaged { Self.afterExtAuth.switchOff(on: subject) }
            if self == .afterExtAuth { Self.unstaged.switchOff(on: subject) }
            if check["disable"].bool == true { return switchOff(on: subject) }
        }
        guard let checks = TokenChecks(check, of: subject) else { return }
        subject.configureFilter(filterName, FiltersHttpFilterChain.FilterChainConfigPerRoute.self) { chain in
            chain.filterChain { list in
                list.filters { filter in
                    filter.name("envoy.filters.http.jwt_authn" as StaticString)
                        .typedConfig(FiltersHttpJwtAuthn.JwtAuthentication.self) { checks.write(to: $0) }
                }
            }
        }
    }

    private func switchOff(on subject: some RoutedSubject) {
        subject.configureFilter(filterName, Route.FilterConfig.self) { $0.disabled(true) }
    }
}
