import EnvoyResources
import HashTreeCollections
import Synchronization
import Testing

@testable import XDSCache

/// What proxies of a role are served after one of them refused something.
@Suite struct QuarantineTests {
    /// A cache with one role, and proxies that play by hand.
    private final class Fleet {
        let cache = XDSCache()
        let role = "ns~p"
        lazy var mailbox = cache.openMailbox {}
        private var lastNumber: UInt64 = 0

        func publish(_ content: [ResourceType: [String]], changed: ChangedNames? = nil) {
            lastNumber = cache.publish(QuarantineTests.snapshot(content), changed: changed, role: role)
        }

        func connect(_ name: String = "one") -> StreamID {
            cache.connect(ProxyNode(id: name, role: role), address: "", dialect: .delta, onlyType: nil, mailbox: mailbox).0
        }

        /// The proxy has everything of some types as it is served now.
        func holds(_ stream: StreamID, _ types: ResourceType...) {
            let (number, snapshot) = cache.state.withLock { ($0.roles[role]?.publication.number ?? 0, $0.roles[role]?.publication.snapshot ?? EnvoySnapshot()) }
            cache.record(stream, types.map { .holds($0, number: number, snapshot: snapshot) })
        }

        func refuses(_ stream: StreamID, _ type: ResourceType, _ resources: [String], _ words: String = "Error adding/updating it: bad") {
            cache.record(stream, [.rejected(type, resources: resources.map(StreamDriver.resource), removed: [], version: 1, message: words)])
        }

        func accepts(_ stream: StreamID, _ type: ResourceType, _ resources: [String]) {
            cache.record(stream, [.acknowledged(type, resources: resources.map(StreamDriver.resource), removed: [], version: 1, number: 1)])
        }

        func served(_ type: ResourceType) -> [String] {
            let snapshot = cache.snapshot(role: role) ?? EnvoySnapshot()
            return snapshot[type].values.map { "\($0.name):\($0.version)" }.sorted()
        }
    }

    private static func snapshot(_ content: [ResourceType: [String]]) -> EnvoySnapshot {
        var snapshot = EnvoySnapshot()
        for (type, texts) in content { for text in texts { snapshot[type][StreamDriver.resource(text).name] = StreamDriver.resource(text) } }
        return snapshot
    }

    @Test("the form that was accepted last is served at once, until the translation makes another one")
    func substitute() {
        let fleet = Fleet()
        fleet.publish([.listener: ["a", "b"]])
        let proxy = fleet.connect()
        fleet.holds(proxy, .listener)
        fleet.publish([.listener: ["a:2", "b:2"]])
        fleet.refuses(proxy, .listener, ["a:2"])
        #expect(fleet.served(.listener) == ["a:1", "b:2"])
        fleet.publish([.listener: ["a:2", "b:3"]], changed: [.listener: ["b"]])
        #expect(fleet.served(.listener) == ["a:1", "b:3"])
        fleet.publish([.listener: ["a:3", "b:3"]], changed: [.listener: ["a"]])
        #expect(fleet.served(.listener) == ["a:3", "b:3"])
        #expect(fleet.cache.quarantine.isEmpty)
    }

    @Test("a proxy whose refusal is held back refuses still, whatever it confirms, on later streams too, until that is mended")
    func stillRefused() {
        let fleet = Fleet()
        fleet.publish([.listener: ["a", "b"]])
        let proxies = [fleet.connect("one"), fleet.connect("two")]
        for proxy in proxies { fleet.holds(proxy, .listener) }
        func refused() -> [[String]?] {
            fleet.cache.status().map { $0.types[.listener]?.rejection?.names }
        }
        func sent(_ stream: StreamID) { fleet.cache.record(stream, [.sent(.listener, version: 1, nonce: 1, number: 1)]) }
        fleet.publish([.listener: ["a:2", "b:2"]])
        for proxy in proxies {
            sent(proxy)
            fleet.refuses(proxy, .listener, ["a:2"], "no such filter")
            fleet.accepts(proxy, .listener, ["a", "b:2"])
        }
        #expect(refused() == [["a"], ["a"]])
        #expect(fleet.cache.status()[1].types[.listener]?.rejection?.message == "no such filter")
        // The one that refused first is known again, and one that never refused is served well.
        fleet.cache.disconnect(proxies[0])
        for proxy in [fleet.connect("one"), fleet.connect("three")] {
            sent(proxy)
            fleet.accepts(proxy, .listener, ["a", "b:2"])
        }
        #expect(refused() == [["a"], ["a"], nil])
        // The form that was accepted, written again: nothing is sent for it.
        fleet.publish([.listener: ["a", "b:2"]])
        #expect(refused() == [nil, nil, nil])
    }

