import Testing

extension EndToEnd {
    /// The version of HTTP that is spoken with upstreams. The upstream is the gateway itself, which takes both and says which came.
    @Suite(.sharedEdge("protocol-options")) struct ProtocolOptions {
        @Test("HTTP/2 is spoken with an upstream that asks for it, and otherwise HTTP/1.1 or what the client speaks")
        func versions() async throws {
            let edge = try SharedEdge.edge
            let kinds = [("h2", "useHttp2: true", "HTTP/2"), ("h1", "useHttp2: false", "HTTP/1.1"), ("client", "protocolSelection: USE_DOWNSTREAM_PROTOCOL", "HTTP/1.1")]
            let inner = virtualService(
                "protocol-inner", "- directResponseAction: {status: 200}",
                options: "headerManipulation: {responseHeadersToAdd: [{header: {key: x-protocol, value: '%PROTOCOL%'}}]}"
            )
            let outer = kinds.map { name, option, _ in
                """
                ---
                apiVersion: gloo.solo.io/v1
                kind: Upstream
                metadata: {name: protocol-\(name), namespace: default}
                spec:
                  static: {hosts: [{addr: 127.0.0.1, port: \(edge.gatewayPort)}]}
                  \(option)

                """
                    + virtualService(
                        "protocol-\(name)",
                        """
                        - routeAction: {single: {upstream: {name: protocol-\(name)}}}
                          options: {hostRewrite: protocol-inner.test}
                        """
                    )
            }
            try await edge.apply("protocol", inner + outer.joined())
            for (name, _, version) in kinds {
                #expect(try await edge.client().get("/", host: "protocol-\(name).test").header("x-protocol") == version, "\(name)")
            }
        }

        @Test("header names are written as the options of HTTP/1.1 say")
        func headerNames() async throws {
            let edge = try SharedEdge.edge
            let pets = try await Upstream.start("proper-pets")
            try await edge.apply(
                "proper",
                pets.object("connectionConfig: {http1ProtocolOptions: {properCaseHeaderKeyFormat: true}}")
                    + virtualService("proper", "- \(pets.action)")
            )
            try await edge.client().get("/", host: "proper.test", headers: [("x-pet-name", "rex")])
            let names = try #require(pets.requests.first).headers.map(\.name)
            #expect(names.contains("X-Pet-Name"))
        }
    }
}
