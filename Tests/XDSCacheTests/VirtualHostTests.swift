import EnvoyResources
import Testing

@testable import XDSCache

/// VHDS as Envoy 1.40 does it: a subscription to the name of a route configuration covers its name space.
@Suite struct VirtualHostTests {
    private func connected(_ hosts: [String], held: [String: UInt64] = [:]) -> StreamDriver {
        var client = StreamDriver(.delta)
        _ = client.publish([.virtualHost: hosts])
        _ = client.delta(.virtualHost, subscribe: ["T"], held: held)
        _ = client.ack(.virtualHost)
        return client
    }

    @Test("the name of a table asks for all of its virtual hosts and for no others")
    func nameSpace() {
        var client = StreamDriver(.delta)
        _ = client.publish([.virtualHost: ["T/a", "T/b", "U/a", "Tx/a", "T/x/a"]])
        #expect(client.delta(.virtualHost, subscribe: ["T"]) == ["virtualHost T/a:1 T/b:1"])
        #expect(client.ack(.virtualHost) == [])
        #expect(client.publish([.virtualHost: ["T/a:2", "T/c", "U/a:2", "T/x/a:2"]]) == ["virtualHost T/a:2 T/c:1 -T/b"])
    }

    @Test("a table without virtual hosts is answered at once, and its hosts are sent when they come")
    func emptyTable() {
        var client = StreamDriver(.delta)
        _ = client.publish([.virtualHost: ["U/a"]])
        #expect(client.delta(.virtualHost, subscribe: ["T"]) == ["virtualHost -T"])
        _ = client.ack(.virtualHost)
        #expect(client.publish([.virtualHost: ["U/a", "T/a"]]) == ["virtualHost T/a:1"])
    }

    @Test("a second table is sent in whole, the first one not again")
    func secondTable() {
        var client = connected(["T/a", "U/a", "U/b"])
        #expect(client.delta(.virtualHost, subscribe: ["U"]) == ["virtualHost U/a:1 U/b:1"])
    }

    @Test("a table that is asked for again is sent again")
    func tableAgain() {
        var client = connected(["T/a", "T/b"])
        #expect(client.delta(.virtualHost, subscribe: ["T"]) == ["virtualHost T/a:1 T/b:1"])
    }

    @Test("unsubscribing a table ends its name space, while parts of it are still to be sent as well")
    func unsubscribe() {
        var client = connected(["T/a", "T/b"])
        _ = client.publish([.virtualHost: ["T/a:2", "T/b"]])
        #expect(client.publish([.virtualHost: ["T/a:2", "T/b:2"]]) == [])
        _ = client.delta(.virtualHost, unsubscribe: ["T"])
        #expect(client.ack(.virtualHost).contains { $0.contains("T/b") } == false)
        #expect(client.publish([.virtualHost: ["T/a:3", "T/b:3"]]).isEmpty)
    }

    @Test("a reconnecting client is sent of a table what it does not hold")
    func reconnect() {
        var client = StreamDriver(.delta)
        _ = client.publish([.virtualHost: ["T/a", "T/b:2"]])
        #expect(client.delta(.virtualHost, subscribe: ["T"], held: ["T/a": 1, "T/b": 1, "T/c": 1]) == ["virtualHost T/b:2 -T/c"])
    }

    @Test("a host header finds its virtual host as Envoy's router does", arguments: [
        ("shop.example.com", "T/exact"),
        ("SHOP.example.com", "T/exact"),
        ("a.shop.example.com", "T/longsuffix"),
        ("x.example.com", "T/suffix"),
        ("shop.other", "T/prefix"),
        ("shop.example.org", "T/longprefix"),
        ("else", "T/any"),
    ])
    func domains(host: String, expected: String) {
        var client = connected([
            "T/exact@shop.example.com", "T/suffix@*.example.com", "T/longsuffix@*.shop.example.com", "T/prefix@shop.*",
            "T/longprefix@shop.example.*", "T/any@*", "U/exact@else",
        ])
        #expect(client.delta(.virtualHost, subscribe: ["T/" + host]) == ["virtualHost \(expected):1(T/\(host))"])
    }

