import Testing

extension EndToEnd {
    /// Upstreams behind a proxy that is asked by HTTP CONNECT.
    @Suite(.sharedEdge("tunneling")) struct Tunneling {
        @Test("requests go through the proxy, to a plain host and to one with TLS inside the tunnel, of weighted destinations too")
        func tunnels() async throws {
            let edge = try SharedEdge.edge
            let authority = try await Certificates()
            let pets = try await Upstream.start("tunnel-pets")
            let vault = try await Upstream.start("tunnel-vault", tls: authority.server(authority.pair(for: "vault.example")))
            let plain = try await ConnectProxy.start(to: pets.port)
            let guarded = try await ConnectProxy.start(to: vault.port, tls: authority.server(authority.pair(for: "proxy.example")))
            try await edge.apply(
                "tunnel",
                """
                ---
                apiVersion: gloo.solo.io/v1
                kind: Upstream
                metadata: {name: tunnel-pets, namespace: default}
                spec:
                  static: {hosts: [{addr: 127.0.0.1, port: \(plain.port)}]}
                  httpProxyHostname: pets.example:80
                  httpConnectHeaders: [{key: proxy-authorization, value: Basic cmV4}]
                ---
                apiVersion: gloo.solo.io/v1
                kind: Upstream
                metadata: {name: tunnel-vault, namespace: default}
                spec:
                  static: {hosts: [{addr: 127.0.0.1, port: \(guarded.port), sniAddr: proxy.example}]}
                  httpProxyHostname: vault.example:443
                  httpConnectSslConfig: {secretRef: {name: tunnel-authority}, verifySubjectAltName: [proxy.example]}
                  sslConfig: {secretRef: {name: tunnel-authority}, verifySubjectAltName: [vault.example]}

                """
                    + tlsSecret("tunnel-authority", authority: authority.authority)
                    + virtualService(
                        "tunnel",
                        """
                        - matchers: [{prefix: /weighted}]
                          routeAction: {multi: {destinations: [{destination: {upstream: {name: tunnel-pets}}, weight: 1}]}}
                          options: {autoHostRewrite: true}
                        - matchers: [{prefix: /header}]
                          routeAction: {clusterHeader: x-cluster}
                        - matchers: [{prefix: /vault}]
                          \(vault.action)
                        - \(pets.action)
                        """
                    )
            )
            let client = edge.client()
            func answers(_ path: String, _ name: String, headers: [(String, String)] = []) async throws {
                try await eventually("\(name) answers \(path)", context: { edge.logTails }) {
                    try await client.get(path, host: "tunnel.test", headers: headers).upstream == name
                }
            }
            try await answers("/", pets.name)
            #expect(pets.requests.last?.header("host") == "tunnel.test")
            let asked = try #require(plain.asked.first)
            #expect(asked.hasPrefix("CONNECT pets.example:80 HTTP/1.1\r\n"))
            #expect(asked.contains("\r\nproxy-authorization: Basic cmV4\r\n"))
            try await answers("/vault", vault.name)
            #expect(guarded.asked.first?.hasPrefix("CONNECT vault.example:443 HTTP/1.1\r\n") == true)
            try await answers("/weighted", pets.name)
            #expect(pets.requests.last?.header("host") == "pets.example")
            try await answers("/header", vault.name, headers: [("x-cluster", "tunnel-vault_default")])

            // An upstream that is tunnelled no longer leaves no listener behind.
            try await edge.apply("tunnel", pets.object() + virtualService("tunnel", "- \(pets.action)"))
            let count = plain.asked.count
            try await eventually("requests go straight") {
                let before = pets.requests.count
                _ = try await client.get("/", host: "tunnel.test")
                return pets.requests.count == before + 1 && plain.asked.count == count
            }
        }
    }
}
