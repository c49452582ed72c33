import Logging
import NIOCore
import XDSCache

/// One connection: carries bytes between its channel and its HTTP/2 session, and calls between the session and their streams.
/// Confined to the channel's event loop.
final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let loop: LoopStreams
    private let batchBytes: Int
    private var context: ChannelHandlerContext?
    private var session: HTTP2Session?
    private var streams: [Int32: DiscoveryStream] = [:]
    private var isCounted = false
    /// Inside `receive` or `produce`: the session must not be entered again, and is pumped when they are done.
    private var isBusy = false
    private var isDraining = false
    private var isSilent = false
    private var isPinged = false
    private var hadStream = false
    private var lastActive = NIODeadline.now()
    private var upkeep: Scheduled<Void>?

    init(loop: LoopStreams, isTLS: Bool) {
        self.loop = loop
        // NIOSSL keeps a buffer as large as the largest flush for each connection.
        batchBytes = isTLS ? 32 << 10 : 256 << 10
    }

    var address: String { context?.remoteAddress?.description ?? "" }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { begin(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        finish()
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let session else { return }
        isSilent = false
        isBusy = true
        let isSound = session.receive(unwrapInboundIn(data))
        isBusy = false
        if !isSound {
            loop.logger.debug("connection broke the HTTP/2 protocol", metadata: ["address": "\(address)"])
            loop.cache.metrics.connectionRefused("broken_http2")
            isDraining = true
        }
        pump()
        if !isSound { close() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { pump() }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // The peer has closed its half: without it no stream can go on.
        if event as? ChannelEvent == .inputClosed { close() } else { context.fireUserInboundEventTriggered(event) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        loop.logger.debug("connection failed", metadata: ["address": "\(address)", "error": "\(error)"])
        context.close(promise: nil)
    }

    private func begin(_ context: ChannelHandlerContext) {
        guard session == nil else { return }
        guard !loop.isDraining, loop.connectionCount.enter() else {
            if !loop.isDraining { loop.logger.warning("connection refused: too many", metadata: ["address": "\(address)"]) }
            loop.cache.metrics.connectionRefused(loop.isDraining ? "draining" : "too_many")
            context.close(promise: nil)
            return
        }
        isCounted = true
        loop.cache.metrics.connectionOpened()
        loop.add(self)
        session = HTTP2Session(limits: limits, delegate: self)
        schedule(loop.configuration.limits.handshake)
        pump()
    }

    private var limits: HTTP2Limits {
        var limits = HTTP2Limits()
        limits.concurrentStreams = loop.configuration.limits.streamsPerConnection
        limits.headerListBytes = loop.configuration.limits.headerListBytes
        return limits
    }

    private func finish() {
        guard isCounted else { return }
        isCounted = false
        upkeep?.cancel()
        loop.connectionCount.leave()
        loop.cache.metrics.connectionClosed()
        loop.remove(self)
        for stream in streams.values { stream.closed() }
        streams = [:]
        session = nil
    }

    // MARK: Output

    /// Writes what the session has to say, until the socket is full.
    func pump() {
        guard !isBusy, let context, let session else { return }
        isBusy = true
        while context.channel.isWritable && self.session != nil {
            let batch = session.produce(limit: batchBytes)
            if batch.isEmpty { break }
            for buffer in batch { context.write(wrapOutboundOut(buffer), promise: nil) }
            context.flush()
        }
        isBusy = false
        if session.isFinished { close() }
    }

    func close() { context?.close(promise: nil) }

    func send(_ message: OutgoingMessage, on stream: Int32) { session?.send(message, on: stream) }

    /// Messages that a stream's client has not taken yet: of all streams, and of the one with the most.
    var queued: (messages: Int, longest: Int) { session?.queued ?? (0, 0) }

    func end(_ stream: Int32, _ status: GRPCStatus) { session?.end(stream, trailers: status.fields) }

    // MARK: Upkeep

    /// Says goodbye: first that new streams should go elsewhere, then that the ones here end too.
    func drain() {
        guard !isDraining else { return }
        isDraining = true
        session?.announceShutdown()
        pump()
        loop.loop.assumeIsolated().scheduleTask(in: .milliseconds(50)) { [weak self] in if let self { self.goAway() } }
    }

    private func goAway() {
        session?.goAway()
        for stream in streams.keys.sorted() {
            end(stream, GRPCStatus(code: .unavailable, message: "the control plane is shutting down"))
        }
        pump()
    }

    private func schedule(_ duration: Duration) {
        upkeep = loop.loop.assumeIsolated().scheduleTask(in: TimeAmount(duration)) { [weak self] in if let self { self.check() } }
    }

    /// Once in a while: gives up connections that lead nowhere, and finds out about peers that are gone.
    private func check() {
        let limits = loop.configuration.limits
        if !hadStream {
            loop.logger.debug("connection closed: no stream was opened in time", metadata: ["address": "\(address)"])
            loop.cache.metrics.connectionRefused("no_stream")
            return close()
        }
        if streams.isEmpty && NIODeadline.now() - lastActive > TimeAmount(limits.idle) {
            session?.goAway()
            return pump()
        }
        if isSilent && isPinged {
            loop.logger.info("connection closed: the peer does not answer", metadata: ["address": "\(address)"])
            loop.cache.metrics.connectionRefused("silent")
            return close()
        }
        if isSilent {
            isPinged = true
            session?.ping()
            pump()
        }
        isSilent = true
        schedule(limits.keepalive)
    }
}

extension ConnectionHandler: HTTP2SessionDelegate {
    func opened(_ stream: Int32, _ head: HTTP2RequestHead) {
        hadStream = true
        guard head.method == "POST" else {
            loop.cache.metrics.requestRejected("http_method")
            session?.respondAndEnd(stream, [(":status", "405"), ("allow", "POST")])
            return
        }
        guard head.contentType == "application/grpc" || head.contentType.hasPrefix("application/grpc+proto")
            || head.contentType.hasPrefix("application/grpc;")
        else {
            loop.cache.metrics.requestRejected("content_type")
            session?.respondAndEnd(stream, [(":status", "415")])
            return
        }
        let fields = [(":status", "200"), ("content-type", "application/grpc")]
        guard let method = DiscoveryMethod(path: head.path) else {
            let status = GRPCStatus(code: .unimplemented, message: "this server has no method \(head.path)")
            loop.cache.metrics.requestRejected(status.code.label)
            session?.respondAndEnd(stream, fields + status.fields)
            return
        }
        streams[stream] = DiscoveryStream(stream, method: method, connection: self)
        session?.respond(stream, fields)
    }

    func received(_ stream: Int32, _ bytes: ByteBuffer) { streams[stream]?.received(bytes) }

    func halfClosed(_ stream: Int32) { streams[stream]?.halfClosed() }

    func closed(_ stream: Int32) {
        lastActive = .now()
        streams.removeValue(forKey: stream)?.closed()
    }

    func pingAcknowledged() { isPinged = false }
}
