import Foundation
import Testing

extension EndToEnd {
    /// What operators see of a control plane with real Envoys.
    @Suite struct ProxiesCommand {
        private func proxies(_ port: Int, _ arguments: String...) async throws -> (exit: ChildProcess.Exit, output: String, errors: String) {
            try await ChildProcess.run("sluice-proxies", Place.sluice.get(), ["proxies", "--server", "http://127.0.0.1:\(port)"] + arguments)
        }

        @Test("proxies that have everything, that refuse and that wait are told apart, on every page")
        func states() async throws {
            let port = try freePort()
            try await Edge.with("proxies", Edge.Options(arguments: ["--web-port", "\(port)"])) { edge async throws in
                var well = try await proxies(port)
                try await eventually("the proxy has confirmed everything", context: { well.output + edge.logTails }) {
                    well = try await proxies(port)
                    return well.exit == .code(0)
                }
                #expect(well.output.contains(/proxies-0 +gloo-system~gateway-proxy +ok .*delta .*listener [0-9a-f]{8} ok/), "\(well.output)")

                let web = Client(port: port)
                #expect(try await web.get("/readyz", host: "localhost").status == 200)
                let config = try await web.get("/config?format=yaml&type=listener", host: "localhost")
                #expect(config.status == 200 && config.body.contains("portValue: \(edge.gatewayPort)"), "\(config.status) \(config.body)")

                // An address of no machine: documents are written with it.
                try edge.folder.write("far.yaml", Edge.gateway("far", port: freePort()).replacing("127.0.0.1", with: "192.0.2.1"))
                var refused = well
                try await eventually("the listener is refused", context: { refused.output + edge.logTails }) {
                    refused = try await proxies(port, "--behind")
                    return refused.exit == .code(1) && refused.output.contains("refuses listener")
                }
                #expect(refused.output.contains(/proxies-0 refuses listener listener-192\.0\.2\.1-[0-9]+:\n    .*192\.0\.2\.1/), "\(refused.output)")

                let lost = try await lostEnvoy(edge)
                var waiting = refused
                try await eventually("the other one waits", context: { waiting.output + lost.logTail }) {
                    waiting = try await proxies(port, "--waiting")
                    return waiting.output.contains("gloo-system~nobody")
                }
                #expect(waiting.exit == .code(1) && !waiting.output.contains("proxies-0"))
                #expect(waiting.output.contains("lost waits: no configuration is published for role 'gloo-system~nobody'"), "\(waiting.output)")

                let json = try await proxies(port, "--output", "json")
                let report = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
                #expect((report["proxies"] as? [[String: Any]])?.compactMap { $0["state"] as? String }.sorted() == ["refused", "waiting"])

                let metrics = try await web.get("/metrics", host: "localhost").body
                for line in [
                    "sluice_ready 1", "sluice_proxies_waiting 1", "sluice_proxies_refusing{role=\"gloo-system~gateway-proxy\"} 1",
                    "sluice_object_nacks_total{type=\"listener\",kind=\"Gateway\",namespace=\"gloo-system\",name=\"far\"}",
                ] { #expect(metrics.contains("\n" + line), "\(line)\n\(metrics)") }
                let page = try await web.get("/", host: "localhost").body
                for text in ["proxies-0", "lost", "listener-192.0.2.1"] { #expect(page.contains(text), "\(text)") }
                await lost.stop()
            }
        }

        private func lostEnvoy(_ edge: Edge) async throws -> ChildProcess {
            let bootstrap = try await ChildProcess.run(
                "proxies-lost-bootstrap", Place.sluice.get(),
                ["bootstrap", "--xds-port", "\(edge.xdsPort)", "--node-id", "lost", "--role", "gloo-system~nobody", "--admin-port", "0"]
            )
            try edge.statusFolder.write("lost.yaml", bootstrap.output)
            return try ChildProcess(
                "proxies-lost", Place.envoy.get(), ["-c", "\(edge.statusFolder.path)/lost.yaml", "--concurrency", "1", "--disable-hot-restart"]
            )
        }

        @Test("a private key that Envoy is served stands in no log line and on no page")
        func privateKey() async throws {
            let port = try freePort()
            let options = Edge.Options(arguments: ["--web-port", "\(port)", "--log-level", "debug"])
            try await Edge.with("private-key", options) { edge async throws in
                let authority = try await Certificates()
                let pair = try await authority.pair(for: "key.test")
                let https = try freePort()
                try await edge.apply(
                    "key",
                    Edge.gateway("https", port: https, ssl: true) + tlsSecret("key", pair: pair)
                        + virtualService(
                            "key", "- directResponseAction: {status: 200, body: here}",
                            ssl: "secretRef: {name: key, namespace: default}\nsniDomains: [key.test]"
                        )
                )
                let client = try authority.client(port: https, serverName: "key.test")
                try await eventually("the key is in use", context: { edge.logTails }) { try? await client.get("/", host: "key.test") }

                let lines = pair.key.split(separator: "\n").filter { !$0.hasPrefix("-----") }
                let certificate = try #require(pair.chain.split(separator: "\n").dropFirst().first)
                #expect(!lines.isEmpty)
                let web = Client(port: port)
                var texts = ["log": edge.controlPlane.log]
                for path in ["/", "/proxies", "/metrics", "/config?format=yaml", "/config"] {
                    texts[path] = try await web.get(path, host: "localhost").body
                }
                texts["proxies"] = try await proxies(port, "--output", "json").output
                for (place, text) in texts {
                    #expect(!text.isEmpty && !lines.contains { text.contains($0) }, "\(place)")
                }
                #expect(texts["log"]?.contains("nonce=") == true, "responses are logged")
                #expect(texts["/config"]?.contains(certificate) == true, "what is no secret is shown")
            }
        }

        @Test("without a control plane the command says how to start one")
        func nobody() async throws {
            let answer = try await proxies(freePort())
            #expect(answer.exit == .code(1) && answer.output.isEmpty)
            #expect(answer.errors.contains(/no control plane answers at http:\/\/127\.0\.0\.1:[0-9]+ \(.*refused.*\); start one with `sluice serve FOLDER`/), "\(answer.errors)")
            let secure = try await ChildProcess.run("sluice-proxies-tls", Place.sluice.get(), ["proxies", "--server", "https://127.0.0.1:1"])
            #expect(secure.exit == .code(1) && secure.errors.contains("--server has the form http://"))
        }

        @Test("without a web page nothing listens but the xDS port")
        func noPage() async throws {
            let port = try freePort()
            try await Edge.with("no-page", Edge.Options(arguments: ["--web-port", "none"])) { edge async throws in
                #expect(!edge.controlPlane.log.contains("web page on"))
                #expect(try await proxies(port).exit == .code(1))
            }
        }
    }
}
