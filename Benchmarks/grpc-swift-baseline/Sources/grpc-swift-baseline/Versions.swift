import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Synchronization

enum Form: String {
    case stateOfTheWorld = "StreamAggregatedResources"
    case delta = "DeltaAggregatedResources"
}

struct Response: Sendable {
    var bytes: GRPCNIOTransportBytes
}

/// Hands the transport the very bytes that all streams share, where the transport is NIO's.
struct SharedResponse: MessageSerializer {
    func serialize<Bytes: GRPCContiguousBytes>(_ message: Response) throws -> Bytes {
        (message.bytes as? Bytes) ?? message.bytes.withUnsafeBytes { Bytes($0) }
    }
}

struct RequestLength: MessageDeserializer {
    func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) throws -> Int { bytes.withUnsafeBytes { $0.count } }
}

/// The newest response of both forms, and who waits for the next.
final class Versions: Sendable {
    private struct State {
        var number: UInt64 = 0
        var responses: [Form: Response] = [:]
        var subscribers: [UInt64: AsyncStream<Void>.Continuation] = [:]
        var lastSubscriber: UInt64 = 0
    }

    private let payload: [UInt8]
    private let state = Mutex(State())

    init(payload: [UInt8]) {
        self.payload = payload
        publishNext()
    }

    func newest(_ form: Form) -> Response { state.withLock { $0.responses[form]! } }

    func publishNext() {
        let number = state.withLock { state in
            state.number += 1
            return state.number
        }
        let responses = [Form.stateOfTheWorld, .delta].map { ($0, response($0, number)) }
        let subscribers = state.withLock { state in
            state.responses = Dictionary(uniqueKeysWithValues: responses)
            return Array(state.subscribers.values)
        }
        for subscriber in subscribers { subscriber.yield() }
    }

    /// A stream of "there is something newer", the first at once.
    func subscribe() -> (UInt64, AsyncStream<Void>) {
        let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        continuation.yield()
        return state.withLock { state in
            state.lastSubscriber += 1
            state.subscribers[state.lastSubscriber] = continuation
            return (state.lastSubscriber, stream)
        }
    }

    func unsubscribe(_ id: UInt64) { state.withLock { $0.subscribers.removeValue(forKey: id) }?.finish() }

    private func response(_ form: Form, _ number: UInt64) -> Response {
        let type = Array("type.googleapis.com/envoy.config.route.v3.RouteConfiguration".utf8)
        let digits = String(number, radix: 16)
        let version = Array((String(repeating: "0", count: 16 - digits.count) + digits).utf8)
        // The last bytes of the payload are the digits of its revision.
        let body = payload.dropLast(version.count) + version
        let any = field(1, type) + field(2, body)
        let resource = form == .delta ? field(3, Array("routes".utf8)) + field(1, version) + field(2, any) : any
        return Response(bytes: GRPCNIOTransportBytes(field(1, version) + field(4, type) + field(2, resource) + field(5, version)))
    }

    private func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
        var head: [UInt8] = [number << 3 | 2]
        var length = bytes.count
        while length >= 128 {
            head.append(UInt8(length & 127) | 128)
            length >>= 7
        }
        return head + [UInt8(length)] + bytes
    }
}
