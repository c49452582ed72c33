import EnvoyResources
import Testing

@testable import XDSCache

@Suite struct MakeBeforeBreakTests {
    /// A proxy with one cluster and one route to it.
    private func connected(_ policy: ServingPolicy = ServingPolicy()) -> StreamDriver {
        var client = StreamDriver(.delta, policy: policy)
        _ = client.publish([.cluster: ["a"], .endpoint: ["a"], .listener: ["l"], .route: ["r"]])
        _ = client.delta(.cluster)
        _ = client.ack(.cluster)
        _ = client.delta(.endpoint, subscribe: ["a"])
        _ = client.ack(.endpoint)
        _ = client.delta(.listener)
        _ = client.ack(.listener)
        _ = client.delta(.route, subscribe: ["r"])
        _ = client.ack(.route)
        return client
    }

    @Test("types are sent in the order in which they name each other")
    func order() {
        var client = StreamDriver(.delta)
        for type in ResourceType.allCases.reversed() { _ = client.delta(type, subscribe: ["*"]) }
        let sent = client.publish([.route: ["r"], .listener: ["l"], .endpoint: ["e"], .cluster: ["c"], .secret: ["s"]])
        #expect(sent.prefix(6) == ["secret s:1", "cluster c:1", "endpoint e:1", "listener l:1", "extensionConfig ", "route r:1"])
    }

    @Test("a route waits until the cluster it moves to is confirmed and has its endpoints")
    func routeWaits() {
        var client = connected()
        #expect(client.publish([.cluster: ["a", "b"], .endpoint: ["a", "b"], .listener: ["l"], .route: ["r:2"]]) == ["cluster b:1"])
        #expect(client.ack(.cluster) == [])
        #expect(client.delta(.endpoint, subscribe: ["b"]) == ["endpoint b:1"])
        #expect(client.ack(.endpoint) == ["route r:2"])
    }

    @Test("a refused cluster does not hold the routes back")
    func refusedCluster() {
        var client = connected()
        _ = client.publish([.cluster: ["a", "b"], .endpoint: ["a", "b"], .listener: ["l"], .route: ["r:2"]])
        #expect(client.nack(.cluster, "Error adding/updating cluster(s) b: bad") == ["route r:2"])
    }

    @Test("a cluster that is never confirmed holds the routes back for the patience only")
    func patience() {
        var client = connected(ServingPolicy(patience: .seconds(5)))
        _ = client.publish([.cluster: ["a", "b"], .endpoint: ["a", "b"], .listener: ["l"], .route: ["r:2"]])
        #expect(client.wait(.seconds(4)) == [])
        #expect(client.stream.deadline != nil)
        #expect(client.wait(.seconds(1)) == ["route r:2"])
    }

    @Test("a change of routes alone does not wait")
    func routesAlone() {
        var client = connected()
        #expect(client.publish([.cluster: ["a"], .endpoint: ["a"], .listener: ["l"], .route: ["r:2"]]) == ["route r:2"])
    }

    @Test("a new route is not served to a request that comes while its cluster is on the way")
    func requestWhileShut() {
        var client = connected()
        _ = client.publish([.cluster: ["a", "b"], .endpoint: ["a"], .listener: ["l"], .route: ["r:2"]])
        #expect(client.delta(.route, subscribe: ["r"]) == ["route r:1"])
        _ = client.ack(.route)
        #expect(client.ack(.cluster) == ["route r:2"])
    }

    @Test("endpoints of a changed cluster are sent again, because Envoy waits for them and does not ask")
    func changedClusterWarms() {
        var client = connected()
        let sent = client.publish([.cluster: ["a:2"], .endpoint: ["a"], .listener: ["l"], .route: ["r"]])
        #expect(sent == ["cluster a:2", "endpoint a:1"])
    }

