internal import SluicePlugin

/// The cookies in which Envoy keeps who has signed in.
struct SignInSession {
    private let option: Option

    /// Nil after an error.
    init?(_ option: Option) {
        self.option = option
        let cookie = option["cookieOptions"]
        if option["redis"].isPresent {
            option["redis"].error("Envoy keeps sessions in cookies only; use 'cookie', or remove 'session'")
            return nil
        }
        for (place, wrong) in [(cookie["notSecure"], true), (cookie["httpOnly"], false)] where place.bool == wrong {
            place.error("Envoy's session cookies are always Secure and HttpOnly; serve the place by HTTPS, and remove this")
            return nil
        }
        if let path = cookie["path"].string, !path.isEmpty, !path.hasPrefix("/") || !path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && !"\",;\\".utf8.contains($0) }) {
            cookie["path"].error("'\(path)' cannot be the path of a cookie; it begins with '/'")
            return nil
        }
        for domain in [cookie["domain"], option["cookie"]["targetDomain"]] {
            if let name = domain.string, !name.utf8.allSatisfy({ ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7a) || ($0 >= 0x30 && $0 <= 0x39) || "-.".utf8.contains($0) }) {
                domain.error("'\(name)' cannot be the domain of a cookie")
                return nil
            }
        }
        if let prefix = option["cookie"]["keyPrefix"].string, !prefix.isEmpty, !isHeaderName(prefix) {
            option["cookie"]["keyPrefix"].error("'\(prefix)' cannot begin the name of a cookie")
            return nil
        }
        if cookie["maxAge"].isPresent { cookie["maxAge"].warning("cookies live as long as the tokens in them; 'maxAge' has no effect") }
    }

    func write(to credentials: FiltersHttpOauth2.OAuth2Credentials) {
        let domains = [option["cookie"]["targetDomain"], option["cookieOptions"]["domain"]]
        if let domain = domains.compactMap(\.string).first(where: { !$0.isEmpty }) { credentials.cookieDomain(domain) }
        guard let prefix = option["cookie"]["keyPrefix"].string, !prefix.isEmpty else { return }
        credentials.cookieNames { names in
            names.bearerToken(prefix + "BearerToken").oauthHmac(prefix + "OauthHMAC").oauthExpires(prefix + "OauthExpires")
            names.idToken(prefix + "IdToken").refreshToken(prefix + "RefreshToken").oauthNonce(prefix + "OauthNonce").codeVerifier(prefix + "CodeVerifier")
        }
    }

    func write(to config: FiltersHttpOauth2.OAuth2Config) {
        config.useRefreshToken(option["cookie"]["allowRefreshing"].bool ?? true)
        let cookie = option["cookieOptions"]
        let path = cookie["path"].string.flatMap { $0.isEmpty ? nil : $0 }
        let site: FiltersHttpOauth2.CookieConfig.SameSite? =
            switch cookie["sameSite"].string {
            case "LaxMode": .lax
            case "StrictMode": .strict
            case "NoneMode": FiltersHttpOauth2.CookieConfig.SameSite.none
            default: nil
            }
        guard path != nil || site != nil else { return }
        func write(_ out: FiltersHttpOauth2.CookieConfig) {
            if let site { out.sameSite(site) }
            if let path { out.path(path) }
        }
        config.cookieConfigs { cookies in
            cookies.bearerTokenCookieConfig(write).oauthHmacCookieConfig(write).oauthExpiresCookieConfig(write).idTokenCookieConfig(write)
            cookies.refreshTokenCookieConfig(write).oauthNonceCookieConfig(write).codeVerifierCookieConfig(write)
        }
    }
}

/// The tokens that upstreams get.
struct SignInTokens {
    private let idTokenHeader: String?
    private let forwardsAccessToken: Bool

    /// Nil after an error.
    init?(_ signIn: SignIn) {
        let headers = signIn.headers
        idTokenHeader = headers["idTokenHeader"].string.flatMap { $0.isEmpty ? nil : $0 }
        let access = headers["accessTokenHeader"].string.flatMap { $0.isEmpty ? nil : $0 }
        forwardsAccessToken = access != nil
        if let access, access.lowercased() != "authorization" || headers["useBearerSchemaForAuthorization"].bool == false {
            headers["accessTokenHeader"].error("Envoy tells the access token as 'Authorization: Bearer ...' only; write 'accessTokenHeader: Authorization' with 'useBearerSchemaForAuthorization: true'")
            return nil
        }
        if let idTokenHeader, idTokenHeader.lowercased() == "authorization" || !isHeaderName(idTokenHeader) {
            headers["idTokenHeader"].error("'\(idTokenHeader)' cannot be the 'idTokenHeader'; name one of your own")
            return nil
        }
        for claims in [signIn.option["accessToken"], signIn.option["identityToken"], signIn.option["dynamicMetadataFromClaims"]] where claims.count > 0 {
            claims.error("Envoy's sign-in does not read claims; forward the token ('headers'), and let 'jwtStaged.afterExtAuth' check it and tell its claims")
            return nil
        }
    }

    func write(to config: FiltersHttpOauth2.OAuth2Config) {
        if forwardsAccessToken { config.forwardBearerToken(true) }
        if let idTokenHeader { config.forwardIdToken { $0.header(idTokenHeader) } }
    }
}
