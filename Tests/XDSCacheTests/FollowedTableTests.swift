import EnvoyResources
import Testing

@testable import XDSCache

/// Virtual hosts as Envoy asks for them without the on_demand filter: once, without names.
@Suite struct FollowedTableTests {
    /// A client that has asked for the routes `T` and `P`, and was sent the virtual hosts of `T`.
    private func connected(_ hosts: [String] = ["T/a", "T/b", "U/a"]) -> StreamDriver {
        var client = StreamDriver(.delta)
        _ = client.publish([.route: ["T^", "U^", "P"], .virtualHost: hosts])
        _ = client.delta(.route, subscribe: ["T", "P"])
        // As Envoy does it: it asks while it reads the table, and confirms the table after that.
        #expect(client.delta(.virtualHost) == [])
        _ = client.ack(.route)
        _ = client.ack(.virtualHost)
        return client
    }

    @Test("the virtual hosts of a table come after its ACK, those of tables that were not asked for do not")
    func first() {
        var client = StreamDriver(.delta)
        _ = client.publish([.route: ["T^", "U^", "P"], .virtualHost: ["T/a", "T/b", "U/a"]])
        _ = client.delta(.route, subscribe: ["T", "P"])
        #expect(client.delta(.virtualHost) == [])
        #expect(client.ack(.route) == ["virtualHost T/a:1 T/b:1"])
        #expect(client.ack(.virtualHost) == [])
        #expect(client.publish([.route: ["T^", "U^", "P"], .virtualHost: ["T/a:2", "T/b", "U/a:2"]]) == ["virtualHost T/a:2"])
    }

    @Test("they come at once if the table is confirmed before they are asked for")
    func confirmedBefore() {
        var client = StreamDriver(.delta)
        _ = client.publish([.route: ["T^"], .virtualHost: ["T/a"]])
        _ = client.delta(.route, subscribe: ["T"])
        _ = client.ack(.route)
        #expect(client.delta(.virtualHost) == ["virtualHost T/a:1"])
    }

    @Test("a second table, of which Envoy says nothing, is followed as well")
    func second() {
        var client = connected()
        _ = client.delta(.route, subscribe: ["U"])
        #expect(client.ack(.route) == ["virtualHost U/a:1"])
    }

    @Test("a table that is sent again may have lost its virtual hosts: they are sent again")
    func again() {
        var client = connected()
        _ = client.delta(.route, subscribe: ["T"])
        #expect(client.ack(.route) == ["virtualHost T/a:1 T/b:1"])
    }

    @Test("a table without virtual hosts is said to have none, so that its listener does not wait")
    func empty() {
        var client = connected(["T/a"])
        _ = client.delta(.route, subscribe: ["U"])
        #expect(client.ack(.route) == ["virtualHost ?U/"])
        _ = client.ack(.virtualHost)
        #expect(client.publish([.route: ["T^", "U^", "P"], .virtualHost: ["T/a", "U/b"]]) == ["virtualHost U/b:1"])
    }

    @Test("a table that is left is not followed any more, whether its route or its virtual hosts are unsubscribed", arguments: [ResourceType.route, .virtualHost])
    func left(type: ResourceType) {
        var client = connected()
        _ = client.delta(type, unsubscribe: ["T"])
        #expect(client.publish([.route: ["T^", "U^", "P"], .virtualHost: ["T/a:2", "T/b", "U/a"]]) == [])
    }

    @Test("a listener that goes over to another table gets its virtual hosts before the routes that wait for the listener's ACK")
    func switched() {
        var client = StreamDriver(.delta)
        _ = client.publish([.listener: ["l"], .route: ["r"]])
        _ = client.delta(.listener)
        _ = client.ack(.listener)
        _ = client.delta(.route, subscribe: ["r"])
        _ = client.ack(.route)
        #expect(client.publish([.listener: ["l:2"], .route: ["T^"], .virtualHost: ["T/a", "T/b"]]) == ["listener l:2"])
        #expect(client.delta(.route, subscribe: ["T"]) == ["route T:1"])
        #expect(client.delta(.virtualHost) == [])
        #expect(client.ack(.route) == ["virtualHost T/a:1 T/b:1"])
        #expect(client.ack(.virtualHost) == [])
        #expect(client.ack(.listener) == [])
        #expect(client.publish([.listener: ["l:2"], .route: ["T^"], .virtualHost: ["T/a", "T/b:2"]]) == ["virtualHost T/b:2"])
    }

    @Test("virtual hosts of a table that is gone stay: its listener may not be replaced yet; those that are not back with it are removed then")
    func tableGone() {
        var client = connected()
        #expect(client.publish([.route: ["U^", "P"], .virtualHost: ["U/a"]]) == [])
        #expect(client.publish([.route: ["T^", "U^", "P"], .virtualHost: ["T/b", "U/a"]]) == ["route T:1", "virtualHost T/b:1"])
        _ = client.ack(.virtualHost)
        #expect(client.ack(.route) == ["virtualHost T/b:1 -T/a"])
    }

    @Test("a reconnecting client is sent what it does not hold, and told what is gone")
    func reconnect() {
        var client = StreamDriver(.delta)
        _ = client.publish([.route: ["T^"], .virtualHost: ["T/a", "T/b:2"]])
        _ = client.delta(.route, subscribe: ["T"], held: ["T": 1])
        #expect(client.delta(.virtualHost, held: ["T/a": 1, "T/b": 1, "T/c": 1]) == ["virtualHost T/b:2 -T/c"])
    }

    @Test("host headers that were asked for on demand do not end it")
    func onDemand() {
        var client = connected(["T/a@a.test"])
        #expect(client.delta(.virtualHost, subscribe: ["T/a.test"]) == ["virtualHost T/a:1(T/a.test)"])
        _ = client.ack(.virtualHost)
        _ = client.delta(.route, subscribe: ["U"])
        #expect(client.ack(.route) == ["virtualHost ?U/"])
    }

    @Test("in the state of the world a table is sent with its virtual hosts in it, and again when one changes")
    func stateOfTheWorld() {
        var client = StreamDriver(.stateOfTheWorld)
        _ = client.publish([.route: ["T^", "U^", "P"], .virtualHost: ["T/a", "T/b", "U/a"]])
        func sent() -> [[UInt8]] { client.last[.route]?.resources.map { $0.joined() } ?? [] }
        func field(_ name: String) -> [UInt8] { [2 << 3 | 2, UInt8(name.utf8.count)] + name.utf8 }
        #expect(client.world(.route, ["T"]).count == 1)
        let before = client.last[.route]?.resources.map(\.version)
        #expect(sent() == [[1 << 3 | 2, 1, 120] + field("T/a") + field("T/b")])
        #expect(client.ack(.route, ["T"]) == [])
        #expect(client.publish([.route: ["T^", "U^", "P"], .virtualHost: ["T/a", "T/b", "U/a:2"]]) == [])
        #expect(client.publish([.route: ["T^", "U^", "P"], .virtualHost: ["T/a:2", "T/b", "U/a:2"]]).count == 1)
        #expect(client.last[.route]?.resources.map(\.name) == ["T"] && client.last[.route]?.resources.map(\.version) != before)
        #expect(client.ack(.route, ["T"]) == [])
        #expect(client.publish([.route: ["T^", "U^", "P"], .virtualHost: ["T/b", "U/a:2"]]).count == 1)
        #expect(sent() == [[1 << 3 | 2, 1, 120] + field("T/b")])
    }
}
