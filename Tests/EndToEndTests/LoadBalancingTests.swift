import Testing

extension EndToEnd {
    /// Which of the healthy hosts gets a request.
    @Suite(.sharedEdge("load-balancing")) struct LoadBalancing {
        @Test("equal hashes go to one host, and all hosts get some", arguments: ["ringHash", "maglev"])
        func hash(_ policy: String) async throws {
            let edge = try SharedEdge.edge
            let first = try await Upstream.start("hash-first")
            let second = try await Upstream.start("hash-second")
            let name = policy.lowercased()
            let upstream = """
                ---
                apiVersion: gloo.solo.io/v1
                kind: Upstream
                metadata: {name: \(name), namespace: default}
                spec:
                  static: {hosts: [{addr: 127.0.0.1, port: \(first.port)}, {addr: 127.0.0.1, port: \(second.port)}]}
                  loadBalancerConfig: {\(policy): {}}

                """
            try await edge.apply(
                name,
                upstream
                    + virtualService(
                        name,
                        """
                        - routeAction: {single: {upstream: {name: \(name)}}}
                          options: {lbHash: {hashPolicies: [{header: x-user}]}}
                        """
                    )
            )
            var hosts: Set<String> = []
            for user in 0..<20 {
                var own: Set<String> = []
                for _ in 0..<3 {
                    let response = try await edge.client().get("/", host: "\(name).test", headers: [("x-user", "user-\(user)")])
                    own.insert(response.upstream ?? "nobody")
                }
                #expect(own.count == 1, "user \(user): \(own)")
                hosts.formUnion(own)
            }
            #expect(hosts == ["hash-first", "hash-second"])
        }
    }
}
