import EnvoyResources
import NIOCore
import Synchronization
import Testing
import XDSCache

@testable import XDSServer

/// What a client may cost: over a limit it is told so, and nobody else notices.
@Suite struct LimitTests {
    private let rst = TestClient.frame(3, 0, 1, TestClient.bigEndian(8))

    private func frames(_ count: Int, _ frame: [UInt8]) -> [UInt8] { Array(repeatElement(frame, count: count).joined()) }

    // MARK: Numbers

    @Test("a connection over the limit is closed, and one that goes makes room")
    func connections() async throws {
        try await Serving.run { $0.limits.connections = 2 } _: { serving in
            let hasFirst = try await serving.client.until { $0.settings > 0 }
            let second = try await TestClient.connect(serving.address)
            let hasSecond = try await second.until { $0.settings > 0 }
            let third = try await TestClient.connect(serving.address)
            let isClosed = try await third.until { $0.isClosed }
            #expect(hasFirst && hasSecond && isClosed)
            #expect(serving.log.all.contains { $0.hasPrefix("warning: connection refused") })
            try await second.close()
            let isServedAgain = try await serving.client.until { _ in serving.log.all.count > 0 }
            #expect(isServedAgain)
            var hasRoom = false
            for _ in 0..<100 where !hasRoom {
                let next = try await TestClient.connect(serving.address)
                hasRoom = try await next.until { $0.settings > 0 || $0.isClosed } && !next.state.value.withLock { $0.isClosed }
            }
            #expect(hasRoom)
        }
    }

    @Test("a stream over the server's limit is RESOURCE_EXHAUSTED")
    func streams() async throws {
        try await Serving.run { $0.limits.streams = 2 } _: { serving in
            for stream: UInt32 in [1, 3, 5] { serving.client.open(stream, deltaPath) }
            let refused = try await serving.client.end(5)
            #expect(refused.status == "8")
            serving.client.write(rst)
            // Room comes with the end of another.
            var next: UInt32 = 7
            var isServed = false
            while !isServed && next < 200 {
                serving.client.open(next, "/grpc.health.v1.Health/Check")
                serving.client.sendRaw(next, TestClient.grpc([]), end: true)
                isServed = try await serving.client.end(next).status == "0"
                next += 2
            }
            #expect(isServed)
        }
    }

    @Test("names and texts of the node that are too long, and too many names, are RESOURCE_EXHAUSTED", arguments: [
        Proto.delta(.cluster, role: "ns~p", subscribe: [String(repeating: "n", count: 101)]),
        Proto.delta(.cluster, role: "ns~p", held: [String(repeating: "n", count: 101): ""]),
        Proto.delta(.cluster, role: String(repeating: "r", count: 101)),
        Proto.delta(.cluster, role: "ns~p", subscribe: (0..<11).map { "n\($0)" }),
    ])
    func names(message: [UInt8]) async throws {
        try await Serving.run {
            $0.limits.nameBytes = 100
            $0.limits.subscriptions = 10
        } _: { serving in
            Serving.publish(serving.cache, [.cluster: ["a": "A"]])
            serving.client.open(1, deltaPath)
            serving.client.send(1, message)
            let ended = try await serving.client.end(1)
            #expect(ended.status == "8" && ended.message?.isEmpty == false)
            let isServed = try await serving.othersAreServed()
            #expect(isServed)
        }
    }

    @Test("half messages have a bound together, on a connection and in the server", arguments: [true, false])
    func halfMessages(ofConnection: Bool) async throws {
        try await Serving.run {
            $0.limits.requestBytes = ofConnection ? 200_000 : 2_000_000
            $0.limits.bufferedBytes = ofConnection ? 1 << 30 : 800_000
        } _: { serving in
            Serving.publish(serving.cache, [.cluster: ["a": "A"]])
            // 150 kB of messages that say they are longer.
            let half: [UInt8] = [0] + TestClient.bigEndian(190_000) + Array(repeating: 0, count: 150_000)
            for stream in stride(from: UInt32(1), through: 9, by: 2) {
                serving.client.open(stream, deltaPath)
                serving.client.sendRaw(stream, half)
            }
            let isRefused = try await serving.client.until { $0.streams.values.contains { $0.status == "8" } }
            #expect(isRefused)
            let isServed = try await serving.othersAreServed()
            #expect(isServed)
        }
    }

