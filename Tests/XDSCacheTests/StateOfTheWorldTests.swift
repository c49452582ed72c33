import EnvoyResources
import Testing

@testable import XDSCache

@Suite struct StateOfTheWorldTests {
    @Test("clusters are sent in full with each change")
    func fullState() {
        var client = StreamDriver(.stateOfTheWorld)
        _ = client.publish([.cluster: ["a", "b"]])
        #expect(client.world(.cluster) == ["cluster a:1 b:1"])
        #expect(client.ack(.cluster) == [])
        #expect(client.publish([.cluster: ["a", "b:2"]]) == ["cluster a:1 b:2"])
    }

    @Test("routes are sent only as far as they are asked for and changed")
    func namedTypes() {
        var client = StreamDriver(.stateOfTheWorld)
        _ = client.publish([.route: ["a", "b", "c"]])
        #expect(client.world(.route, ["a", "b"]) == ["route a:1 b:1"])
        #expect(client.ack(.route, ["a", "b"]) == [])
        #expect(client.publish([.route: ["a", "b:2", "c:2"]]) == ["route b:2"])
        #expect(client.ack(.route, ["a", "b", "c"]) == ["route c:2"])
    }

    @Test("a request with an old nonce is ignored, its names too")
    func staleNonce() {
        var client = StreamDriver(.stateOfTheWorld)
        _ = client.publish([.endpoint: ["a", "b"]])
        _ = client.world(.endpoint, ["a"])
        _ = client.ack(.endpoint, ["a"])
        let old = client.last[.endpoint]?.nonceText ?? ""
        #expect(client.publish([.endpoint: ["a:2", "b"]]) == ["endpoint a:2"])
        #expect(client.world(.endpoint, ["a", "b"], nonce: old) == [])
        #expect(client.ack(.endpoint, ["a", "b"]) == ["endpoint b:1"])
    }

    @Test("a nonce from an earlier stream does not spoil the first request")
    func nonceOfEarlierStream() {
        var client = StreamDriver(.stateOfTheWorld)
        _ = client.publish([.cluster: ["a"]])
        #expect(client.world(.cluster, nonce: "0000000000000042") == ["cluster a:1"])
    }

    @Test("the first name ends the wildcard of a request without names; a star keeps it")
    func wildcards() {
        var client = StreamDriver(.stateOfTheWorld)
        _ = client.publish([.cluster: ["a", "b"]])
        _ = client.world(.cluster)
        #expect(client.ack(.cluster, ["a"]) == ["cluster a:1"])
        #expect(client.ack(.cluster, ["*", "a"]) == ["cluster a:1 b:1"])
        #expect(client.ack(.cluster, ["a"]) == ["cluster a:1"])
        #expect(client.ack(.cluster, []) == ["cluster "])
    }

    @Test("after a NACK the same state is not sent again until something changes")
    func nack() {
        var client = StreamDriver(.stateOfTheWorld)
        _ = client.publish([.listener: ["a"]])
        _ = client.world(.listener)
        #expect(client.nack(.listener, "bad") == [])
        #expect(client.wait(.seconds(60)) == [])
        #expect(client.publish([.listener: ["a:2"]]) == ["listener a:2"])
    }

    @Test("a refused route is not sent again until it changes")
    func nackOfNamed() {
        var client = StreamDriver(.stateOfTheWorld)
        _ = client.publish([.route: ["a", "b"]])
        _ = client.world(.route, ["a", "b"])
        // The other one came in a response that was refused as a whole.
        #expect(client.nack(.route, "route a: bad", names: ["a", "b"]) == ["route b:1"])
        #expect(client.ack(.route, ["a", "b"]) == [])
        #expect(client.publish([.route: ["a", "b:2"]]) == ["route b:2"])
    }

    @Test("a removed cluster stays in the full state until the routes have left it and the grace has passed")
    func removalKept() {
        var client = StreamDriver(.stateOfTheWorld, policy: ServingPolicy(grace: .seconds(2)))
        _ = client.publish([.cluster: ["a", "b"], .route: ["r:1"]])
        _ = client.world(.cluster)
        _ = client.ack(.cluster)
        _ = client.world(.route, ["r"])
        _ = client.ack(.route, ["r"])
        #expect(client.publish([.cluster: ["b", "c"], .route: ["r:2"]]) == ["cluster a:1 b:1 c:1"])
        #expect(client.ack(.cluster) == ["route r:2"])
        #expect(client.wait(.seconds(10)) == [])
        #expect(client.ack(.route, ["r"]) == [])
        #expect(client.wait(.seconds(1)) == [])
        #expect(client.wait(.seconds(2)) == ["cluster b:1 c:1"])
    }
}
