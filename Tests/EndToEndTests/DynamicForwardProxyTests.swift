import Testing

extension EndToEnd {
    /// Routes to the host that the request names.
    @Suite(.sharedEdge("dynamic-forward-proxy")) struct DynamicForwardProxy {
        @Test("requests go to the host of a header, of the route or of the request, found by DNS; a gateway without settings refuses")
        func hosts() async throws {
            let edge = try SharedEdge.edge
            let pets = try await Upstream.start("dynamic-pets")
            let toys = try await Upstream.start("dynamic-toys")
            let client = try await edge.listener(
                "dynamicForwardProxy: {dnsCacheConfig: {dnsLookupFamily: V4_ONLY}}",
                virtualService(
                    "dynamic", domain: "*",
                    """
                    - matchers: [{prefix: /header}]
                      routeAction: {dynamicForwardProxy: {autoHostRewriteHeader: x-to}}
                    - matchers: [{prefix: /fixed}]
                      routeAction: {dynamicForwardProxy: {hostRewrite: 'localhost:\(pets.port)'}}
                    - matchers: [{prefix: /own}]
                      routeAction: {dynamicForwardProxy: {}}
                    """
                )
            )
            #expect(try await client.get("/header", host: "a.test", headers: [("x-to", "127.0.0.1:\(toys.port)")]).upstream == toys.name)
            #expect(try await client.get("/header", host: "a.test", headers: [("x-to", "localhost:\(pets.port)")]).upstream == pets.name)
            #expect(try await client.get("/fixed/a", host: "a.test").upstream == pets.name)
            #expect([pets.requests.last?.path, pets.requests.last?.header("host")] == ["/fixed/a", "localhost:\(pets.port)"])
            #expect(try await client.get("/own", host: "localhost:\(toys.port)").upstream == toys.name)
            let status = try await edge.waitForStatus("virtualservices", "dynamic", is: "Rejected")
            #expect(status.contains("the gateway does not say how names are looked up"))
            #expect(try await edge.client().get("/fixed", host: "a.test").status == 404)
        }
    }
}
