internal import SluicePlugin

/// An AuthConfig as one place uses it.
struct AuthConfig {
    let subject: any RoutedSubject
    /// `<namespace>.<name>`.
    let words: String
    private let spec: Option
    private let reference: Option
    private let namespace: sluice_text_host

    /// Nil when there is none, which has been reported then.
    init?(_ reference: Option, of subject: some RoutedSubject) {
        self.subject = subject
        self.reference = reference
        namespace = reference["namespace"].text.flatMap { $0.isEmpty ? nil : $0 } ?? subject.namespace
        words = "\(namespace.string).\(reference["name"].string ?? "")"
        spec = subject.find("AuthConfig", reference)
        guard spec.isPresent else {
            reference.error("there is no AuthConfig '\(words)' that is valid; nobody passes here until there is")
            return nil
        }
    }

    /// The checks in their order. Nil when one of them cannot be had; this is reported where it stands, and at the reference.
    func filters() -> [AuthFilter]? {
        let filters = orderedFilters()
        if filters == nil { reference.error("AuthConfig '\(words)' cannot be used, as is told there; nobody passes here until it is mended") }
        return filters
    }

    private func orderedFilters() -> [AuthFilter]? {
        guard let checks = order() else { return nil }
        var filters: [AuthFilter] = []
        // Only these checks say who somebody is.
        if let header = userIdHeader {
            filters.append(
                AuthFilter("envoy.filters.http.header_mutation.user_id", FiltersHttpHeaderMutation.HeaderMutation.self) { out in
                    out.mutations { $0.requestMutations { $0.remove(header) } }
                }
            )
        }
        var isWhole = true
        for (name, check) in checks {
            if let more = self.filters(of: check, named: name) { filters += more } else { isWhole = false }
        }
        return isWhole ? filters : nil
    }

    private func filters(of check: Option, named name: String) -> [AuthFilter]? {
        let basic = check["basicAuth"]
        if basic.isPresent { return basicAuth(basic, named: name) }
        let keys = check["apiKeyAuth"]
        if keys.isPresent { return apiKeyAuth(keys, named: name) }
        let passThrough = check["passThroughAuth"]
        if passThrough.isPresent { return passThroughAuth(passThrough, named: name) }
        let oauth = check["oauth2"]
        if oauth["accessTokenValidation"].isPresent { return accessTokens(oauth["accessTokenValidation"], named: name) }
        if oauth["oidcAuthorizationCode"].isPresent { return signIn(SignIn(openID: oauth["oidcAuthorizationCode"]), failsOnRedirect, named: name) }
        if oauth["oauth2"].isPresent { return signIn(SignIn(oauth2: oauth["oauth2"]), failsOnRedirect, named: name) }
        refuse(check)
        return nil
    }

    private var failsOnRedirect: Bool { spec["failOnRedirect"].bool == true }

    /// What stock Envoy has no filter for.
    private func refuse(_ check: Option) {
        let server = "; write a server that does it, and ask it with 'passThroughAuth'"
        func say(_ option: Option, _ message: String) { if option.isPresent { option.error(message) } }
        say(check["oauth"], "'oauth' is the older form of 'oauth2.oidcAuthorizationCode'; write that, with 'discoveryOverride'")
        say(check["opaAuth"], "stock Envoy does not run Open Policy Agent; run it as a server (its Envoy plugin), and ask it with 'passThroughAuth.grpc'")
        say(check["ldap"], "stock Envoy does not ask LDAP servers\(server)")
        say(check["hmacAuth"], "stock Envoy does not check HMAC signatures of requests\(server)")
        say(check["pluginAuth"], "plugins of Gloo's auth server cannot be loaded here\(server)")
        say(check["jwt"], "'jwt' only takes what 'jwtStaged' has found out, which refuses by itself; set 'jwtStaged.beforeExtAuth', and remove this check")
        if check.count == (check["name"].isPresent ? 1 : 0) { check.error("this check says nothing; name what is to be checked, or remove it") }
    }

    /// The checks with their names, in the order in which they are made.
    private func order() -> [(String, Option)]? {
        var checks: [(name: String, check: Option)] = []
        for check in spec["configs"].elements {
            let name = check["name"].string.flatMap { $0.isEmpty ? nil : $0 } ?? "config_\(checks.count)"
            guard !checks.contains(where: { $0.name == name }) else {
                (check["name"].isPresent ? check["name"] : check).error("two checks are named '\(name)'")
                return nil
            }
            checks.append((name, check))
        }
        guard !checks.isEmpty else {
            spec.error("there are no 'configs', so nothing would be checked")
            return nil
        }
        let text = spec["booleanExpr"]
        guard let expression = text.string, !expression.isEmpty else { return checks }
        do throws(Expression.Problem) {
            return try Expression(expression).allOf().map { name throws(Expression.Problem) in
                guard let check = checks.first(where: { $0.name == name }) else { throw Expression.Problem("there is no check named '\(name)'") }
                return check
            }
        } catch {
            text.error("'\(expression)' cannot be used: \(error.message)")
            return nil
        }
    }

    // MARK: What all checks need

    /// In which upstreams learn who somebody is, as the listener or the Settings say it.
    var userIdHeader: String? {
        let listener = subject.listenerOption("extauth")
        return (listener.isPresent ? listener : subject.glooSettings["extauth"])["userIdHeader"].string.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A Secret that a reference in the AuthConfig names; without a namespace, beside the AuthConfig.
    func secret(_ reference: Option) -> Option {
        subject.find("Secret", name: reference["name"].text ?? sluice_text_host(bytes: nil, length: 0), namespace: namespace(of: reference))
    }

    /// `<namespace>.<name>` of what a reference in the AuthConfig means.
    func words(of reference: Option) -> String { "\(namespace(of: reference).string).\(reference["name"].string ?? "")" }

    private func namespace(of reference: Option) -> sluice_text_host {
        reference["namespace"].text.flatMap { $0.isEmpty ? nil : $0 } ?? namespace
    }
}

/// A value of a header: one line, and nothing that cannot be seen.
func isHeaderValue(_ text: String) -> Bool { text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f } }

/// The name of a header that may be set: no part of the request line, and not the host.
func isHeaderName(_ name: String) -> Bool {
    !name.isEmpty && name.lowercased() != "host"
        && name.utf8.allSatisfy { ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7a) || ($0 >= 0x30 && $0 <= 0x39) || "!#$%&'*+-.^_`|~".utf8.contains($0) }
}
