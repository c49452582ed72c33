import EnvoyResources
import Glibc
import HashTreeCollections
import Synchronization
import Testing
import XDSCache

@testable import XDSServer

/// Clients that misbehave, or come all at once. What is held back by them is counted, not weighed: a resource that nobody is to be
/// sent any more has to be gone.
@Suite struct FaultTests {
    /// Publishes one cluster again and again, and knows which of its forms are still held by someone.
    private final class Forms: Sendable {
        private struct Weak: Sendable {
            weak let resource: EnvoyResource?
        }

        private let forms = Mutex<[Weak]>([])

        func publish(_ cache: XDSCache, _ number: Int) {
            let resource = EnvoyResource(name: "a", version: UInt64(number), parts: [Array("form \(number)".utf8)])
            forms.withLock { $0.append(Weak(resource: resource)) }
            var snapshot = EnvoySnapshot()
            snapshot.clusters["a"] = resource
            cache.publish(snapshot, role: "ns~p")
        }

        var held: Int { forms.withLock { $0.count { $0.resource != nil } } }
    }

    /// Takes every response of stream 1 and answers it until one holds `text`; how many there were.
    @discardableResult
    private func take(_ client: TestClient, from first: Int = 0, until text: String, refusing words: String? = nil) async throws -> Int {
        var index = first
        while true {
            let response = try await client.response(1, index)
            index += 1
            client.send(1, Proto.delta(.cluster, nonce: response.nonce, refusal: words))
            if response.text == text { return index }
        }
    }

    @Test("a thousand clients at once are served, each of them each change, and leave nothing behind")
    func stampede() async throws {
        // Both ends of a connection are files of this process, and other tests need some too.
        let atOnce = min(1000, (sysconf(Int32(_SC_OPEN_MAX)) - 400) / 2)
        let rounds = 2
        try await Serving.run { serving in
            let forms = Forms()
            for round in 1...rounds {
                forms.publish(serving.cache, round * 2 - 1)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<atOnce {
                        group.addTask {
                            let client = try await TestClient.connect(serving.address)
                            client.open(1, deltaPath)
                            client.send(1, Proto.delta(.cluster, role: "ns~p"))
                            let next = try await take(client, until: "a=form \(round * 2 - 1)")
                            try await take(client, from: next, until: "a=form \(round * 2)")
                            try await client.close()
                        }
                    }
                    group.addTask {
                        _ = try await serving.client.until { _ in
                            let status = serving.cache.status()
                            return status.count == atOnce && status.allSatisfy { $0.settled == $0.published }
                        }
                    }
                    // The first to end is the one that saw them all settled, since each client waits for the next form.
                    try await group.next()
                    forms.publish(serving.cache, round * 2)
                    try await group.waitForAll()
                }
                let areGone = try await serving.client.until { _ in serving.cache.status().isEmpty }
                #expect(areGone, "round \(round)")
            }
            #expect(forms.held == 1)
        }
    }

    @Test("a client that never answers holds one response, however much comes, and gets the newest when it does")
    func neverAnswers() async throws {
        try await Serving.run { serving in
            let forms = Forms()
            forms.publish(serving.cache, 1)
            let silent = serving.client
            silent.open(1, deltaPath)
            silent.send(1, Proto.delta(.cluster, role: "ns~p"))
            let first = try await silent.response(1, 0)
            let other = try await TestClient.connect(serving.address)
            other.open(1, deltaPath)
            other.send(1, Proto.delta(.cluster, role: "ns~p"))
            var next = try await take(other, until: "a=form 1")
            for number in 2...200 {
                forms.publish(serving.cache, number)
                next = try await take(other, from: next, until: "a=form \(number)")
            }
            #expect(silent[1].messages.count == 1)
            // The one in flight, the newest, and at most what was accepted before it.
            _ = try await silent.until { _ in forms.held <= 3 }
            #expect(forms.held <= 3)
            silent.send(1, Proto.delta(.cluster, nonce: first.nonce))
            #expect(try await silent.response(1, 1).text == "a=form 200")
        }
    }

    @Test("a client that refuses everything is sent a bounded number of responses, and others get every change")
    func refusesEverything() async throws {
        try await Serving.run { serving in
            let forms = Forms()
            forms.publish(serving.cache, 1)
            let other = serving.client
            other.open(1, deltaPath)
            other.send(1, Proto.delta(.cluster, role: "ns~p"))
            var next = try await take(other, until: "a=form 1")
            let refusing = try await TestClient.connect(serving.address)
            refusing.open(1, deltaPath)
            refusing.send(1, Proto.delta(.cluster, role: "ns~p"))
            var answered = 0
            for number in 2...100 {
                // Whatever has come is refused, in Envoy's words.
                for message in refusing[1].messages.dropFirst(answered) {
                    answered += 1
                    let nonce = try Proto.read(message).nonce
                    refusing.send(1, Proto.delta(.cluster, nonce: nonce, refusal: "Error adding/updating cluster(s) a: no"))
                }
                forms.publish(serving.cache, number)
                next = try await take(other, from: next, until: "a=form \(number)")
            }
            // One for each form at most, and one for each form that was accepted before.
            #expect(refusing[1].messages.count <= 200)
            #expect(serving.cache.status().contains { $0.types[.cluster]?.rejection != nil })
            _ = try await refusing.until { _ in forms.held <= 5 }
            #expect(forms.held <= 5)
        }
    }

    @Test("a connection that goes without a word is found and forgotten, and what it held with it")
    func halfOpen() async throws {
        try await Serving.run(answers: false, { $0.limits.keepalive = .milliseconds(100) }) { serving in
            Serving.publish(serving.cache, [.cluster: ["a": "A"]])
            serving.client.open(1, deltaPath)
            serving.client.send(1, Proto.delta(.cluster, role: "ns~p"))
            _ = try await serving.client.until { _ in serving.cache.status().count == 1 }
            // It reads, and answers no PING.
            let isForgotten = try await serving.client.until { _ in serving.cache.status().isEmpty }
            #expect(isForgotten)
        }
    }
}
