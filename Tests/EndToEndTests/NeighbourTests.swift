import Testing

extension EndToEnd {
    /// What one object does wrong costs no other.
    @Suite struct Neighbours {
        @Test("a virtual service breaks and mends in every way under load, and no request to its neighbours fails")
        func breaksAndMends() async throws {
            try await Edge.with("neighbours") { edge in
                let pets = try await Upstream.start("neighbour-pets")
                let neighbours = ["a-neighbour", "b-neighbour", "z-neighbour"]
                try await edge.apply("neighbours", pets.object() + neighbours.map { virtualService($0, "- " + pets.action) }.joined())
                func victim(_ routes: String, domain: String? = nil) -> String { virtualService("m-victim", domain: domain, routes) }
                func good(_ number: Int) -> String { victim("- directResponseAction: {status: 200, body: '\(number)'}") }
                /// What it is changed to, its state then, and what `/` of it answers; nil is a file that is taken away.
                let ways: [(name: String, text: String?, state: String?, answer: String)] = [
                    ("unknown field", good(0).replacing("  virtualHost:", with: "  virtualHoost:"), "Rejected", "last good"),
                    ("missing upstream", victim("- routeAction: {single: {upstream: {name: gone}}}"), "Warning", "404"),
                    ("bad regex", victim("- matchers: [{regex: '/(pets'}]\n  directResponseAction: {status: 200}\n- directResponseAction: {status: 200, body: beside}"), "Rejected", "beside"),
                    ("broken YAML", "apiVersion: [gateway\n  kind: }", nil, "beside"),
                    ("taken domain", victim("- directResponseAction: {status: 200, body: taken}", domain: "a-neighbour.test"), "Rejected", "404"),
                    ("removed", nil, nil, "404"),
                ]
                let client = edge.client()
                func check(_ name: String, _ answer: String) async throws {
                    // Of files that change together the order is not promised.
                    try await eventually("after \(name), the answer is \(answer)", context: { edge.logTails }, isTrue: {
                        let response = try await client.get("/", host: "m-victim.test")
                        return (response.status == 200 ? response.body : "\(response.status)") == answer
                    })
                }
                let traffic = try await Traffic.during(edge, hosts: neighbours.map { "\($0).test" }) {
                    for round in 1...3 {
                        for (name, text, state, answer) in ways {
                            // Each begins from a state that is served, so the last good one is known.
                            if name != "broken YAML" {
                                try edge.folder.write("victim.yaml", good(round))
                                try await edge.apply("settled", "")
                                try await check("mended before \(name)", "\(round)")
                            }
                            if let text { try edge.folder.write("victim.yaml", text) } else { try edge.folder.remove("victim.yaml") }
                            try await edge.apply("settled", "")
                            if let state { _ = try await edge.waitForStatus("virtualservices", "m-victim", is: state) }
                            try await check(name, answer == "last good" ? "\(round)" : answer)
                        }
                    }
                }
                #expect(traffic.failures.isEmpty)
                #expect(traffic.answered > 0)
                print("a neighbour broke \(ways.count * 3) times under \(traffic.answered) requests")
            }
        }
    }
}
