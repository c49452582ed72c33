internal import SluicePlugin

extension AuthConfig {
    /// Access tokens that clients have from elsewhere, as JSON Web Tokens, with the scopes that they must bear.
    func accessTokens(_ option: Option, named name: String) -> [AuthFilter]? {
        for asked in [option["introspection"], option["introspectionUrl"], option["userinfoUrl"]] where asked.isPresent {
            asked.error("Envoy does not ask the issuer about tokens; use 'jwt' if they are JSON Web Tokens, or ask a server with 'passThroughAuth'")
            return nil
        }
        guard !option["dynamicMetadataFromClaims"].isPresent else {
            option["dynamicMetadataFromClaims"].error("the claims are kept as metadata 'envoy.filters.http.jwt_authn', under the name of this check; take them from there, and remove this")
            return nil
        }
        let jwt = option["jwt"]
        guard let keys = keys(jwt, option) else { return nil }
        let check = AuthFilter("envoy.filters.http.jwt_authn.\(name)", FiltersHttpJwtAuthn.JwtAuthentication.self) { [userIdHeader] out in
            out.providers(name) { provider in
                if let issuer = jwt["issuer"].text, !issuer.isEmpty { provider.issuer(issuer) }
                keys(provider)
                provider.forward(true).payloadInMetadata(name)
                provider.normalizePayloadInMetadata { $0.spaceDelimitedClaims("scope" as StaticString) }
                if let userIdHeader { provider.claimToHeaders { $0.headerName(userIdHeader).claimName("sub" as StaticString) } }
            }
            out.rules { rule in
                // The empty prefix is in front of every path, also of "*" and of none.
                rule.match { $0.prefix("" as StaticString) }
                rule.requires { $0.providerName(name) }
            }
        }
        let scopes = option["requiredScopes"]["scope"]
        guard scopes.count > 0 else { return [check] }
        let rule = AuthFilter("envoy.filters.http.rbac.\(name)", FiltersHttpRbac.RBAC.self) { out in
            out.rules { rules in
                rules.action(.allow).policies("scopes" as StaticString) { policy in
                    policy.permissions { $0.any(true) }
                    policy.principals { $0.andIds { all in for scope in scopes.elements { all.ids { require(scope, name, $0) } } } }
                }
            }
        }
        return [check, rule]
    }

    private func keys(_ jwt: Option, _ option: Option) -> ((FiltersHttpJwtAuthn.JwtProvider) -> Void)? {
        let local = jwt["localJwks"]["inlineString"]
        if let text = local.string {
            do throws(KeySet.Problem) {
                let keys = try KeySet(text)
                return { $0.localJwks { $0.inlineString(keys.json) } }
            } catch {
                local.error("these keys cannot be used: \(error.message)")
                return nil
            }
        }
        let remote = jwt["remoteJwks"]
        guard remote.isPresent else {
            (jwt.isPresent ? jwt : option).error("there are no keys to check tokens by; write 'jwt.remoteJwks.url', or 'jwt.localJwks.inlineString'")
            return nil
        }
        let interval = remote["refreshInterval"].duration ?? (300, 0)
        guard interval.seconds > 0 || interval.nanos >= 1_000_000, interval.seconds <= 9_000_000 else {
            remote["refreshInterval"].error("'refreshInterval' must be 1ms at least, and 9000000s at most")
            return nil
        }
        do throws(HttpEndpoint.Problem) {
            let endpoint = try HttpEndpoint(remote["url"].string ?? "")
            let cluster = endpoint.addCluster(for: subject, of: "authconfig")
            return { provider in
                provider.remoteJwks { jwks in
                    jwks.httpUri { $0.uri(endpoint.url).cluster(cluster).timeout(seconds: 5) }
                    jwks.cacheDuration(seconds: interval.seconds, nanos: interval.nanos)
                    jwks.asyncFetch { $0.fastListener(true) }
                    jwks.retryPolicy { $0.numRetries(2) }
                }
            }
        } catch {
            (remote["url"].isPresent ? remote["url"] : remote).error("'url' must be the address of a set of keys: \(error.message)")
            return nil
        }
    }
}

private func require(_ scope: Option, _ provider: String, _ out: Rbac.Principal) {
    out.sourcedMetadata { metadata in
        metadata.metadataMatcher { matcher in
            matcher.filter("envoy.filters.http.jwt_authn" as StaticString).path { $0.key(provider) }.path { $0.key("scope" as StaticString) }
            matcher.value { $0.listMatch { $0.oneOf { $0.stringMatch { $0.exact(scope.text ?? sluice_text_host(bytes: nil, length: 0)) } } } }
        }
    }
}