    @Test("what goes out of the configuration is not brought back")
    func removed() {
        let fleet = Fleet()
        fleet.publish([.listener: ["a"]])
        let proxy = fleet.connect()
        fleet.holds(proxy, .listener)
        fleet.publish([.listener: ["a:2"]])
        fleet.refuses(proxy, .listener, ["a:2"])
        fleet.publish([:], changed: [.listener: ["a"]])
        #expect(fleet.served(.listener) == [])
        #expect(fleet.cache.quarantine.isEmpty)
    }

    @Test("the accepted form, written again, ends the quarantine without a new publication")
    func reverted() {
        let fleet = Fleet()
        fleet.publish([.listener: ["a"]])
        let proxy = fleet.connect()
        fleet.holds(proxy, .listener)
        fleet.publish([.listener: ["a:2"]])
        fleet.refuses(proxy, .listener, ["a:2"])
        let number = fleet.cache.number(role: fleet.role)
        fleet.publish([.listener: ["a"]], changed: [.listener: ["a"]])
        #expect(fleet.served(.listener) == ["a:1"])
        #expect(fleet.cache.number(role: fleet.role) == number)
        #expect(fleet.cache.quarantine.isEmpty)
    }

    @Test("a version that one proxy accepts is served to all, whoever answers first", arguments: [true, false])
    func mixed(isAcceptedFirst: Bool) {
        let fleet = Fleet()
        fleet.publish([.cluster: ["a"]])
        let (old, new) = (fleet.connect("old"), fleet.connect("new"))
        fleet.holds(old, .cluster)
        fleet.publish([.cluster: ["a:2"]])
        if isAcceptedFirst {
            fleet.holds(new, .cluster)
            fleet.refuses(old, .cluster, ["a:2"])
        } else {
            fleet.refuses(old, .cluster, ["a:2"])
            #expect(fleet.served(.cluster) == ["a:1"])
            fleet.accepts(new, .cluster, ["a:2"])
        }
        #expect(fleet.served(.cluster) == ["a:2"])
        // And it stays, however often it is refused.
        fleet.refuses(old, .cluster, ["a:2"])
        #expect(fleet.served(.cluster) == ["a:2"])
        #expect(fleet.cache.quarantine.isEmpty)
    }

    @Test("where the accepted form is refused too, by another Envoy, it stays: nothing goes to and fro")
    func bothRefused() {
        let fleet = Fleet()
        fleet.publish([.cluster: ["a"]])
        let (one, other) = (fleet.connect("one"), fleet.connect("other"))
        fleet.holds(one, .cluster)
        fleet.publish([.cluster: ["a:2"]])
        fleet.refuses(one, .cluster, ["a:2"])
        let number = fleet.cache.number(role: fleet.role)
        fleet.refuses(other, .cluster, ["a:1"])
        fleet.refuses(one, .cluster, ["a:2"])
        #expect(fleet.served(.cluster) == ["a:1"])
        #expect(fleet.cache.number(role: fleet.role) == number)
    }

    @Test("a new resource is left out only if it keeps the rest of its response away")
    func newResource() {
        let fleet = Fleet()
        fleet.publish([.cluster: ["a"], .route: ["r"]])
        let proxy = fleet.connect()
        fleet.holds(proxy, .cluster, .route)
        fleet.publish([.cluster: ["a", "b"], .route: ["r", "s"]])
        fleet.refuses(proxy, .cluster, ["b"])
        fleet.refuses(proxy, .route, ["s"], "no such thing")
        #expect(fleet.served(.cluster) == ["a:1", "b:1"] && fleet.served(.route) == ["r:1", "s:1"])
        fleet.refuses(proxy, .cluster, ["b"], "Proto constraint validation failed")
        #expect(fleet.served(.cluster) == ["a:1"])
        fleet.publish([.cluster: ["a", "b:2"], .route: ["r", "s"]], changed: [.cluster: ["b"]])
        #expect(fleet.served(.cluster) == ["a:1", "b:2"])
    }

