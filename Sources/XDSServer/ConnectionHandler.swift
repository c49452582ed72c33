import Logging
import NIOCore
import XDSCache

/// One connection: carries bytes between its channel and its HTTP/2 session, and calls between the session and their streams.
/// Confined to the channel's event loop. What it does once in a while is in ConnectionUpkeep.
final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let loop: LoopStreams
    private let batchBytes: Int
    private(set) var context: ChannelHandlerContext?
    private(set) var session: HTTP2Session?
    private(set) var calls: [Int32: any HTTP2Call] = [:]
    var upkeep = Upkeep()
    private(set) var isOpen = false
    /// Inside `receive` or `produce`: the session must not be entered again, and is pumped when they are done.
    private var isBusy = false
    /// As the channel said last: to ask it costs as much as the writing of a small message.
    private var isWritable = true
    private(set) var isDraining = false
    /// Bytes of half messages, as last told to the loop.
    private var bufferedBytes = 0
    /// Asked for when the first call comes: the handshake of TLS is over then.
    private(set) lazy var peer = Peer(context)

    init(loop: LoopStreams, isTLS: Bool) {
        self.loop = loop
        // NIOSSL keeps a buffer as large as the largest flush for each connection.
        batchBytes = isTLS ? 32 << 10 : 256 << 10
    }

    var address: String { context?.remoteAddress?.description ?? "" }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { begin() }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        finish()
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        begin()
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let session else { return }
        upkeep.isSilent = false
        isBusy = true
        let isSound = session.receive(unwrapInboundIn(data))
        isBusy = false
        if !isSound {
            loop.logger.debug("connection broke the HTTP/2 protocol", metadata: ["address": "\(address)"])
            loop.cache.metrics.connectionRefused("broken_http2")
            isDraining = true
        } else if let offence = session.offence {
            giveUp(offence)
        }
        pump()
        if !isSound { close() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        isWritable = context.channel.isWritable
        if isWritable { pump() }
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

    private func begin() {
        guard session == nil, !isOpen else { return }
        guard !loop.isDraining else { return close() }
        isOpen = true
        loop.add(self)
        session = HTTP2Session(limits: limits, delegate: self)
        startUpkeep()
        pump()
    }

    private var limits: HTTP2Limits {
        var limits = HTTP2Limits()
        limits.concurrentStreams = loop.configuration.limits.streamsPerConnection
        limits.headerListBytes = loop.configuration.limits.headerListBytes
        return limits
    }

    private func finish() {
        guard isOpen else { return }
        isOpen = false
        upkeep.task?.cancel()
        loop.remove(self)
        for call in calls.values {
            call.closed()
            loop.streamCount.leave()
        }
        calls = [:]
        countBuffered()
        session = nil
    }

    // MARK: Output

    /// Writes what the session has to say, until the socket is full.
    func pump() {
        guard !isBusy, let context, let session else { return }
        isBusy = true
        while isWritable && self.session != nil {
            let batch = session.produce(limit: batchBytes)
            for buffer in batch { context.write(wrapOutboundOut(buffer), promise: nil) }
            if !batch.isEmpty { context.flush() }
            if session.isDrained { break }
        }
        isBusy = false
        if session.isFinished { close() }
    }

    func send(_ message: OutgoingMessage, on stream: Int32) { session?.send(.response(message), on: stream) }

    func send(_ message: ByteBuffer, on stream: Int32) { session?.send(.bytes(message), on: stream) }

    /// Messages that a stream's client has not taken yet: of all streams, and of the one with the most.
    var queued: (messages: Int, longest: Int) { session?.queued ?? (0, 0) }

    func end(_ stream: Int32, _ status: GRPCStatus) { session?.end(stream, trailers: status.fields) }

    /// A response that is not gRPC's.
    func answer(_ stream: Int32, _ answer: HTTPAnswer) {
        var fields = [(":status", String(answer.status))] + answer.fields
        if answer.status != 304 { fields.append(("content-length", String(answer.body.readableBytes))) }
        guard answer.body.readableBytes > 0 else {
            session?.respondAndEnd(stream, fields)
            return
        }
        session?.respond(stream, fields)
        session?.send(.bytes(answer.body), on: stream)
        session?.end(stream, trailers: [])
    }

    /// Ends a connection whose peer costs more than it may.
    func giveUp(_ offence: String) {
        guard !isDraining else { return }
        isDraining = true
        loop.logger.warning("connection closed: \(offence)", metadata: ["address": "\(address)"])
        loop.cache.metrics.connectionRefused("flood")
        session?.terminateForFlood()
        pump()
        close()
    }

    /// Says goodbye: first that new streams should go elsewhere, then that the ones here end too.
    func drain(_ reason: String) {
        guard !isDraining else { return }
        isDraining = true
        session?.announceShutdown()
        pump()
        loop.loop.assumeIsolated().scheduleTask(in: .milliseconds(50)) { self.goAway(reason) }
    }

    private func goAway(_ reason: String) {
        session?.goAway()
        for stream in calls.keys.sorted() { calls[stream]?.end(GRPCStatus(code: .unavailable, message: reason)) }
        pump()
    }

    /// Keeps the loop's count of half messages, and the bounds on them.
    private func countBuffered(_ call: (any HTTP2Call)? = nil) {
        guard bufferedBytes > 0 || (call?.bufferedBytes ?? 0) > 64 << 10 else { return }
        let sum = calls.values.reduce(0) { $0 + $1.bufferedBytes }
        loop.bufferedBytes += sum - bufferedBytes
        bufferedBytes = sum
        let limits = loop.configuration.limits
        guard let call, sum > 2 * limits.requestBytes || loop.bufferedBytes > limits.bufferedBytes / max(1, loop.configuration.loops) else { return }
        call.end(GRPCStatus(code: .resourceExhausted, message: "too much of requests is under way; send it again later"))
        countBuffered()
    }
}