    // MARK: Time

    @Test("a stream without a request, half a message and half the headers end in time")
    func slowRequests() async throws {
        try await Serving.run { $0.limits.requestTime = .milliseconds(100) } _: { serving in
            Serving.publish(serving.cache, [.cluster: ["a": "A"]])
            serving.client.open(1, deltaPath)
            serving.client.open(3, deltaPath)
            serving.client.send(3, Proto.delta(.cluster, role: "ns~p"))
            serving.client.sendRaw(3, [0, 0])
            for stream: UInt32 in [1, 3] {
                let ended = try await serving.client.end(stream)
                #expect(ended.status == "4")
            }
            serving.client.write(TestClient.frame(1, 0, 5, TestClient.block([(":method", "POST")])))
            let isClosed = try await serving.client.until { $0.isClosed && $0.goAwayCodes.last == 11 }
            #expect(isClosed)
        }
    }

    @Test("a client that does not open its window is given up in time, and its other streams go on")
    func zeroWindow() async throws {
        try await Serving.run(window: 0) {
            $0.limits.stallTime = .milliseconds(100)
        } _: { serving in
            Serving.publish(serving.cache, [.cluster: ["a": String(repeating: "A", count: 100_000)]])
            serving.client.open(1, deltaPath)
            serving.client.send(1, Proto.delta(.cluster, role: "ns~p"))
            let reset = try await serving.client.end(1)
            #expect(reset.resetCode == 8 && reset.bytes.isEmpty)
            let isGone = try await serving.client.until { _ in serving.cache.status().isEmpty }
            #expect(isGone)
            serving.client.open(3, deltaPath)
            serving.client.write(TestClient.frame(8, 0, 3, TestClient.bigEndian(1 << 24)))
            serving.client.send(3, Proto.delta(.cluster, role: "ns~p"))
            let messages = try await serving.client.messages(3, count: 1)
            #expect(messages.count == 1)
        }
    }

    @Test("a peer that is silent is pinged, and closed when it does not answer; one that answers stays")
    func keepalive() async throws {
        for answers in [true, false] {
            try await Serving.run(answers: answers) {
                // Time to answer also in a process that is busy with other tests.
                $0.limits.keepalive = answers ? .seconds(3) : .milliseconds(50)
            } _: { serving in
                Serving.publish(serving.cache, [.cluster: ["a": "A"]])
                serving.client.open(1, deltaPath)
                serving.client.send(1, Proto.delta(.cluster, role: "ns~p"))
                _ = try await serving.client.messages(1, count: 1)
                if answers {
                    let isPinged = try await serving.client.until { $0.pingsReceived >= 2 }
                    #expect(isPinged && !serving.client.state.value.withLock { $0.isClosed })
                    #expect(serving.cache.status().count == 1)
                } else {
                    let isClosed = try await serving.client.until { $0.isClosed }
                    #expect(isClosed)
                    let isGone = try await serving.client.until { _ in serving.cache.status().isEmpty }
                    #expect(isGone)
                }
            }
        }
    }

    @Test("a connection of the age it may have is ended in order: GOAWAY twice, then the streams")
    func age() async throws {
        try await Serving.run {
            $0.limits.connectionAge = .seconds(3)
        } _: { serving in
            Serving.publish(serving.cache, [.cluster: ["a": "A"]])
            serving.client.open(1, deltaPath)
            serving.client.send(1, Proto.delta(.cluster, role: "ns~p"))
            let ended = try await serving.client.end(1)
            #expect(ended.status == "14" && ended.message == "the connection has reached its age; connect again")
            #expect(ended.messages.count == 1)
            let isClosed = try await serving.client.until { $0.isClosed }
            let codes = serving.client.state.value.withLock { $0.goAwayCodes }
            #expect(isClosed && codes == [0, 0])
        }
    }

    @Test("a connection without streams is closed in the end")
    func idle() async throws {
        try await Serving.run { $0.limits.idle = .milliseconds(50) } _: { serving in
            serving.client.open(1, "/grpc.health.v1.Health/Check")
            serving.client.sendRaw(1, TestClient.grpc([]), end: true)
            let isClosed = try await serving.client.until { $0.isClosed }
            let codes = serving.client.state.value.withLock { $0.goAwayCodes }
            #expect(isClosed && codes == [0])
        }
    }

    // MARK: Floods

