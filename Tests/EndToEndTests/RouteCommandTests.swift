import Foundation
import Testing

extension EndToEnd {
    /// `sluice route` foretells what Envoy does.
    @Suite struct RouteCommand {
        private static let seeds: [UInt64] = {
            let environment = ProcessInfo.processInfo.environment
            if let seed = environment["SLUICE_SEED"].flatMap({ UInt64($0) }) { return [seed] }
            let first = UInt64.random(in: 0..<1_000_000)
            return (0..<(environment["SLUICE_SEQUENCES"].flatMap { UInt64($0) } ?? 4)).map { first + $0 }
        }()

        @Test("of random routes and requests, it names the answer that Envoy gives")
        func sameAsEnvoy() async throws {
            @Sendable func echo(_ request: Upstream.Request) -> Upstream.Reply {
                .init(body: "\(request.header("x-route") ?? "") \(request.header("host") ?? "") \(request.path)")
            }
            let upstreams = try await [Upstream.start("one", echo), Upstream.start("two", echo)]
            try await Edge.with("route-command") { edge in
                var answers: [String: Int] = [:]
                for seed in Self.seeds {
                    // What is served may be an object's last good form, which a folder read once does not have.
                    if answers.isEmpty == false { try await edge.remove("random") }
                    var random = RandomRoutes(seed: seed, upstreams: upstreams.map(\.name))
                    try await edge.apply("random", upstreams.map { $0.object() }.joined() + random.configuration())
                    let requests = (0..<250).map { _ in random.request() }
                    let foretold = try await Self.foretell(requests, edge)
                    try #require(foretold.count == requests.count)
                    let client = edge.client()
                    for (request, foretold) in zip(requests, foretold) {
                        let response = try await client.send(request.method, request.path, host: request.host, headers: request.headers)
                        let words = Self.words(foretold)
                        answers[words.kind, default: 0] += 1
                        #expect(Self.words(response, kind: words.kind) == words.answer, "SLUICE_SEED=\(seed): \(request)\n\(foretold)")
                    }
                }
                // A generator that only misses would prove nothing.
                for kind in ["response", "redirect", "upstream", "notFound"] {
                    #expect(answers[kind, default: 0] > 20 * Self.seeds.count, "SLUICE_SEED=\(Self.seeds[0])... : \(answers)")
                }
            }
        }

        /// One process for all requests.
        private static func foretell(_ requests: [RandomRoutes.Request], _ edge: Edge) async throws -> [[String: Any]] {
            let lines = requests.map { request in
                ([" \(request.method) http://any\(request.path)", "host: \(request.host)"] + request.headers.map { "\($0.0): \($0.1)" }).joined(separator: " | ")
            }
            let folder = try TemporaryFolder()
            try folder.write("requests.txt", lines.joined(separator: "\n"))
            let result = try await ChildProcess.run(
                "sluice-route", Place.sluice.get(),
                ["route", edge.folder.path, "--requests", "\(folder.path)/requests.txt", "--port", "\(edge.gatewayPort)", "--output", "json"]
            )
            let json = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]]
            return try #require(json, "\(result.errors)").compactMap { ($0["ways"] as? [[String: Any]])?.first }
        }

        /// What of an answer tells it from others.
        private static func words(_ way: [String: Any]) -> (kind: String, answer: String) {
            let answer = way["answer"] as? [String: Any] ?? [:]
            let kind = answer["kind"] as? String ?? ""
            func text(_ key: String) -> String { answer[key].map { "\($0)" } ?? "" }
            switch kind {
            case "response": return (kind, "\(text("status")) \(text("body"))")
            case "redirect": return (kind, "\(text("status")) \(text("location"))")
            case "upstream":
                let clusters = (answer["clusters"] as? [[String: Any]] ?? []).filter { $0["share"] as? String != "0 %" }
                let name = (way["route"] as? [String: Any])?["name"] as? String ?? ""
                let route = name.firstMatch(of: /_route:(r[0-9]+)-matcher/).map { String($0.output.1) } ?? ""
                return (kind, "\(clusters.map { $0["cluster"] as? String ?? "" }.joined(separator: ",")): \(route) \(text("host")) \(text("path"))")
            default: return (kind, text("status"))
            }
        }

        private static func words(_ response: Response, kind: String) -> String {
            if let upstream = response.upstream { return "\(upstream)_default: \(response.body)" }
            if let location = response.header("location") { return "\(response.status) \(location)" }
            return kind == "notFound" && response.body.isEmpty ? "\(response.status)" : "\(response.status) \(response.body)"
        }
    }
}