    @Test("after a reconnect, endpoints of a cluster that changed meanwhile are sent though the client holds them")
    func changedClusterWarmsAfterReconnect() {
        var client = StreamDriver(.delta)
        _ = client.publish([.cluster: ["a:2", "b:1"], .endpoint: ["a", "b"]])
        #expect(client.delta(.cluster, held: ["a": 1, "b": 1]) == ["cluster a:2"])
        #expect(client.delta(.endpoint, subscribe: ["a", "b"], held: ["a": 1, "b": 1]) == ["endpoint a:1"])
    }

    @Test("a removed cluster goes last: after the routes were confirmed, and the grace")
    func removalLast() {
        var client = connected(ServingPolicy(grace: .seconds(2)))
        #expect(client.publish([.cluster: [], .endpoint: [], .listener: ["l"], .route: ["r:2"]]) == ["route r:2"])
        #expect(client.wait(.seconds(60)) == [])
        #expect(client.ack(.route) == [])
        #expect(client.wait(.seconds(1)) == [])
        #expect(client.wait(.seconds(1)) == ["cluster -a", "endpoint -a"])
    }

    @Test("a cluster that comes back within the grace is not removed")
    func comesBack() {
        var client = connected(ServingPolicy(grace: .seconds(2)))
        _ = client.publish([.cluster: [], .endpoint: [], .listener: ["l"], .route: ["r:2"]])
        _ = client.ack(.route)
        #expect(client.publish([.cluster: ["a"], .endpoint: ["a"], .listener: ["l"], .route: ["r:2"]]).contains { $0.contains("-") } == false)
        _ = client.ack(.cluster)
        _ = client.ack(.endpoint)
        #expect(client.wait(.seconds(60)) == [])
    }

    @Test("while a route is refused, the cluster it had before is kept")
    func refusedRouteKeepsCluster() {
        var client = connected(ServingPolicy(grace: .seconds(2)))
        _ = client.publish([.cluster: [], .endpoint: [], .listener: ["l"], .route: ["r:2"]])
        _ = client.nack(.route, "bad route")
        #expect(client.wait(.seconds(60)) == [])
        #expect(client.publish([.cluster: [], .endpoint: [], .listener: ["l"], .route: ["r:3"]]) == ["route r:3"])
        _ = client.ack(.route)
        #expect(client.wait(.seconds(2)) == ["cluster -a", "endpoint -a"])
    }

    @Test("a deleted virtual host stops at once")
    func virtualHostRemoval() {
        var client = StreamDriver(.delta)
        _ = client.publish([.virtualHost: ["v", "w"]])
        _ = client.delta(.virtualHost, subscribe: ["*"])
        _ = client.ack(.virtualHost)
        #expect(client.publish([.virtualHost: ["v"]]) == ["virtualHost -w"])
    }

    @Test("publications that keep coming do not hold the routes back")
    func steadyChanges() {
        var client = connected(ServingPolicy(patience: .seconds(5)))
        var routeSent = false
        for version in 2..<40 {
            let sent = client.publish([.cluster: ["a:\(version)"], .endpoint: ["a"], .listener: ["l"], .route: ["r:\(version)"]])
            routeSent = routeSent || sent.contains { $0.hasPrefix("route") }
            let more = client.ack(.cluster) + client.ack(.endpoint) + client.wait(.milliseconds(500))
            routeSent = routeSent || more.contains { $0.hasPrefix("route") }
        }
        #expect(routeSent)
    }

    @Test("the stream of a single type does not wait for others, and keeps the grace")
    func singleType() {
        var client = StreamDriver(.delta, onlyType: .cluster, policy: ServingPolicy(grace: .seconds(2)))
        _ = client.publish([.cluster: ["a", "b"], .route: ["r"]])
        #expect(client.delta(.cluster) == ["cluster a:1 b:1"])
        _ = client.ack(.cluster)
        #expect(client.publish([.cluster: ["a"], .route: ["r:2"]]) == [])
        #expect(client.wait(.seconds(2)) == ["cluster -b"])
    }
}
