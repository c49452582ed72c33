internal import ConfigStores
internal import Synchronization
internal import XDSCache

/// What the control plane reacts to.
enum Event: Sendable {
    case store(StoreChange)
    case xds(XDSEvent)
    /// Files of plugins, or what is said about them, have changed.
    case plugins
}

/// Collects events while the consumer is busy, and hands them over together: an event is worked on at once when nothing else is going
/// on, a burst in one piece.
final class EventLoop: Sendable {
    private struct State {
        var waiting: [Event] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let signal: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation

    init() {
        (signal, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func post(_ event: Event) {
        state.withLock { $0.waiting.append(event) }
        wake.yield()
    }

    /// How many events nobody has begun with.
    var depth: Int { state.withLock(\.waiting.count) }

    func close() {
        wake.finish()
    }

    /// Runs `work` with the events that have come, until the loop is closed or the task is cancelled.
    func run(_ work: ([Event]) async -> Void) async {
        var coalescing = Coalescing()
        for await _ in signal {
            coalescing.arrived(.now)
            while let due = coalescing.due {
                let now = ContinuousClock.now
                if due <= now { break }
                // Events that come meanwhile are in `waiting` when it is time.
                try? await Task.sleep(until: due)
                if Task.isCancelled { return }
            }
            let events = state.withLock { state in
                defer { state.waiting = [] }
                return state.waiting
            }
            if !events.isEmpty { await work(events) }
            coalescing.ran(.now)
        }
    }
}
