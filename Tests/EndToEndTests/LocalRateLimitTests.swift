import Testing

extension EndToEnd {
    /// Limits that a proxy keeps by itself.
    @Suite(.sharedEdge("local-rate-limit")) struct LocalRateLimit {
        @Test("two requests are let through and the third gets 429; a route without limits has none, and each kind of caller has its own")
        func limits() async throws {
            let edge = try SharedEdge.edge
            let pets = try await Upstream.start("limit-pets")
            try await edge.apply(
                "limit",
                pets.object()
                    + virtualService(
                        "limit",
                        """
                        - matchers: [{prefix: /free}]
                          \(pets.action)
                          options: {ratelimitBasic: {}}
                        - matchers: [{prefix: /both}]
                          \(pets.action)
                          options:
                            ratelimitBasic:
                              authorizedLimits: {unit: DAY, requestsPerUnit: 3}
                              anonymousLimits: {unit: DAY, requestsPerUnit: 1}
                        - \(pets.action)
                        """,
                        options: "ratelimitBasic: {anonymousLimits: {unit: HOUR, requestsPerUnit: 2}}"
                    )
            )
            let client = edge.client()
            func statuses(_ path: String, _ count: Int, _ headers: [(String, String)] = []) async throws -> [Int] {
                var all: [Int] = []
                for _ in 0..<count { all.append(try await client.get(path, host: "limit.test", headers: headers).status) }
                return all
            }
            #expect(try await statuses("/", 3) == [200, 200, 429])
            #expect(try await statuses("/free", 4) == [200, 200, 200, 200])
            // Alone they hold for all: nobody has looked at the header.
            #expect(try await statuses("/", 1, [("authorization", "Bearer invented")]) == [429])
            #expect(try await statuses("/both", 2) == [200, 429])
            // Another header is no other caller.
            #expect(try await statuses("/both", 2, [("authorization", "Bearer a")]) == [200, 200])
            #expect(try await statuses("/both", 2, [("authorization", "Bearer b")]) == [200, 429])
        }

        @Test("a listener that takes two connections closes the third before it sends anything")
        func connections() async throws {
            let port = try freePort()
            try await SharedEdge.edge.apply(
                "connections",
                Edge.gateway("connections", port: port, "options: {networkLocalRatelimit: {maxTokens: 2, fillInterval: 1h}}\nhttpGateway: {}")
                    + virtualService("connections", "- directResponseAction: {status: 200}")
            )
            // Each request is a connection of its own; none is counted before the listener is there.
            func status() async -> Int? { try? await Client(port: port).get("/", host: "connections.test").status }
            try await eventually("the limited listener answers") { await status() == 200 }
            #expect(await [status(), status()] == [200, nil])
        }
    }
}