    struct Flood: Sendable, CustomStringConvertible {
        var description: String
        var frame: [UInt8]
        var count = 30_000
    }

    private static let floods: [Flood] = [
        Flood(description: "PING", frame: TestClient.frame(6, 0, 0, Array(repeating: 0, count: 8))),
        Flood(description: "SETTINGS", frame: TestClient.frame(4, 0, 0, [])),
        Flood(description: "SETTINGS acknowledgements", frame: TestClient.frame(4, 1, 0, [])),
        Flood(description: "PRIORITY", frame: TestClient.frame(2, 0, 9, [0, 0, 0, 3, 0])),
        Flood(description: "empty DATA", frame: TestClient.frame(0, 0, 1, [])),
        Flood(description: "padding", frame: TestClient.frame(0, 8, 1, [3, 0, 0, 0])),
        Flood(description: "empty CONTINUATION", frame: TestClient.frame(9, 0, 3, [])),
    ]

    @Test("a flood of frames that do nothing ends its connection", arguments: LimitTests.floods)
    func flooded(flood: Flood) async throws {
        try await Serving.run { serving in
            Serving.publish(serving.cache, [.cluster: ["a": "A"]])
            serving.client.open(1, deltaPath)
            serving.client.send(1, Proto.delta(.cluster, role: "ns~p"))
            _ = try await serving.client.messages(1, count: 1)
            if flood.description.hasSuffix("CONTINUATION") { serving.client.write(TestClient.frame(1, 0, 3, [])) }
            serving.client.write(frames(flood.count, flood.frame))
            let isClosed = try await serving.client.until { $0.isClosed }
            #expect(isClosed)
            let isServed = try await serving.othersAreServed()
            #expect(isServed)
        }
    }

    @Test("opening and resetting streams (CVE-2023-44487) ends the connection by ENHANCE_YOUR_CALM")
    func rapidReset() async throws {
        try await Serving.run { serving in
            Serving.publish(serving.cache, [.cluster: ["a": "A"]])
            let client = serving.client
            for stream in stride(from: UInt32(1), to: 6000, by: 2) {
                client.open(stream, deltaPath)
                client.write(TestClient.frame(3, 0, stream, TestClient.bigEndian(8)))
            }
            let isClosed = try await client.until { $0.isClosed }
            #expect(isClosed)
            #expect(serving.log.all.contains { $0.contains("it opens streams and resets them") }, "\(serving.log.all)")
            let isServed = try await serving.othersAreServed()
            #expect(isServed && serving.cache.status().count <= 1)
        }
    }

    @Test("a client that makes the server answer and does not read is closed before answers pile up")
    func unreadAnswers() async throws {
        try await Serving.run { serving in
            Serving.publish(serving.cache, [.cluster: ["a": "A"]])
            let client = try await RawClient.connect(serving.address, reads: false)
            var bytes = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + TestClient.frame(4, 0, 0, []) + TestClient.frame(4, 1, 0, [])
            let block = TestClient.block([
                (":method", "POST"), (":scheme", "http"), (":path", "/none"), (":authority", "xds"), ("content-type", "application/grpc"),
            ])
            for stream in stride(from: UInt32(1), to: 400_000, by: 2) { bytes += TestClient.frame(1, 4, stream, block) }
            client.write(bytes)
            let isClosed = try await client.untilWriteFails()
            #expect(isClosed)
            let isServed = try await serving.othersAreServed()
            #expect(isServed)
        }
    }

    @Test("headers that unpack to much more than they are reset their stream, and do not take memory")
    func headerBomb() async throws {
        try await Serving.run { serving in
            Serving.publish(serving.cache, [.cluster: ["a": "A"]])
            let client = serving.client
            // One entry of 4,000 bytes in the table, named ten thousand times by one byte.
            let entry: [UInt8] = [0x40] + TestClient.block([("x", String(repeating: "v", count: 4000))]).dropFirst()
            let references = [UInt8](repeating: 0xbe, count: 10_000)
            client.write(TestClient.frame(1, 4, 1, TestClient.block([(":method", "POST"), (":scheme", "http"), (":path", deltaPath), (":authority", "xds")]) + entry + references))
            let isRefused = try await client.until { $0.streams[1]?.resetCode != nil || $0.isClosed }
            #expect(isRefused)
            let isServed = try await serving.othersAreServed()
            #expect(isServed)
        }
    }
}
