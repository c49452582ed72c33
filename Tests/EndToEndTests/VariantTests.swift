import Foundation
import Testing

extension EndToEnd {
    /// Each form of the protocol that `sluice bootstrap` writes an Envoy for, with that Envoy.
    @Suite struct Variants {
        private static let names = ["delta", "sotw", "delta-separate", "sotw-separate", "rest"]

        private func answer(_ body: String, patch: String = "{}", options: String? = nil) -> String {
            virtualService("told", "- directResponseAction: {status: 200, body: \(body)}\n  options: {envoyPatch: \(patch)}", options: options)
        }

        @Test("an Envoy of each variant serves, changes, keeps what was good before a mistake, and removes; `sluice proxies` knows it", arguments: names)
        func story(variant: String) async throws {
            let web = try freePort()
            let options = Edge.Options(variant: variant, arguments: ["--web-port", "\(web)", "--enable-plugin", "envoypatch"])
            try await Edge.with("variant-\(variant)", options) { edge in
                let pets = try await Upstream.start("variant-pets")
                let client = edge.client()
                // A cluster and a route. Where they come on streams of their own, the route may come before its cluster.
                try await edge.apply("told", pets.object() + virtualService("told", "- \(pets.action)"))
                try await eventually("the upstream is asked", context: { edge.logTails }) {
                    try await client.get("/", host: "told.test").upstream == pets.name
                }
                let second = try freePort()
                func gateway(_ patch: String) -> String { Edge.gateway("second", port: second, "options: {envoyListenerPatch: {\(patch)}}\nhttpGateway: {}") }
                try await edge.apply("second", gateway(""))
                try await eventually("the second listener answers", context: { edge.logTails }) {
                    (try? await Client(port: second).get("/", host: "told.test"))?.upstream == pets.name
                }
                try await edge.apply("told", answer("one"))
                #expect(try await client.get("/", host: "told.test").body == "one")
                try await checkProxies(edge, web, variant)

                // A mistake that Sluice sees: the object as it was before goes on, and others change.
                try edge.folder.write("told.yaml", answer("two", options: "corz: {}"))
                _ = try await edge.waitForStatus("virtualservices", "told", is: "Rejected")
                try await edge.apply("beside", "")
                #expect(try await client.get("/", host: "told.test").body == "one")
                try await edge.apply("told", answer("two"))

                // One that Envoy alone sees, in a route; these come over the aggregated stream in all variants.
                try edge.folder.write("told.yaml", answer("three", patch: "{direct_response: {status: 99}}"))
                _ = try await edge.waitForStatus("virtualservices", "told", is: "Rejected")
                try await shown(web, "the refused route") { $0.contains("refuses route") }
                #expect(try await client.get("/", host: "told.test").body == "two")
                try await edge.apply("told", answer("four"))
                #expect(try await client.get("/", host: "told.test").body == "four")
                try await checkProxies(edge, web, variant)

                // And in a listener.
                let before = try await count("listener_manager.lds.update_rejected", edge)
                try edge.folder.write("second.yaml", gateway("listenerFilters: [{name: nosuch}]"))
                if variant == "rest" {
                    // Who polls does not say that it refuses. It goes on with what it has.
                    try await eventually("Envoy refuses the listener", context: { edge.logTails }) {
                        try await count("listener_manager.lds.update_rejected", edge) > before
                    }
                } else {
                    try await shown(web, "the refused listener") { $0.contains("refuses listener listener-127.0.0.1-\(second):") }
                }
                try await edge.apply("told", answer("five"))
                #expect(try await client.get("/", host: "told.test").body == "five")
                #expect(try await Client(port: second).get("/", host: "told.test").body == "five")

                // What goes, goes: a listener, a cluster, and routes.
                try edge.folder.remove("second.yaml")
                try await edge.remove("told")
                #expect(try await client.get("/", host: "told.test").status == 404)
                let admin = Client(port: edge.envoys[0].adminPort)
                try await eventually("listener and cluster are gone", context: { edge.logTails }) {
                    let (listeners, clusters) = try await (admin.get("/listeners", host: "admin").body, admin.get("/clusters", host: "admin").body)
                    return !listeners.contains(":\(second)") && !clusters.contains(pets.name)
                }
                try await checkProxies(edge, web, variant)
            }
        }

        /// Which streams there are, and that each has confirmed what it carries.
        private func checkProxies(_ edge: Edge, _ web: Int, _ variant: String) async throws {
            let streams: [[String]] =
                switch variant {
                case "delta", "sotw": [["cluster", "listener", "route"]]
                // Polling is no stream: what is polled for is not shown.
                case "rest": [["route"]]
                default: [["cluster"], ["listener"], ["route"]]
                }
            let form = variant.hasPrefix("delta") ? "delta" : "sotw"
            try await shown(web, "everything is confirmed") { text in
                let lines = text.split(separator: "\n").dropFirst()
                return lines.count == streams.count && lines.allSatisfy { $0.contains(" ok ") && $0.contains("gloo-system~gateway-proxy") && $0.contains(" \(form)") }
            }
            let json = try await proxies(web, "--output", "json")
            #expect(json.exit == .code(0))
            struct Report: Decodable {
                struct Proxy: Decodable {
                    struct OfType: Decodable { var type, state: String }
                    var node, state, variant: String
                    var onlyType: String?
                    var types: [OfType]
                }
                var proxies: [Proxy]
            }
            let report = try JSONDecoder().decode(Report.self, from: Data(json.output.utf8))
            #expect(report.proxies.map { $0.types.map(\.type) }.sorted { $0.joined() < $1.joined() } == streams, "\(json.output)")
            #expect(report.proxies.allSatisfy { $0.node == "\(edge.name)-0" && $0.state == "current" && $0.variant == form })
            #expect(report.proxies.compactMap(\.onlyType).sorted() == (variant.hasSuffix("separate") ? ["cluster", "listener"] : []))
        }

        private func shown(_ web: Int, _ what: String, _ isRight: (String) -> Bool) async throws {
            var text = ""
            try await eventually("`sluice proxies`: \(what)", context: { text }) {
                text = try await proxies(web).output
                return isRight(text)
            }
        }

        private func count(_ counter: String, _ edge: Edge) async throws -> Int {
            let body = try await Client(port: edge.envoys[0].adminPort).get("/stats?filter=\(counter)", host: "admin").body
            guard let number = body.split(separator: " ").last.flatMap({ Int($0.filter(\.isNumber)) }) else { throw TestFailure("Envoy says of \(counter): \(body)") }
            return number
        }

        private func proxies(_ port: Int, _ arguments: String...) async throws -> (exit: ChildProcess.Exit, output: String, errors: String) {
            try await ChildProcess.run("sluice-proxies", Place.sluice.get(), ["proxies", "--server", "http://127.0.0.1:\(port)"] + arguments)
        }
    }
}
