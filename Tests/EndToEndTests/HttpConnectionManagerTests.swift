import Testing

extension EndToEnd {
    @Suite struct HttpConnectionManagerTests {
        @Test("settings reach Envoy: its name, the client's address, paths, headers, and whether x-envoy headers are added")
        func settings() async throws {
            try await Edge.with("connection-manager") { edge in
                let pets = try await Upstream.start("settings-pets")
                let client = try await edge.listener(
                    """
                    httpConnectionManagerSettings:
                      serverName: shop
                      useRemoteAddress: true
                      via: edge
                      normalizePath: true
                      mergeSlashes: true
                      headersWithUnderscoresAction: DROP_HEADER
                      stripAnyHostPort: true
                    router: {suppressEnvoyHeaders: true}
                    """,
                    pets.object() + virtualService("settings", "- \(pets.action)")
                )
                let response = try await client.get("/a/..//b", host: "settings.test:8080", headers: [("x_under", "1"), ("x-plain", "2")])
                let request = try #require(pets.requests.first)
                #expect(response.header("server") == "shop")
                #expect(response.header("via") == "edge")
                #expect(response.header("x-envoy-upstream-service-time") == nil)
                #expect(request.path == "/b")
                #expect(request.header("x-forwarded-for") != nil)
                #expect(request.header("x_under") == nil)
                #expect(request.header("x-plain") == "2")
                #expect(request.header("x-envoy-expected-rq-timeout-ms") == nil)

                let plain = try await edge.client().get("/", host: "settings.test")
                #expect(plain.header("server") == "envoy")
                #expect(plain.header("x-envoy-upstream-service-time") != nil)
                #expect(pets.requests.last?.header("x-forwarded-for") == nil)
            }
        }

        @Test("a WebSocket upgrade is passed on unless the settings switch it off")
        func webSocket() async throws {
            try await Edge.with("connection-manager-upgrade") { edge in
                let pets = try await Upstream.start("upgrade-pets") { _ in .init(status: 200) }
                let client = try await edge.listener(
                    "httpConnectionManagerSettings: {upgrades: [{websocket: {enabled: false}}]}",
                    pets.object() + virtualService("upgrade", "- \(pets.action)")
                )
                let upgrade = [("connection", "upgrade"), ("upgrade", "websocket")]
                // Whoever refuses an upgrade, the connection ends with it, and the client may not see the answer.
                _ = try? await client.get("/", host: "upgrade.test", headers: upgrade)
                #expect(pets.requests.isEmpty)
                _ = try? await edge.client().get("/", host: "upgrade.test", headers: upgrade)
                #expect(pets.requests.first?.header("upgrade") == "websocket")
            }
        }
    }
}
