import EnvoyResources
import Testing

@testable import XDSCache

/// Routes wait for listeners: a route may configure a filter that its listener is to bring.
@Suite struct ListenersFirstTests {
    private func connected(_ dialect: XDSDialect = .delta, _ policy: ServingPolicy = ServingPolicy()) -> StreamDriver {
        var client = StreamDriver(dialect, policy: policy)
        _ = client.publish([.cluster: ["a"], .listener: ["l"], .route: ["r", "s"]])
        for (type, names) in [(ResourceType.cluster, []), (.listener, []), (.route, ["r"])] {
            _ = dialect == .delta ? client.delta(type, subscribe: names) : client.world(type, names)
            _ = client.ack(type, names)
        }
        return client
    }

    @Test("when listeners and routes change together, routes wait for the ACK of the listeners", arguments: [XDSDialect.delta, .stateOfTheWorld])
    func waits(dialect: XDSDialect) {
        var client = connected(dialect)
        #expect(client.publish([.cluster: ["a"], .listener: ["l:2"], .route: ["r:2", "s"]]) == ["listener l:2"])
        #expect(client.ack(.listener) == ["route r:2"])
    }

    @Test("clusters, then listeners, then routes, then removals: each after the ACK of the one before")
    func wholeOrder() {
        var client = connected(.delta, ServingPolicy(grace: .seconds(2)))
        #expect(client.publish([.cluster: ["b"], .listener: ["l:2"], .route: ["r:2", "s"]]) == ["cluster b:1"])
        #expect(client.ack(.cluster) == ["listener l:2"])
        #expect(client.ack(.listener) == ["route r:2"])
        #expect(client.wait(.seconds(60)) == [])
        #expect(client.ack(.route) == [])
        #expect(client.wait(.seconds(2)) == ["cluster -a"])
    }

    @Test("a refused listener does not hold the routes back")
    func refused() {
        var client = connected()
        _ = client.publish([.cluster: ["a"], .listener: ["l:2"], .route: ["r:2", "s"]])
        #expect(client.nack(.listener, "Error adding/updating listener(s) l: bad") == ["route r:2"])
    }

    @Test("a listener that is never answered holds the routes back for the patience only")
    func patience() {
        var client = connected(.delta, ServingPolicy(patience: .seconds(5)))
        _ = client.publish([.cluster: ["a"], .listener: ["l:2"], .route: ["r:2", "s"]])
        #expect(client.wait(.seconds(4)) == [])
        #expect(client.stream.deadline != nil)
        #expect(client.wait(.seconds(1)) == ["route r:2"])
    }

    @Test("a proxy that asks for no listeners does not wait for them")
    func noListeners() {
        var client = StreamDriver(.delta)
        _ = client.publish([.listener: ["l"], .route: ["r"]])
        _ = client.delta(.route, subscribe: ["r"])
        _ = client.ack(.route)
        #expect(client.publish([.listener: ["l:2"], .route: ["r:2"]]) == ["route r:2"])
    }

    @Test("the route that a new listener asks for comes at once, and is not sent again when the others follow")
    func newRoute() {
        var client = connected()
        #expect(client.publish([.cluster: ["a"], .listener: ["l", "m"], .route: ["r:2", "s:2", "t"]]) == ["listener m:1"])
        #expect(client.delta(.route, subscribe: ["t", "s"]) == ["route s:2 t:1"])
        _ = client.ack(.route)
        #expect(client.ack(.listener) == ["route r:2"])
    }

    @Test("so does the table of virtual hosts that a new route asks for")
    func newTable() {
        var client = connected()
        _ = client.publish([.cluster: ["a"], .listener: ["l", "m"], .route: ["r", "s", "t"], .virtualHost: ["t/v"]])
        #expect(client.delta(.route, subscribe: ["t"]) == ["route t:1"])
        #expect(client.delta(.virtualHost, subscribe: ["t"]) == ["virtualHost t/v:1"])
        _ = client.ack(.route)
        _ = client.ack(.virtualHost)
        #expect(client.ack(.listener) == [])
        #expect(client.publish([.cluster: ["a"], .listener: ["l", "m"], .route: ["r", "s", "t"], .virtualHost: ["t/v:2"]])
            == ["virtualHost t/v:2"])
    }

    @Test("a route that was served before is not served newer while its listener is on the way")
    func askedAgain() {
        var client = connected()
        _ = client.publish([.cluster: ["a"], .listener: ["l:2"], .route: ["r:2", "s"]])
        #expect(client.delta(.route, subscribe: ["r"]) == ["route r:1"])
        _ = client.ack(.route)
        #expect(client.ack(.listener) == ["route r:2"])
    }

    @Test("what is published while routes wait goes after them in one piece, in the same order")
    func meanwhile() {
        var client = connected()
        #expect(client.publish([.cluster: ["a"], .listener: ["l:2"], .route: ["r:2", "s"]]) == ["listener l:2"])
        #expect(client.publish([.cluster: ["a"], .listener: ["l:3"], .route: ["r:3", "s"]]) == [])
        #expect(client.publish([.cluster: ["a"], .listener: ["l:4"], .route: ["r:4", "s"]]) == [])
        #expect(client.ack(.listener) == ["route r:2", "listener l:4"])
        #expect(client.ack(.listener) == [])
        #expect(client.ack(.route) == ["route r:4"])
        guard case .acknowledged? = client.events.dropLast().last else { return }
    }

    @Test("a listener that changed back while routes waited is not sent again in the state of the world")
    func changedBack() {
        var client = connected(.stateOfTheWorld)
        _ = client.publish([.cluster: ["a"], .listener: ["l:2"], .route: ["r:2", "s"]])
        _ = client.publish([.cluster: ["a"], .listener: ["l:3"], .route: ["r:2", "s"]])
        _ = client.publish([.cluster: ["a"], .listener: ["l:2"], .route: ["r:3", "s"]])
        #expect(client.ack(.listener) == ["route r:2"])
        #expect(client.ack(.route, ["r"]) == ["route r:3"])
    }
}
