import EnvoyResources
import Testing

@testable import XDSCache

@Suite struct HeartbeatTests {
    private let policy = ServingPolicy(ttl: [.cluster: .seconds(10), .route: .seconds(10), .virtualHost: .seconds(10)])

    @Test("without a time to live nothing is sent again, and there is no timer")
    func none() {
        var client = StreamDriver(.delta)
        _ = client.publish([.cluster: ["a"]])
        _ = client.delta(.cluster)
        _ = client.ack(.cluster)
        #expect(client.last[.cluster]?.ttl == nil)
        #expect(client.stream.deadline == nil)
        #expect(client.wait(.seconds(3600)) == [])
    }

    @Test("resources carry their time to live, and are mentioned by name and version after half of it")
    func delta() {
        var client = StreamDriver(.delta, policy: policy)
        _ = client.publish([.cluster: ["a", "b"]])
        #expect(client.delta(.cluster) == ["cluster a:1 b:1"])
        #expect(client.last[.cluster]?.ttl == .seconds(10))
        _ = client.ack(.cluster)
        #expect(client.stream.deadline == client.now + .seconds(5))
        #expect(client.wait(.seconds(4)) == [])
        #expect(client.wait(.seconds(1)) == ["cluster a:1~ b:1~"])
        #expect(client.ack(.cluster) == [])
        #expect(client.wait(.seconds(5)) == ["cluster a:1~ b:1~"])
    }

    @Test("a heart-beat waits for the ACK of what is under way, and the timer with it")
    func afterAck() {
        var client = StreamDriver(.delta, policy: policy)
        _ = client.publish([.cluster: ["a"]])
        _ = client.delta(.cluster)
        #expect(client.wait(.seconds(6)) == [])
        #expect(client.stream.deadline == nil)
        #expect(client.ack(.cluster) == ["cluster a:1~"])
    }

    @Test("an update that comes while a heart-beat is unanswered is sent next, and is not mentioned before")
    func update() {
        var client = StreamDriver(.delta, policy: policy)
        _ = client.publish([.cluster: ["a", "b"]])
        _ = client.delta(.cluster)
        _ = client.ack(.cluster)
        #expect(client.wait(.seconds(5)) == ["cluster a:1~ b:1~"])
        #expect(client.publish([.cluster: ["a:2", "b"]]) == [])
        #expect(client.wait(.seconds(5)) == [])
        #expect(client.ack(.cluster) == ["cluster a:2"])
        #expect(client.ack(.cluster) == ["cluster a:2~ b:1~"])
    }

    @Test("what was refused, unsubscribed or removed is not mentioned")
    func leftOut() {
        var client = StreamDriver(.delta, policy: policy)
        _ = client.publish([.route: ["a", "b", "c", "d"]])
        _ = client.delta(.route, subscribe: ["a", "b", "c"])
        // The others came in a response that was refused as a whole, and come again.
        #expect(client.nack(.route, "route a is bad") == ["route b:1 c:1"])
        _ = client.ack(.route)
        _ = client.delta(.route, unsubscribe: ["b"])
        #expect(client.wait(.seconds(5)) == ["route c:1~"])
    }

    @Test("refusing a heart-beat refuses no resource")
    func refusal() {
        var client = StreamDriver(.delta, policy: policy)
        _ = client.publish([.cluster: ["a"]])
        _ = client.delta(.cluster)
        _ = client.ack(.cluster)
        _ = client.wait(.seconds(5))
        #expect(client.nack(.cluster, "no") == [])
        #expect(client.wait(.seconds(5)) == ["cluster a:1~"])
    }

    @Test("many are mentioned in parts of bounded size, one after the other's ACK")
    func parts() {
        var small = policy
        small.responseBytes = 200
        var client = StreamDriver(.delta, policy: small)
        let names = (0..<9).map { "c\($0)" }
        _ = client.publish([.cluster: names])
        _ = client.delta(.cluster)
        while !client.ack(.cluster).isEmpty {}
        var mentioned: [String] = []
        var responses = client.wait(.seconds(5))
        while let response = responses.first {
            let part = response.split(separator: " ").dropFirst().map(String.init)
            #expect(part.count <= 4)
            mentioned += part
            responses = client.ack(.cluster)
        }
        #expect(mentioned.sorted() == names.map { $0 + ":1~" })
    }

    @Test("in the state of the world they are sent again in full, to clients that read them")
    func stateOfTheWorld() {
        var client = StreamDriver(.stateOfTheWorld, policy: policy)
        _ = client.publish([.cluster: ["a", "b"], .route: ["r"]])
        _ = client.worldOfWrapped(.cluster)
        #expect(client.last[.cluster]?.ttl == .seconds(10))
        _ = client.ack(.cluster)
        _ = client.worldOfWrapped(.route, ["r"])
        _ = client.ack(.route, ["r"])
        #expect(client.wait(.seconds(5)) == ["cluster a:1 b:1", "route r:1"])
        #expect(client.last[.route]?.isHeartbeat == false)
    }

    @Test("in the state of the world a client that does not say it reads them gets resources without a time to live")
    func unwrapped() {
        var client = StreamDriver(.stateOfTheWorld, policy: policy)
        _ = client.publish([.cluster: ["a"]])
        _ = client.world(.cluster)
        #expect(client.last[.cluster]?.ttl == nil)
        _ = client.ack(.cluster)
        #expect(client.wait(.seconds(60)) == [])
    }

    @Test("virtual hosts have no time to live: without a body they mean something else")
    func virtualHosts() {
        var client = StreamDriver(.delta, policy: policy)
        _ = client.publish([.virtualHost: ["T/a"]])
        _ = client.delta(.virtualHost, subscribe: ["T"])
        #expect(client.last[.virtualHost]?.ttl == nil)
        _ = client.ack(.virtualHost)
        #expect(client.wait(.seconds(60)) == [])
    }
}
