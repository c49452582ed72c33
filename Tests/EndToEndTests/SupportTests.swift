import Foundation
import Glibc
import Testing

extension EndToEnd {
    /// What the other tests stand on, tried without Sluice and without Envoy.
    @Suite struct Support {
        @Test("server and client exchange headers, bodies and statuses on one connection")
        func exchange() async throws {
            let pets = try await Upstream.start("pets") { request in
                .init(status: request.number <= 2 ? 503 : 200, headers: [("x-path", request.path)], body: request.body.isEmpty ? nil : request.body)
            }
            let client = Client(port: pets.port)
            #expect(try await client.get("/a", host: "x.test").status == 503)
            #expect(try await client.get("/b", host: "x.test").status == 503)
            let third = try await client.send("POST", "/c?d=e", host: "x.test", headers: [("x-a", "1")], body: "hello")
            #expect(third.status == 200)
            #expect(third.body == "hello")
            #expect(third.header("x-path") == "/c?d=e")
            #expect(third.upstream == "pets")
            #expect(pets.requests.map(\.method) == ["GET", "GET", "POST"])
            #expect(pets.requests.last?.header("x-a") == "1")
            #expect(pets.requests.last?.header("host") == "x.test")
        }

        @Test("thousands of requests take seconds at most")
        func speed() async throws {
            let pets = try await Upstream.start("pets")
            let client = Client(port: pets.port)
            let time = try await ContinuousClock().measure {
                for _ in 0..<2_000 { try await client.get("/", host: "x.test") }
            }
            print("2,000 requests: \(time)")
            #expect(pets.requests.count == 2_000)
        }

        @Test("a client refuses a certificate for another name, and one of another authority")
        func certificates() async throws {
            let authority = try await Certificates()
            let server = try await Upstream.start("tls", tls: authority.server(authority.pair(for: "a.test")))
            #expect(try await authority.client(port: server.port, serverName: "a.test").get("/", host: "a.test").body == "tls")
            await #expect(throws: (any Error).self) {
                try await authority.client(port: server.port, serverName: "b.test").get("/", host: "a.test")
            }
            let other = try await Certificates()
            await #expect(throws: (any Error).self) {
                try await other.client(port: server.port, serverName: "a.test").get("/", host: "a.test")
            }
        }

        @Test("a process's output, exit code, children and death by signal are seen")
        func processes() async throws {
            let result = try await ChildProcess.run("sh", "/bin/sh", ["-c", "echo out; echo err >&2; exit 3"])
            #expect(result == (.code(3), "out\n", "err\n"))

            let parent = try ChildProcess("parent", "/bin/sh", ["-c", "echo ready: now >&2; sleep 100; exit 1"])
            #expect(try await parent.waitForLog("ready: ") == "now")
            let child = try await eventually("sh starts sleep") { try parent.children(named: "sleep").first }
            #expect(await parent.stop() == .signal(SIGTERM))
            try await eventually("what the process left behind is ended too") { kill(child, 0) == -1 }

            await #expect(throws: TestFailure.self) { try await parent.waitForLog("never") }
            #expect(try await ChildProcess.run("missing", "/no/such/program", []).exit == .code(127))
        }

        @Test("waiting gives up with a reason")
        func waiting() async throws {
            let failure = await #expect(throws: TestFailure.self) {
                try await eventually("the moon is cheese", within: .milliseconds(20), context: { "it is rock" }, isTrue: { false })
            }
            #expect(failure?.description.contains("the moon is cheese\nit is rock") == true)
        }
    }
}
