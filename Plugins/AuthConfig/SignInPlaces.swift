internal import SluicePlugin

/// Where a sign-in leads: to the provider, and back.
struct SignInPlaces {
    private let authorization: String
    private let token: String
    private let tokenCluster: String
    private let redirect: String
    private let callback: String
    private let logout: String?
    private let endSession: String?
    private let afterLogout: String?

    /// Nil after an error.
    init?(_ signIn: SignIn, of auth: AuthConfig) {
        let option = signIn.option
        guard let authorization = signIn.endpoint(signIn.authorizationEndpoint, "authEndpoint"),
            let token = signIn.endpoint(signIn.tokenEndpoint, "tokenEndpoint")
        else { return nil }
        self.authorization = authorization.url + SignIn.query(option["authEndpointQueryParams"], behind: authorization.url)
        self.token = token.url + SignIn.query(option["tokenEndpointQueryParams"], behind: token.url)

        let appURL = option["appUrl"]
        var app = appURL.string ?? ""
        do throws(HttpEndpoint.Problem) {
            guard try !HttpEndpoint(app).path.utf8.contains(UInt8(ascii: "?")) else {
                appURL.error("'appUrl' cannot have a query")
                return nil
            }
        } catch {
            (appURL.isPresent ? appURL : option).error("'appUrl' must be the address under which clients know this place, as in https://shop.example: \(error.message)")
            return nil
        }
        while app.hasSuffix("/") { app.removeLast() }

        guard option["parseCallbackPathAsRegex"].bool != true else {
            option["parseCallbackPathAsRegex"].error("the provider sends clients back to one address; write that path as 'callbackPath', without this")
            return nil
        }
        guard let callback = Self.path(option["callbackPath"], otherwise: "/oauth-gloo-callback"), let callback else { return nil }
        guard let logout = Self.path(option["logoutPath"], otherwise: nil) else { return nil }
        guard callback != logout else {
            option["logoutPath"].error("'logoutPath' is the same as the callback's")
            return nil
        }
        self.callback = callback
        self.logout = logout
        // Envoy replaces operators in it.
        var redirect = ""
        for character in app + callback { redirect += character == "%" ? "%%" : String(character) }
        self.redirect = redirect

        var endSession: String?
        if signIn.endSessionEndpoint.string?.isEmpty == false {
            guard signIn.isOpenID, let endpoint = signIn.endpoint(signIn.endSessionEndpoint, "endSessionEndpoint") else { return nil }
            endSession = endpoint.url
        }
        self.endSession = endSession
        let after = option["afterLogoutUrl"]
        afterLogout = after.string.flatMap { $0.isEmpty ? nil : $0 }
        if let afterLogout {
            if endSession == nil {
                after.warning("without 'discoveryOverride.endSessionEndpoint' Envoy sends clients to '/' after they signed out; 'afterLogoutUrl' has no effect")
            } else if !isHeaderValue(afterLogout) || afterLogout.utf8.contains(UInt8(ascii: "%")) {
                after.error("'afterLogoutUrl' must be an address on one line, without percent signs")
                return nil
            }
        }
        tokenCluster = token.addCluster(for: auth.subject, of: "authconfig")
    }

    /// - Returns: nil after an error.
    private static func path(_ option: Option, otherwise: String?) -> String?? {
        guard let path = option.string, !path.isEmpty else { return .some(otherwise) }
        guard path.hasPrefix("/"), path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }) else {
            option.error("'\(path)' must be a path: it begins with '/', and has no blanks, '?' or '#'")
            return nil
        }
        return .some(path)
    }

    func write(to config: FiltersHttpOauth2.OAuth2Config) {
        config.tokenEndpoint { $0.uri(token).cluster(tokenCluster).timeout(seconds: 5) }
        config.authorizationEndpoint(authorization)
        config.redirectUri(redirect)
        config.redirectPathMatcher { $0.path { $0.exact(callback) } }
        config.signoutPath { matcher in
            matcher.path { path in
                if let logout {
                    path.exact(logout)
                } else {
                    // Envoy wants one; no path matches this.
                    path.safeRegex { $0.regex("[^\\s\\S]" as StaticString) }
                }
            }
        }
        if let endSession {
            config.endSessionEndpoint(endSession)
            if let afterLogout { config.postLogoutRedirectUri { $0.uri(afterLogout) } }
        }
    }
}
