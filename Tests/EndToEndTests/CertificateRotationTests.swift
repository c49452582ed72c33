import NIOSSL
import Testing

extension EndToEnd {
    /// Certificates are resources of their own: a renewed one reaches Envoy and nothing else does.
    @Suite(.sharedEdge("rotation")) struct CertificateRotation {
        /// How often Envoy has taken listeners and clusters.
        private func updates(_ edge: Edge) async throws -> String {
            let admin = Client(port: edge.envoys[0].adminPort)
            let counters = ["lds.update_success", "listener_modified", "listener_added", "cds.update_success", "cluster_modified", "cluster_added"]
            let body = try await admin.get("/stats?filter=%5E(listener%7Ccluster)_manager.(\(counters.joined(separator: "%7C")))$", host: "admin").body
            guard body.split(separator: "\n").count == counters.count else { throw TestFailure("Envoy says of its updates: \(body)") }
            return body
        }

        @Test("towards clients: new handshakes see the new certificate, open connections go on, and no listener is touched")
        func towardsClients() async throws {
            let edge = try SharedEdge.edge
            let (old, new) = try await (Certificates(), Certificates())
            let port = try freePort()
            let service = Edge.gateway("rotating", port: port, ssl: true)
                + virtualService(
                    "rotating", "- directResponseAction: {status: 200, body: served}",
                    ssl: "secretRef: {name: rotating, namespace: default}\nsniDomains: [rotating.test]"
                )
            try await edge.apply("rotating", service + tlsSecret("rotating", pair: old.pair(for: "rotating.test")))
            let open = try old.client(port: port, serverName: "rotating.test")
            try await eventually("the first certificate is served", context: { edge.logTails }) {
                try? await open.get("/", host: "rotating.test")
            }
            let before = try await updates(edge)

            func newIsServed(_ what: String) async throws {
                let client = try new.client(port: port, serverName: "rotating.test")
                try await eventually(what, context: { edge.logTails }) { try? await client.get("/", host: "rotating.test") }
            }
            let renewed = try await new.pair(for: "rotating.test")
            try await edge.apply("rotating", service + tlsSecret("rotating", pair: renewed))
            try await newIsServed("the new certificate is served")
            // Over the connection of the old certificate: the client would not take the new one.
            #expect(try await open.get("/", host: "rotating.test").body == "served")

            // Unusable, then gone: the last good one serves, and the status says what is wrong.
            let other = try await new.pair(for: "other.test")
            try await edge.apply("rotating", service + tlsSecret("rotating", pair: .init(chain: renewed.chain, key: other.key)))
            _ = try await edge.waitForStatus("secrets", "rotating", is: "Rejected")
            try await newIsServed("the last good certificate is served")
            try await edge.apply("rotating", service)
            let status = try await edge.waitForStatus("virtualservices", "rotating", is: "Rejected")
            #expect(status.contains("rotating"))
            try await newIsServed("the certificate of a Secret that is gone is served")
            #expect(try await updates(edge) == before)
        }

        @Test("towards an upstream: new connections show the new client certificate, and no cluster is touched")
        func towardsUpstream() async throws {
            let edge = try SharedEdge.edge
            let (old, new) = try await (Certificates(), Certificates())
            // Each lets in clients of one authority only.
            func server(_ name: String, trusting authority: Certificates) async throws -> Upstream {
                let pair = try await old.pair(for: "\(name).test")
                var configuration = try TLSConfiguration.makeServerConfiguration(
                    certificateChain: NIOSSLCertificate.fromPEMBytes(Array(pair.chain.utf8)).map { .certificate($0) },
                    privateKey: .privateKey(NIOSSLPrivateKey(bytes: Array(pair.key.utf8), format: .pem))
                )
                configuration.certificateVerification = .noHostnameVerification
                configuration.trustRoots = try .certificates(NIOSSLCertificate.fromPEMBytes(Array(authority.authority.utf8)))
                return try await Upstream.start(name, tls: NIOSSLContext(configuration: configuration))
            }
            let (first, second) = try await (server("rotation-first", trusting: old), server("rotation-second", trusting: new))
            func objects(_ pair: Certificates.Pair) throws -> String {
                let ssl = "sslConfig: {secretRef: {name: client, namespace: default}, verifySubjectAltName: [rotation-first.test, rotation-second.test]}"
                return try first.object(ssl) + second.object(ssl) + tlsSecret("client", pair: pair, authority: old.authority)
                    + virtualService(
                        "rotation-upstream",
                        """
                        - matchers: [{prefix: /first}]
                          \(first.action)
                        - matchers: [{prefix: /second}]
                          \(second.action)
                        """
                    )
            }
            try await edge.apply("rotation-upstream", objects(old.pair(for: "client.test")))
            let client = edge.client()
            #expect(try await client.get("/first", host: "rotation-upstream.test").upstream == first.name)
            #expect(try await client.get("/second", host: "rotation-upstream.test").status == 503)
            let before = try await updates(edge)
            try await edge.apply("rotation-upstream", objects(new.pair(for: "client.test")))
            try await eventually("the new certificate is shown", context: { edge.logTails }) {
                try await client.get("/second", host: "rotation-upstream.test").upstream == second.name
            }
            #expect(try await updates(edge) == before)
        }
    }
}
