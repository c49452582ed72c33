import Logging
import NIOCore
import NIOPosix
import Synchronization
import XDSCache

/// The connections and streams of one event loop. Confined to that loop.
final class LoopStreams {
    let loop: any EventLoop
    let cache: XDSCache
    let configuration: XDSServer.Configuration
    let logger: Logger
    /// One for the whole server.
    let shared: SharedBytes
    let connectionCount: ConnectionCount
    private(set) var mailbox: MailboxID?
    private var streams: [String: [StreamID: DiscoveryStream]] = [:]
    private var waiting: [StreamID: DiscoveryStream] = [:]
    private(set) var connections: [ObjectIdentifier: ConnectionHandler] = [:]
    private(set) var isDraining = false

    private init(
        loop: any EventLoop,
        cache: XDSCache,
        configuration: XDSServer.Configuration,
        logger: Logger,
        shared: SharedBytes,
        connectionCount: ConnectionCount
    ) {
        self.loop = loop
        self.cache = cache
        self.configuration = configuration
        self.logger = logger
        self.shared = shared
        self.connectionCount = connectionCount
    }

    static func all(
        of group: MultiThreadedEventLoopGroup,
        cache: XDSCache,
        configuration: XDSServer.Configuration,
        logger: Logger
    ) async throws -> [LoopHandle] {
        let shared = SharedBytes()
        let count = ConnectionCount(limit: configuration.limits.connections)
        var handles: [LoopHandle] = []
        for loop in group.makeIterator() {
            let streams = try await loop.submit {
                let streams = LoopStreams(
                    loop: loop, cache: cache, configuration: configuration, logger: logger, shared: shared, connectionCount: count
                )
                let bound = NIOLoopBound(streams, eventLoop: loop)
                streams.mailbox = cache.openMailbox { loop.execute { bound.value.fetch() } }
                return bound
            }.get()
            handles.append(LoopHandle(loop: loop, streams: streams))
        }
        return handles
    }

    // MARK: Streams

    /// Registers a stream; its first configuration comes back, or later if none fits yet.
    func connect(_ stream: DiscoveryStream, node: ProxyNode, address: String) -> (StreamID, Publication?)? {
        guard let mailbox else { return nil }
        let method = stream.method
        let (id, publication) = cache.connect(
            node, address: address, dialect: method.dialect, onlyType: method.onlyType, mailbox: mailbox
        )
        if let publication {
            streams[publication.role, default: [:]][id] = stream
        } else {
            waiting[id] = stream
        }
        return (id, publication)
    }

    func disconnect(_ id: StreamID, role: String?) {
        if let role { streams[role]?[id] = nil }
        waiting[id] = nil
        cache.disconnect(id)
    }

    private func fetch() {
        guard let mailbox else { return }
        let mail = cache.fetch(mailbox)
        let now = ContinuousClock.now
        for (id, publication) in mail.assigned {
            guard let stream = waiting.removeValue(forKey: id) else { continue }
            streams[publication.role, default: [:]][id] = stream
            stream.published(publication, now: now)
        }
        for publication in mail.publications {
            guard let listeners = streams[publication.role] else { continue }
            for stream in listeners.values { stream.published(publication, now: now) }
        }
    }

    // MARK: Connections

    func add(_ connection: ConnectionHandler) { connections[ObjectIdentifier(connection)] = connection }

    func remove(_ connection: ConnectionHandler) { connections[ObjectIdentifier(connection)] = nil }

    func drain() {
        isDraining = true
        for connection in connections.values { connection.drain() }
    }

    func close() {
        for connection in connections.values { connection.close() }
        if let mailbox { cache.closeMailbox(mailbox) }
        mailbox = nil
    }
}

/// A loop's streams, as other threads may hold them.
struct LoopHandle: Sendable {
    let loop: any EventLoop
    let streams: NIOLoopBound<LoopStreams>

    func drain() async { try? await loop.submit { [streams] in streams.value.drain() }.get() }

    func close() async { try? await loop.submit { [streams] in streams.value.close() }.get() }

    func queued() async -> (messages: Int, longest: Int) {
        let queued = try? await loop.submit { [streams] in
            streams.value.connections.values.reduce((messages: 0, longest: 0)) { sum, connection in
                let queued = connection.queued
                return (sum.messages + queued.messages, max(sum.longest, queued.longest))
            }
        }.get()
        return queued ?? (0, 0)
    }

    func connectionCount() async -> Int {
        (try? await loop.submit { [streams] in streams.value.connections.count }.get()) ?? 0
    }
}

/// Connections of the whole server.
final class ConnectionCount: Sendable {
    private let limit: Int
    private let count = Mutex(0)

    init(limit: Int) { self.limit = limit }

    /// False when there are as many as there may be.
    func enter() -> Bool {
        count.withLock { count in
            guard count < limit else { return false }
            count += 1
            return true
        }
    }

    func leave() { count.withLock { $0 -= 1 } }
}
