import EnvoyResources
import NIOCore
import Synchronization
import Testing

@testable import XDSServer

/// What RFC 9113 says to a client that breaks its rules (sections 5, 6 and 8).
///
/// The client has stream 1 open (a delta stream), stream 3 half-closed from its side and waiting, and has not used 5 and above. A stream
/// error may be treated as one of the connection (5.4.2), and a closed stream's frames may be ignored for a while (5.1).
@Suite struct ViolationTests {
    enum Answer: Sendable {
        case connection([UInt32])
        case stream(UInt32, [UInt32])
        /// The connection goes on, and nothing is reset.
        case ignored
    }

    struct Violation: Sendable, CustomStringConvertible {
        var description: String
        var bytes: [UInt8]
        var answer: Answer

        init(_ description: String, _ bytes: [UInt8], _ answer: Answer) {
            self.description = description
            self.bytes = bytes
            self.answer = answer
        }
    }

    private static let (protocolError, flowControl, streamClosed, frameSize, refused, compression) =
        (UInt32(1), UInt32(3), UInt32(5), UInt32(6), UInt32(7), UInt32(9))

    private static func frame(_ kind: UInt8, _ flags: UInt8, _ stream: UInt32, _ payload: [UInt8] = []) -> [UInt8] {
        TestClient.frame(kind, flags, stream, payload)
    }

    private static func number(_ value: UInt32) -> [UInt8] { TestClient.bigEndian(value) }

    private static func setting(_ id: UInt8, _ value: UInt32) -> [UInt8] { [0, id] + number(value) }

    private static let request = [
        (":method", "POST"), (":scheme", "http"), (":path", deltaPath), (":authority", "xds"), ("content-type", "application/grpc"),
        ("te", "trailers"),
    ]

    /// A request on stream 5 that is not as it should be.
    private static func headers(_ fields: [(String, String)], flags: UInt8 = 4) -> [UInt8] { frame(1, flags, 5, TestClient.block(fields)) }

    private static func without(_ name: String) -> [UInt8] { headers(request.filter { $0.0 != name }) }

    private static let data: [Violation] = [
        Violation("DATA on stream 0", frame(0, 0, 0, [0]), .connection([protocolError])),
        Violation("DATA on an idle stream", frame(0, 0, 5, [0]), .connection([protocolError])),
        Violation("DATA on a stream of the server's", frame(0, 0, 2, [0]), .connection([protocolError])),
        Violation("DATA after the end of the request", frame(0, 0, 3, [0]), .stream(3, [streamClosed])),
        Violation("DATA with more padding than payload", frame(0, 8, 1, [5, 0, 0]), .connection([protocolError])),
        Violation("DATA with padding and no length of it", frame(0, 8, 1), .connection([protocolError, frameSize])),
        Violation("DATA longer than the largest frame", frame(0, 0, 1, Array(repeating: 0, count: 16_385)), .connection([frameSize])),
    ]

    private static let headerFrames: [Violation] = [
        Violation("HEADERS on stream 0", frame(1, 4, 0, TestClient.block(request)), .connection([protocolError])),
        Violation("HEADERS on a stream of the server's", frame(1, 4, 2, TestClient.block(request)), .connection([protocolError])),
        Violation("HEADERS after the end of the request", frame(1, 5, 3, TestClient.block([("a", "b")])), .stream(3, [streamClosed])),
        Violation("trailers that end nothing", frame(1, 4, 1, TestClient.block([("a", "b")])), .stream(1, [protocolError])),
        Violation("HEADERS with more padding than payload", frame(1, 12, 5, [200, 0]), .connection([protocolError])),
        Violation("HEADERS too short for its priority", frame(1, 0x24, 5, [0, 0]), .connection([frameSize, protocolError])),
        Violation("HEADERS longer than the largest frame", frame(1, 4, 5, Array(repeating: 0, count: 16_385)), .connection([frameSize])),
        Violation("a header block that cannot be decompressed", frame(1, 4, 5, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), .connection([compression])),
        Violation("an index outside of the table", frame(1, 4, 5, [0xfe]), .connection([compression])),
        Violation("CONTINUATION after no HEADERS", frame(9, 4, 5, TestClient.block(request)), .connection([protocolError])),
        Violation("CONTINUATION after the end of the headers", headers(request) + frame(9, 4, 5, [0x82]), .connection([protocolError])),
        Violation("DATA inside of headers", headers(request, flags: 0) + frame(0, 0, 1, [0]), .connection([protocolError])),
        Violation("PING inside of headers", headers(request, flags: 0) + frame(6, 0, 0, number(0) + number(0)), .connection([protocolError])),
        Violation("CONTINUATION of another stream", headers(request, flags: 0) + frame(9, 4, 1, [0x82]), .connection([protocolError])),
        Violation("an unknown frame inside of headers", headers(request, flags: 0) + frame(0x42, 0, 5), .connection([protocolError])),
    ]

