import Testing

extension EndToEnd {
    /// Requests that carry JSON Web Tokens, or should.
    @Suite(.sharedEdge("jwt")) struct Jwt {
        @Test("tokens are checked by keys written and fetched, claims become headers that nobody can forge, and leniency goes as far as it says")
        func checks() async throws {
            let edge = try SharedEdge.edge
            let issuer = try await TokenIssuer()
            let stranger = try await TokenIssuer()
            let shop = try await Upstream.start("jwt-shop")
            let keys = try await Upstream.start("jwt-keys") { [keySet = issuer.keySet] _ in .init(body: keySet) }
            let local = "{issuer: idp, jwks: {local: {key: \(issuer.publicKey.debugDescription)}}, claimsToHeaders: [{claim: sub, header: x-sub}, {claim: realm.team, header: x-team}]}"
            let client = try await edge.listener(
                "{}",
                shop.object() + keys.object()
                    + virtualService(
                        "jwt-local",
                        """
                        - matchers: [{prefix: /open}]
                          \(shop.action)
                          options: {jwtStaged: {afterExtAuth: {disable: true}}}
                        - matchers: [{prefix: /claim, headers: [{name: x-team, value: blue}]}]
                          \(shop.action)
                          options: {prefixRewrite: /blue}
                        - \(shop.action)
                        """,
                        options: "jwtStaged: {afterExtAuth: {providers: {idp: \(local)}}}"
                    )
                    + virtualService(
                        "jwt-remote", "- \(shop.action)",
                        options: """
                            jwtStaged:
                              beforeExtAuth:
                                providers:
                                  named: {keepToken: true, jwks: {remote: {url: 'http://keys.test/set', upstreamRef: {name: jwt-keys, namespace: default}, asyncFetch: {}}}}
                                  addressed: {tokenSource: {headers: [{header: x-token}]}, jwks: {remote: {url: 'http://127.0.0.1:\(keys.port)/other'}}}
                            """
                    )
                    + virtualService(
                        "jwt-lenient",
                        """
                        - matchers: [{prefix: /missing}]
                          \(shop.action)
                          options: {jwt: {providers: {idp: \(local)}, validationPolicy: ALLOW_MISSING}}
                        - \(shop.action)
                        """,
                        options: "jwt: {providers: {idp: \(local)}, allowMissingOrFailedJwt: true}"
                    )
            )
            let good = ("authorization", "Bearer " + (try await issuer.token(#"{"iss":"idp","sub":"ann","realm":{"team":"blue"}}"#)))
            let forged = ("authorization", "Bearer " + (try await stranger.token(#"{"iss":"idp","sub":"eve"}"#)))
            let late = ("authorization", "Bearer " + (try await issuer.token(#"{"iss":"idp","sub":"ann","exp":1000}"#)))
            let elsewhere = ("authorization", "Bearer " + (try await issuer.token(#"{"iss":"other","sub":"ann"}"#)))

            for (name, headers) in [("none", []), ("forged", [forged]), ("late", [late]), ("other issuer", [elsewhere])] {
                #expect(try await client.get("/", host: "jwt-local.test", headers: headers).status == 401, "\(name)")
            }
            #expect(shop.requests.isEmpty)
            #expect(try await client.get("/", host: "jwt-local.test", headers: [good, ("x-sub", "root"), ("x-team", "red")]).status == 200)
            let passed = try #require(shop.requests.last)
            #expect([passed.headers(named: "x-sub"), passed.headers(named: "x-team"), passed.headers(named: "authorization")] == [["ann"], ["blue"], []])
            #expect(try await client.get("/open", host: "jwt-local.test").status == 200)
            // The route is chosen again, by what the token says.
            #expect(try await client.get("/claim", host: "jwt-local.test", headers: [good]).status == 200)
            #expect(shop.requests.last?.path == "/blue")

            #expect(try await client.get("/", host: "jwt-remote.test", headers: [good]).status == 200)
            #expect(shop.requests.last?.header("authorization") == good.1)
            #expect(try await client.get("/", host: "jwt-remote.test", headers: [forged]).status == 401)
            #expect(try await client.get("/", host: "jwt-remote.test", headers: [("x-token", String(good.1.dropFirst(7)))]).status == 200)
            #expect(keys.requests.contains { $0.path == "/set" && $0.header("host") == "keys.test" })
            #expect(keys.requests.contains { $0.path == "/other" })

            for headers in [[], [forged]] {
                #expect(try await client.get("/", host: "jwt-lenient.test", headers: headers + [("x-sub", "root")]).status == 200)
                #expect(shop.requests.last?.header("x-sub") == nil)
            }
            #expect(try await client.get("/", host: "jwt-lenient.test", headers: [good]).status == 200)
            #expect(shop.requests.last?.header("x-sub") == "ann")
            #expect(try await client.get("/missing", host: "jwt-lenient.test").status == 200)
            #expect(try await client.get("/missing", host: "jwt-lenient.test", headers: [forged]).status == 401)
        }
    }
}
