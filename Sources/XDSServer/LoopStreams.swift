import EnvoyResources
import Logging
import NIOCore
import NIOPosix
import Synchronization
import XDSCache

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The connections and streams of one event loop. Confined to that loop.
final class LoopStreams {
    let loop: any EventLoop
    let cache: XDSCache
    let configuration: XDSServer.Configuration
    let logger: Logger
    /// One for the whole server.
    let shared: SharedBytes
    let connectionCount: BoundedCount
    let streamCount: BoundedCount
    let readiness: Readiness
    private let refusedPeers: RefusedPeers
    /// Half messages of all its connections.
    var bufferedBytes = 0
    private(set) var mailbox: MailboxID?
    private var streams: [String: [StreamID: DiscoveryStream]] = [:]
    private var waiting: [StreamID: DiscoveryStream] = [:]
    private var fetches: [StreamID: Fetch] = [:]
    private(set) var connections: [ObjectIdentifier: any LoopConnection] = [:]
    private var handshakeFailures = (count: 0, lastLog: NIODeadline.uptimeNanoseconds(0))
    private(set) var isDraining = false

    private init(
        loop: any EventLoop,
        cache: XDSCache,
        configuration: XDSServer.Configuration,
        logger: Logger,
        shared: SharedBytes,
        connectionCount: BoundedCount,
        streamCount: BoundedCount,
        readiness: Readiness,
        refusedPeers: RefusedPeers
    ) {
        self.loop = loop
        self.cache = cache
        self.configuration = configuration
        self.logger = logger
        self.shared = shared
        self.connectionCount = connectionCount
        self.streamCount = streamCount
        self.readiness = readiness
        self.refusedPeers = refusedPeers
    }

    static func all(
        of group: MultiThreadedEventLoopGroup,
        cache: XDSCache,
        configuration: XDSServer.Configuration,
        logger: Logger,
        readiness: Readiness
    ) async throws -> [LoopHandle] {
        let shared = SharedBytes()
        let connections = BoundedCount(limit: configuration.limits.connections)
        let refusedPeers = RefusedPeers()
        let allStreams = BoundedCount(limit: configuration.limits.streams)
        var handles: [LoopHandle] = []
        for loop in group.makeIterator() {
            let streams = try await loop.submit {
                let streams = LoopStreams(
                    loop: loop, cache: cache, configuration: configuration, logger: logger, shared: shared,
                    connectionCount: connections, streamCount: allStreams, readiness: readiness, refusedPeers: refusedPeers
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

    /// The same for one request.
    func connect(_ fetch: Fetch, node: ProxyNode, type: ResourceType, address: String) -> (StreamID, Publication?)? {
        guard let mailbox else { return nil }
        let (id, publication) = cache.connect(node, address: address, dialect: .stateOfTheWorld, onlyType: type, mailbox: mailbox)
        if publication == nil { fetches[id] = fetch }
        return (id, publication)
    }

    func decode(_ message: [UInt8], dialect: XDSDialect) throws(GRPCStatus) -> DiscoveryRequest {
        do {
            return try RequestDecoder.decode(message[...], dialect: dialect, roleLabel: configuration.roleLabel)
        } catch {
            throw GRPCStatus(code: .invalidArgument, message: "the message is no discovery request of this method")
        }
    }

    func disconnect(_ id: StreamID, role: String?) {
        if let role { streams[role]?[id] = nil }
        waiting[id] = nil
        fetches[id] = nil
        cache.disconnect(id)
    }

    private func fetch() {
        guard let mailbox else { return }
        let mail = cache.fetch(mailbox)
        let now = ContinuousClock.now
        for (id, publication) in mail.assigned {
            if let fetch = fetches.removeValue(forKey: id) { fetch.published(publication) }
            guard let stream = waiting.removeValue(forKey: id) else { continue }
            streams[publication.role, default: [:]][id] = stream
            stream.published(publication, now: now)
        }
        for publication in mail.publications {
            guard let listeners = streams[publication.role] else { continue }
            for stream in listeners.values { stream.published(publication, now: now) }
        }
    }

    // MARK: Who may have what

    /// Why a client may not have what its node asks for, as far as that is known before it is published.
    func refusal(of peer: Peer, node: ProxyNode) -> String? {
        if let role = node.role { return refusal(of: peer, role: role, node) }
        // A proxy may be called like a server and get the configuration of a proxy.
        guard let text = configuration.access.refusal(of: peer, waiting: node), cache.role(of: node) == nil else { return nil }
        return told(text, peer, role: "", node)
    }

    func refusal(of peer: Peer, role: String, _ node: ProxyNode?) -> String? {
        configuration.access.refusal(of: peer, role: role).map { told($0, peer, role: role, node) }
    }

    /// Says it in the log too: the client goes on asking, and its owner looks there. Once: it asks every few seconds.
    private func told(_ text: String, _ peer: Peer, role: String, _ node: ProxyNode?) -> String {
        if refusedPeers.isNew(peer.host, text) {
            logger.warning(
                "proxy refused: \(text)",
                metadata: ["node": "\(node?.id ?? "")", "role": "\(role)", "address": "\(peer.address)"]
            )
        }
        return text
    }

    // MARK: Connections

    func add(_ connection: some LoopConnection) { connections[ObjectIdentifier(connection)] = connection }

    func remove(_ connection: some LoopConnection) { connections[ObjectIdentifier(connection)] = nil }

    /// Proxies may come and be served.
    var isServing: Bool { readiness.isReady && !isDraining }

    /// Said in the log, but not as often as somebody may make it happen.
    func handshakeFailed(_ peer: Peer, _ error: any Error) {
        handshakeFailures.count += 1
        guard NIODeadline.now() - handshakeFailures.lastLog > .seconds(10) else { return }
        // TLS says of all that is wrong with a certificate the same.
        let ended = peer.certificateEnds.flatMap { ends in
            // Nobody has vouched for these names: they must not begin a line of the log.
            let names = (peer.names ?? []).prefix(8).map { name in
                String(String.UnicodeScalarView(name.unicodeScalars.prefix(256).filter { $0.properties.generalCategory != .control }))
            }.joined(separator: ", ")
            return ends < time(nil) ? "the client's certificate (\(names)) ended on \(UTCDate.text(ends)); renew it" : nil
        }
        logger.warning(
            "no connection: \(ended ?? "the TLS handshake failed, or the bytes were none of TLS")",
            metadata: ["address": "\(peer.address)", "error": "\(error)", "failures": "\(handshakeFailures.count)"]
        )
        handshakeFailures = (0, .now())
    }

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

/// How many there are in the whole server of what there may be only so many of.
final class BoundedCount: Sendable {
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

/// Of which refusals the log has told.
final class RefusedPeers: Sendable {
    /// Then it begins anew: a client that comes from ever new addresses gets no more memory than this.
    private static let most = 4096
    private let told = Mutex<Set<[String]>>([])

    func isNew(_ host: String, _ text: String) -> Bool {
        told.withLock { told in
            if told.count >= Self.most { told = [] }
            return told.insert([host, text]).inserted
        }
    }
}

/// Whether there is a configuration to serve, for the health service.
final class Readiness: Sendable {
    private let flag = Mutex(false)

    var isReady: Bool { flag.withLock { $0 } }

    func set() { flag.withLock { $0 = true } }
}
