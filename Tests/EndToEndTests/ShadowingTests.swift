import Testing

extension EndToEnd {
    /// Copies of requests to another upstream.
    @Suite(.sharedEdge("shadowing")) struct Shadowing {
        @Test("each request is copied with its body, and only the answer of the route's own upstream is seen")
        func copies() async throws {
            let edge = try SharedEdge.edge
            let pets = try await Upstream.start("shadowing-pets")
            let copy = try await Upstream.start("shadowing-copy") { _ in .init(status: 500) }
            try await edge.apply(
                "shadowing",
                pets.object() + copy.object()
                    + virtualService(
                        "shadowing",
                        """
                        - matchers: [{prefix: /none}]
                          \(pets.action)
                          options: {shadowing: {upstream: {name: \(copy.name)}, percentage: 0}}
                        - \(pets.action)
                          options: {shadowing: {upstream: {name: \(copy.name), namespace: default}, percentage: 100}}
                        """
                    )
            )
            let client = edge.client()
            #expect(try await client.get("/none", host: "shadowing.test").status == 200)
            let response = try await client.send("POST", "/all", host: "shadowing.test", body: "rex")
            #expect(response.status == 200)
            #expect(response.upstream == pets.name)
            try await eventually("the copy arrives") { !copy.requests.isEmpty }
            #expect(copy.requests.map { [$0.method, $0.path, $0.body] } == [["POST", "/all", "rex"]])
            #expect(copy.requests.first?.header("host") == "shadowing.test-shadow")
            #expect(pets.requests.map(\.path) == ["/none", "/all"])
        }
    }
}
