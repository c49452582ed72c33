import Foundation
import Testing

extension EndToEnd {
    /// Requests that AuthConfigs decide about.
    @Suite(.sharedEdge("auth-config")) struct AuthConfigs {
        private func authConfig(_ name: String, _ spec: String) -> String {
            "---\n{apiVersion: enterprise.gloo.solo.io/v1, kind: AuthConfig, metadata: {name: \(name), namespace: default}, spec: \(spec)}\n"
        }

        private func secret(_ name: String, _ spec: String) -> String {
            "---\n{apiVersion: gloo.solo.io/v1, kind: Secret, metadata: {name: \(name), namespace: default}, spec: \(spec)}\n"
        }

        private func route(_ path: String, _ config: String, _ upstream: Upstream) -> String {
            """
            - matchers: [{prefix: /\(path)}]
              \(upstream.action)
              options: {extauth: {configRef: {name: \(config), namespace: default}}}

            """
        }

        /// Of the user "ann" with the password "test".
        private let ann = ("authorization", "Basic " + Data("ann:test".utf8).base64EncodedString())

        @Test("passwords, keys, tokens with scopes and other servers decide, one after another where all must, and what cannot be had is closed")
        func checks() async throws {
            let edge = try SharedEdge.edge
            let issuer = try await TokenIssuer()
            let shop = try await Upstream.start("auth-config-shop")
            let keys = try await Upstream.start("auth-config-jwks") { [keySet = issuer.keySet] _ in .init(body: keySet) }
            let server = try await Upstream.start("auth-config-server") { request in
                request.header("x-session") == "7" ? .init(headers: [("x-team", "blue")]) : .init(status: 401, headers: [("x-why", "who?")], body: "no")
            }
            let basic = "{name: basic, basicAuth: {realm: shop, encryption: {sha1: {}}, userList: {users: {ann: {hashedPassword: 'qUqP5cyxm6YcTAhz05Hph5gvu9M='}}}}}"
            let apiKeys = "{name: keys, apiKeyAuth: {headersFromMetadata: {x-level: {name: level}}, k8sSecretApikeyStorage: {apiKeySecretRefs: [{name: auth-key-one}, {name: auth-key-two}]}}}"
            let client = try await edge.listener(
                "extauth: {userIdHeader: x-user}",
                shop.object() + secret("auth-key-one", "{apiKey: {apiKey: k-1, metadata: {level: gold}}}") + secret("auth-key-two", "{apiKey: {apiKey: k-2}}")
                    + authConfig("auth-basic", "{configs: [\(basic)]}") + authConfig("auth-keys", "{configs: [\(apiKeys)]}")
                    + authConfig("auth-both", "{booleanExpr: 'keys && basic', configs: [\(basic), \(apiKeys)]}")
                    + authConfig(
                        "auth-token",
                        "{configs: [{oauth2: {accessTokenValidation: {jwt: {issuer: idp, remoteJwks: {url: 'http://127.0.0.1:\(keys.port)/keys'}}, requiredScopes: {scope: [read, write]}}}}]}"
                    )
                    + authConfig(
                        "auth-server",
                        "{configs: [{passThroughAuth: {http: {url: 'http://127.0.0.1:\(server.port)/check?x=y', request: {allowedHeaders: [x-session]}, response: {allowedUpstreamHeaders: [x-team], allowedClientHeadersOnDenied: [x-why]}}}}]}"
                    )
                    + authConfig("auth-never", "{configs: [{ldap: {address: 'ldap://a'}}]}")
                    + virtualService(
                        "auth-config",
                        route("basic", "auth-basic", shop) + route("keys", "auth-keys", shop) + route("both", "auth-both", shop)
                            + route("token", "auth-token", shop) + route("server", "auth-server", shop) + route("never", "auth-never", shop)
                            + route("gone", "auth-gone", shop) + "- \(shop.action)"
                    )
                    + virtualService("auth-host", "- matchers: [{prefix: /open}]\n  \(shop.action)\n  options: {extauth: {disable: true}}\n- \(shop.action)", options: "extauth: {configRef: {name: auth-basic, namespace: default}}")
            )
            func status(_ path: String, _ headers: (String, String)...) async throws -> Int {
                try await client.get(path, host: "auth-config.test", headers: headers).status
            }
            let wrong = ("authorization", "Basic " + Data("ann:rex".utf8).base64EncodedString())
            for headers in [[], [wrong]] {
                let refused = try await client.get("/basic", host: "auth-config.test", headers: headers)
                #expect(refused.status == 401)
                #expect(refused.header("www-authenticate")?.contains("shop") == true)
            }
            #expect(try await status("/basic", ann, ("x-user", "root")) == 200)
            #expect(shop.requests.last?.headers(named: "x-user") == ["ann"])
            #expect(try await client.get("/", host: "auth-host.test").status == 401)
            #expect(try await client.get("/open", host: "auth-host.test").status == 200)
            #expect(try await client.get("/", host: "auth-host.test", headers: [ann]).status == 200)

            #expect(try await status("/keys") == 401)
            #expect(try await status("/keys", ("api-key", "k-3")) == 401)
            #expect(try await status("/keys", ("api-key", "k-1"), ("x-level", "top"), ("x-sluice-api-key-client", "client-1")) == 200)
            let told = try #require(shop.requests.last)
            #expect([told.headers(named: "x-level"), told.headers(named: "x-user"), told.headers(named: "x-sluice-api-key-client")] == [["gold"], ["auth-key-one"], []])
            #expect(try await status("/keys", ("api-key", "k-2"), ("x-level", "top")) == 200)
            #expect(shop.requests.last?.header("x-level") == nil)

            #expect(try await status("/both", ann) == 401)
            #expect(try await status("/both", ("api-key", "k-1")) == 401)
            #expect(try await status("/both", ann, ("api-key", "k-1")) == 200)
            #expect(shop.requests.last?.headers(named: "x-user") == ["ann"])

            let full = "Bearer " + (try await issuer.token(#"{"iss":"idp","sub":"ann","scope":"write more read"}"#))
            let less = "Bearer " + (try await issuer.token(#"{"iss":"idp","sub":"ann","scope":"read"}"#))
            #expect(try await status("/token") == 401)
            #expect(try await status("/token", ("authorization", less)) == 403)
            #expect(try await status("/token", ("authorization", full)) == 200)
            #expect(shop.requests.last?.headers(named: "x-user") == ["ann"])
            #expect(shop.requests.last?.header("authorization") == full)

            let refused = try await client.get("/server", host: "auth-config.test")
            #expect([refused.status == 401, refused.body == "no", refused.header("x-why") == "who?"] == [true, true, true])
            #expect(try await status("/server", ("x-session", "7"), ("x-team", "red")) == 200)
            #expect(shop.requests.last?.headers(named: "x-team") == ["blue"])
            #expect(server.requests.last?.path == "/check?x=y")

            for path in ["/never", "/gone"] { #expect(try await status(path, ann) == 404, "\(path)") }
            #expect(try await status("/") == 200)
        }

        @Test("who has not signed in is sent to the provider, comes back with a code, and passes with the session that Envoy makes of it")
        func signIn() async throws {
            let edge = try SharedEdge.edge
            let shop = try await Upstream.start("sign-in-shop")
            let provider = try await Upstream.start("sign-in-provider") { request in
                guard request.method == "POST", request.path == "/token", request.body.contains("code=c-1"), request.body.contains("client_secret=s3cret") else {
                    return .init(status: 400)
                }
                return .init(headers: [("content-type", "application/json")], body: #"{"access_token":"access-1","id_token":"id-1","token_type":"Bearer","expires_in":600}"#)
            }
            let client = try await edge.listener(
                "{}",
                shop.object() + secret("sign-in-client", "{oauth: {clientSecret: s3cret}}")
                    + authConfig(
                        "sign-in",
                        """
                        {configs: [{oauth2: {oidcAuthorizationCode: {clientId: shop, clientSecretRef: {name: sign-in-client}, appUrl: 'http://sign-in.test', callbackPath: /back,
                          logoutPath: /bye, scopes: [email], authEndpointQueryParams: {hint: 'a b'}, headers: {accessTokenHeader: Authorization, idTokenHeader: x-id-token},
                          discoveryOverride: {authEndpoint: 'https://idp.test/auth', tokenEndpoint: 'http://127.0.0.1:\(provider.port)/token'}}}}]}
                        """
                    )
                    + authConfig(
                        "sign-in-refused",
                        """
                        {failOnRedirect: true, configs: [{oauth2: {oauth2: {clientId: shop, clientSecretRef: {name: sign-in-client}, appUrl: 'http://sign-in.test',
                          authEndpoint: 'https://idp.test/auth', tokenEndpoint: 'http://127.0.0.1:\(provider.port)/token', scopes: [user]}}}]}
                        """
                    )
                    + virtualService("sign-in", route("refused", "sign-in-refused", shop) + route("", "sign-in", shop))
            )
            let sent = try await client.get("/cart?item=5", host: "sign-in.test")
            #expect(sent.status == 302)
            let location = try #require(sent.header("location").flatMap { URLComponents(string: $0) })
            #expect([location.scheme, location.host, location.path] == ["https", "idp.test", "/auth"])
            let parameters = Dictionary((location.queryItems ?? []).map { ($0.name, $0.value ?? "") }, uniquingKeysWith: { first, _ in first })
            #expect(parameters["client_id"] == "shop")
            #expect(parameters["response_type"] == "code")
            #expect(parameters["redirect_uri"] == "http://sign-in.test/back")
            #expect(parameters["scope"] == "openid email")
            #expect(parameters["hint"] == "a b")
            // In base64url: nothing to escape.
            let state = try #require(parameters["state"])
            #expect(shop.requests.isEmpty)

            let back = try await client.get("/back?code=c-1&state=\(state)", host: "sign-in.test", headers: [("cookie", cookies(sent))])
            #expect(back.status == 302, "the provider was asked: \(provider.requests)")
            #expect(back.header("location") == "http://sign-in.test/cart?item=5")
            #expect(try await client.get("/cart", host: "sign-in.test", headers: [("cookie", cookies(back)), ("x-id-token", "forged")]).upstream == shop.name)
            let passed = try #require(shop.requests.last)
            #expect([passed.headers(named: "authorization"), passed.headers(named: "x-id-token")] == [["Bearer access-1"], ["id-1"]])

            let forged = cookies(back).replacing(/OauthHMAC=[^;]*/, with: "OauthHMAC=AAAA")
            #expect(try await client.get("/cart", host: "sign-in.test", headers: [("cookie", forged)]).status == 302)
            #expect(try await client.get("/bye", host: "sign-in.test", headers: [("cookie", cookies(back))]).status == 302)
            #expect(try await client.get("/refused", host: "sign-in.test").status == 401)
        }

        /// What a browser would send back.
        private func cookies(_ response: Response) -> String {
            response.headers(named: "set-cookie").compactMap { $0.split(separator: ";").first.map(String.init) }.joined(separator: "; ")
        }
    }
}
