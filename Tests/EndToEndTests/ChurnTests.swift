import Foundation
import Testing

extension EndToEnd {
    /// Routes, clusters and what they are made of move, are renamed and are deleted under load: no request may see it.
    ///
    /// `SLUICE_CHURN` is how many changes there are, `SLUICE_SEED` which.
    @Suite struct Churn {
        /// What is configured at one moment: hosts, each with a server, and the names of all that stands between.
        private struct Estate {
            struct Host {
                var server: Int
                /// Parts of names: with a new number an object is deleted and another made.
                var upstream = 0
                var service = 0
                var table: Int?
                var hasCors = false
                var weights: Int?
            }

            var hosts: [Host]
            private var random: Numbers

            init(hosts: Int, seed: UInt64) {
                self.hosts = (0..<hosts).map { Host(server: $0) }
                random = Numbers(seed)
            }

            /// One change, in words.
            mutating func change(servers: Int) -> String {
                let host = random.below(hosts.count)
                switch random.below(7) {
                case 0:
                    hosts[host].upstream += 1
                    return "host \(host): its upstream is renamed"
                case 1, 2:
                    hosts[host].server = random.below(servers)
                    return "host \(host): to server \(hosts[host].server)"
                case 3:
                    hosts[host].service += 1
                    return "host \(host): its virtual service is renamed"
                case 4:
                    hosts[host].table = hosts[host].table == nil ? random.below(100) : nil
                    return "host \(host): \(hosts[host].table == nil ? "routes of its own" : "delegates")"
                case 5:
                    hosts[host].hasCors.toggle()
                    return "host \(host): \(hosts[host].hasCors ? "with" : "without") CORS"
                default:
                    hosts[host].weights = hosts[host].weights == nil ? random.below(servers) : nil
                    return "host \(host): \(hosts[host].weights == nil ? "one destination" : "two destinations")"
                }
            }

            func yaml(_ servers: [Upstream]) -> String {
                hosts.enumerated().map { number, host in
                    let upstreams = Set([host.server, host.weights ?? host.server]).sorted()
                    func name(_ server: Int) -> String { "churn-\(number)-\(server)-\(host.upstream)" }
                    let objects = upstreams.map { server in
                        """
                        ---
                        apiVersion: gloo.solo.io/v1
                        kind: Upstream
                        metadata: {name: \(name(server)), namespace: default}
                        spec: {static: {hosts: [{addr: 127.0.0.1, port: \(servers[server].port)}]}}

                        """
                    }
                    func destination(_ server: Int) -> String { "{upstream: {name: \(name(server)), namespace: default}}" }
                    let action =
                        host.weights.map { second in
                            "- routeAction: {multi: {destinations: [{weight: 1, destination: \(destination(host.server))}, {weight: 1, destination: \(destination(second))}]}}"
                        } ?? "- routeAction: {single: \(destination(host.server))}"
                    let table = host.table.map { routeTable("churn-\(number)-\($0)", action) } ?? ""
                    let routes = host.table.map { "- matchers: [{prefix: /}]\n  delegateAction: {ref: {name: churn-\(number)-\($0), namespace: default}}" } ?? action
                    let options = host.hasCors ? "cors: {allowOrigin: ['https://shop.test'], allowMethods: [GET]}" : nil
                    return objects.joined() + table
                        + virtualService("churn-\(number)-\(host.service)", domain: "churn-\(number).test", routes, options: options)
                }.joined()
            }
        }

        /// SplitMix64: the same numbers for the same seed, everywhere.
        private struct Numbers: RandomNumberGenerator {
            private var state: UInt64
            init(_ seed: UInt64) { state = seed }

            mutating func next() -> UInt64 {
                state &+= 0x9e37_79b9_7f4a_7c15
                var value = state
                value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
                value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
                return value ^ (value >> 31)
            }

            mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }
        }

        @Test("no request fails while upstreams, routes, tables and virtual services are moved, renamed and deleted", arguments: ["delta", "sotw"])
        func underLoad(variant: String) async throws {
            let environment = ProcessInfo.processInfo.environment
            let seed = environment["SLUICE_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0...999_999)
            let changes = environment["SLUICE_CHURN"].flatMap { Int($0) } ?? 60
            try await Edge.with("churn-\(variant)", .init(variant: variant)) { edge in
                var servers: [Upstream] = []
                for number in 0..<4 { servers.append(try await Upstream.start("churn-\(number)")) }
                var estate = Estate(hosts: 4, seed: seed)
                try await edge.apply("churn", estate.yaml(servers))
                var done: [String] = []
                let traffic = try await Traffic.during(edge, hosts: (0..<4).map { "churn-\($0).test" }) {
                    for _ in 0..<changes {
                        done.append(estate.change(servers: servers.count))
                        try await edge.apply("churn", estate.yaml(servers))
                    }
                }
                #expect(
                    traffic.failures.isEmpty,
                    "SLUICE_SEED=\(seed) \(variant): \(traffic.failures.count) of \(traffic.answered), \(traffic.failures.prefix(5)); \(done)"
                )
                #expect(traffic.answered > changes)
                print("\(changes) changes (\(variant), seed \(seed)) under \(traffic.answered) requests, \(traffic.failures.count) failed")
            }
        }
    }
}
