import Foundation
import Glibc
import Testing

extension EndToEnd {
    /// TLS between real Envoys and the control plane, and certificates that end.
    @Suite struct XDSSecurity {
        /// Certificate files of one test, as the command line names them.
        private struct Files {
            let folder: TemporaryFolder
            let authority: Certificates

            init() async throws {
                folder = try TemporaryFolder()
                authority = try await Certificates()
                try folder.write("ca.pem", authority.authority)
            }

            func path(_ name: String) -> String { folder.url.appending(path: name).path }

            /// The key goes first: a server that looks between the two keeps the pair that it has.
            func write(_ name: String, _ pair: Certificates.Pair) throws {
                try folder.write("\(name).key", pair.key)
                try folder.write("\(name).pem", pair.chain)
            }

            var server: [String] { ["--xds-tls-cert", path("server.pem"), "--xds-tls-key", path("server.key")] }
            var mutual: [String] { server + ["--xds-client-ca", path("ca.pem")] }

            func bootstrap(client: String? = nil) -> [String] {
                let own = client.map { ["--client-cert", path("\($0).pem"), "--client-key", path("\($0).key")] } ?? []
                return ["--xds-ca", path("ca.pem"), "--xds-server-name", "xds.test"] + own
            }
        }

        private static let uri = "spiffe://sluice/gloo-system/gateway-proxy"

        private func answer(_ name: String, _ body: String) -> String {
            virtualService(name, "- directResponseAction: {status: 200, body: \(body)}")
        }

        @Test("over mutual TLS an Envoy gets the role that its certificate has; another role, and a certificate that has ended, are refused in words, and others go on")
        func mutual() async throws {
            let files = try await Files()
            try await files.write("server", files.authority.pair(for: "xds.test"))
            try await files.write("proxy", files.authority.pair(for: "proxy.test", uri: Self.uri))
            try await files.write("ended", files.authority.pair(for: "ended.test", uri: Self.uri, days: -1))
            let arguments = files.mutual + ["--authorize", "\(Self.uri)=gloo-system~gateway-proxy"]
            try await Edge.with("mutual", .init(arguments: arguments, bootstrap: files.bootstrap(client: "proxy"))) { edge in
                try await edge.apply("mutual", answer("mutual", "one"))
                #expect(try await edge.client().get("/", host: "mutual.test").body == "one")

                try await edge.addEnvoy(1, "gloo-system~other")
                let denied = try await edge.controlPlane.waitForLog("proxy refused: ")
                #expect(denied.contains("(\(Self.uri), proxy.test)") || denied.contains("(proxy.test, \(Self.uri))"), "\(denied)")
                #expect(denied.contains("may not have role gloo-system~other; a rule --authorize SAN=ROLE would allow it"))

                try await edge.addEnvoy(2, bootstrap: files.bootstrap(client: "ended"))
                let ended = try await edge.controlPlane.waitForLog("no connection: the client's certificate (")
                #expect(ended.contains("ended.test") && ended.contains(/ended on [0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{5} UTC; renew it/), "\(ended)")
                #expect(!edge.controlPlane.log.contains("node=mutual-2"))

                try await edge.apply("mutual", answer("mutual", "two"))
                #expect(try await edge.client().get("/", host: "mutual.test").body == "two")
                // Renewed where it lies; an Envoy reads its files when it starts.
                try await files.write("ended", files.authority.pair(for: "ended.test", uri: Self.uri))
                try await edge.addEnvoy(3, bootstrap: files.bootstrap(client: "ended"))
                try await eventually("the renewed certificate is let in", context: { edge.logTails }) {
                    edge.controlPlane.log.split(separator: "\n").contains { $0.contains("node=mutual-3") && $0.hasSuffix("proxy connected") }
                }
            }
        }

        @Test("an ended certificate of the server is told with file and date; Envoys refuse it, those that are connected go on, and a new one is taken up")
        func serverEnded() async throws {
            let files = try await Files()
            try await files.write("server", files.authority.pair(for: "xds.test"))
            try await Edge.with("server-ended", .init(arguments: files.server, bootstrap: files.bootstrap())) { edge in
                // It ends in two days.
                let soon = try await edge.controlPlane.waitForLog("its certificate ends on ")
                #expect(soon.contains(/^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{5} UTC, in [12] days; replace it/), "\(soon)")

                try await files.write("server", files.authority.pair(for: "xds.test", days: -1))
                let ended = try await edge.controlPlane.waitForLog("its certificate ended on ")
                #expect(ended.contains(/^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{5} UTC, 1 days ago, and proxies refuse it; replace it/), "\(ended)")
                #expect(edge.controlPlane.log.split(separator: "\n").contains { $0.contains("ended on") && $0.contains("source=files \(files.path("server.pem"))") })
                try await edge.addEnvoy(1)
                // Envoy says it to the server.
                try await eventually("the new Envoy refuses it", context: { edge.logTails }) {
                    edge.controlPlane.log.split(separator: "\n").contains { $0.contains("no connection: the TLS handshake failed") && $0.contains("ALERT_CERTIFICATE_EXPIRED") }
                }
                try await edge.apply("server-ended", answer("server-ended", "here"))
                #expect(!edge.controlPlane.log.contains("node=server-ended-1"))

                try await files.write("server", files.authority.pair(for: "xds.test"))
                try await eventually("the new Envoy is let in", context: { edge.logTails }) { edge.controlPlane.log.contains("node=server-ended-1") }
                #expect(!edge.controlPlane.log.contains("proxy disconnected"))
            }
        }

