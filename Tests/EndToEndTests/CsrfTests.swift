import Testing

extension EndToEnd {
    /// Requests that pages of other origins make.
    @Suite(.sharedEdge("csrf")) struct Csrf {
        @Test("a POST from another origin is refused, unless its origin is on the list or the route checks nothing")
        func origins() async throws {
            let edge = try SharedEdge.edge
            let pets = try await Upstream.start("csrf-pets")
            try await edge.apply(
                "csrf",
                pets.object()
                    + virtualService(
                        "csrf",
                        """
                        - matchers: [{prefix: /open}]
                          \(pets.action)
                          options: {csrf: {}}
                        - \(pets.action)
                        """,
                        options: """
                            csrf:
                              filterEnabled: {defaultValue: {numerator: 100}}
                              additionalOrigins: [{exact: partner.test}, {safeRegex: {regex: '[a-z]+\\.friends\\.test'}}]
                            """
                    )
            )
            let client = edge.client()
            for (method, path, origin, status) in [
                ("POST", "/", "http://csrf.test", 200), ("POST", "/", "http://partner.test", 200), ("POST", "/", "http://ann.friends.test", 200),
                ("POST", "/", "http://evil.test", 403), ("GET", "/", "http://evil.test", 200), ("POST", "/open", "http://evil.test", 200),
            ] {
                let response = try await client.send(method, path, host: "csrf.test", headers: [("origin", origin)])
                #expect(response.status == status, "\(method) \(path) from \(origin)")
            }
        }
    }
}