    @Test("of a response that is refused as a whole, what was accepted before is no suspect; too many suspects are none")
    func suspects() {
        let fleet = Fleet()
        let many = (0..<40).map { "c\($0)" }
        fleet.publish([.endpoint: many])
        let proxy = fleet.connect()
        fleet.holds(proxy, .endpoint)
        fleet.publish([.endpoint: many.map { $0 == "c7" ? "c7:2" : $0 }])
        fleet.refuses(proxy, .endpoint, many.map { $0 == "c7" ? "c7:2" : $0 }, "bad")
        #expect(fleet.served(.endpoint).filter { $0.hasPrefix("c7:") } == ["c7:1"])
        fleet.publish([.endpoint: many.map { $0 + ":3" }])
        fleet.refuses(proxy, .endpoint, many.map { $0 + ":3" }, "bad")
        #expect(fleet.served(.endpoint).allSatisfy { $0.hasSuffix(":3") })
        #expect(fleet.cache.quarantine.isEmpty)
    }

    @Test("a refusal of what is no longer wanted changes nothing")
    func late() {
        let fleet = Fleet()
        fleet.publish([.cluster: ["a"]])
        let proxy = fleet.connect()
        fleet.holds(proxy, .cluster)
        fleet.publish([.cluster: ["a:2"]])
        fleet.publish([.cluster: ["a:3"]])
        fleet.refuses(proxy, .cluster, ["a:2"])
        #expect(fleet.served(.cluster) == ["a:3"])
    }

    @Test("clusters and secrets that the old route may name are kept with it, and go with it")
    func keptClusters() {
        let fleet = Fleet()
        fleet.publish([.cluster: ["a", "b"], .secret: ["s"], .route: ["r"]])
        let proxy = fleet.connect()
        fleet.holds(proxy, .cluster, .secret, .route)
        fleet.publish([.cluster: ["b", "c"], .secret: ["s:2"], .route: ["r:2"]])
        fleet.holds(proxy, .cluster, .secret)
        fleet.refuses(proxy, .route, ["r:2"], "bad")
        #expect(fleet.served(.route) == ["r:1"])
        #expect(fleet.served(.cluster) == ["a:1", "b:1", "c:1"])
        #expect(fleet.served(.secret) == ["s:2"])
        // What goes while the route is held back is kept as well.
        fleet.publish([.cluster: ["c"], .secret: [], .route: ["r:2"]], changed: [.cluster: ["b"], .secret: ["s"]])
        #expect(fleet.served(.cluster) == ["a:1", "b:1", "c:1"] && fleet.served(.secret) == ["s:1"])
        fleet.publish([.cluster: ["c"], .route: ["r:3"]], changed: [.route: ["r"]])
        #expect(fleet.served(.cluster) == ["c:1"] && fleet.served(.secret) == [] && fleet.served(.route) == ["r:3"])
    }

    @Test("a record is used by the next control plane while the refused form is still there")
    func restart() {
        let fleet = Fleet()
        fleet.publish([.cluster: ["a"], .route: ["r"]])
        let proxy = fleet.connect()
        fleet.holds(proxy, .cluster, .route)
        fleet.publish([.route: ["r:2"]])
        fleet.refuses(proxy, .route, ["r:2"], "bad")
        #expect(fleet.cache.takeQuarantineChange())
        #expect(!fleet.cache.takeQuarantineChange())
        let records = fleet.cache.quarantine
        #expect(records.first?.entries.map(\.words) == ["bad"] && records.first?.entries.map(\.proxy) == ["one"])

        let next = Fleet()
        next.cache.restore(records)
        #expect(next.cache.quarantine.count == 1, "until the role is published, nothing is forgotten")
        next.publish([.route: ["r:2"]])
        #expect(next.served(.route) == ["r:1"] && next.served(.cluster) == ["a:1"])
        next.publish([.route: ["r:3"]], changed: [.route: ["r"]])
        #expect(next.served(.route) == ["r:3"] && next.served(.cluster) == [])

        let mended = Fleet()
        mended.cache.restore(records)
        mended.publish([.route: ["r:3"]])
        #expect(mended.served(.route) == ["r:3"] && mended.served(.cluster) == [])
        #expect(mended.cache.quarantine.isEmpty && mended.cache.takeQuarantineChange())
    }
}