    private static let messages: [Violation] = [
        Violation("a name in upper case", headers(request + [("Name", "v")]), .stream(5, [protocolError])),
        Violation("a name with a space", headers(request + [("na me", "v")]), .stream(5, [protocolError])),
        Violation("a value with a line break", headers(request + [("name", "a\r\nb: c")]), .stream(5, [protocolError])),
        Violation("no :method", without(":method"), .stream(5, [protocolError])),
        Violation("no :path", without(":path"), .stream(5, [protocolError])),
        Violation("no :scheme", without(":scheme"), .stream(5, [protocolError])),
        Violation("an empty :path", headers(request.map { $0.0 == ":path" ? (":path", "") : $0 }), .stream(5, [protocolError])),
        Violation(":path twice", headers([(":path", "/")] + request), .stream(5, [protocolError])),
        Violation("an unknown pseudo-header", headers([(":other", "v")] + request), .stream(5, [protocolError])),
        Violation("a pseudo-header of responses", headers([(":status", "200")] + request), .stream(5, [protocolError])),
        Violation("a pseudo-header after others", headers(Array(request.dropFirst()) + [request[0]]), .stream(5, [protocolError])),
        Violation("a header of the connection", headers(request + [("connection", "close")]), .stream(5, [protocolError])),
        Violation("transfer-encoding", headers(request + [("transfer-encoding", "chunked")]), .stream(5, [protocolError])),
        Violation("te other than trailers", headers(request.map { $0.0 == "te" ? ("te", "gzip") : $0 }), .stream(5, [protocolError])),
        Violation("a content-length that is none", headers(request + [("content-length", "-1")]), .stream(5, [protocolError])),
        Violation("less DATA than content-length says", headers(request + [("content-length", "9")]) + frame(0, 1, 5, [0]), .stream(5, [protocolError])),
        Violation("more DATA than content-length says", headers(request + [("content-length", "1")]) + frame(0, 0, 5, [0, 0]), .stream(5, [protocolError])),
        Violation("a pseudo-header in trailers", frame(1, 5, 1, TestClient.block([(":path", "/")])), .stream(1, [protocolError])),
    ]

    private static let control: [Violation] = [
        Violation("RST_STREAM on stream 0", frame(3, 0, 0, number(8)), .connection([protocolError])),
        Violation("RST_STREAM on an idle stream", frame(3, 0, 5, number(8)), .connection([protocolError])),
        Violation("RST_STREAM of another length", frame(3, 0, 1, [0, 0, 0]), .connection([frameSize])),
        Violation("SETTINGS on a stream", frame(4, 0, 1), .connection([protocolError])),
        Violation("SETTINGS of another length", frame(4, 0, 0, [0, 3, 0, 0, 0]), .connection([frameSize])),
        Violation("an acknowledgement of settings with settings", frame(4, 1, 0, setting(3, 1)), .connection([frameSize])),
        Violation("ENABLE_PUSH other than 0 and 1", frame(4, 0, 0, setting(2, 2)), .connection([protocolError])),
        Violation("INITIAL_WINDOW_SIZE over 2^31-1", frame(4, 0, 0, setting(4, 1 << 31)), .connection([flowControl])),
        Violation("MAX_FRAME_SIZE below 2^14", frame(4, 0, 0, setting(5, 16_383)), .connection([protocolError])),
        Violation("MAX_FRAME_SIZE over 2^24-1", frame(4, 0, 0, setting(5, 1 << 24)), .connection([protocolError])),
        // The RFC wants the connection closed; libnghttp2 resets the streams whose windows are too large.
        Violation("an initial window that overflows an open stream's", frame(8, 0, 1, number((1 << 31) - 1 - (1 << 24))) + frame(4, 0, 0, setting(4, (1 << 31) - 1)), .stream(1, [flowControl])),
        Violation("PUSH_PROMISE from a client", frame(5, 4, 1, number(2) + [0x82]), .connection([protocolError])),
        Violation("PING on a stream", frame(6, 0, 1, number(0) + number(0)), .connection([protocolError])),
        Violation("PING of another length", frame(6, 0, 0, Array(repeating: 0, count: 7)), .connection([frameSize])),
        Violation("GOAWAY on a stream", frame(7, 0, 1, number(0) + number(0)), .connection([protocolError])),
        Violation("GOAWAY that is too short", frame(7, 0, 0, Array(repeating: 0, count: 7)), .connection([frameSize])),
        Violation("WINDOW_UPDATE by 0 of the connection", frame(8, 0, 0, number(0)), .connection([protocolError])),
        Violation("WINDOW_UPDATE by 0 of a stream", frame(8, 0, 1, number(0)), .stream(1, [protocolError])),
        Violation("WINDOW_UPDATE of an idle stream", frame(8, 0, 5, number(1)), .connection([protocolError])),
        Violation("WINDOW_UPDATE of another length", frame(8, 0, 0, [0, 0, 1]), .connection([frameSize])),
        Violation("a window of the connection over 2^31-1", frame(8, 0, 0, number((1 << 31) - 1)), .connection([flowControl])),
        Violation("a window of a stream over 2^31-1", frame(8, 0, 1, number((1 << 31) - 1)), .stream(1, [flowControl])),
        Violation("PRIORITY on stream 0", frame(2, 0, 0, number(1) + [0]), .connection([protocolError])),
        Violation("PRIORITY of another length", frame(2, 0, 1, number(3)), .stream(1, [frameSize])),
    ]

