internal import SluicePlugin

/// The JWT providers that stand in the options of a virtual host.
struct Providers {
    let names: [sluice_text_host]

    init(ofOptionsOf virtualHost: VirtualHostSubject) {
        let staged = virtualHost.option("jwtStaged")
        names = [staged["beforeExtAuth"], staged["afterExtAuth"], virtualHost.option("jwt")].flatMap { jwt in
            jwt["providers"].elements.map(\.key)
        }
    }
}

/// - Parameter providers: what a principal without a provider means; nil on a route.
func write(_ rbac: Option, _ providers: Providers?, to out: FiltersHttpRbac.RBACPerRoute) {
    // An empty message is no check at all, whatever the virtual host or the listener says.
    guard rbac["disable"].bool != true else { return }
    out.rbac { filter in
        if rbac["shadow"].bool == true {
            filter.shadowRules { write(policies: rbac["policies"], providers, to: $0) }
        } else {
            filter.rules { write(policies: rbac["policies"], providers, to: $0) }
        }
    }
}

/// Without any policy nobody passes.
private func write(policies: Option, _ providers: Providers?, to rules: Rbac.RBAC) {
    rules.action(.allow)
    for policy in policies.elements {
        rules.policies(policy.key) { out in
            out.permissions { write(permissions: policy["permissions"], to: $0) }
            for principal in policy["principals"].elements {
                out.principals { write(principal["jwtPrincipal"], delimiter: policy["nestedClaimDelimiter"].string ?? "", providers, to: $0) }
            }
        }
    }
}

private func write(permissions: Option, to out: Rbac.Permission) {
    let prefix = permissions["pathPrefix"].text.flatMap { $0.isEmpty ? nil : $0 }
    let methods = permissions["methods"]
    guard prefix != nil || methods.count > 0 else {
        out.any(true)
        return
    }
    out.andRules { all in
        if let prefix { all.rules { $0.urlPath { $0.path { $0.prefix(prefix) } } } }
        guard methods.count > 0 else { return }
        all.rules { rule in
            rule.orRules { any in
                for method in methods.elements {
                    guard let text = method.text else { continue }
                    any.rules { $0.header { $0.name(":method" as StaticString).stringMatch { $0.exact(text) } } }
                }
            }
        }
    }
}

private func write(_ principal: Option, delimiter: String, _ providers: Providers?, to out: Rbac.Principal) {
    let names = principal["provider"].text.flatMap { $0.isEmpty ? nil : [$0] } ?? providers?.names ?? []
    guard !names.isEmpty else {
        principal.error(
            providers == nil
                ? "a route does not see the JWT providers of its virtual host: name the one that is meant, with 'provider'"
                : "no JWT provider is named, and none stands beside 'rbac' in these options; add 'provider', or 'jwtStaged'"
        )
        return
    }
    guard names.count > 1 else { return write(principal, of: names[0], delimiter, to: out) }
    out.orIds { any in
        for name in names { any.ids { write(principal, of: name, delimiter, to: $0) } }
    }
}

/// All claims of one provider's token; without claims, that there is such a token.
private func write(_ principal: Option, of provider: sluice_text_host, _ delimiter: String, to out: Rbac.Principal) {
    let claims = principal["claims"]
    guard claims.count > 0 else {
        out.sourcedMetadata { matcher([provider.string], to: $0) { $0.presentMatch(true) } }
        return
    }
    out.andIds { all in
        for claim in claims.elements {
            let name = claim.key.string
            let steps = delimiter.isEmpty ? [name] : name.split(separator: delimiter, omittingEmptySubsequences: false).map(String.init)
            guard steps.allSatisfy({ !$0.isEmpty }) else {
                claim.error(name.isEmpty ? "a claim needs a name" : "the name '\(name)' has an empty part beside the delimiter '\(delimiter)'")
                continue
            }
            all.ids { id in
                id.sourcedMetadata { matcher([provider.string] + steps, to: $0) { write(claim, principal["matcher"], to: $0) } }
            }
        }
    }
}

private func matcher(_ path: [String], to out: Rbac.SourcedMetadata, _ value: (TypeMatcher.ValueMatcher) -> Void) {
    out.metadataMatcher { metadata in
        metadata.filter("envoy.filters.http.jwt_authn" as StaticString)
        for step in path { metadata.path { $0.key(step) } }
        metadata.value(value)
    }
}

private func write(_ claim: Option, _ matcher: Option, to out: TypeMatcher.ValueMatcher) {
    guard let text = claim.text else { return }
    switch matcher.string {
    case "BOOLEAN":
        guard let bool = claim.bool else { return claim.error("with the matcher BOOLEAN a claim is 'true' or 'false', not '\(text.string)'") }
        out.boolMatch(bool)
    case "LIST_CONTAINS": out.listMatch { $0.oneOf { $0.stringMatch { $0.exact(text) } } }
    default: out.stringMatch { $0.exact(text) }
    }
}
