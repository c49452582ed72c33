import Foundation
import Glibc
import Testing

extension EndToEnd {
    /// What happens while it runs: edits, deaths, restarts.
    @Suite struct LiveChanges {
        private func answer(_ name: String, _ body: String) -> String {
            virtualService(name, "- directResponseAction: {status: 200, body: \(body)}")
        }

        @Test("an edit of a file is visible to requests at once, whether written in place or moved there")
        func edit() async throws {
            try await Edge.with("edit") { edge in
                let file = edge.folder.url.appending(path: "edit.yaml")
                let client = edge.client()
                var times: [Duration] = []
                for number in 1...20 {
                    let start = ContinuousClock.now
                    try Data(answer("edit", "'\(number)'").utf8).write(to: file, options: number % 2 == 0 ? [.atomic] : [])
                    // Generous on purpose: tests must not depend on speed. The time is printed.
                    try await eventually("edit \(number) is served", within: .seconds(5), context: { edge.logTails }) {
                        try await client.get("/", host: "edit.test").body == "\(number)"
                    }
                    times.append(ContinuousClock.now - start)
                }
                times.sort()
                print("file write to first request served by it: median \(times[times.count / 2]), slowest \(times[times.count - 1])")
            }
        }

        @Test("a file that is removed takes its routes with it")
        func remove() async throws {
            try await Edge.with("remove") { edge in
                try await edge.apply("gone", answer("gone", "here"))
                try await edge.apply("stays", answer("stays", "here"))
                try await edge.remove("gone")
                let client = edge.client()
                #expect(try await client.get("/", host: "gone.test").status == 404)
                #expect(try await client.get("/", host: "stays.test").body == "here")
            }
        }

        @Test("of a burst of edits the last one is served")
        func burst() async throws {
            try await Edge.with("burst") { edge in
                for number in 1...300 { try edge.folder.write("burst.yaml", answer("burst", "'\(number)'")) }
                try await edge.apply("beside", answer("beside", "here"))
                let client = edge.client()
                try await eventually("the last edit is served", context: { edge.logTails }) {
                    try await client.get("/", host: "burst.test").body == "300"
                }
            }
        }

        @Test("files in folders of the folder count too, in those made later as well")
        func subfolder() async throws {
            try await Edge.with("subfolder") { edge in
                let client = edge.client()
                for number in 1...2 {
                    try edge.folder.write("teams/pets/shop.yaml", answer("subfolder", "'\(number)'"))
                    try await eventually("edit \(number) in a folder is served", context: { edge.logTails }) {
                        try await client.get("/", host: "subfolder.test").body == "\(number)"
                    }
                }
            }
        }

        @Test("no request fails while an upstream's address is changed")
        func upstreamEdited() async throws {
            try await Edge.with("address") { edge in
                // Two servers of one name: one Upstream object, whose port changes.
                let (before, after) = try await (Upstream.start("address-pets"), Upstream.start("address-pets"))
                let route = virtualService("address", "- " + before.action)
                try await edge.apply("address", before.object() + route)
                let traffic = try await Traffic.during(edge, host: "address.test") {
                    try await edge.apply("address", after.object() + route)
                    try await eventually("the new address is asked", context: { edge.logTails }, isTrue: { !after.requests.isEmpty })
                }
                #expect(traffic.failures.isEmpty)
            }
        }

        @Test("no request fails while its route moves from upstream to upstream and the old one is deleted")
        func makeBeforeBreak() async throws {
            try await Edge.with("move") { edge in
                let upstreams = try await (Upstream.start("even"), Upstream.start("odd"))
                func objects(_ number: Int) -> String {
                    let upstream = number % 2 == 0 ? upstreams.0 : upstreams.1
                    return upstream.object() + virtualService("move", "- " + upstream.action)
                }
                try await edge.apply("move", objects(0))
                let traffic = try await Traffic.during(edge, host: "move.test") {
                    for number in 1...10 { try await edge.apply("move", objects(number)) }
                }
                #expect(traffic.failures.isEmpty)
                #expect(traffic.answered > 0 && upstreams.1.requests.count > 0)
            }
        }

        @Test("`sluice run` starts Envoy again when it dies, and ends it when it is told to end", arguments: [SIGTERM, SIGINT])
        func envoyKilled(signal: Int32) async throws {
            try await Edge.with("run-\(signal)", .init(run: true)) { edge in
                try await edge.apply("run", answer("run", "here"))
                let first = try #require(try edge.controlPlane.children(named: "envoy").first)
                kill(first, SIGKILL)
                let second = try await eventually("another Envoy is started", context: { edge.logTails }) {
                    try edge.controlPlane.children(named: "envoy").first { $0 != first }
                }
                // A client of its own for each try: the old connection went with the old Envoy.
                let response = try await eventually("the new Envoy serves", context: { edge.logTails }) {
                    try? await edge.client().get("/", host: "run.test")
                }
                #expect(response.body == "here")
                #expect(await edge.controlPlane.stop(signal) == .code(0))
                try await eventually("its Envoy is gone too") { kill(second, 0) == -1 }
            }
        }