    private static let harmless: [Violation] = [
        Violation("an unknown frame", frame(0x42, 0xff, 1, [1, 2, 3]), .ignored),
        Violation("an unknown frame on an idle stream", frame(0x42, 0, 9), .ignored),
        Violation("an unknown setting", frame(4, 0, 0, [0xab, 0xcd] + number(7)), .ignored),
        Violation("PRIORITY of an idle stream", frame(2, 0, 7, number(3) + [0]), .ignored),
        Violation("empty DATA", frame(0, 0, 1), .ignored),
        Violation("DATA that is padding alone", frame(0, 8, 1, [4, 0, 0, 0, 0]), .ignored),
        Violation("an acknowledgement of a PING that was not sent", frame(6, 1, 0, number(1) + number(2)), .ignored),
    ]

    @Test("a violation is answered as the RFC says", arguments: data + headerFrames + messages + control + harmless)
    func answered(violation: Violation) async throws {
        try await Serving.run { serving in
            Serving.publish(serving.cache, [.cluster: ["a": "A"]])
            let client = serving.client
            client.open(1, deltaPath)
            client.send(1, Proto.delta(.cluster, role: "ns~p"))
            client.open(3, "/grpc.health.v1.Health/Watch")
            client.sendRaw(3, TestClient.grpc([]), end: true)
            let isReady = try await client.until { $0.streams[1]?.messages.isEmpty == false && $0.streams[3]?.messages.isEmpty == false }
            #expect(isReady)
            client.write(violation.bytes)
            // So that what is ignored can be told from what is still to come.
            client.write(TestClient.frame(6, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8]))
            switch violation.answer {
            case .connection(let codes):
                let isClosed = try await client.until { $0.isClosed }
                let state = client.state.value.withLock { $0 }
                #expect(isClosed && codes.contains(state.goAwayCodes.last ?? .max), "GOAWAY \(state.goAwayCodes)")
            case .stream(let stream, let codes):
                let isReset = try await client.until { $0.streams[stream]?.resetCode != nil || $0.isClosed }
                let state = client.state.value.withLock { $0 }
                #expect(isReset && codes.contains(state.streams[stream]?.resetCode ?? state.goAwayCodes.last ?? .max), "RST \(state.streams[stream]?.resetCode ?? 99), GOAWAY \(state.goAwayCodes)")
            case .ignored:
                let isAnswered = try await client.until { $0.pings == 1 || $0.isClosed }
                let state = client.state.value.withLock { $0 }
                #expect(isAnswered && !state.isClosed && state.goAways == 0 && state.streams.values.allSatisfy { $0.resetCode == nil })
            }
            let isServed = try await serving.othersAreServed()
            #expect(isServed)
        }
    }

    @Test("what does not begin like HTTP/2 should is closed", arguments: [
        "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n",
        "PRI * HTTP/1.1\r\n\r\n",
        // The first frame has to be SETTINGS.
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + String(decoding: frame(6, 0, 0, Array(repeating: 1, count: 8)), as: UTF8.self),
    ])
    func preface(text: String) async throws {
        try await Serving.run { serving in
            let client = try await RawClient.connect(serving.address)
            client.write(text)
            let isClosed = try await client.until { _, isClosed in isClosed }
            #expect(isClosed)
        }
    }

    @Test("a client that opens more streams than it was allowed loses its connection, and only it")
    func concurrency() async throws {
        try await Serving.run { $0.limits.streamsPerConnection = 2 } _: { serving in
            Serving.publish(serving.cache, [.cluster: ["a": "A"]])
            let client = serving.client
            let hasSettings = try await client.until { $0.settings > 0 }
            #expect(hasSettings)
            for stream: UInt32 in [1, 3, 5] { client.open(stream, deltaPath) }
            let isClosed = try await client.until { $0.isClosed || $0.streams[5]?.resetCode != nil }
            let state = client.state.value.withLock { $0 }
            #expect(isClosed && [Self.protocolError, Self.refused].contains(state.streams[5]?.resetCode ?? state.goAwayCodes.last ?? .max))
            let isServed = try await serving.othersAreServed()
            #expect(isServed)
        }
    }
}