        @Test("a server that starts with an ended certificate says so at once")
        func startsEnded() async throws {
            let files = try await Files()
            try await files.write("server", files.authority.pair(for: "xds.test", days: -1))
            let folder = try TemporaryFolder()
            let arguments = ["serve", folder.path, "--xds-port", "0", "--web-port", "none", "--state-file", "none"] + files.server
            let server = try ChildProcess("starts-ended", Place.sluice.get(), arguments)
            let line = try await server.waitForLog("its certificate ended on ")
            #expect(line.contains("replace it"))
            await server.stop()
        }

        @Test("the server's certificate comes from a Secret: a new one is for new connections, and proxies that are connected stay")
        func secret() async throws {
            let files = try await Files()
            let other = try await Certificates()
            try files.folder.write("ca.pem", files.authority.authority + other.authority)
            func secret(_ authority: Certificates) async throws -> String { try await tlsSecret("xds", pair: authority.pair(for: "xds.test")) }
            let options = try await Edge.Options(
                arguments: ["--xds-tls-secret", "default/xds"], files: ["xds.yaml": secret(files.authority)], bootstrap: files.bootstrap()
            )
            try await Edge.with("xds-secret", options) { edge in
                /// Whether a client that trusts this authority alone gets an answer on a new connection.
                func isTrusted(_ authority: Certificates) async -> Bool {
                    guard let client = try? authority.client(port: edge.xdsPort, serverName: "xds.test") else { return false }
                    return (try? await client.get("/", host: "xds.test"))?.status == 404
                }
                let (isFirst, isSecond) = await (isTrusted(files.authority), isTrusted(other))
                #expect(isFirst && !isSecond)
                try await edge.folder.write("xds.yaml", secret(other))
                try await eventually("new connections get the new certificate", context: { edge.logTails }) { await isTrusted(other) }
                #expect(await !isTrusted(files.authority))
                try await edge.apply("xds-secret", answer("xds-secret", "here"))
                #expect(!edge.controlPlane.log.contains("proxy disconnected"))

                // One that cannot be used leaves the one before.
                let (one, two) = try await (other.pair(for: "xds.test"), other.pair(for: "xds.test"))
                try edge.folder.write("xds.yaml", tlsSecret("xds", pair: .init(chain: one.chain, key: two.key)))
                _ = try await edge.waitForStatus("secrets", "xds", is: "Rejected")
                #expect(await isTrusted(other))
                try await edge.addEnvoy(1)
                try await eventually("a new Envoy is served", context: { edge.logTails }) { edge.controlPlane.log.contains("node=xds-secret-1") }
                #expect(!edge.controlPlane.log.contains("proxy disconnected"))
            }
        }

        @Test("without file descriptors no connection is taken and the log says what to do; streams go on, and later connections are taken")
        func descriptors() async throws {
            let limit = 128
            try await Edge.with("descriptors", .init(openFiles: limit)) { edge in
                try await edge.apply("descriptors", answer("descriptors", "one"))
                var crowd: [Int32] = []
                defer { for socket in crowd { close(socket) } }
                for _ in 0..<(limit + 60) { crowd.append(try connection(to: edge.xdsPort)) }
                let line = try await edge.controlPlane.waitForLog("no connection is taken, and those that are open go on: ")
                #expect(line.contains("ulimit -n"), "\(line)")
                // A loop that asks again and again would take a processor, or its share of one.
                let (start, before) = (ContinuousClock.now, try processorTime(edge.controlPlane.pid))
                try await eventually("some seconds pass") { ContinuousClock.now - start > .seconds(4) }
                let share = try (processorTime(edge.controlPlane.pid) - before) / ((ContinuousClock.now - start) / .seconds(1))
                #expect(share < 0.2, "\(share) of a processor")
                #expect(edge.controlPlane.exit == nil && !edge.controlPlane.log.contains("proxy disconnected"))

                for socket in crowd { close(socket) }
                crowd = []
                let client = Client(port: edge.xdsPort)
                try await eventually("a new connection is taken", context: { edge.logTails }) { (try? await client.get("/", host: "xds"))?.status == 404 }
                try await edge.apply("descriptors", answer("descriptors", "two"))
                #expect(!edge.controlPlane.log.contains("proxy disconnected"))
            }
        }

        private func connection(to port: Int) throws -> Int32 {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            address.sin_port = UInt16(port).bigEndian
            let code = withUnsafeBytes(of: &address) { bytes in
                bytes.withMemoryRebound(to: sockaddr.self) { connect(descriptor, $0.baseAddress, socklen_t(MemoryLayout<sockaddr_in>.size)) }
            }
            guard code == 0 else { throw TestFailure("no connection to port \(port): \(String(cString: strerror(errno)))") }
            return descriptor
        }

        /// In seconds, user and system.
        private func processorTime(_ pid: pid_t) throws -> Double {
            let stat = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
            let fields = stat.split(separator: ")").last?.split(separator: " ").map { Double($0) } ?? []
            guard fields.count > 12, let user = fields[11], let system = fields[12] else { throw TestFailure("/proc says \(stat)") }
            return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
        }
    }
}
