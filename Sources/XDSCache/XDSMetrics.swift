package import EnvoyResources
import Synchronization

/// What is counted of the traffic with the proxies, where it happens.
///
/// One short lock, no allocation: a message costs two visits here, a few ten nanoseconds each. Nothing is counted by resource.
package final class XDSMetrics: Sendable {
    package struct Traffic: Sendable {
        package var messages: UInt64 = 0
        /// Of gRPC messages with their prefix, before HTTP/2 and TLS.
        package var bytes: UInt64 = 0

        mutating func add(_ count: Int) {
            messages += 1
            bytes += UInt64(count)
        }
    }

    package struct OfType: Sendable {
        package var sent = Traffic()
        package var received = Traffic()
        package var refusals: UInt64 = 0
        /// From a response to its ACK or NACK.
        package var answerTimes = Histogram()
    }

    package struct Counts: Sendable {
        /// In the order of `ResourceType`.
        package var types = Array(repeating: OfType(), count: ResourceType.allCases.count)
        package var openConnections = 0
        package var connections: UInt64 = 0
        /// By reason, in a word or two.
        package var refusedConnections: [String: UInt64] = [:]
        package var rejectedRequests: [String: UInt64] = [:]
    }

    private let counts = Mutex(Counts())

    /// Reasons become labels, of which a metrics server keeps every one: further ones are counted together.
    private static let reasonLimit = 50

    package init() {}

    package var current: Counts { counts.withLock { $0 } }

    package func sent(_ type: ResourceType, bytes: Int) {
        counts.withLock { $0.types[type.index].sent.add(bytes) }
    }

    package func received(_ type: ResourceType, bytes: Int) {
        counts.withLock { $0.types[type.index].received.add(bytes) }
    }

    package func connectionOpened() {
        counts.withLock { counts in
            counts.openConnections += 1
            counts.connections += 1
        }
    }

    package func connectionClosed() {
        counts.withLock { $0.openConnections -= 1 }
    }

    /// A connection that is not served, or no longer. The reason is one of few, in lower case and underscores.
    package func connectionRefused(_ reason: String) {
        counts.withLock { Self.add(reason, to: &$0.refusedConnections) }
    }

    /// A request or a call that is not answered as it was meant. The reason is one of few, as above.
    package func requestRejected(_ reason: String) {
        counts.withLock { Self.add(reason, to: &$0.rejectedRequests) }
    }

    /// An ACK or NACK, and the time that it took.
    func count(_ event: StreamEvent, after time: Duration) {
        counts.withLock { counts in
            switch event {
            case .acknowledged(let type, _, _, _, _):
                counts.types[type.index].answerTimes.observe(time)
            case .rejected(let type, _, _, _, _):
                counts.types[type.index].answerTimes.observe(time)
                counts.types[type.index].refusals += 1
            case .sent, .holds, .settled:
                break
            }
        }
    }

    private static func add(_ reason: String, to reasons: inout [String: UInt64]) {
        let isKnown = reasons[reason] != nil || reasons.count < reasonLimit
        reasons[isKnown ? reason : "other", default: 0] += 1
    }
}
