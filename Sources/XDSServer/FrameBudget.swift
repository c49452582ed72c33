import CNghttp2
import NIOCore

/// What a client may send that makes work and brings nothing: resets (CVE-2023-44487), pings, settings, priorities, empty frames.
///
/// Each costs some of an allowance that comes back with time. The clock is looked at only when the allowance is used up, so that
/// those who behave pay for no more than a subtraction. An Envoy's keepalive pings, and windows it gives, are nowhere near.
struct FrameBudget {
    private static let allowance = 10_000
    /// In which the allowance comes back.
    private static let period = TimeAmount.seconds(10)
    /// A reset means that a call was made and thrown away: 500 at once, 50 a second.
    private static let resetCost = 20

    private var left = allowance
    private var since = NIODeadline.now()
    private var resets = 0
    private(set) var offence: String?

    mutating func spend(_ kind: UInt32, flags: UInt32, length: Int, isRequest: Bool) {
        switch kind {
        case NGHTTP2_RST_STREAM.rawValue:
            resets += 1
            spend(Self.resetCost)
        case NGHTTP2_PING.rawValue, NGHTTP2_SETTINGS.rawValue, NGHTTP2_PRIORITY.rawValue:
            spend(1)
        case NGHTTP2_HEADERS.rawValue where !isRequest:
            spend(1)
        case NGHTTP2_DATA.rawValue where length == 0 && flags & NGHTTP2_FLAG_END_STREAM.rawValue == 0:
            spend(1)
        default:
            break
        }
    }

    private mutating func spend(_ cost: Int) {
        left -= cost
        guard left < 0, offence == nil else { return }
        let now = NIODeadline.now()
        guard now - since < Self.period else {
            (left, since, resets) = (Self.allowance, now, 0)
            return
        }
        offence = resets * Self.resetCost > Self.allowance / 2
            ? "it opens streams and resets them, \(resets) times in \(Self.period.nanoseconds / 1_000_000_000) s"
            : "a flood of frames that do nothing"
    }
}
