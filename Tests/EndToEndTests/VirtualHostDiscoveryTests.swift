import Foundation
import Testing

extension EndToEnd {
    /// `routeOptions.virtualHostDiscovery`. That each request gets the same answer is in RouteCommandTests.
    @Suite struct VirtualHostDiscovery {
        private static func gateway(_ edge: Edge, _ isOn: Bool) -> String {
            Edge.gateway("http", port: edge.gatewayPort, "ssl: false\nhttpGateway: {}\nrouteOptions: {virtualHostDiscovery: \(isOn)}")
        }

        private static func answers(_ seventh: String) -> String {
            (0..<50).map { virtualService("vhds-\($0)", "- directResponseAction: {status: 200, body: \($0 == 7 ? seventh : "same")}") }.joined()
        }

        /// The sum of Envoy's counters of that ending.
        private static func count(_ ending: String, _ edge: Edge) async throws -> Int {
            let text = try await Client(port: edge.envoys[0].adminPort).get("/stats?filter=\(ending)$", host: "admin").body
            return text.split(separator: "\n").compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }.reduce(0, +)
        }

        /// Waits until the listener that takes requests has the one table, and nothing warms.
        private static func waitForTable(_ word: String, _ edge: Edge) async throws {
            let admin = Client(port: edge.envoys[0].adminPort)
            try await eventually("the listener has the table \(word)", context: { edge.logTails }) {
                let listeners = try await admin.get("/config_dump?resource=dynamic_listeners", host: "admin").body
                return listeners.contains("-\(word)\"") && !listeners.contains("warming_state") && !listeners.contains("draining_state")
            }
        }

        @Test("switching it on and off, again and again, loses no request; an edit sends no table")
        func switched() async throws {
            try await Edge.with("vhds") { edge in
                let client = edge.client()
                try await edge.apply("vhds", Self.answers("first"))
                for round in 1...3 {
                    let on = try await Traffic.during(edge, hosts: ["vhds-7.test", "vhds-8.test"]) {
                        try edge.folder.write("gateway.yaml", Self.gateway(edge, true))
                        try await Self.waitForTable("vhds", edge)
                        try await edge.apply("beside", "")
                    }
                    #expect(on.failures == [] && on.answered > 0)

                    let tables = try await Self.count("rds.listener.*update_success", edge)
                    try await edge.apply("vhds", Self.answers("second \(round)"))
                    #expect(try await client.get("/", host: "vhds-7.test").body == "second \(round)")
                    #expect(try await client.get("/", host: "vhds-8.test").body == "same")
                    #expect(try await Self.count("rds.listener.*update_success", edge) == tables)
                    try await edge.remove("beside")

                    let off = try await Traffic.during(edge, hosts: ["vhds-7.test", "vhds-8.test"]) {
                        try edge.folder.write("gateway.yaml", Self.gateway(edge, false))
                        try await Self.waitForTable("routes", edge)
                        try await edge.apply("after", "")
                    }
                    #expect(off.failures == [] && off.answered > 0)
                }
            }
        }

        @Test("it holds for a second gateway, one without virtual hosts, new proxies, and a control plane that starts again")
        func starts() async throws {
            try await Edge.with("vhds-starts") { edge in
                try edge.folder.write("gateway.yaml", Self.gateway(edge, true))
                try await edge.apply("vhds", Self.answers("first"))
                let (second, empty) = try (freePort(), freePort())
                let options = "routeOptions: {virtualHostDiscovery: true}\nhttpGateway: "
                try edge.folder.write("second.yaml", Edge.gateway("second", port: second, options + "{}") + Edge.gateway("empty", port: empty, options + "{virtualServiceSelector: {team: nobody}}"))
                func expectAnswers(_ why: String) async throws {
                    for port in [edge.gatewayPort, second] {
                        try await eventually("\(why): vhds-7.test answers on \(port)", context: { edge.logTails }) {
                            (try? await Client(port: port).get("/", host: "vhds-7.test"))?.status == 200
                        }
                    }
                    // Its listener does not wait for virtual hosts that do not exist.
                    try await eventually("\(why): the empty gateway answers", within: .seconds(10), context: { edge.logTails }) {
                        (try? await Client(port: empty).get("/", host: "vhds-7.test"))?.status == 404
                    }
                }
                try await expectAnswers("later gateways")
                try await edge.replaceEnvoys {}
                try await expectAnswers("a new proxy")
                try await edge.restartControlPlane()
                try await edge.apply("vhds", Self.answers("second"))
                #expect(try await edge.client().get("/", host: "vhds-7.test").body == "second")
                try await edge.remove("vhds")
                try await eventually("a virtual host that is taken away no longer answers", context: { edge.logTails }) {
                    try await Client(port: second).get("/", host: "vhds-7.test").status == 404
                }
            }
        }

        @Test("a virtual host that Envoy refuses is told to who wrote it, and keeps the form before; the others change")
        func refused() async throws {
            try await Edge.with("vhds-refused", Edge.Options(arguments: ["--enable-plugin", "envoypatch"])) { edge in
                func told(_ text: String, _ patch: String) -> String {
                    virtualService("told", "- directResponseAction: {status: 200, body: \(text)}\n  options: {envoyPatch: {\(patch)}}")
                }
                try edge.folder.write("gateway.yaml", Self.gateway(edge, true))
                try await edge.apply("vhds", told("one", "") + Self.answers("first"))
                try await edge.apply("later", "")
                try edge.folder.write("vhds.yaml", told("two", "direct_response: {status: 99}") + Self.answers("second"))
                try await eventually("the refusal is told", context: { "\(edge.status("virtualservices", "told") ?? "")\n\(edge.logTails)" }) {
                    edge.status("virtualservices", "told")?.contains("value must be inside range [200, 600)") ?? false
                }
                let client = edge.client()
                try await eventually("the others change", context: { edge.logTails }) { try await client.get("/", host: "vhds-7.test").body == "second" }
                #expect(try await client.get("/", host: "told.test").body == "one")
                try edge.folder.write("vhds.yaml", told("three", "") + Self.answers("second"))
                try await eventually("the mended form", context: { edge.logTails }) { try await client.get("/", host: "told.test").body == "three" }
            }
        }
    }
}
