import Logging
import NIOCore
import NIOHTTP1
import XDSCache

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The first handler of a connection for HTTP: counts it, looks at its first bytes, and makes it one of HTTP/2 or of HTTP/1.1.
///
/// What TLS has negotiated is not asked: it says nothing that the bytes do not say, and there are clients that negotiate nothing.
final class ProtocolSelector: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let loop: LoopStreams
    private let isTLS: Bool
    private var received = ByteBuffer()
    private var timer: Scheduled<Void>?
    /// Asked for at the beginning: a connection that has failed may have none any more.
    private var address = ""

    init(loop: LoopStreams, isTLS: Bool) {
        self.loop = loop
        self.isTLS = isTLS
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        address = channel.remoteAddress?.description ?? ""
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(loop.configuration.limits.handshake)) { [logger = loop.logger] in
            logger.debug("connection closed: it did not say what it wants in time", metadata: ["address": "\(channel.remoteAddress?.description ?? "")"])
            channel.close(promise: nil)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        received.writeBuffer(&bytes)
        // No method of HTTP/1.1 begins like the preface of HTTP/2: the word is reserved.
        let preface = Array("PRI * ".utf8)
        guard received.readableBytes >= preface.count || !received.readableBytesView.elementsEqual(preface.prefix(received.readableBytes)) else { return }
        do {
            try select(context, isHTTP2: received.readableBytesView.prefix(preface.count).elementsEqual(preface))
        } catch {
            context.close(promise: nil)
        }
    }

    /// What TLS says of a handshake that failed: a client without a certificate, or one that trusts another authority.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        var peer = Peer(context)
        peer.address = address
        loop.handshakeFailed(peer, error)
        context.close(promise: nil)
    }

    private func select(_ context: ChannelHandlerContext, isHTTP2: Bool) throws {
        let pipeline = context.pipeline.syncOperations
        if isHTTP2 {
            try pipeline.addHandler(ConnectionHandler(loop: loop, isTLS: isTLS), position: .after(self))
        } else {
            var limits = NIOHTTPDecoderLimitConfiguration()
            limits.maxHeaderListSize = loop.configuration.limits.headerListBytes
            limits.maxHeaderFieldSize = loop.configuration.limits.headerListBytes
            try pipeline.configureHTTPServerPipeline(position: .after(self), withEncoderConfiguration: .init(), withDecoderLimitConfiguration: limits)
            try pipeline.addHandler(HTTP1Handler(loop: loop))
        }
        context.fireChannelRead(wrapInboundOut(received))
        received = ByteBuffer()
        context.fireChannelReadComplete()
        pipeline.removeHandler(context: context, promise: nil)
    }
}

/// Waits a second when no connection can be taken, which is so while the process has as many files open as it may, and says so.
///
/// SwiftNIO has a handler for the waiting, but as long as a read is pending, and after a failure it is, its listener stays registered, and
/// the loop turns without pause: swift-nio 2, `BaseSocketChannel.readable0`. Without auto-read it is not.
final class AcceptFailures: ChannelInboundHandler {
    typealias InboundIn = Any

    private let metrics: XDSMetrics
    private let logger: Logger
    private var lastLog: NIODeadline?

    init(metrics: XDSMetrics, logger: Logger) {
        self.metrics = metrics
        self.logger = logger
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        metrics.connectionRefused("accept_failed")
        if lastLog.map({ NIODeadline.now() - $0 > .seconds(10) }) ?? true {
            lastLog = .now()
            let areFilesUsedUp = (error as? IOError).map { $0.errnoCode == EMFILE || $0.errnoCode == ENFILE } ?? false
            let reason = areFilesUsedUp
                ? "no file descriptor is left; raise the limit of open files (ulimit -n, LimitNOFILE= of systemd), or lower --xds-max-connections"
                : "\(error)"
            logger.error("no connection is taken, and those that are open go on: \(reason)")
        }
        let channel = context.channel
        channel.setOption(.autoRead, value: false).whenSuccess {
            channel.eventLoop.scheduleTask(in: .seconds(1)) { channel.setOption(.autoRead, value: true) }
        }
    }
}

/// Counts connections from accept to close, TLS handshakes included.
final class ConnectionCounter: ChannelInboundHandler {
    typealias InboundIn = Any

    private let loop: LoopStreams
    private var isCounted = false

    init(loop: LoopStreams) { self.loop = loop }

    func channelActive(context: ChannelHandlerContext) {
        guard !loop.isDraining, loop.connectionCount.enter() else {
            if !loop.isDraining {
                loop.logger.warning(
                    "connection refused: there are as many as the server takes",
                    metadata: ["address": "\(context.remoteAddress?.description ?? "")", "limit": "\(loop.configuration.limits.connections)"]
                )
            }
            loop.cache.metrics.connectionRefused(loop.isDraining ? "draining" : "too_many")
            return context.close(promise: nil)
        }
        isCounted = true
        loop.cache.metrics.connectionOpened()
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        if isCounted {
            loop.connectionCount.leave()
            loop.cache.metrics.connectionClosed()
        }
        isCounted = false
        context.fireChannelInactive()
    }
}
