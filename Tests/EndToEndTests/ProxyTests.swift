import Testing

extension EndToEnd {
    @Suite struct Proxies {
        @Test("a Proxy that a user writes is served to its own role, and changes when it is edited")
        func written() async throws {
            try await Edge.with("proxy", .init(roles: ["gloo-system~gateway-proxy", "team~mine"])) { edge in
                let pets = try await Upstream.start("proxy-pets")
                let port = try freePort()
                func proxy(_ path: String) -> String {
                    """
                    ---
                    apiVersion: gloo.solo.io/v1
                    kind: Proxy
                    metadata: {name: mine, namespace: team}
                    spec:
                      listeners:
                      - name: mine
                        bindAddress: 127.0.0.1
                        bindPort: \(port)
                        httpListener:
                          virtualHosts:
                          - name: pets
                            domains: ['*']
                            routes:
                            - matchers: [{prefix: \(path)}]
                              routeAction: {single: {upstream: {name: proxy-pets, namespace: default}}}

                    """
                }
                let client = Client(port: port)
                for path in ["/pets", "/dogs"] {
                    try await edge.apply("proxy", pets.object() + proxy(path))
                    try await eventually("\(path) is served to the role", context: { edge.logTails }, isTrue: {
                        (try? await client.get(path, host: "any.test"))?.upstream == pets.name
                    })
                }
                #expect(try await client.get("/pets", host: "any.test").status == 404, "the Proxy's earlier route is gone")
                #expect(try await edge.client().get("/dogs", host: "any.test").status == 404, "the other role does not have it")
                try await edge.remove("proxy")
                try await eventually("a Proxy that is gone is served no more", context: { edge.logTails }, isTrue: {
                    (try? await Client(port: port).get("/dogs", host: "any.test")) == nil
                })
            }
        }
    }
}
