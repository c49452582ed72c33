internal import APIResources
internal import ConfigStores
internal import ConfigTree

/// What Gloo's auth server checks, and Envoy's own filters check here.
extension MigrationRule {
    static let authRules = [
        MigrationRule("auth-configs-are-checked-by-envoy") { installation in
            installation[.authConfig].flatMap { config in
                let impossible = (config.spec["configs"].map { $0.elements.flatMap(Self.impossible) } ?? []) + Self.expressions(config.spec)
                guard impossible.isEmpty else {
                    return impossible.map { Finding(.impossible, config, at: $0.value, $0.what, advice: $0.advice) }
                }
                return [
                    Finding(
                        .different, config, "Envoy's own filters check what Gloo's auth server checks, each place for itself",
                        advice: "read docs/differences-from-gloo.md on what they do otherwise"
                    )
                ]
            }
        },
        MigrationRule("jwt-keys-are-fetched-with-each-change") { installation in
            let places: [(ConfigObject, ConfigValue?)] = installation[.virtualService].map { ($0, $0.spec["virtualHost"]?["options"]) }
                + installation[.virtualHostOption].map { ($0, $0.spec["options"]) }
            return places.flatMap { owner, options in
                [options?["jwt"], options?["jwtStaged"]?["beforeExtAuth"], options?["jwtStaged"]?["afterExtAuth"]].flatMap { check in
                    (check?["providers"].map { Array($0.members) } ?? []).compactMap { provider in
                        provider["jwks"]?["remote"].map { remote in
                            Finding(
                                .different, owner, at: remote, "each change of a listener's routes makes its proxies fetch these keys anew",
                                advice: "make sure that the server stands it, or write the keys as 'jwks.local.key'"
                            )
                        }
                    }
                }
            }
        },
    ]

    private typealias Impossible = (value: ConfigValue, what: String, advice: String)

    private static let server = "write a server that does it, and ask it with 'passThroughAuth', or with 'extauth.customAuth'"

    /// What one check asks for that stock Envoy cannot do, or not so.
    private static func impossible(_ check: ConfigValue) -> [Impossible] {
        let oauth = check["oauth2"]
        let code = oauth?["oidcAuthorizationCode"]
        let keys = check["apiKeyAuth"]
        let apr = "Envoy checks no passwords of the kind apr1"
        let asks = "Envoy does not ask the issuer about tokens"
        let found: [(ConfigValue?, String, String)] = [
            (check["basicAuth"]?["apr"], apr, "make SHA-1 hashes of them ('htpasswd -s'), in 'userList' with 'encryption: {sha1: {}}'"),
            (check["basicAuth"]?["encryption"]?["apr"], apr, "make SHA-1 hashes of them ('htpasswd -s'), with 'encryption: {sha1: {}}'"),
            (check["oauth"], "the older form of a sign-in is not acted on", "write it as 'oauth2.oidcAuthorizationCode' with 'discoveryOverride'"),
            (keys?["labelSelector"] ?? keys?["k8sSecretApikeyStorage"]?["labelSelector"], "Secrets are not found by their labels", "name each of them in 'apiKeySecretRefs'"),
            (keys?["aerospikeApikeyStorage"], "Envoy does not ask databases for keys", "write them into Secrets"),
            (oauth?["accessTokenValidation"]?["introspection"], asks, "use 'jwt' if they are JSON Web Tokens, or \(server)"),
            (oauth?["accessTokenValidation"]?["introspectionUrl"], asks, "use 'jwt' if they are JSON Web Tokens, or \(server)"),
            (oauth?["accessTokenValidation"]?["userinfoUrl"], asks, server),
            (
                code.flatMap { $0["discoveryOverride"]?["tokenEndpoint"] == nil || $0["discoveryOverride"]?["authEndpoint"] == nil ? $0 : nil },
                "the issuer is not asked for its endpoints", "write 'discoveryOverride' with 'authEndpoint' and 'tokenEndpoint'"
            ),
            (code?["session"]?["redis"] ?? oauth?["oauth2"]?["session"]?["redis"], "Envoy keeps sessions in cookies only", "use 'session.cookie'"),
            (check["opaAuth"], "Envoy does not run Open Policy Agent", "run it as a server, and ask it with 'passThroughAuth.grpc'"),
            (check["ldap"], "Envoy does not ask LDAP servers", server),
            (check["hmacAuth"], "Envoy does not check HMAC signatures", server),
            (check["pluginAuth"], "plugins of Gloo's auth server cannot be loaded", server),
            (check["jwt"], "this only takes what 'jwtStaged' found out, which refuses by itself", "remove it, and set 'jwtStaged.beforeExtAuth'"),
        ]
        return found.compactMap { value, what, advice in value.flatMap { $0.isNull ? nil : ($0, what, advice) } }
    }

    private static func expressions(_ spec: ConfigValue) -> [Impossible] {
        guard let value = spec["booleanExpr"], let text = value.text, text.contains("|") || text.contains("!") else { return [] }
        return [(value, "Envoy's checks refuse by themselves, so '||' and '!' cannot be had", "give alternatives routes of their own, or \(server)")]
    }
}
