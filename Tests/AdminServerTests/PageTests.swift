import EnvoyResources
import HashTreeCollections
import Logging
import NIOHTTP1
import Testing
import XDSCache

@testable import AdminServer

@Suite struct AdminPageTests {
    @Test("health says that the process lives, readiness follows the stage")
    func health() async throws {
        try await AdminHarness.with { admin async throws in
            #expect(try await admin.get("/healthz").status == 200)
            #expect(try await admin.get("/readyz").status == 503)
            admin.operations.stage = .serving
            #expect(try await admin.get("/readyz").status == 200)
            admin.operations.stage = .draining
            #expect(try await admin.get("/readyz").status == 503)
            #expect(try await admin.get("/healthz").status == 200)
        }
    }

    @Test("nothing can be changed, and no name but this machine's is taken")
    func refusals() async throws {
        try await AdminHarness.with { admin async throws in
            let post = try await admin.get("/", method: .POST)
            #expect(post.status == 405 && post.headers.first(name: "allow") == "GET, HEAD")
            #expect(try await admin.get("/nothing").status == 404)
            #expect(try await admin.get("/proxies", host: "evil.example").status == 421)
            #expect(try await admin.get("/proxies", host: "127.0.0.1.evil.example:9975").status == 421)
            for host in ["localhost", "localhost:1", "[::1]:9975", "127.0.0.1", "10.1.2.3:80"] {
                #expect(try await admin.get("/healthz", host: host).status == 200, "\(host)")
            }
        }
    }

    @Test("HEAD answers without a body")
    func head() async throws {
        try await AdminHarness.with { admin async throws in
            admin.cache.publish(EnvoySnapshot(), role: "ns~p")
            // More than can be told at once, so that none is held for ever.
            for _ in 0..<10 {
                let answer = try await admin.get("/config?role=ns~p", method: .HEAD)
                #expect(answer.status == 200 && answer.body.isEmpty)
            }
            #expect(try await admin.get("/config?role=ns~p").status == 200)
        }
    }

    @Test("proxies are told with what they were sent, confirmed and refused, and those that wait with the reason")
    func proxies() async throws {
        try await AdminHarness.with { admin async throws in
            let loop = FakeLoop(admin.cache)
            #expect(try await admin.proxies().proxies.isEmpty)
            let number = admin.cache.publish(EnvoySnapshot(), role: "ns~p")
            let stream = loop.connect(ProxyNode(id: "one", cluster: "p", role: "ns~p", userAgent: "envoy 1.40.0"))
            loop.connect(ProxyNode(id: "two", role: "ns~nobody"), dialect: .stateOfTheWorld, onlyType: .cluster)
            var report = try await admin.proxies()
            #expect(report.roles == ["ns~p"])
            #expect(report.proxies.map(\.state) == [.behind, .waiting])
            #expect(report.proxies.first?.behindSeconds != nil)
            #expect(report.proxies.last?.reason == "no configuration is published for role 'ns~nobody'")
            #expect(report.proxies.last?.variant == "sotw" && report.proxies.last?.onlyType == "cluster")

            let bad = EnvoyResource(name: "bad", version: 1, parts: [])
            admin.cache.record(stream, [.sent(.cluster, version: 0xab, nonce: 1, number: number), .sent(.route, version: 2, nonce: 2, number: number)])
            admin.cache.record(stream, [
                .acknowledged(.cluster, resources: [], removed: [], version: 0xab, number: number),
                .rejected(.route, resources: [bad], removed: [], version: 2, message: "no such \"cluster\"\nat all"), .settled(number: number),
            ])
            report = try await admin.proxies()
            let one = try #require(report.proxies.first)
            #expect(one.state == .refused && one.behindSeconds == nil && one.settled == number && one.published == number)
            #expect(one.agent == "envoy 1.40.0" && one.variant == "delta" && one.role == "ns~p")
            #expect(one.types.map(\.type) == ["cluster", "route"])
            #expect(one.types.first?.acknowledgedVersion == "00000000000000ab" && one.types.first?.state == .current)
            #expect(one.types.last?.refusal?.names == ["bad"] && one.types.last?.refusal?.message == "no such \"cluster\"\nat all")
        }
    }

    @Test("a proxy is behind since the first publication that it does not have")
    func behindSince() throws {
        let cache = XDSCache()
        let loop = FakeLoop(cache)
        let first = cache.publish(EnvoySnapshot(), role: "r")
        let stream = loop.connect(ProxyNode(id: "n", role: "r"))
        cache.record(stream, [.settled(number: first)])
        #expect(cache.status().first?.behindSince == nil)
        let resource = EnvoyResource(name: "c", version: 1, parts: [])
        var snapshot = EnvoySnapshot()
        snapshot.clusters["c"] = resource
        cache.publish(snapshot, role: "r")
        let since = try #require(cache.status().first?.behindSince)
        snapshot.clusters["d"] = resource
        let last = cache.publish(snapshot, role: "r")
        #expect(cache.status().first?.behindSince == since)
        #expect(cache.roleStatus().first?.publications == 3)
        cache.record(stream, [.settled(number: last)])
        #expect(cache.status().first?.behindSince == nil)
    }

    @Test("the page shows everyone, and what proxies say of themselves stays text")
    func page() async throws {
        try await AdminHarness.with { admin async throws in
            let loop = FakeLoop(admin.cache)
            admin.cache.publish(EnvoySnapshot(), role: "ns~p")
            let stream = loop.connect(ProxyNode(id: "<script>alert(1)</script>", role: "ns~p", userAgent: "\"&'"))
            loop.connect(ProxyNode(id: "lost", role: "<b>x</b>"))
            let resource = EnvoyResource(name: "<img src=x>", version: 1, parts: [])
            admin.cache.record(stream, [.sent(.route, version: 2, nonce: 2, number: 1)])
            admin.cache.record(stream, [.rejected(.route, resources: [resource], removed: [], version: 2, message: "<svg onload=x>")])
            let page = try await admin.get("/")
            #expect(page.status == 200 && page.headers.first(name: "content-security-policy")?.hasPrefix("default-src 'none'") == true)
            for text in ["&lt;script&gt;alert(1)&lt;/script&gt;", "lost", "&lt;img src=x&gt;", "&lt;svg onload=x&gt;", "ns~p"] {
                #expect(page.body.contains(text), "\(text)")
            }
            for text in ["<script", "<img", "<svg", "<b>x"] { #expect(!page.body.contains(text), "\(text)") }
            #expect(page.body.hasSuffix("</html>\n"))
        }
    }

    @Test("a port that is taken: the usual one is left to its owner, a chosen one is an error that says what to do")
    func takenPort() async throws {
        try await AdminHarness.with { admin async throws in
            let sources = AdminSources(cache: XDSCache(), operations: Operations(), refusalCounts: RefusalCounts(), version: "") { QueueDepths() }
            let second = AdminServer(.init(port: admin.port), sources: sources, logger: .init(label: "test"))
            let error = await #expect(throws: AdminServerError.self) { try await second.start() }
            #expect(error?.description.contains("--web-port") == true)
        }
    }
}
