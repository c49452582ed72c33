import Testing

extension EndToEnd {
    /// Gateways that share one port among connections of several kinds.
    @Suite struct Hybrid {
        private static let names = ["a", "b"]

        /// Two names behind certificates of their own and one without TLS, on one port.
        private func objects(_ authority: Certificates, port: Int) async throws -> String {
            var text = Edge.gateway(
                "hybrid", port: port,
                """
                hybridGateway:
                  matchedGateways:
                  - matcher: {sslConfig: {}}
                    httpGateway: {}
                  - matcher: {}
                    httpGateway: {virtualServices: [{name: hybrid-plain, namespace: default}]}
                """
            )
            for name in Self.names {
                text += try await tlsSecret("hybrid-\(name)", pair: authority.pair(for: "\(name).hybrid.test"))
                text += virtualService(
                    "hybrid-\(name)", domain: "\(name).hybrid.test", "- directResponseAction: {status: 200, body: \(name)}",
                    ssl: "secretRef: {name: hybrid-\(name), namespace: default}\nsniDomains: [\(name).hybrid.test]"
                )
            }
            return text + virtualService("hybrid-plain", domain: "plain.hybrid.test", "- directResponseAction: {status: 200, body: plain}")
        }

        /// Who answers for each host over a connection for each server name; nil is plain HTTP.
        private func expect(_ edge: Edge, _ authority: Certificates, port: Int, isIsolated: Bool) async throws {
            for serverName in Self.names {
                let client = try authority.client(port: port, serverName: "\(serverName).hybrid.test")
                // The client takes only a certificate for the name it asks for, so an answer proves the right one was shown.
                try await eventually("\(serverName) is served", context: { edge.logTails }, isTrue: {
                    (try? await client.get("/", host: "\(serverName).hybrid.test"))?.body == serverName
                })
                for host in Self.names {
                    let response = try await client.get("/", host: "\(host).hybrid.test")
                    if host == serverName || !isIsolated { #expect(response.body == host) } else { #expect(response.status == 404, "\(host) by the certificate of \(serverName)") }
                }
                #expect(try await client.get("/", host: "plain.hybrid.test").status == 404, "what is served without TLS is not served with it")
            }
            let plain = Client(port: port)
            #expect(try await plain.get("/", host: "plain.hybrid.test").body == "plain")
            for host in Self.names { #expect(try await plain.get("/", host: "\(host).hybrid.test").status == 404, "without TLS") }
            await #expect(throws: (any Error).self, "a server name that nobody has is refused in the handshake") {
                try await authority.client(port: port, serverName: "c.hybrid.test").get("/", host: "a.hybrid.test")
            }
        }

        @Test("two certificates and plain HTTP on one port, each virtual service only behind its own")
        func isolated() async throws {
            try await Edge.with("hybrid") { edge in
                let (authority, port) = try await (Certificates(), freePort())
                try await edge.apply("hybrid", objects(authority, port: port))
                try await expect(edge, authority, port: port, isIsolated: true)
            }
        }

        @Test("with isolateVirtualHostsBySslConfig: false every certificate leads to every virtual service with TLS")
        func shared() async throws {
            try await Edge.with("hybrid-shared") { edge in
                let (authority, port) = try await (Certificates(), freePort())
                let settings = "apiVersion: gloo.solo.io/v1\nkind: Settings\nmetadata: {name: default, namespace: gloo-system}\nspec: {gateway: {isolateVirtualHostsBySslConfig: false}}\n"
                try await edge.apply("hybrid", settings + objects(authority, port: port))
                try await expect(edge, authority, port: port, isIsolated: false)
            }
        }

        private func sources(_ edge: Edge, port: Int, _ bodies: [(source: String, host: String, body: String)]) async throws {
            for (source, host, body) in bodies {
                let client = Client(port: port, source: source)
                let response = try await eventually("port \(port) is served", context: { edge.logTails }) { try? await client.get("/", host: host) }
                #expect(response.body == body, "\(host) from \(source)")
            }
        }

        @Test("the address of the client chooses among gateways of one port")
        func sourcePrefixes() async throws {
            try await Edge.with("hybrid-source") { edge in
                let port = try freePort()
                let gateway = Edge.gateway(
                    "source", port: port,
                    """
                    hybridGateway:
                      matchedGateways:
                      - matcher: {sourcePrefixRanges: [{addressPrefix: 127.0.0.1, prefixLen: 32}]}
                        httpGateway: {virtualServices: [{name: near, namespace: default}]}
                      - httpGateway: {virtualServices: [{name: far, namespace: default}]}
                    """
                )
                try await edge.apply(
                    "source",
                    gateway + virtualService("near", "- directResponseAction: {status: 200, body: near}")
                        + virtualService("far", "- directResponseAction: {status: 200, body: far}")
                )
                try await sources(
                    edge, port: port,
                    [("127.0.0.1", "near.test", "near"), ("127.0.0.1", "far.test", ""), ("127.0.0.2", "near.test", ""), ("127.0.0.2", "far.test", "far")]
                )
            }
        }

        @Test("MatchableHttpGateways are taken by label from every namespace, and come and go")
        func delegated() async throws {
            try await Edge.with("hybrid-delegated") { edge in
                let port = try freePort()
                func child(_ name: String, source: String, label: String) -> String {
                    """
                    ---
                    apiVersion: gateway.solo.io/v1
                    kind: MatchableHttpGateway
                    metadata: {name: \(name), namespace: default, labels: {edge: \(label)}}
                    spec:
                      matcher: {sourcePrefixRanges: [{addressPrefix: \(source), prefixLen: 32}]}
                      httpGateway: {virtualServices: [{name: \(name)}]}

                    """ + virtualService(name, domain: "delegated.test", "- directResponseAction: {status: 200, body: \(name)}")
                }
                // Both want one domain, so the one gateway that is there from the start serves the first of them alone.
                let gateway = Edge.gateway("delegated", port: port, "hybridGateway: {delegatedHttpGateways: {selector: {labels: {edge: 'on'}, namespaces: ['*']}}}")
                try await edge.apply("delegated", gateway + child("one", source: "127.0.0.1", label: "'on'") + child("two", source: "127.0.0.2", label: "'on'"))
                try await sources(edge, port: port, [("127.0.0.1", "delegated.test", "one"), ("127.0.0.2", "delegated.test", "two")])

                try await edge.apply("delegated", gateway + child("one", source: "127.0.0.1", label: "'on'") + child("two", source: "127.0.0.2", label: "'off'"))
                try await eventually("the gateway without the label is gone", context: { edge.logTails }, isTrue: {
                    (try? await Client(port: port, source: "127.0.0.2").get("/", host: "delegated.test")) == nil
                })
                try await sources(edge, port: port, [("127.0.0.1", "delegated.test", "one")])
            }
        }
    }
}
