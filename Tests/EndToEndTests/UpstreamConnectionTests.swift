import Testing

extension EndToEnd {
    /// Connections to upstreams.
    @Suite(.sharedEdge("upstream-connection")) struct UpstreamConnection {
        @Test("what is over a circuit breaker's limit is answered 503, and other upstreams are not concerned")
        func circuitBreaker() async throws {
            let edge = try SharedEdge.edge
            let closed = try await Upstream.start("breaker-closed")
            let open = try await Upstream.start("breaker-open")
            try await edge.apply(
                "breaker",
                closed.object("circuitBreakers: {maxRequests: 0}") + open.object("circuitBreakers: {maxRequests: 1}")
                    + virtualService("breaker", "- matchers: [{prefix: /closed}]\n  \(closed.action)\n- \(open.action)")
            )
            let refused = try await edge.client().get("/closed", host: "breaker.test")
            #expect(refused.status == 503)
            #expect(refused.header("x-envoy-overloaded") == "true")
            #expect(try await edge.client().get("/", host: "breaker.test").upstream == "breaker-open")
            #expect(closed.requests.isEmpty)
        }
    }
}
