import Testing

extension EndToEnd {
    /// Parts of an upstream's hosts.
    @Suite(.sharedEdge("subsets")) struct Subsets {
        @Test("a destination gets the hosts with its labels, and none where there are none")
        func labels() async throws {
            let edge = try SharedEdge.edge
            let old = try await Upstream.start("subset-old")
            let new = try await Upstream.start("subset-new")
            try await edge.apply(
                "subset",
                """
                ---
                apiVersion: gloo.solo.io/v1
                kind: Upstream
                metadata: {name: subset, namespace: default}
                spec:
                  static:
                    hosts:
                    - {addr: 127.0.0.1, port: \(old.port), labels: {version: '1'}}
                    - {addr: 127.0.0.1, port: \(new.port), labels: {version: '2'}}
                    subsetSpec: {selectors: [{keys: [version]}], fallbackPolicy: NO_FALLBACK}

                """
                    + virtualService(
                        "subset",
                        (1...3).map { version in
                            """
                            - matchers: [{prefix: /\(version)}]
                              routeAction: {single: {upstream: {name: subset}, subset: {values: {version: '\(version)'}}}}
                            """
                        }.joined(separator: "\n")
                    )
            )
            for _ in 0..<4 {
                #expect(try await edge.client().get("/1", host: "subset.test").upstream == old.name)
                #expect(try await edge.client().get("/2", host: "subset.test").upstream == new.name)
                #expect(try await edge.client().get("/3", host: "subset.test").status == 503)
            }
        }
    }
}
