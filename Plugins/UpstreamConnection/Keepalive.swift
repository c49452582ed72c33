internal import SluicePlugin

/// TCP keepalive, in the whole seconds that a socket takes.
struct Keepalive {
    private var probes: UInt32?
    private var time: UInt32?
    private var interval: UInt32?

    /// What Linux takes: a socket with more is refused by the system, and so would be every connection.
    private static let longest: Int64 = 32767

    /// Nil when there is none, or when it cannot be, which is then reported.
    init?(_ option: Option) {
        guard option.isPresent else { return nil }
        // 0 is not set, as in Gloo.
        if let count = option["keepaliveProbes"].uint32, count > 0 { probes = count }
        guard Self.read(option["keepaliveTime"], "keepaliveTime", &time) else { return nil }
        guard Self.read(option["keepaliveInterval"], "keepaliveInterval", &interval) else { return nil }
    }

    /// Rounds up: half a second is one, and never 0, which would be no keepalive.
    private static func read(_ option: Option, _ name: String, _ out: inout UInt32?) -> Bool {
        guard let duration = option.duration else { return true }
        guard duration.seconds < longest || (duration.seconds == longest && duration.nanos == 0) else {
            option.error("'\(name)' can be 32767s at most: the system takes no more, and every connection would fail")
            return false
        }
        out = UInt32(duration.seconds) + (duration.nanos > 0 ? 1 : 0)
        return true
    }

    func write(to out: Core.TcpKeepalive) {
        if let probes { out.keepaliveProbes(probes) }
        if let time { out.keepaliveTime(time) }
        if let interval { out.keepaliveInterval(interval) }
    }
}
