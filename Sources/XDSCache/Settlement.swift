import Synchronization

/// Someone who waits until the proxies of a role have a publication.
struct SettlementWaiter {
    var role: String
    var number: UInt64
    var proxies: Int
    /// A stream known to be behind. While it is, nobody looks at the others: an ACK costs the same for 5,000 streams as for one.
    var blocker: StreamID?
    var continuation: CheckedContinuation<Void, Never>

    func resume() { continuation.resume() }
}

extension XDSCache {
    /// Waits until every connected stream of a role has answered for everything of a publication, and returns how it went.
    ///
    /// - Parameter proxies: how many streams there must be at least. With 0 and nobody connected it returns at once.
    /// Returns early, with what is known, when the task is cancelled.
    package func settlement(of number: UInt64, role: String, proxies: Int = 0) async -> Settlement {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                let isReady = state.withLock { state in
                    var waiter = SettlementWaiter(role: role, number: number, proxies: proxies, continuation: continuation)
                    if Task.isCancelled || state.isSettled(&waiter) { return true }
                    state.waiters[id] = waiter
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
        }
        return state.withLock { $0.settlement(of: number, role: role) }
    }
}

extension XDSCache.State {
    func settlement(of number: UInt64, role: String) -> Settlement {
        var settlement = Settlement(proxies: 0, rejections: 0)
        for stream in streams.values where stream.status.role == role && stream.status.settled >= number {
            settlement.proxies += 1
            if stream.status.types.values.contains(where: { $0.rejection != nil }) { settlement.rejections += 1 }
        }
        return settlement
    }

    func isSettled(_ waiter: inout SettlementWaiter) -> Bool {
        if let blocker = waiter.blocker, let stream = streams[blocker], stream.status.settled < waiter.number { return false }
        waiter.blocker = nil
        var count = 0
        for (id, stream) in streams where stream.status.role == waiter.role {
            if stream.status.settled < waiter.number {
                waiter.blocker = id
                return false
            }
            count += 1
        }
        return count >= waiter.proxies
    }

    /// Costs nothing while nobody waits.
    mutating func takeReadyWaiters(role: String) -> [SettlementWaiter] {
        guard !waiters.isEmpty else { return [] }
        var ready: [SettlementWaiter] = []
        for (id, waiter) in waiters where waiter.role == role {
            var waiter = waiter
            let isReady = isSettled(&waiter)
            waiters[id] = isReady ? nil : waiter
            if isReady { ready.append(waiter) }
        }
        return ready
    }
}
