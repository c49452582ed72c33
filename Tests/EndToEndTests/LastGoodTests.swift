import Foundation
import Glibc
import Testing

extension EndToEnd {
    /// What serves in place of something broken outlives the control plane: Envoys of these tests are new, and know nothing from before.
    @Suite struct LastGood {
        private func answer(_ name: String, _ body: String, options: String? = nil) -> String {
            virtualService(name, "- directResponseAction: {status: 200, body: \(body)}", options: options)
        }

        /// Killed, not stopped: what is to be kept must have been written when it became so.
        private func restart(_ edge: Edge) async throws {
            await edge.controlPlane.stop(SIGKILL)
            try await edge.replaceEnvoys { try await edge.restartControlPlane() }
        }

        private func waitForAnswer(_ edge: Edge, _ name: String, _ body: String) async throws {
            try await eventually("\(name) answers '\(body)'", context: { edge.logTails }) {
                (try? await edge.client().get("/", host: "\(name).test"))?.body == body
            }
        }

        @Test("an object that is refused, and one whose file is no YAML, serve as they were after the control plane was killed")
        func brokenObjects() async throws {
            try await Edge.with("last-good") { edge in
                let state = "last-good.json"
                try await edge.apply("refused", answer("refused", "before"))
                try await edge.apply("torn", answer("torn", "before"))
                #expect(edge.statusFolder.read(state) == nil)
                try edge.folder.write("refused.yaml", answer("refused", "after", options: "corz: {}"))
                try edge.folder.write("torn.yaml", "apiVersion: gateway.solo.io/v1\nkind: VirtualService\nspec: {virtualHost: [\n")
                func check() async throws {
                    for name in ["refused", "torn"] {
                        try await waitForAnswer(edge, name, "before")
                        let status = try await edge.waitForStatus("virtualservices", name, is: "Rejected")
                        #expect(status.contains("served meanwhile: its last accepted version"), "\(status)")
                        #expect(status.contains("\(name).yaml:"), "\(status)")
                        #expect(edge.statusFolder.read(state)?.contains("\"\(name)\"") == true)
                    }
                }
                try await check()
                try await restart(edge)
                try await check()
                // And over one more, after which both are from a control plane before the last one.
                try await restart(edge)
                try await check()

                try await edge.apply("refused", answer("refused", "mended"))
                try await waitForAnswer(edge, "refused", "mended")
                try await eventually("the entry is gone") { edge.statusFolder.read(state)?.contains("\"refused\"") == false }
                try await edge.apply("torn", answer("torn", "mended"))
                try await waitForAnswer(edge, "torn", "mended")
                try await eventually("with nothing to keep there is no file") { edge.statusFolder.read(state) == nil }
                for name in ["refused", "torn"] {
                    #expect(try await !edge.waitForStatus("virtualservices", name, is: "Accepted").contains("served meanwhile"))
                }
            }
        }

        @Test("statuses are written again only when they say something else, over a restart too")
        func unchangedStatuses() async throws {
            try await Edge.with("unchanged-status") { edge in
                try await edge.apply("same", answer("same", "here") + routeTable("alone", "- directResponseAction: {status: 200}"))
                _ = try await edge.waitForStatus("virtualservices", "same", is: "Accepted")
                try edge.folder.write("broken.yaml", answer("broken", "here", options: "corz: {}"))
                _ = try await edge.waitForStatus("virtualservices", "broken", is: "Rejected")
                let status = try await edge.waitForStatus("virtualservices", "same", is: "Accepted")
                #expect(status.contains("*v1.Proxy.gateway-proxy_gloo-system"), "\(status)")
                /// Every status with the number of its file: one that is written anew is another file.
                func files() throws -> [String: UInt64] {
                    var found: [String: UInt64] = [:]
                    for path in try FileManager.default.subpathsOfDirectory(atPath: edge.statusFolder.path) where path.contains("/") && path.hasSuffix(".yaml") {
                        let attributes = try FileManager.default.attributesOfItem(atPath: "\(edge.statusFolder.path)/\(path)")
                        found[path] = (attributes[.systemFileNumber] as? UInt64 ?? 0) ^ UInt64((attributes[.modificationDate] as? Date ?? .now).timeIntervalSince1970 * 1e6)
                    }
                    return found
                }
                let before = try files()
                #expect(before.count >= 4)
                try await edge.restartControlPlane()
                // Statuses are written before the address is told.
                #expect(try files() == before)
            }
        }

        @Test("a certificate whose Secret is gone is shown by a new Envoy after a restart")
        func secretGone() async throws {
            try await Edge.with("last-good-tls") { edge in
                let authority = try await Certificates()
                let port = try freePort()
                try edge.folder.write("tls-gateway.yaml", Edge.gateway("https", port: port, ssl: true))
                try edge.folder.write("secret.yaml", tlsSecret("kept", pair: try await authority.pair(for: "kept.test")))
                try edge.folder.write(
                    "kept.yaml",
                    virtualService(
                        "kept", "- directResponseAction: {status: 200, body: here}", ssl: "secretRef: {name: kept, namespace: default}\nsniDomains: [kept.test]"
                    )
                )
                func waitForAnswer() async throws {
                    try await eventually("TLS answers", context: { edge.logTails }) {
                        (try? await authority.client(port: port, serverName: "kept.test").get("/", host: "kept.test"))?.body == "here"
                    }
                }
                try await waitForAnswer()
                try edge.folder.remove("secret.yaml")
                _ = try await edge.waitForStatus("virtualservices", "kept", is: "Rejected")
                try await restart(edge)
                try await waitForAnswer()
                #expect(try await edge.waitForStatus("virtualservices", "kept", is: "Rejected").contains("served meanwhile: its last good filter chain"))
            }
        }

        @Test("a state file that is broken is named, and one that cannot be written is; both cost nothing else", arguments: ["broken", "unwritable"])
        func brokenStateFile(how: String) async throws {
            let folder = try TemporaryFolder()
            try folder.write("state.json", "no JSON")
            let path = how == "broken" ? "\(folder.path)/state.json" : "/proc/nowhere/state.json"
            try await Edge.with("last-good-\(how)", .init(arguments: ["--state-file", path])) { edge in
                try await edge.apply("beside", answer("beside", "here"))
                try edge.folder.write("beside.yaml", answer("beside", "after", options: "corz: {}"))
                _ = try await edge.waitForStatus("virtualservices", "beside", is: "Rejected")
                _ = try await edge.controlPlane.waitForLog(how == "broken" ? "last good versions from before" : "last good versions would not outlive")
                #expect(edge.controlPlane.log.contains(path))
                try await waitForAnswer(edge, "beside", "here")
                if how == "broken" { try await eventually("it is replaced") { folder.read("state.json")?.contains("\"beside\"") == true } }
            }
        }
    }
}
