import EnvoyResources
import Testing

@testable import XDSCache

@Suite struct DeltaTests {
    @Test("a first request without names asks for all clusters")
    func legacyWildcard() {
        var client = StreamDriver(.delta)
        _ = client.publish([.cluster: ["a", "b"]])
        #expect(client.delta(.cluster) == ["cluster a:1 b:1"])
    }

    @Test("a star asks for all clusters, and unsubscribing it ends that")
    func explicitWildcard() {
        var client = StreamDriver(.delta)
        _ = client.publish([.cluster: ["a"]])
        #expect(client.delta(.cluster, subscribe: ["*"]) == ["cluster a:1"])
        #expect(client.ack(.cluster) == [])
        #expect(client.delta(.cluster, unsubscribe: ["*"]) == [])
        #expect(client.publish([.cluster: ["a:2"]]) == [])
    }

    @Test("unsubscribing a name keeps the wildcard, and the resource is sent again")
    func unsubscribeNameKeepsWildcard() {
        var client = StreamDriver(.delta)
        _ = client.publish([.cluster: ["a", "b"]])
        _ = client.delta(.cluster, subscribe: ["*", "a"])
        _ = client.ack(.cluster)
        #expect(client.delta(.cluster, unsubscribe: ["a"]) == ["cluster a:1"])
        _ = client.ack(.cluster)
        #expect(client.publish([.cluster: ["a:2", "b"]]) == ["cluster a:2"])
    }

    @Test("an empty configuration is answered, so that a new proxy does not wait for it")
    func emptyAnswer() {
        var client = StreamDriver(.delta)
        _ = client.publish([:])
        #expect(client.delta(.listener) == ["listener "])
    }

    @Test("only what changed is sent")
    func onlyChanges() {
        var client = StreamDriver(.delta)
        _ = client.publish([.cluster: ["a", "b", "c"]])
        _ = client.delta(.cluster)
        _ = client.ack(.cluster)
        #expect(client.publish([.cluster: ["a", "b:2", "c", "d"]]) == ["cluster b:2 d:1"])
    }

    @Test("names that are not subscribed are not sent")
    func namesOnly() {
        var client = StreamDriver(.delta)
        _ = client.publish([.endpoint: ["a", "b"]])
        #expect(client.delta(.endpoint, subscribe: ["a"]) == ["endpoint a:1"])
        _ = client.ack(.endpoint)
        #expect(client.publish([.endpoint: ["a", "b:2"]]) == [])
        #expect(client.delta(.endpoint, subscribe: ["b"]) == ["endpoint b:2"])
        _ = client.ack(.endpoint)
        #expect(client.delta(.endpoint, unsubscribe: ["a"]) == [])
        #expect(client.publish([.endpoint: ["a:3", "b:3"]]) == ["endpoint b:3"])
    }

    @Test("a subscribed name that does not exist is answered as removed, and sent when it comes")
    func missingName() {
        var client = StreamDriver(.delta)
        _ = client.publish([.endpoint: ["a"]])
        #expect(client.delta(.endpoint, subscribe: ["a", "x"]) == ["endpoint a:1 -x"])
        _ = client.ack(.endpoint)
        #expect(client.publish([.endpoint: ["a", "x"]]) == ["endpoint x:1"])
    }

    @Test("a name asked for again is sent again")
    func resubscribe() {
        var client = StreamDriver(.delta)
        _ = client.publish([.endpoint: ["a"]])
        _ = client.delta(.endpoint, subscribe: ["a"])
        _ = client.ack(.endpoint)
        #expect(client.delta(.endpoint, subscribe: ["a"]) == ["endpoint a:1"])
    }

    @Test("a reconnecting client is not sent what it holds, and is told what is gone")
    func reconnect() {
        var client = StreamDriver(.delta, policy: ServingPolicy(grace: .seconds(2)))
        _ = client.publish([.cluster: ["a:1", "b:2"], .virtualHost: ["v"]])
        #expect(client.delta(.virtualHost, subscribe: ["*"], held: ["v": 1, "w": 1]) == ["virtualHost -w"])
        #expect(client.delta(.cluster, subscribe: ["*"], held: ["a": 1, "b": 1, "c": 1]) == ["cluster b:2"])
        _ = client.ack(.virtualHost)
        #expect(client.ack(.cluster) == [])
        #expect(client.wait(.seconds(3)) == ["cluster -c"])
    }

    @Test("a reconnecting client that holds everything is sent nothing and counts as settled")
    func reconnectUpToDate() {
        var client = StreamDriver(.delta)
        _ = client.publish([.cluster: ["a:1"], .endpoint: ["a:4"]])
        #expect(client.delta(.cluster, held: ["a": 1]) == [])
        #expect(client.delta(.endpoint, subscribe: ["a"], held: ["a": 4]) == [])
        #expect(client.events.contains { if case .settled(number: 1) = $0 { true } else { false } }, "\(client.events)")
    }

