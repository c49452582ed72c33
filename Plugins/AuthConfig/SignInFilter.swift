internal import SluicePlugin

extension AuthConfig {
    /// Envoy's own OAuth 2 client. The session is in cookies, sealed with a key that is made from the client's secret.
    func signIn(_ signIn: SignIn, _ failsOnRedirect: Bool, named name: String) -> [AuthFilter]? {
        guard let places = SignInPlaces(signIn, of: self) else { return nil }
        let option = signIn.option
        guard let id = option["clientId"].string, !id.isEmpty else {
            option.error("'clientId' is missing")
            return nil
        }
        guard let secret = clientSecret(option) else { return nil }
        guard let session = SignInSession(option["session"]) else { return nil }
        guard let tokens = SignInTokens(signIn) else { return nil }
        // Of all who use this AuthConfig: a session goes on at every place that names it.
        let sealName = "authconfig:session-key/\(words)/\(name)"
        let secretName = "authconfig:client-secret/\(words(of: option["clientSecretRef"]))"
        let seal = base64(sha256(Array("sluice session key\0\(words)\0\(name)\0\(secret)".utf8)))
        subject.addSecret(secretName) { $0.genericSecret { $0.secret { $0.inlineString(secret) } } }
        subject.addSecret(sealName) { $0.genericSecret { $0.secret { $0.inlineString(seal) } } }
        let scopes = (signIn.isOpenID ? ["openid"] : []) + option["scopes"].elements.compactMap(\.string).filter { !$0.isEmpty && !(signIn.isOpenID && $0 == "openid") }
        return [
            AuthFilter("envoy.filters.http.oauth2.\(name)", FiltersHttpOauth2.OAuth2.self) { out in
                out.config { config in
                    places.write(to: config)
                    config.credentials { credentials in
                        credentials.clientId(id)
                        credentials.tokenSecret { write(secret: secretName, to: $0) }
                        credentials.hmacSecret { write(secret: sealName, to: $0) }
                        session.write(to: credentials)
                    }
                    for scope in scopes { config.authScopes(scope) }
                    session.write(to: config)
                    tokens.write(to: config)
                    if failsOnRedirect { config.denyRedirectMatcher { $0.name(":path" as StaticString).presentMatch(true) } }
                }
            }
        ]
    }

    private func clientSecret(_ option: Option) -> String? {
        if option["disableClientSecret"].bool == true {
            option["disableClientSecret"].error("Envoy signs in with a client secret, and its sessions are sealed by it; register the client with one, and name it in 'clientSecretRef'")
            return nil
        }
        let reference = option["clientSecretRef"]
        guard reference.isPresent else {
            option.error("'clientSecretRef' is missing: the Secret with the client's secret")
            return nil
        }
        let secret = self.secret(reference)
        guard let text = secret["oauth"]["clientSecret"].string, !text.isEmpty else {
            reference.error(secret.isPresent ? "Secret '\(words(of: reference))' has no 'oauth.clientSecret'" : "there is no Secret '\(words(of: reference))' that is valid")
            return nil
        }
        return text
    }
}

private func write(secret name: String, to out: TransportSocketsTls.SdsSecretConfig) {
    out.name(name).sdsConfig { $0.ads { _ in }.resourceApiVersion(.v3) }
}
