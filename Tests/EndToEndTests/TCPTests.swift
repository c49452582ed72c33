import Testing

extension EndToEnd {
    @Suite(.sharedEdge("tcp")) struct TCP {
        @Test("server names lead TLS connections to their upstreams: passed on, ended here, or by the name of the cluster")
        func serverNames() async throws {
            let edge = try SharedEdge.edge
            let authority = try await Certificates()
            let port = try freePort()
            let one = try await Upstream.start("tcp-one", tls: authority.server(authority.pair(for: "one.tcp.test")))
            let two = try await Upstream.start("tcp-two", tls: authority.server(authority.pair(for: "two.tcp.test")))
            let inner = try await Upstream.start("tcp-inner")
            // Its cluster is called like this server name.
            let named = try await Upstream.start("tcp-named", tls: authority.server(authority.pair(for: "named.tcp.test")))
            let gateway = Edge.gateway(
                "tcp", port: port,
                """
                tcpGateway:
                  tcpHosts:
                  - name: one
                    sslConfig: {sniDomains: [one.tcp.test]}
                    destination: {single: {upstream: {name: tcp-one, namespace: default}}}
                  - name: two
                    sslConfig: {sniDomains: ['*.tcp.test']}
                    destination: {single: {upstream: {name: tcp-two, namespace: default}}}
                  - name: ended
                    sslConfig: {secretRef: {name: tcp-ended, namespace: default}, sniDomains: [ended.tcp.test]}
                    destination: {single: {upstream: {name: tcp-inner, namespace: default}}}
                  - name: named
                    destination: {forwardSniClusterName: {}}
                """
            )
            try await edge.apply(
                "tcp",
                gateway + tlsSecret("tcp-ended", pair: authority.pair(for: "ended.tcp.test"))
                    + one.object() + two.object() + inner.object() + named.object()
            )
            for (serverName, upstream) in [("one.tcp.test", one), ("two.tcp.test", two), ("ended.tcp.test", inner), ("tcp-named_default", named)] {
                // The client takes only a certificate for the name: it was the upstream's own where TLS is passed on.
                let response = try await eventually("\(serverName) is served", context: { edge.logTails }) {
                    try? await authority.client(port: port, serverName: serverName, checksName: upstream.name != named.name).get("/", host: serverName)
                }
                #expect(response.upstream == upstream.name)
            }
            await #expect(throws: (any Error).self, "no cluster is called so") {
                try await authority.client(port: port, serverName: "nobody_default", checksName: false).get("/", host: "nobody")
            }
            await #expect(throws: (any Error).self, "no host takes connections without TLS") { try await Client(port: port).get("/", host: "one.tcp.test") }
        }

        @Test("a host without conditions takes what the others do not, TLS and not")
        func rest() async throws {
            let edge = try SharedEdge.edge
            let authority = try await Certificates()
            let (port, plainPort) = try (freePort(), freePort())
            let one = try await Upstream.start("rest-one", tls: authority.server(authority.pair(for: "one.rest.test")))
            let secure = try await Upstream.start("rest-secure", tls: authority.server(authority.pair(for: "any.rest.test")))
            let plain = try await Upstream.start("rest-plain")
            func gateway(_ port: Int, rest: Upstream) -> String {
                Edge.gateway(
                    rest.name, port: port,
                    """
                    tcpGateway:
                      tcpHosts:
                      - name: one
                        sslConfig: {sniDomains: [one.rest.test]}
                        destination: {single: {upstream: {name: rest-one, namespace: default}}}
                      - name: rest
                        destination: {single: {upstream: {name: \(rest.name), namespace: default}}}
                    """
                )
            }
            try await edge.apply(
                "rest", gateway(port, rest: secure) + gateway(plainPort, rest: plain) + one.object() + secure.object() + plain.object()
            )
            for (serverName, upstream) in [("one.rest.test", one), ("any.rest.test", secure)] {
                let response = try await eventually("\(serverName) is served", context: { edge.logTails }) {
                    try? await authority.client(port: port, serverName: serverName).get("/", host: serverName)
                }
                #expect(response.upstream == upstream.name)
            }
            let response = try await eventually("plain connections are served", context: { edge.logTails }) {
                try? await Client(port: plainPort).get("/", host: "any")
            }
            #expect(response.upstream == plain.name)
        }
    }
}
