package import Logging
package import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
package import XDSCache

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The discovery services on a TCP port.
package struct XDSServer: Sendable {
    private let configuration: Configuration
    private let cache: XDSCache
    private let logger: Logger
    private let running = Running()
    private let readiness = Readiness()

    package init(configuration: Configuration, cache: XDSCache, logger: Logger) {
        self.configuration = configuration
        self.cache = cache
        self.logger = logger
    }

    /// Listens, and serves until `shutdown`.
    package func start() async throws -> SocketAddress {
        let credentials = try configuration.tls.map { try TLSCredentials($0, logger: logger) }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, configuration.loops))
        do {
            let loops = try await LoopStreams.all(of: group, cache: cache, configuration: configuration, logger: logger, readiness: readiness)
            let channel = try await bootstrap(group, loops, credentials)
                .bind(host: configuration.host, port: configuration.port)
                .get()
            let watching = credentials.map { watch($0, every: configuration.tls?.interval ?? .seconds(3)) }
            running.set(Running.Parts(group: group, listener: channel, loops: loops, watching: watching))
            guard let address = channel.localAddress else { throw ChannelError.unknownLocalAddress }
            logger.info("xDS server listens", metadata: ["address": "\(address)", "tls": "\(credentials != nil)"])
            if credentials == nil, !address.isLoopback {
                logger.warning(
                    """
                    xDS server: whoever reaches port \(address.port ?? 0) of \(configuration.host) gets the configuration of every proxy in cleartext, private keys included; \
                    give --xds-tls-cert, --xds-tls-key and --xds-client-ca, with --authorize for who may have which role, or listen on 127.0.0.1 (--xds-host)
                    """
                )
            }
            return address
        } catch {
            try? await group.shutdownGracefully()
            throw listenError(error)
        }
    }

    /// The first configuration is published: from now on the health service says so.
    package func announceReady() { readiness.set() }

    /// Stops taking connections, tells every proxy to go elsewhere, and closes what is left after the grace.
    package func shutdown(grace: Duration = .seconds(5)) async {
        guard let parts = running.take() else { return }
        parts.watching?.cancel()
        try? await parts.listener.close()
        for loop in parts.loops { await loop.drain() }
        let end = ContinuousClock.now + grace
        while ContinuousClock.now < end {
            var open = 0
            for loop in parts.loops { open += await loop.connectionCount() }
            if open == 0 { break }
            try? await Task.sleep(for: .milliseconds(20))
        }
        for loop in parts.loops { await loop.close() }
        try? await parts.group.shutdownGracefully()
        logger.info("xDS server has stopped")
    }

    /// Messages that wait for their clients to take them: of all streams, and of the one with the most.
    package func queued() async -> (messages: Int, longest: Int) {
        var sum = (messages: 0, longest: 0)
        for loop in running.loops {
            let queued = await loop.queued()
            sum = (sum.messages + queued.messages, max(sum.longest, queued.longest))
        }
        return sum
    }

    private func bootstrap(_ group: MultiThreadedEventLoopGroup, _ loops: [LoopHandle], _ credentials: TLSCredentials?) -> ServerBootstrap {
        let byLoop = Dictionary(uniqueKeysWithValues: loops.map { (ObjectIdentifier($0.loop), $0) })
        return ServerBootstrap(group: group)
            // Thousands of proxies reconnect at once when a control plane restarts; NIO's 128 would drop their SYNs.
            .serverChannelOption(.backlog, value: 4096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { [metrics = cache.metrics, logger] channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptFailures(metrics: metrics, logger: logger))
                }
            }
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            // Bytes beyond it stay references in HTTP2Session.
            .childChannelOption(.writeBufferWaterMark, value: .init(low: 64 << 10, high: 256 << 10))
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let loop = byLoop[ObjectIdentifier(channel.eventLoop)] else { throw ChannelError.inappropriateOperationForState }
                    try channel.pipeline.syncOperations.addHandler(ConnectionCounter(loop: loop.streams.value))
                    if let credentials {
                        guard let context = credentials.context else { throw ChannelError.inappropriateOperationForState }
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                    }
                    try channel.pipeline.syncOperations.addHandler(ProtocolSelector(loop: loop.streams.value, isTLS: credentials != nil))
                }
            }
    }

    /// Looks at the certificate's source from time to time, until cancelled.
    private func watch(_ credentials: TLSCredentials, every interval: Duration) -> Task<Void, Never> {
        Task {
            while !Task.isCancelled {
                // On a thread that may wait for a file.
                try? await NIOThreadPool.singleton.runIfActive { credentials.refresh(now: Int(time(nil))) }
                try? await Task.sleep(for: interval)
            }
        }
    }

    private func listenError(_ error: any Error) -> any Error {
        guard let cause = (error as? IOError) ?? ((error as? NIOConnectionError)?.connectionErrors.first?.error as? IOError) else {
            return error
        }
        let place = "\(configuration.host):\(configuration.port)"
        return switch cause.errnoCode {
        case EADDRINUSE:
            XDSServerError(
                code: .addressInUse,
                message: "xDS server: \(place) is in use by another process; stop it (ss -ltnp shows which it is) or choose another port"
            )
        case EADDRNOTAVAIL:
            XDSServerError(
                code: .addressNotAvailable,
                message: "xDS server: this machine has no address \(configuration.host); use 0.0.0.0 for all addresses, or 127.0.0.1"
            )
        case EACCES:
            XDSServerError(code: .permissionDenied, message: "xDS server: \(place) needs privileges; choose a port above 1023")
        default:
            XDSServerError(code: .listenFailed, message: "xDS server: cannot listen at \(place): \(cause)")
        }
    }
}

/// What `start` made and `shutdown` takes apart.
private final class Running: Sendable {
    struct Parts: Sendable {
        var group: MultiThreadedEventLoopGroup
        var listener: any Channel
        var loops: [LoopHandle]
        var watching: Task<Void, Never>?
    }

    private let parts = Mutex<Parts?>(nil)

    func set(_ parts: Parts) { self.parts.withLock { $0 = parts } }

    var loops: [LoopHandle] { parts.withLock { $0?.loops ?? [] } }

    func take() -> Parts? {
        parts.withLock { parts in
            defer { parts = nil }
            return parts
        }
    }
}
