import Testing

extension EndToEnd {
    /// What clients and the proxies in front of this one say in headers.
    @Suite(.sharedEdge("client-headers")) struct ClientHeaders {
        @Test("the first address of x-forwarded-for is the client's, and headers that choose clusters are taken off")
        func headers() async throws {
            let edge = try SharedEdge.edge
            let pets = try await Upstream.start("client-pets")
            let route = """
                - matchers: [{prefix: /, headers: [{name: x-cluster}]}]
                  routeAction: {clusterHeader: x-cluster}
                - \(pets.action)
                  options: {headerManipulation: {requestHeadersToAdd: [{header: {key: x-client, value: '%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%'}}]}}
                """
            let client = try await edge.listener(
                "{leftmostXffAddress: true, sanitizeClusterHeader: [x-cluster]}", pets.object() + virtualService("client", route)
            )
            func ask(_ headers: [(String, String)]) async throws -> Upstream.Request {
                let answer = try await client.get("/", host: "client.test", headers: headers)
                #expect(answer.status == 200)
                return try #require(pets.requests.last)
            }
            #expect(try await ask([("x-forwarded-for", "203.0.113.9, 198.51.100.2, 10.0.0.1")]).header("x-client") == "203.0.113.9")
            #expect(try await ask([("x-forwarded-for", "2001:db8::7")]).header("x-client") == "2001:db8::7")
            // Without the header it is the connection's.
            #expect(try await ask([]).header("x-client") == "127.0.0.1")
            // With the header the other route would answer that there is no such cluster.
            #expect(try await ask([("x-cluster", "nowhere")]).header("x-cluster") == nil)
        }
    }
}