    @Test("one response is in flight, and then comes the newest")
    func newestAfterAck() {
        var client = StreamDriver(.delta)
        _ = client.publish([.cluster: ["a:1"]])
        #expect(client.delta(.cluster) == ["cluster a:1"])
        #expect(client.publish([.cluster: ["a:2"]]) == [])
        #expect(client.publish([.cluster: ["a:3", "b"]]) == [])
        #expect(client.ack(.cluster) == ["cluster a:3 b:1"])
    }

    @Test("what changed back before it could be sent is not sent")
    func changedBack() {
        var client = StreamDriver(.delta)
        _ = client.publish([.cluster: ["a:1"], .virtualHost: ["v:1"]])
        _ = client.delta(.virtualHost, subscribe: ["*"])
        _ = client.ack(.virtualHost)
        _ = client.publish([.cluster: ["a:1"], .virtualHost: ["v:2"]])
        #expect(client.publish([.cluster: ["a:1"], .virtualHost: ["v:3"]]) == [])
        #expect(client.publish([.cluster: ["a:1"], .virtualHost: ["v:2"]]) == [])
        #expect(client.ack(.virtualHost) == [])
    }

    @Test("a wrong nonce confirms nothing, but its subscription counts")
    func staleNonce() {
        var client = StreamDriver(.delta)
        _ = client.publish([.endpoint: ["a", "b"]])
        _ = client.delta(.endpoint, subscribe: ["a"])
        #expect(client.delta(.endpoint, subscribe: ["b"], nonce: "00000000000000ff") == [])
        #expect(client.ack(.endpoint) == ["endpoint b:1"])
    }

    @Test("large answers are split, and the next part waits for the ACK of the one before")
    func split() {
        let names = (0..<10).map { "cluster-\($0)" }
        var client = StreamDriver(.delta, policy: ServingPolicy(responseBytes: 400))
        _ = client.publish([.cluster: names])
        var received: [String] = []
        var responses = client.delta(.cluster)
        while let response = responses.first {
            #expect(responses.count == 1)
            let part = response.split(separator: " ").dropFirst().map { String($0.dropLast(2)) }
            #expect(part.count == 3 || received.count == 9)
            received += part
            responses = client.ack(.cluster)
        }
        #expect(received.sorted() == names)
    }

    @Test("a change during a split answer is sent, whether its part was sent before or not")
    func changeDuringSplit() {
        let names = (0..<10).map { "cluster-\($0)" }
        var client = StreamDriver(.delta, policy: ServingPolicy(responseBytes: 400))
        _ = client.publish([.cluster: names])
        var has: [String: String] = [:]
        func take(_ responses: [String]) {
            for response in responses {
                for word in response.split(separator: " ").dropFirst() where !word.hasPrefix("-") {
                    let parts = word.split(separator: ":")
                    has[String(parts[0])] = String(parts[1])
                }
            }
        }
        take(client.delta(.cluster))
        take(client.publish([.cluster: names.map { $0 + ":2" }]))
        for _ in 0..<10 { take(client.ack(.cluster)) }
        #expect(has == Dictionary(uniqueKeysWithValues: names.map { ($0, "2") }))
    }

    @Test("after a NACK the version is not sent again until it changes, and the others go on")
    func nack() {
        var client = StreamDriver(.delta)
        _ = client.publish([.listener: ["a", "b"]])
        _ = client.delta(.listener)
        #expect(client.nack(.listener, "Error adding/updating listener(s) a: no such filter\n") == [])
        #expect(client.publish([.listener: ["a", "b:2"]]) == ["listener b:2"])
        #expect(client.ack(.listener) == [])
        #expect(client.publish([.listener: ["a:2", "b:2"]]) == ["listener a:2"])
        let rejections = client.events.compactMap { event -> String? in
            guard case .rejected(let type, let resources, _, _, let message) = event else { return nil }
            return "\(type) \(resources.map(\.name)) \(message)"
        }
        #expect(rejections == ["listener [\"a\"] Error adding/updating listener(s) a: no such filter"])
    }

    @Test("a stream without a configuration waits, and is answered when there is one")
    func waiting() {
        var client = StreamDriver(.delta)
        #expect(client.delta(.cluster) == [])
        #expect(client.delta(.endpoint, subscribe: ["a"]) == [])
        #expect(client.publish([.cluster: ["a"], .endpoint: ["a"]]) == ["cluster a:1", "endpoint a:1"])
    }

    @Test("the answers to a publication are confirmed with its number")
    func settledNumber() {
        var client = StreamDriver(.delta)
        _ = client.publish([.cluster: ["a"]])
        _ = client.delta(.cluster)
        _ = client.ack(.cluster)
        _ = client.publish([.cluster: ["a:2"]])
        _ = client.ack(.cluster)
        let numbers = client.events.compactMap { event -> UInt64? in
            if case .settled(let number) = event { number } else { nil }
        }
        #expect(numbers == [1, 2])
    }
}
