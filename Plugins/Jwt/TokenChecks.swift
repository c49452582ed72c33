internal import SluicePlugin

/// What one virtual host or route wants of tokens: the providers, looked through before anything is written.
struct TokenChecks {
    private let providers: [Provider]
    /// What a request may do without a valid token.
    private let leniency: Leniency

    private enum Leniency {
        case none
        case missing
        case missingOrFailed
    }

    /// Nil when something is wrong, which has been reported then.
    init?(_ check: Option, of subject: some RoutedSubject) {
        guard check["providers"].count > 0 else {
            check.error("there is no provider to check tokens by; name one in 'providers', or remove the option")
            return nil
        }
        let policy = check["validationPolicy"]
        switch policy.string {
        case "ALLOW_MISSING": leniency = .missing
        case "ALLOW_MISSING_OR_FAILED": leniency = .missingOrFailed
        default: leniency = check["allowMissingOrFailedJwt"].bool == true ? .missingOrFailed : .none
        }
        if policy.isPresent, check["allowMissingOrFailedJwt"].isPresent {
            policy.error("'validationPolicy' and 'allowMissingOrFailedJwt' say the same; keep one")
            return nil
        }
        providers = check["providers"].elements.compactMap { Provider($0, of: subject) }
        guard providers.count == check["providers"].count else { return nil }
    }

    func write(to out: FiltersHttpJwtAuthn.JwtAuthentication) {
        for provider in providers { out.providers(provider.name) { provider.write(to: $0) } }
        out.rules { rule in
            // The empty prefix is in front of every path, also of "*" and of none.
            rule.match { $0.prefix("" as StaticString) }
            rule.requires(write(requirement:))
        }
    }

    private func write(requirement: FiltersHttpJwtAuthn.JwtRequirement) {
        if providers.count == 1, leniency == .none {
            requirement.providerName(providers[0].name)
            return
        }
        requirement.requiresAny { any in
            for provider in providers { any.requirements { $0.providerName(provider.name) } }
            switch leniency {
            case .none: break
            case .missing: any.requirements { $0.allowMissing { _ in } }
            case .missingOrFailed: any.requirements { $0.allowMissingOrFailed { _ in } }
            }
        }
    }
}
