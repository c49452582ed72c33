import EnvoyResources
import HashTreeCollections
import Synchronization
import Testing

@testable import XDSCache

@Suite struct CacheTests {
    private func snapshot(_ clusters: [String]) -> EnvoySnapshot {
        var snapshot = EnvoySnapshot()
        for text in clusters {
            let resource = StreamDriver.resource(text)
            snapshot.clusters[resource.name] = resource
        }
        return snapshot
    }

    @Test("a loop is woken once, and fetches the newest with everything that changed since")
    func wakesOnce() {
        let cache = XDSCache()
        let wakes = Mutex(0)
        let mailbox = cache.openMailbox { wakes.withLock { $0 += 1 } }
        cache.publish(snapshot(["a", "b"]), role: "ns~p")
        _ = cache.connect(ProxyNode(id: "x", role: "ns~p"), address: "", dialect: .delta, onlyType: nil, mailbox: mailbox)
        cache.publish(snapshot(["a:2", "b"]), changed: [.cluster: ["a"]], role: "ns~p")
        let number = cache.publish(snapshot(["a:2"]), changed: [.cluster: ["b"]], role: "ns~p")
        #expect(wakes.withLock { $0 } == 1)
        let mail = cache.fetch(mailbox)
        #expect(mail.publications.map(\.number) == [number])
        #expect(mail.publications.first?.changed == [.cluster: ["a", "b"]])
        #expect(mail.publications.first?.departed.resources[.cluster]?.keys.sorted() == ["b"])
        cache.publish(snapshot(["a:3"]), role: "ns~p")
        #expect(wakes.withLock { $0 } == 2)
    }

    @Test("a publication without differences has the number of the one before and wakes nobody")
    func noDifference() {
        let cache = XDSCache()
        let first = cache.publish(snapshot(["a"]), role: "ns~p")
        #expect(cache.publish(snapshot(["a"]), role: "ns~p") == first)
        #expect(cache.publish(snapshot(["a"]), changed: [.cluster: ["a"]], role: "ns~p") == first)
    }

    @Test("equal contents have equal versions, whatever way led to them")
    func versions() {
        let one = XDSCache()
        one.publish(snapshot(["a", "b:2"]), role: "r")
        let other = XDSCache()
        other.publish(snapshot(["x", "b"]), role: "r")
        other.publish(snapshot(["a", "b:2"]), role: "r")
        #expect(one.state.withLock { $0.roles["r"]?.publication.versions } == other.state.withLock { $0.roles["r"]?.publication.versions })
    }

    @Test("a node without a role gets a configuration only where one proxy alone is called as it is", arguments: [
        (ProxyNode(id: "i", cluster: "p"), "ns~p" as String?),
        (ProxyNode(id: "q", cluster: "c"), "ns~q"),
        (ProxyNode(id: "i", cluster: "twice"), nil),
        (ProxyNode(id: "i", cluster: "unknown"), nil),
        (ProxyNode(id: "i", cluster: "p", role: "ns~unknown"), nil),
        (ProxyNode(id: "i", cluster: "p", role: "ns~q"), "ns~q"),
    ])
    func roles(node: ProxyNode, role: String?) {
        let cache = XDSCache()
        for role in ["ns~p", "ns~q", "ns~twice", "other~twice"] { cache.publish(snapshot(["a"]), role: role) }
        let mailbox = cache.openMailbox {}
        let (_, publication) = cache.connect(node, address: "", dialect: .delta, onlyType: nil, mailbox: mailbox)
        #expect(publication?.role == role)
        #expect(cache.status().first?.isWaiting == (role == nil))
    }

    @Test("a waiting node is given its configuration when it is published")
    func waitingNode() {
        let cache = XDSCache()
        let mailbox = cache.openMailbox {}
        let (id, publication) = cache.connect(ProxyNode(id: "i", role: "ns~p"), address: "", dialect: .delta, onlyType: nil, mailbox: mailbox)
        #expect(publication == nil)
        cache.publish(snapshot(["a"]), role: "other~q")
        #expect(cache.fetch(mailbox).assigned.isEmpty)
        cache.publish(snapshot(["a"]), role: "ns~p")
        let mail = cache.fetch(mailbox)
        #expect(mail.assigned.map(\.0) == [id])
        #expect(cache.status().map(\.role) == ["ns~p"])
    }

    @Test("a removed role keeps its proxies as they are, and is compared with what they have when it comes back")
    func removedRole() {
        let cache = XDSCache()
        let mailbox = cache.openMailbox {}
        cache.publish(snapshot(["a", "b"]), role: "ns~p")
        _ = cache.connect(ProxyNode(id: "i", role: "ns~p"), address: "", dialect: .delta, onlyType: nil, mailbox: mailbox)
        cache.remove(role: "ns~p")
        #expect(cache.snapshot(role: "ns~p") == nil)
        #expect(cache.fetch(mailbox).publications.isEmpty)
        cache.publish(snapshot(["a:2", "b"]), changed: [:], role: "ns~p")
        #expect(cache.fetch(mailbox).publications.first?.changed == [.cluster: ["a"]])
    }

    @Test("settlement waits for every proxy of the role")
    func settlement() async {
        let cache = XDSCache()
        let mailbox = cache.openMailbox {}
        let number = cache.publish(snapshot(["a"]), role: "ns~p")
        let ids = (0..<2).map { index in
            cache.connect(ProxyNode(id: "i\(index)", role: "ns~p"), address: "", dialect: .delta, onlyType: nil, mailbox: mailbox).0
        }
        async let settled = cache.settlement(of: number, role: "ns~p", proxies: 2)
        cache.record(ids[0], [.settled(number: number)])
        cache.record(ids[1], [
            .sent(.cluster, version: 1, nonce: 1, number: number),
            .rejected(.cluster, resources: [StreamDriver.resource("a")], removed: [], version: 1, message: "no"),
            .settled(number: number),
        ])
        #expect(await settled == Settlement(proxies: 2, rejections: 1))
        #expect(cache.status()[1].types[.cluster]?.rejection?.names == ["a"])
    }

    @Test("waiting for a settlement ends when the last proxy that is behind goes away")
    func settlementAfterDisconnect() async {
        let cache = XDSCache()
        let mailbox = cache.openMailbox {}
        let number = cache.publish(snapshot(["a"]), role: "ns~p")
        let (id, _) = cache.connect(ProxyNode(id: "i", role: "ns~p"), address: "", dialect: .delta, onlyType: nil, mailbox: mailbox)
        async let settled = cache.settlement(of: number, role: "ns~p")
        cache.disconnect(id)
        #expect(await settled == Settlement(proxies: 0, rejections: 0))
    }

    @Test("names in Envoy's message are found as whole words", arguments: [
        ("Error adding/updating cluster(s) a: bad, ab: bad too", ["a", "ab"]),
        ("Error adding/updating listener(s) default.b: x", ["default.b"]),
        ("unknown cluster 'ab'.", ["ab"]),
        ("nothing of the kind", []),
        ("goo.gle/debugstr \nname: \"ab\"\nalt: \"a\"\n: Proto constraint validation failed (XValidationError.Y: bad)", ["ab"]),
    ])
    func refusedNames(message: String, names: [String]) {
        let resources = ["a", "ab", "default.b"].map(StreamDriver.resource)
        #expect(RefusedNames.find(in: RefusalText(message), among: resources).map(\.name) == names)
    }
}