    @Test("a host header that leads nowhere is answered with its name and no virtual host, so that the request does not wait")
    func unresolved() {
        var client = connected(["T/a@a.com"])
        #expect(client.delta(.virtualHost, subscribe: ["T/b.com", "T/a.com"]) == ["virtualHost T/a:1(T/a.com) ?T/b.com"])
        _ = client.ack(.virtualHost)
        #expect(client.delta(.virtualHost, subscribe: ["T/b.com"]) == ["virtualHost ?T/b.com"])
    }

    @Test("host headers below a subscribed table are not remembered, and their hosts are sent when they come")
    func notRemembered() {
        var client = connected(["T/a@a.com"])
        for number in 0..<100 { _ = client.delta(.virtualHost, subscribe: ["T/host-\(number)"]) }
        #expect(client.stream.subscriptions[ResourceType.virtualHost.index].names == ["T"])
        _ = client.ack(.virtualHost)
        _ = client.ack(.virtualHost)
        #expect(client.publish([.virtualHost: ["T/a@a.com", "T/b@host-1"]]) == ["virtualHost T/b:1"])
    }

    @Test("several host headers that lead to one virtual host make one resource with all of them")
    func severalAliases() {
        var client = connected(["T/a@*.a.com"])
        let sent = client.delta(.virtualHost, subscribe: ["T/x.a.com", "T/y.a.com"])
        #expect(sent == ["virtualHost T/a:1(T/x.a.com,T/y.a.com)"])
    }

    @Test("a reconnecting client that names host headers beside the table is answered for each")
    func reconnectOnDemand() {
        var client = StreamDriver(.delta)
        _ = client.publish([.virtualHost: ["T/a@a.com"]])
        #expect(client.delta(.virtualHost, subscribe: ["T", "T/a.com", "T/b.com"]) == ["virtualHost T/a:1(T/a.com) ?T/b.com"])
    }

    @Test("without its table, a host header is a subscription of its own: answered, followed, told when it leads nowhere")
    func lone() {
        var client = StreamDriver(.delta)
        _ = client.publish([.virtualHost: ["T/a@a.com", "T/b@b.com"]])
        #expect(client.delta(.virtualHost, subscribe: ["T/a.com", "T/c.com"]) == ["virtualHost T/a:1(T/a.com) -T/c.com"])
        _ = client.ack(.virtualHost)
        #expect(client.publish([.virtualHost: ["T/a:2@a.com", "T/b:2@b.com"]]) == ["virtualHost T/a:2(T/a.com)"])
        _ = client.ack(.virtualHost)
        #expect(client.publish([.virtualHost: ["T/a:3", "T/b:3@a.com,c.com"]]) == ["virtualHost T/b:3(T/a.com,T/c.com)"])
        _ = client.ack(.virtualHost)
        #expect(client.publish([.virtualHost: ["T/a:3"]]) == ["virtualHost -T/a.com -T/b -T/c.com"])
    }

    @Test("a domain that moves between virtual hosts of one change is found where it went")
    func movedDomain() {
        for order in [["T/a:2@x", "T/b:2@y"], ["T/a:2@y", "T/b:2@x"]] {
            var client = connected(["T/a@x", "T/b@y"])
            _ = client.publish([.virtualHost: order])
            _ = client.ack(.virtualHost)
            let expected = order[0].hasSuffix("x") ? "T/a" : "T/b"
            #expect(client.delta(.virtualHost, subscribe: ["T/x"]) == ["virtualHost \(expected):2(T/x)"])
        }
    }

    @Test("one changed virtual host of ten thousand is sent alone")
    func oneOfManyChanges() {
        let hosts = (0..<10_000).map { "T/host-\($0)" }
        var client = StreamDriver(.delta)
        _ = client.publish([.virtualHost: hosts])
        _ = client.delta(.virtualHost, subscribe: ["T"])
        while !client.ack(.virtualHost).isEmpty {}
        #expect(client.publish([.virtualHost: hosts.dropLast() + ["T/host-9999:2"]]) == ["virtualHost T/host-9999:2"])
    }
}