extension ConnectionHandler: LoopConnection {
    func drain() { drain(Fetch.Refusal.stopping.message) }

    func close() { context?.close(promise: nil) }
}

extension ConnectionHandler: HTTP2SessionDelegate {
    func opened(_ stream: Int32, _ head: HTTP2RequestHead) {
        upkeep.hadStream = true
        if head.path.hasPrefix(RESTExchange.pathPrefix) || head.contentType.hasPrefix("application/json") {
            do {
                try add(stream, RESTCall(stream, head: head, connection: self))
            } catch {
                answer(stream, error.answer)
            }
            return
        }
        guard head.method == "POST" else {
            loop.cache.metrics.requestRejected("http_method")
            return answer(stream, .text(405, "this server speaks gRPC, and REST at POST \(RESTExchange.pathPrefix)<type>", [("allow", "POST")]))
        }
        guard head.contentType == "application/grpc" || head.contentType.hasPrefix("application/grpc+proto")
            || head.contentType.hasPrefix("application/grpc;")
        else {
            loop.cache.metrics.requestRejected("content_type")
            return answer(stream, .text(415, "send content-type: application/grpc"))
        }
        guard let call = call(stream, path: head.path) else {
            return refuse(stream, GRPCStatus(code: .unimplemented, message: "this server has no method \(head.path)"))
        }
        guard add(stream, call) else { return }
        session?.respond(stream, Self.grpcFields)
    }

    private func call(_ stream: Int32, path: String) -> (any HTTP2Call)? {
        if let method = DiscoveryMethod(path: path) {
            return method.isUnary
                ? UnaryCall(stream, method: method, connection: self)
                : DiscoveryStream(stream, method: method, connection: self)
        }
        return HealthCall.Method(path: path).map { HealthCall(stream, method: $0, connection: self) }
    }

    @discardableResult
    private func add(_ stream: Int32, _ call: any HTTP2Call) -> Bool {
        guard loop.streamCount.enter() else {
            refuse(stream, GRPCStatus(code: .resourceExhausted, message: "the control plane has as many streams as it takes; try again later"))
            return false
        }
        calls[stream] = call
        return true
    }

    private func refuse(_ stream: Int32, _ status: GRPCStatus) {
        loop.cache.metrics.requestRejected(status.code.label)
        session?.respondAndEnd(stream, Self.grpcFields + status.fields)
    }

    private static let grpcFields = [(":status", "200"), ("content-type", "application/grpc")]

    func received(_ stream: Int32, _ bytes: ByteBuffer) {
        guard let call = calls[stream] else { return }
        call.received(bytes)
        countBuffered(call)
    }

    func halfClosed(_ stream: Int32) { calls[stream]?.halfClosed() }

    func closed(_ stream: Int32) {
        upkeep.lastActive = .now()
        guard let call = calls.removeValue(forKey: stream) else { return }
        call.closed()
        loop.streamCount.leave()
        countBuffered()
    }

    func pingAcknowledged() { upkeep.isPinged = false }
}
