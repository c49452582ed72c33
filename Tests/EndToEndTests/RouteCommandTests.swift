import Foundation
import Testing

extension EndToEnd {
    /// `sluice route` foretells what Envoy does.
    @Suite struct RouteCommand {
        /// `SLUICE_SEED=7` runs that one alone, `SLUICE_SEQUENCES=100` more than usual.
        private static let seeds: [UInt64] = {
            let environment = ProcessInfo.processInfo.environment
            if let seed = environment["SLUICE_SEED"].flatMap({ UInt64($0) }) { return [seed] }
            return Array(1...(environment["SLUICE_SEQUENCES"].flatMap { UInt64($0) } ?? 4))
        }()

        @Test("of random routes and requests, it names the answer that Envoy gives, also if virtual hosts come one by one", arguments: [false, true])
        func sameAsEnvoy(discovers: Bool) async throws {
            @Sendable func echo(_ request: Upstream.Request) -> Upstream.Reply {
                .init(body: "\(request.header("x-route") ?? "") \(request.header("host") ?? "") \(request.path)")
            }
            let upstreams = try await [Upstream.start("one", echo), Upstream.start("two", echo)]
            try await Edge.with("route-command") { edge in
                let options = "ssl: false\nhttpGateway: {}\nrouteOptions: {virtualHostDiscovery: \(discovers)}"
                try edge.folder.write("gateway.yaml", Edge.gateway("http", port: edge.gatewayPort, options))
                var answers: [String: Int] = [:]
                for seed in Self.seeds {
                    // What is served may be an object's last good form, which a folder read once does not have.
                    if !answers.isEmpty { try await edge.remove("random") }
                    var random = RandomRoutes(seed: seed, upstreams: upstreams.map(\.name))
                    try await edge.apply("random", upstreams.map { $0.object() }.joined() + random.configuration())
                    let kinds = try await Self.compare((0..<250).map { _ in random.request() }, edge, "SLUICE_SEED=\(seed)")
                    answers.merge(kinds, uniquingKeysWith: +)
                }
                // A generator that only misses would prove nothing.
                for kind in ["response", "redirect", "upstream", "notFound"] {
                    #expect(answers[kind, default: 0] > 5 * Self.seeds.count, "SLUICE_SEED=\(Self.seeds[0])... : \(answers)")
                }
            }
        }

        @Test("it reads regular expressions as Envoy does")
        func expressions() async throws {
            // A few routes a virtual service: each that is passed over costs a reason.
            func host(_ number: Int) -> String { "e\(number / 8).test" }
            let services = stride(from: 0, to: RegularExpressions.patterns.count, by: 8).map { first in
                let routes = RegularExpressions.patterns.enumerated().dropFirst(first).prefix(8).map { number, pattern in
                    """
                    - matchers: [{exact: /\(number), headers: [{name: x, regex: true, value: '\(pattern)'}]}]
                      directResponseAction: {status: 200, body: r\(number)}
                    """
                }
                return virtualService("e\(first / 8)", domain: host(first), routes.joined(separator: "\n"))
            }
            try await Edge.with("route-expressions") { edge in
                try await edge.apply("expressions", services.joined())
                let requests = RegularExpressions.patterns.indices.flatMap { number in
                    RegularExpressions.texts.map { RandomRoutes.Request(method: "GET", host: host(number), path: "/\(number)", headers: [("x", $0)]) }
                }
                let kinds = try await Self.compare(requests, edge, "")
                #expect(kinds["response", default: 0] > 100 && kinds["notFound", default: 0] > 100, "\(kinds)")
            }
        }

