import EnvoyResources
import EnvoyTranslation
import HashTreeCollections
import Testing
import TranslationHarness

@testable import XDSCache
@testable import XDSServer

/// `routeOptions.virtualHostDiscovery`, from the objects to the bytes that are sent.
@Suite struct VirtualHostDiscoveryTests {
    private static let gateway = """
        apiVersion: gateway.solo.io/v1
        kind: Gateway
        metadata: {name: g, namespace: gloo-system}
        spec: {bindPort: 80, httpGateway: {}, routeOptions: {virtualHostDiscovery: true}}
        """

    private static func service(_ number: Int, _ body: String, domain: String? = nil) -> String {
        """
        apiVersion: gateway.solo.io/v1
        kind: VirtualService
        metadata: {name: vs-\(number), namespace: gloo-system}
        spec: {virtualHost: {domains: [\(domain ?? "d\(number).example")], routes: [{directResponseAction: {status: 200, body: \(body)}}]}}
        """
    }

    private static let table = "listener-::-80-vhds"

    @Test("one changed virtual host of 10,000 sends less than 2 kB")
    func bytesOfOneChange() throws {
        var running = try Running()
        running.apply([("g", Self.gateway)] + (0..<10_000).map { ("\($0)", Self.service($0, "first")) })
        let role = try #require(running.snapshots.keys.first)
        let first = try Publication(role: role, number: 1, first: #require(running.snapshots[role]))
        #expect(first.snapshot[.virtualHost].count == 10_000)

        let stream = XDSStream(dialect: .delta)
        var now = ContinuousClock.now
        var sent = 0
        func bytes(_ output: StreamOutput) -> Int { output.responses.reduce(0) { $0 + OutgoingMessage($1, shared: SharedBytes()).remaining } }
        /// Sends a request, and confirms what comes until nothing does.
        func ask(_ type: ResourceType, _ names: [String]) {
            var output = stream.received(.init(typeURL: type.typeURL, interest: .delta(subscribe: names, unsubscribe: [], held: [:])), type: type, now: now)
            while !output.responses.isEmpty {
                sent += bytes(output)
                var next: [DiscoveryResponse] = []
                for response in output.responses {
                    let ack = DiscoveryRequest(typeURL: response.type.typeURL, nonce: response.nonceText, interest: .delta(subscribe: [], unsubscribe: [], held: [:]))
                    next += stream.received(ack, type: response.type, now: now).responses
                }
                output.responses = next
            }
        }
        _ = stream.published(first, now: now)
        ask(.listener, [])
        ask(.route, [Self.table])
        ask(.virtualHost, [])
        #expect(sent > 1_000_000)

        running.apply("7777", Self.service(7777, "second"))
        let translation = try #require(running.translation)
        #expect(translation.changed[role] == [.virtualHost: ["\(Self.table)/gloo-system_vs-7777"]])
        let second = try #require(Publication(after: first, number: 2, snapshot: running.snapshots[role] ?? EnvoySnapshot(), changed: translation.changed[role]))
        now = now + .seconds(1)
        let change = bytes(stream.published(second, now: now))
        print("one changed virtual host of 10,000 sends \(change) bytes")
        #expect((1..<2000).contains(change))
    }

    @Test("domains are other names of a virtual host, and who changes them changes the version")
    func aliases() throws {
        var running = try Running()
        running.apply([("g", Self.gateway), ("0", Self.service(0, "same", domain: "a.example"))])
        func host() throws -> EnvoyResource { try #require(running.snapshots.values.first?[.virtualHost].values.first) }
        let before = try host()
        #expect(before.aliases == ["\(Self.table)/a.example"])
        running.apply("0", Self.service(0, "same", domain: "b.example"))
        let after = try host()
        #expect(after.aliases == ["\(Self.table)/b.example"] && after.version != before.version && after.name == before.name)
    }

    @Test("a virtual host that goes takes its resource with it, and so does a gateway that changes its mind")
    func removal() throws {
        var running = try Running()
        running.apply([("g", Self.gateway), ("0", Self.service(0, "a")), ("1", Self.service(1, "b"))])
        func names() -> [String] { running.snapshots.values.first?[.virtualHost].keys.sorted() ?? [] }
        #expect(names() == ["\(Self.table)/gloo-system_vs-0", "\(Self.table)/gloo-system_vs-1"])
        running.apply("1", nil)
        #expect(names() == ["\(Self.table)/gloo-system_vs-0"])
        running.apply("g", Self.gateway.replacing("true", with: "false"))
        #expect(names() == [])
        running.apply("g", Self.gateway)
        #expect(names() == ["\(Self.table)/gloo-system_vs-0"])
    }
}
