import EnvoyResources
import Testing

@testable import XDSCache

/// A cluster never waits for its endpoints for ever.
@Suite struct EndpointTests {
    @Test("a cluster without endpoints is told at once that there are none, in both forms", arguments: [XDSDialect.delta, .stateOfTheWorld])
    func none(dialect: XDSDialect) {
        var client = StreamDriver(dialect)
        _ = client.publish([.cluster: ["a", "b"], .endpoint: ["a"]])
        let sent = dialect == .delta ? client.delta(.endpoint, subscribe: ["a", "b"]) : client.world(.endpoint, ["a", "b"])
        #expect(sent == ["endpoint a:1 b:none"])
        #expect(client.last[.endpoint]?.resources.last?.joined() == [10, 1, 98])
        #expect(client.ack(.endpoint, ["a", "b"]) == [])
        #expect(client.publish([.cluster: ["a", "b"], .endpoint: ["a", "b"]]) == ["endpoint b:1"])
    }

    @Test("endpoints of nothing at all: a delta client is told, one of the state of the world finds out by its own time-out")
    func unknown() {
        var delta = StreamDriver(.delta)
        _ = delta.publish([.cluster: ["a"]])
        #expect(delta.delta(.endpoint, subscribe: ["x"]) == ["endpoint -x"])
        var world = StreamDriver(.stateOfTheWorld)
        _ = world.publish([.cluster: ["a"]])
        #expect(world.world(.endpoint, ["x"]) == [])
        #expect(world.publish([.cluster: ["a"], .endpoint: ["x"]]) == ["endpoint x:1"])
    }

    @Test("a name that meant nothing is answered when its cluster comes", arguments: [XDSDialect.delta, .stateOfTheWorld])
    func clusterComesLater(dialect: XDSDialect) {
        var client = StreamDriver(dialect)
        _ = client.publish([.cluster: ["a"]])
        _ = dialect == .delta ? client.delta(.endpoint, subscribe: ["x"]) : client.world(.endpoint, ["x"])
        _ = client.ack(.endpoint, ["x"])
        #expect(client.publish([.cluster: ["a", "x"]]) == ["endpoint x:none"])
    }

    @Test("endpoints that go while the cluster stays become none after the grace")
    func endpointsGo() {
        var client = StreamDriver(.delta, policy: ServingPolicy(grace: .seconds(2)))
        _ = client.publish([.cluster: ["a"], .endpoint: ["a"]])
        _ = client.delta(.endpoint, subscribe: ["a"])
        _ = client.ack(.endpoint)
        #expect(client.publish([.cluster: ["a"]]) == [])
        #expect(client.wait(.seconds(2)) == ["endpoint a:none"])
    }

    @Test("a changed cluster without endpoints is told again that there are none, because it waits anew")
    func changedCluster() {
        var client = StreamDriver(.delta)
        _ = client.publish([.cluster: ["a"], .route: ["r"]])
        _ = client.delta(.cluster)
        _ = client.ack(.cluster)
        _ = client.delta(.endpoint, subscribe: ["a"])
        _ = client.ack(.endpoint)
        _ = client.delta(.route, subscribe: ["r"])
        _ = client.ack(.route)
        #expect(client.publish([.cluster: ["a:2"], .route: ["r:2"]]) == ["cluster a:2", "endpoint a:none"])
        #expect(client.ack(.cluster) == [])
        #expect(client.ack(.endpoint) == ["route r:2"])
    }

    @Test("a reconnecting client that knows of no endpoints is not told so again")
    func reconnect() {
        var client = StreamDriver(.delta)
        _ = client.publish([.cluster: ["a"]])
        #expect(client.delta(.endpoint, subscribe: ["a"], held: ["a": ServedContent.placeholderVersion]) == [])
        #expect(client.wait(.seconds(60)) == [])
    }
}
