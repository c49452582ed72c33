/// When waiting events are to be worked on: at once after a quiet time, together when they come in a burst. Pure; the clock is the
/// caller's.
struct Coalescing {
    typealias Instant = ContinuousClock.Instant

    /// A pause after which an event is no part of a burst.
    let quiet: Duration
    /// For how long the first event of a burst waits at most.
    let limit: Duration

    private var first: Instant?
    private var newest: Instant?
    private var lastRun: Instant?

    init(quiet: Duration = .milliseconds(5), limit: Duration = .milliseconds(50)) {
        self.quiet = quiet
        self.limit = limit
    }

    mutating func arrived(_ now: Instant) {
        if first == nil { first = now }
        newest = now
    }

    /// When to run; nil while nothing waits.
    var due: Instant? {
        guard let first, let newest else { return nil }
        guard let lastRun, first < lastRun.advanced(by: quiet) else { return first }
        return min(newest.advanced(by: quiet), first.advanced(by: limit))
    }

    mutating func ran(_ now: Instant) {
        first = nil
        newest = nil
        lastRun = now
    }
}