        @Test("no request fails while the control plane is started again, and the new one's changes are served", arguments: ["delta", "sotw"])
        func controlPlaneRestarted(variant: String) async throws {
            try await Edge.with("restart-\(variant)", .init(variant: variant)) { edge in
                let pets = try await Upstream.start("restart-pets")
                try await edge.apply("restart", pets.object() + virtualService("restart", "- " + pets.action))
                let traffic = try await Traffic.during(edge, host: "restart.test") {
                    try await edge.restartControlPlane()
                    try await edge.apply("after", answer("after", "here"))
                    // Killed, not stopped: nothing was said to Envoy.
                    await edge.controlPlane.stop(SIGKILL)
                    try await edge.restartControlPlane()
                    try await edge.apply("after", answer("after", "here too"))
                }
                #expect(traffic.failures.isEmpty)
                #expect(traffic.answered > 0)
                print("control plane restarted twice (\(variant)) under \(traffic.answered) requests")
            }
        }

        @Test("no request fails when the control plane is killed in the middle of a push, and its successor completes it", arguments: ["delta", "sotw"])
        func killedInPush(variant: String) async throws {
            try await Edge.with("killed-\(variant)", .init(variant: variant, arguments: ["--log-level", "debug"])) { edge in
                var upstreams: [Upstream] = []
                for number in 0...4 { try await upstreams.append(Upstream.start("killed-upstream-\(number)")) }
                // A cluster that comes, a route that moves to it, a cluster and a route that go: steps of a push that wait for each other. In the
                // state of the world a proxy does not tell the new control plane which clusters it has: those that are gone go before the
                // routes that name them, so there all stay.
                let keepsOld = variant == "sotw"
                func objects(_ number: Int) -> String {
                    upstreams[(keepsOld ? 0 : number)...number].map { $0.object() }.joined()
                        + virtualService("killed", "- \(upstreams[number].action)") + answer("killed-\(number % 2)", "here")
                }
                func lines(_ text: String) -> Int { edge.controlPlane.log.split(separator: "\n").count { $0.contains(text) } }
                try await edge.apply("killed", objects(0))
                let admin = Client(port: edge.envoys[0].adminPort)
                // After the first response of the push, and after later ones.
                let traffic = try await Traffic.during(edge, host: "killed.test") {
                    for number in 1...4 {
                        let before = lines("nonce=")
                        try edge.folder.write("killed.yaml", objects(number))
                        try await eventually("the push is under way", context: { edge.logTails }) { lines("nonce=") >= before + (number + 1) / 2 }
                        await edge.controlPlane.stop(SIGKILL)
                        try await edge.restartControlPlane()
                        try await edge.apply("after", "")
                        let client = edge.client()
                        #expect(try await client.get("/", host: "killed.test").upstream == upstreams[number].name)
                        #expect(try await client.get("/", host: "killed-\(number % 2).test").body == "here")
                        #expect(try await client.get("/", host: "killed-\((number + 1) % 2).test").status == 404)
                        try await eventually("Envoy has the clusters of the edit", context: { edge.logTails }) {
                            let clusters = try await admin.get("/clusters", host: "admin").body
                            return clusters.contains(upstreams[number].name) && clusters.contains(upstreams[number - 1].name) == keepsOld
                        }
                    }
                }
                #expect(traffic.failures.isEmpty)
                #expect(traffic.answered > 0)
            }
        }

        @Test("the state-of-the-world protocol serves, changes and removes as delta does")
        func stateOfTheWorld() async throws {
            try await Edge.with("sotw", .init(variant: "sotw")) { edge in
                let pets = try await Upstream.start("sotw-pets")
                try await edge.apply("sotw", pets.object() + virtualService("sotw", "- " + pets.action))
                let client = edge.client()
                #expect(try await client.get("/", host: "sotw.test").upstream == pets.name)
                try await edge.apply("sotw", answer("sotw", "direct"))
                #expect(try await client.get("/", host: "sotw.test").body == "direct")
                try await edge.remove("sotw")
                #expect(try await client.get("/", host: "sotw.test").status == 404)
            }
        }

        @Test("two Envoys of one role get the same changes, and one goes on when the other is gone")
        func twoEnvoys() async throws {
            let role = "gloo-system~gateway-proxy"
            try await Edge.with("two", .init(roles: [role, role])) { edge in
                try await edge.apply("two", answer("two", "here"))
                for envoy in edge.envoys {
                    let admin = Client(port: envoy.adminPort)
                    try await eventually("each Envoy has the route", context: { edge.logTails }) {
                        let dump = try? await admin.get("/config_dump?resource=dynamic_route_configs", host: "admin")
                        return dump?.body.contains("two.test") == true
                    }
                }
                await edge.envoys[0].process.stop(SIGKILL)
                try await edge.apply("two", answer("two", "still here"))
                #expect(try await edge.client().get("/", host: "two.test").body == "still here")
            }
        }

        @Test("an Envoy of another role gets the gateways of that role alone")
        func roles() async throws {
            try await Edge.with("roles", .init(roles: ["gloo-system~gateway-proxy", "gloo-system~inner"])) { edge in
                let port = try freePort()
                let inner = Edge.gateway("inner", port: port, "httpGateway: {}\nproxyNames: [inner]")
                try await edge.apply("roles", inner + answer("roles", "here"))
                let response = try await eventually("the other role's port is served", context: { edge.logTails }) {
                    try? await Client(port: port).get("/", host: "roles.test")
                }
                #expect(response.body == "here")
                for (envoy, listener) in zip(edge.envoys, [edge.gatewayPort, port]) {
                    let listeners = try await Client(port: envoy.adminPort).get("/listeners", host: "admin").body
                    #expect(listeners.split(separator: "\n").map { $0.split(separator: "::").first } == ["listener-127.0.0.1-\(listener)"])
                }
            }
        }
    }
}