        @Test("it finds the filter chain that Envoy finds for a server name")
        func serverNames() async throws {
            let authority = try await Certificates()
            let port = try freePort()
            let names = ["a.tls.test", "*.tls.test", "*.w.tls.test"]
            var objects = Edge.gateway("https", port: port, ssl: true)
            for (number, name) in names.enumerated() {
                objects += try await tlsSecret("s\(number)", pair: authority.pair(for: name))
                objects += virtualService(
                    "tls-\(number)", domain: name, "- directResponseAction: {status: 200, body: this is \(number)}",
                    ssl: "secretRef: {name: s\(number), namespace: default}\nsniDomains: ['\(name)']"
                )
            }
            try await Edge.with("route-tls") { edge in
                try await edge.apply("tls", objects)
                for (name, number) in [("a.tls.test", 0), ("b.tls.test", 1), ("b.w.tls.test", 2)] {
                    let client = try authority.client(port: port, serverName: name)
                    let response = try await eventually("the TLS listener answers \(name)", context: { edge.logTails }) { try? await client.get("/", host: name) }
                    #expect(response.body == "this is \(number)")
                    let result = try await Self.sluice(edge.folder.path, "GET", "https://\(name)/")
                    #expect(result.exit == .code(0) && result.output.contains("200, this is \(number)"), "\(result.output)\(result.errors)")
                    #expect(result.output.components(separatedBy: "\n").count { $0.contains("  not '") } == 2, "\(result.output)")
                }
                let nobody = try await Self.sluice(edge.folder.path, "GET", "https://other.test/")
                #expect(nobody.exit == .code(1) && nobody.output.contains("it is for the server name a.tls.test"), "\(nobody.output)")
            }
        }