/// What a stream makes of a refusal before the cache hears of it.
@Suite struct RefusedResponseTests {
    private func refused(_ client: StreamDriver) -> [String] {
        client.events.compactMap { if case .rejected(_, let resources, _, _, _) = $0 { resources.map(\.name).joined(separator: " ") } else { nil } }
    }

    @Test("a response that is refused as a whole for one resource is sent again without it, removals too")
    func resent() {
        var client = StreamDriver(.delta)
        _ = client.publish([.listener: ["a", "b", "c", "d"]])
        _ = client.delta(.listener)
        _ = client.ack(.listener)
        #expect(client.publish([.listener: ["a:2", "b:2", "c:2"]]) == ["listener a:2 b:2 c:2 -d"])
        let words = "goo.gle/debugstr \nname: \"b\"\naddress {\n}\n: Proto constraint validation failed (ListenerValidationError.Address: no)"
        #expect(client.nack(.listener, words) == ["listener a:2 c:2 -d"])
        #expect(refused(client) == ["b"])
        #expect(client.ack(.listener) == [])
    }

    @Test("where nobody is named the response is sent again in halves, until the one is found")
    func halves() {
        var client = StreamDriver(.delta)
        let names = (0..<8).map { "r\($0)" }
        _ = client.publish([.route: names])
        var answers = client.delta(.route, subscribe: names)
        var held: Set<String> = []
        for _ in 0..<20 {
            guard let response = client.last[.route], !answers.isEmpty else { break }
            if response.resources.contains(where: { $0.name == "r5" }) {
                answers = client.nack(.route, "something is bad")
            } else {
                held.formUnion(response.resources.map(\.name))
                answers = client.ack(.route)
            }
        }
        #expect(held == Set(names).subtracting(["r5"]))
        #expect(refused(client) == ["r5"])
    }

    @Test("a client that refuses everything is asked a bounded number of times")
    func everything() {
        var client = StreamDriver(.delta)
        let names = (0..<200).map { "r\($0)" }
        _ = client.publish([.route: Array(names.prefix(40))])
        var answers = client.delta(.route, subscribe: names)
        var count = 0
        while !answers.isEmpty, count < 500 {
            answers = client.nack(.route, "no")
            count += 1
        }
        #expect(count < 200)
        #expect(client.publish([.route: names]).count == 1)
        #expect(client.nack(.route, "no") == [], "so many are not asked for one by one")
    }

    @Test("what the client has in whole is told once a content, and not while it refuses some of it")
    func held() {
        func held(_ client: inout StreamDriver) -> [String] {
            defer { client.events = [] }
            return client.events.compactMap { if case .holds(let type, let number, _) = $0 { "\(type) \(number)" } else { nil } }
        }
        var client = StreamDriver(.delta)
        _ = client.publish([.cluster: ["a", "b"]])
        _ = client.delta(.cluster)
        #expect(held(&client) == [])
        _ = client.ack(.cluster)
        #expect(held(&client) == ["cluster 1"])
        _ = client.publish([.cluster: ["a", "b"], .secret: ["s"]])
        #expect(held(&client) == [])
        _ = client.publish([.cluster: ["a:2", "b"], .secret: ["s"]])
        _ = client.nack(.cluster, "Error adding/updating cluster(s) a: bad")
        _ = client.publish([.cluster: ["a:2", "b:2"], .secret: ["s"]])
        _ = client.ack(.cluster)
        #expect(held(&client) == [])
        _ = client.publish([.cluster: ["a:3", "b:2"], .secret: ["s"]])
        _ = client.ack(.cluster)
        #expect(held(&client) == ["cluster 5"])
    }

    @Test("one that reconnects with all it has is known to have it")
    func reconnected() {
        var client = StreamDriver(.delta)
        _ = client.publish([.cluster: ["a"]])
        #expect(client.delta(.cluster, subscribe: ["*"], held: ["a": 1]) == [])
        #expect(client.events.contains { if case .holds(.cluster, 1, _) = $0 { true } else { false } })
    }
}
