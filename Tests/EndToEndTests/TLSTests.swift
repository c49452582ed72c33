import Testing

extension EndToEnd {
    @Suite(.sharedEdge("tls")) struct TLS {
        @Test("one TLS listener serves each name with the certificate of its own Secret; a changed Secret is served")
        func serverNames() async throws {
            let edge = try SharedEdge.edge
            let authority = try await Certificates()
            let port = try freePort()
            func objects(_ a: Certificates.Pair) async throws -> String {
                try await Edge.gateway("https", port: port, ssl: true)
                    + tlsSecret("a-secret", pair: a) + tlsSecret("b-secret", pair: authority.pair(for: "b.tls.test"))
                    + ["a", "b"].map { name in
                        virtualService(
                            "tls-\(name)", domain: "\(name).tls.test", "- directResponseAction: {status: 200, body: this is \(name)}",
                            ssl: "secretRef: {name: \(name)-secret, namespace: default}\nsniDomains: [\(name).tls.test]"
                        )
                    }.joined()
            }
            try await edge.apply("tls", objects(authority.pair(for: "a.tls.test")))

            // The client takes only a certificate for the name it asks for, so an answer proves the right one was shown.
            for name in ["a", "b"] {
                let client = try authority.client(port: port, serverName: "\(name).tls.test")
                let response = try await eventually("the TLS listener answers \(name)", context: { edge.logTails }) {
                    try? await client.get("/", host: "\(name).tls.test")
                }
                #expect(response.body == "this is \(name)")
            }
            await #expect(throws: (any Error).self, "a name that no virtual service has is refused in the handshake") {
                try await authority.client(port: port, serverName: "c.tls.test").get("/", host: "c.tls.test")
            }
            #expect(
                try await edge.client().get("/", host: "a.tls.test").status == 404,
                "a virtual service with sslConfig is not served by a gateway without"
            )

            // Renewed by another authority: whoever trusts only the new one gets an answer when the new certificate is served.
            let renewed = try await Certificates()
            try await edge.apply("tls", objects(renewed.pair(for: "a.tls.test")))
            try await eventually("the new certificate is served", context: { edge.logTails }) {
                try? await renewed.client(port: port, serverName: "a.tls.test").get("/", host: "a.tls.test")
            }
        }

        @Test("a Secret whose key does not fit its certificate is refused by name, and the other names go on")
        func brokenSecret() async throws {
            let edge = try SharedEdge.edge
            let authority = try await Certificates()
            let port = try freePort()
            let (good, other) = try await (authority.pair(for: "good.test"), authority.pair(for: "other.test"))
            try await edge.apply(
                "broken-secret",
                Edge.gateway("https-broken", port: port, ssl: true)
                    + tlsSecret("good", pair: good) + tlsSecret("unfit", pair: .init(chain: good.chain, key: other.key))
                    + virtualService(
                        "good", "- directResponseAction: {status: 200, body: good}",
                        ssl: "secretRef: {name: good, namespace: default}\nsniDomains: [good.test]"
                    )
                    + virtualService(
                        "unfit", "- directResponseAction: {status: 200, body: unfit}",
                        ssl: "secretRef: {name: unfit, namespace: default}\nsniDomains: [unfit.test]"
                    )
            )
            let status = try await edge.waitForStatus("virtualservices", "unfit", is: "Rejected")
            #expect(status.contains("unfit"))
            let client = try authority.client(port: port, serverName: "good.test")
            let response = try await eventually("the good name is served", context: { edge.logTails }) { try? await client.get("/", host: "good.test") }
            #expect(response.body == "good")
        }

        @Test("an upstream is reached by TLS: unchecked with useTls, checked against the Secret's authority with sslConfig")
        func upstreamTLS() async throws {
            let edge = try SharedEdge.edge
            let (authority, stranger) = try await (Certificates(), Certificates())
            let context = try await authority.server(authority.pair(for: "secure.test"))
            let unchecked = try await Upstream.start("tls-unchecked", tls: context)
            let trusted = try await Upstream.start("tls-trusted", tls: context)
            let distrusted = try await Upstream.start("tls-distrusted", tls: context)
            func ssl(_ secret: String) -> String { "sslConfig: {secretRef: {name: \(secret), namespace: default}, sni: secure.test}" }
            try await edge.apply(
                "upstream-tls",
                unchecked.object().replacing("static: {", with: "static: {useTls: true, ")
                    + trusted.object(ssl("authority")) + distrusted.object(ssl("stranger"))
                    + tlsSecret("authority", authority: authority.authority) + tlsSecret("stranger", authority: stranger.authority)
                    + virtualService(
                        "upstream-tls",
                        """
                        - matchers: [{prefix: /unchecked}]
                          \(unchecked.action)
                        - matchers: [{prefix: /trusted}]
                          \(trusted.action)
                        - matchers: [{prefix: /distrusted}]
                          \(distrusted.action)
                        """
                    )
            )
            let client = edge.client()
            #expect(try await client.get("/unchecked", host: "upstream-tls.test").upstream == unchecked.name)
            #expect(try await client.get("/trusted", host: "upstream-tls.test").upstream == trusted.name)
            #expect(try await client.get("/distrusted", host: "upstream-tls.test").status == 503)
            #expect(distrusted.requests.isEmpty)
        }
    }
}
