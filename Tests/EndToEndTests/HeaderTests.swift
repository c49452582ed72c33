import Testing

extension EndToEnd {
    @Suite(.sharedEdge("headers")) struct HeadersAndCors {
        @Test("headers are added to and removed from requests and responses, by the virtual host and by the route")
        func headerManipulation() async throws {
            let edge = try SharedEdge.edge
            let pets = try await Upstream.start("headers-pets") { _ in .init(headers: [("x-internal", "secret"), ("x-kept", "kept")]) }
            try await edge.apply(
                "headers",
                pets.object()
                    + virtualService(
                        "headers",
                        """
                        - matchers: [{prefix: /}]
                          \(pets.action)
                          options:
                            headerManipulation:
                              requestHeadersToAdd:
                              - {header: {key: x-replaced, value: new}, append: false}
                              - {header: {key: x-appended, value: second}, append: true}
                              requestHeadersToRemove: [x-unwanted]
                              responseHeadersToAdd:
                              - header: {key: x-route, value: seen}
                              responseHeadersToRemove: [x-internal]
                        """,
                        options: """
                            headerManipulation:
                              requestHeadersToAdd:
                              - header: {key: x-gateway, value: sluice}
                              responseHeadersToAdd:
                              - header: {key: x-virtual-host, value: seen}
                            """
                    )
            )
            let response = try await edge.client().get(
                "/", host: "headers.test", headers: [("x-replaced", "old"), ("x-appended", "first"), ("x-unwanted", "1"), ("x-other", "stays")]
            )
            let request = try #require(pets.requests.first)
            #expect(request.header("x-gateway") == "sluice")
            #expect(request.headers(named: "x-replaced") == ["new"])
            #expect(request.headers(named: "x-appended") == ["first", "second"])
            #expect(request.header("x-unwanted") == nil)
            #expect(request.header("x-other") == "stays")
            #expect(response.header("x-route") == "seen")
            #expect(response.header("x-virtual-host") == "seen")
            #expect(response.header("x-internal") == nil)
            #expect(response.header("x-kept") == "kept")
        }

        @Test("the destinations of a weighted split have headers of their own")
        func weightedDestinationHeaders() async throws {
            let edge = try SharedEdge.edge
            let (a, b) = try await (Upstream.start("destination-a"), Upstream.start("destination-b"))
            func destination(_ upstream: Upstream) -> String {
                """
                - destination: {upstream: {name: \(upstream.name)}}
                  weight: 1
                  options: {headerManipulation: {responseHeadersToAdd: [{header: {key: x-destination, value: \(upstream.name)}}]}}
                """
            }
            try await edge.apply(
                "destinations",
                a.object() + b.object()
                    + virtualService(
                        "destinations", "- routeAction:\n    multi:\n      destinations:\n" + (destination(a) + "\n" + destination(b)).indented(6)
                    )
            )
            let client = edge.client()
            for _ in 0..<40 {
                let response = try await client.get("/", host: "destinations.test")
                #expect(response.header("x-destination") == response.upstream)
            }
            #expect(!a.requests.isEmpty && !b.requests.isEmpty)
        }

        private func cors(_ edge: Edge) async throws -> Upstream {
            let pets = try await Upstream.start("cors-pets")
            try await edge.apply(
                "cors",
                pets.object()
                    + virtualService(
                        "cors",
                        """
                        - matchers: [{prefix: /closed}]
                          \(pets.action)
                          options: {cors: {disableForRoute: true}}
                        - \(pets.action)
                        """,
                        options: """
                            cors:
                              allowOrigin: ['https://shop.test']
                              allowOriginRegex: ['https://[a-z]+\\.partner\\.test']
                              allowMethods: [GET, POST]
                              allowHeaders: [x-token]
                              exposeHeaders: [x-upstream]
                              maxAge: '86400'
                              allowCredentials: true
                            """
                    )
            )
            return pets
        }

        @Test("a CORS preflight is answered by the gateway")
        func preflight() async throws {
            let edge = try SharedEdge.edge
            let pets = try await cors(edge)
            for origin in ["https://shop.test", "https://blue.partner.test"] {
                let response = try await edge.client().send(
                    "OPTIONS", "/pets", host: "cors.test",
                    headers: [("origin", origin), ("access-control-request-method", "POST"), ("access-control-request-headers", "x-token")]
                )
                #expect(response.status == 200)
                #expect(response.header("access-control-allow-origin") == origin)
                #expect(response.header("access-control-allow-methods")?.replacing(" ", with: "") == "GET,POST")
                #expect(response.header("access-control-allow-headers") == "x-token")
                #expect(response.header("access-control-allow-credentials") == "true")
                #expect(response.header("access-control-max-age") == "86400")
            }
            #expect(pets.requests.isEmpty)
        }

        @Test("an actual CORS request reaches the upstream; only a known origin may read the answer, and only where CORS is on")
        func actual() async throws {
            let edge = try SharedEdge.edge
            let pets = try await cors(edge)
            let client = edge.client()
            let known = try await client.get("/pets", host: "cors.test", headers: [("origin", "https://shop.test")])
            #expect(known.upstream == pets.name)
            #expect(known.header("access-control-allow-origin") == "https://shop.test")
            #expect(known.header("access-control-expose-headers") == "x-upstream")
            let unknown = try await client.get("/pets", host: "cors.test", headers: [("origin", "https://evil.test")])
            #expect(unknown.upstream == pets.name)
            #expect(unknown.header("access-control-allow-origin") == nil)
            let closed = try await client.get("/closed", host: "cors.test", headers: [("origin", "https://shop.test")])
            #expect(closed.header("access-control-allow-origin") == nil)
        }
    }
}