        @Test("it shows the way from Envoy's route to the line that made it; a mistake says what to type")
        func places() async throws {
            let folder = try TemporaryFolder()
            try folder.write("gateway.yaml", Edge.gateway("http", port: 8080))
            try folder.write(
                "shop.yaml",
                virtualService(
                    "shop",
                    """
                    - matchers: [{exact: /}, {exact: /home}]
                      redirectAction: {hostRedirect: www.shop.test}
                    - matchers: [{prefix: /api}]
                      delegateAction: {ref: {name: api, namespace: default}}
                    """
                )
            )
            try folder.write("api.yaml", routeTable("api", "- matchers: [{prefix: /api/pets, methods: [GET]}]\n  directResponseAction: {status: 200, body: pets}"))
            func expect(_ arguments: [String], _ code: Int32, _ texts: [String], sourceLocation: SourceLocation = #_sourceLocation) async throws {
                let result = try await Self.sluice([folder.path] + arguments)
                #expect(result.exit == .code(code), "\(result)", sourceLocation: sourceLocation)
                for text in texts { #expect((result.output + result.errors).contains(text), "\(result.output)\(result.errors)", sourceLocation: sourceLocation) }
            }
            try await expect(
                ["GET", "http://shop.test/api/pets/1"], 0,
                ["shop.yaml:9:18  the path /api/pets/1 is not /", "api.yaml:7:5  VirtualService default/shop -> RouteTable default/api", "200, pets", "Gateway gloo-system/http"]
            )
            try await expect(["GET", "http://shop.test/home"], 0, ["shop.yaml:9:30", "301, location http://www.shop.test/home"])
            try await expect(["POST", "http://shop.test/api/pets"], 1, ["the method is 'POST', not 'GET'", "404: no route"])
            try await expect(["GET", "http://shop.test:8080/"], 1, ["its port belongs to it"])
            try await expect(["GET", "https://shop.test/"], 1, ["no listener for https; the proxy listens on 8080"])
            try await expect(["GET", "shop.test"], 64, ["is not a URL; write it like https://"])
            try await expect(["GET", "http://shop.test/", "-H", "x"], 64, ["write it as 'name: value'"])
            try await expect(["GET", "http://shop.test/", "--proxy", "other"], 64, ["there are: gateway-proxy"])
            try await expect([], 64, ["sluice route"])
            try folder.write("smoke.txt", "# what must work\nGET http://shop.test/home\nGET http://shop.test/api/pets | accept: text/plain\n")
            try await expect(["--requests", "\(folder.path)/smoke.txt"], 0, ["GET http://shop.test/home", "200, pets"])
            try folder.write("broken.txt", "GET http://shop.test/home\nGET\n")
            try await expect(["--requests", "\(folder.path)/broken.txt"], 64, ["broken.txt:2: a line is: METHOD URL"])
        }

        private static func sluice(_ arguments: String...) async throws -> (exit: ChildProcess.Exit, output: String, errors: String) {
            try await sluice(arguments)
        }

        private static func sluice(_ arguments: [String]) async throws -> (exit: ChildProcess.Exit, output: String, errors: String) {
            try await ChildProcess.run("sluice-route", Place.sluice.get(), ["route"] + arguments)
        }

        /// Sends each request and compares; gives how often there was which kind of answer.
        private static func compare(_ requests: [RandomRoutes.Request], _ edge: Edge, _ note: String) async throws -> [String: Int] {
            var kinds: [String: Int] = [:]
            let foretold = try await foretell(requests, edge)
            try #require(foretold.count == requests.count)
            let client = edge.client()
            for (request, foretold) in zip(requests, foretold) {
                let response = try await client.send(request.method, request.path, host: request.host, headers: request.headers)
                let words = words(foretold)
                kinds[words.kind, default: 0] += 1
                #expect(Self.words(response, kind: words.kind) == words.answer, "\(note): \(request)\n\(foretold)")
            }
            return kinds
        }

        /// One process for all requests.
        private static func foretell(_ requests: [RandomRoutes.Request], _ edge: Edge) async throws -> [[String: Any]] {
            let lines = requests.map { request in
                ([" \(request.method) http://any\(request.path)", "host: \(request.host)"] + request.headers.map { "\($0.0): \($0.1)" }).joined(separator: " | ")
            }
            let folder = try TemporaryFolder()
            try folder.write("requests.txt", lines.joined(separator: "\n"))
            let result = try await sluice(edge.folder.path, "--requests", "\(folder.path)/requests.txt", "--port", "\(edge.gatewayPort)", "--output", "json")
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

/// Expressions that RE2 reads otherwise than many others do, and texts that tell.
private enum RegularExpressions {
    static let patterns = [
        ##"a.c"##, ##"^a$"##, ##"\Aa\z"##, ##"a|b|"##, ##"(a|b|)"##, ##"a*?"##, ##"(a*)*"##, ##"a{2,3}"##, ##"a{,3}"##, ##"a{0}"##, ##"{a}"##, ##"a{2"##, ##"(a{2}){2}"##,
        ##"[]a]"##, ##"[^]a]"##, ##"]"##, ##"[-a]"##, ##"[a-c-e]+"##, ##"[\d-a]"##, ##"[+--]"##, ##"[[:alpha:]]+"##, ##"[[:^alpha:]]+"##, ##"[:alpha:]"##,
        ##"[\w\s]+"##, ##"[\x41-\x42]"##, ##"[\101-\102]"##, ##"[!-~]"##, ##"[\pL-a]+"##, ##"\d"##, ##"\D+"##, ##"\S+"##, ##"\W"##, ##"a\b.*"##, ##".\B."##,
        ##"\C\C"##, ##"\x41"##, ##"\_"##, ##"\pL"##, ##"\p{^L}"##, ##"\PL"##, ##"\p{Lu}+"##, ##"\p{Greek}"##, ##"\p{Any}+"##, ##"\p{Common}"##, ##"\pN"##,
        ##"\Qa*b\E"##, ##"\Qa*b"##, ##"\Qa\E*"##, ##"(?i)AB"##, ##"(?i:a)b"##, ##"(?i)a(?-i)b"##, ##"a(?i)b|c"##, ##"(?U)a+"##, ##"(?s)a.b"##, ##"(?m)^a$"##,
        ##"(?P<n>a)b?"##, ##"^*a"##, ##"..*"##, ##".{3}"##, ##"é"##, ##"[é]"##, ##"[é]{2}"##, ##"(?i)é"##, ##"[[a]"##, ##"[[]"##, ##"[a]]"##, ##"[a&&b]+"##,
        ##"[a-z&&[^b]]"##, ##"[^\d\s]+"##, ##"\p{L}{2}"##, ##"a(?:|b)"##, ##"[[:word:]]+"##, ##"[[:punct:]]"##, ##"\s"##, ##"x?\ty?"##, ##"(a+)+b"##, ##"(|a)+"##,
    ]
    static let texts = [
        "a", "A", "b", "ab", "AB", "aB", "abc", "aa", "aaa", "aaaa", "1", "a1", "-", "]", "a]", "[", "[a", "é", "É", "a b", "_", "{a}", "a{2", "a{,3}", "a*b", "a&b", ":", "x\ty", "",
    ]
}
