import Logging
import NIOCore
import XDSCache

extension ConnectionHandler {
    /// What a connection remembers from one look at it to the next.
    struct Upkeep {
        var task: Scheduled<Void>?
        /// Nothing has come since the last look.
        var isSilent = false
        var isPinged = false
        var hadStream = false
        let opened = NIODeadline.now()
        var lastHeard = NIODeadline.now()
        var lastActive = NIODeadline.now()
        /// When it is to end for its age; nil for never.
        var end: NIODeadline?
        /// Since when calls wait for more of a request, and since when their responses are not taken.
        var waiting: [Int32: NIODeadline] = [:]
        var stalled: [Int32: NIODeadline] = [:]
        var headersSince: NIODeadline?
    }

    func startUpkeep() {
        let limits = loop.configuration.limits
        if limits.connectionAge > .zero {
            // A tenth more or less, so that proxies that came together do not go together.
            upkeep.end = .now() + TimeAmount(limits.connectionAge * Double.random(in: 0.9...1.1))
        }
        schedule(min(limits.handshake, limits.upkeepInterval))
    }

    private func schedule(_ duration: Duration) {
        guard isOpen else { return }
        // Strong, and cancelled when the connection is finished: a weak reference makes every count of its object a slow one.
        upkeep.task = loop.loop.assumeIsolated().scheduleTask(in: TimeAmount(duration)) { self.look() }
    }

    /// Once in a while: gives up connections that lead nowhere, and finds out about peers that are gone.
    private func look() {
        let limits = loop.configuration.limits
        let now = NIODeadline.now()
        if !upkeep.hadStream {
            guard now - upkeep.opened >= TimeAmount(limits.handshake) else { return schedule(min(limits.handshake, limits.upkeepInterval)) }
            loop.logger.debug("connection closed: no stream was opened in time", metadata: ["address": "\(address)"])
            loop.cache.metrics.connectionRefused("no_stream")
            return close()
        }
        if calls.isEmpty && !isDraining && now - upkeep.lastActive > TimeAmount(limits.idle) {
            session?.goAway()
            return pump()
        }
        if !isAlive(now, limits) { return }
        if let end = upkeep.end, now >= end { drain("the connection has reached its age; connect again") }
        endSlowRequests(now, limits)
        endStalledResponses(now, limits)
        schedule(limits.upkeepInterval)
    }

    /// Pings a silent peer, and closes when it does not answer.
    private func isAlive(_ now: NIODeadline, _ limits: XDSServer.Limits) -> Bool {
        if !upkeep.isSilent { upkeep.lastHeard = now }
        upkeep.isSilent = true
        let silence = now - upkeep.lastHeard
        if upkeep.isPinged && silence >= TimeAmount(limits.keepalive * 2) {
            loop.logger.info("connection closed: the peer does not answer", metadata: ["address": "\(address)"])
            loop.cache.metrics.connectionRefused("silent")
            close()
            return false
        }
        if !upkeep.isPinged && silence >= TimeAmount(limits.keepalive) {
            upkeep.isPinged = true
            session?.ping()
            pump()
        }
        return true
    }

    /// Requests of which only a part has come, or nothing.
    private func endSlowRequests(_ now: NIODeadline, _ limits: XDSServer.Limits) {
        if session?.isInsideHeaders == true {
            let since = upkeep.headersSince ?? now
            upkeep.headersSince = since
            if now - since >= TimeAmount(limits.requestTime) { return giveUp("the headers of a request did not come in time") }
        } else {
            upkeep.headersSince = nil
        }
        let waiting = calls.filter { $0.value.isWaitingForPeer }
        upkeep.waiting = waiting.reduce(into: [:]) { $0[$1.key] = upkeep.waiting[$1.key] ?? now }
        for (stream, since) in upkeep.waiting where now - since >= TimeAmount(limits.requestTime) {
            calls[stream]?.end(GRPCStatus(code: .deadlineExceeded, message: "the request did not come in time"))
        }
        if !waiting.isEmpty { pump() }
    }

    /// Responses of which the client takes nothing: it keeps its window shut, or its socket full.
    private func endStalledResponses(_ now: NIODeadline, _ limits: XDSServer.Limits) {
        let stalled = session?.takeStalled() ?? []
        upkeep.stalled = stalled.reduce(into: [:]) { $0[$1] = upkeep.stalled[$1] ?? now }
        for (stream, since) in upkeep.stalled where now - since >= TimeAmount(limits.stallTime) {
            loop.logger.warning("stream closed: the client takes nothing of a response", metadata: ["address": "\(address)", "stream": "\(stream)"])
            // Where the socket itself is full, not even the reset can be told.
            guard context?.channel.isWritable == true else { return close() }
            session?.cancel(stream)
        }
        if !stalled.isEmpty { pump() }
    }
}

extension XDSServer.Limits {
    /// Often enough for the shortest of the times.
    fileprivate var upkeepInterval: Duration {
        max(.milliseconds(5), [keepalive, requestTime, stallTime, idle, connectionAge > .zero ? connectionAge / 10 : keepalive].min() ?? keepalive)
    }
}
