import Logging
import NIOCore
import NIOHTTP1

/// REST requests on a connection of HTTP/1.1, which is what Envoy's REST client speaks by default.
final class HTTP1Handler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let loop: LoopStreams
    private var context: ChannelHandlerContext?
    private var exchange: RESTExchange?
    private var body = ByteBuffer()
    private var keepsAlive = true
    /// Between the head of a request and the end of its response.
    private var isBusy = false
    /// Answered before its body has come.
    private var isRefused = false
    private var isDraining = false
    private var timer: Scheduled<Void>?

    init(loop: LoopStreams) { self.loop = loop }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        loop.add(self)
        close(after: loop.configuration.limits.handshake)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        finish()
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        loop.logger.debug("connection failed", metadata: ["address": "\(context.remoteAddress?.description ?? "")", "error": "\(error)"])
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): begin(context, head)
        case .body(let bytes): received(bytes)
        case .end:
            guard let exchange, !isRefused else { return }
            timer?.cancel()
            exchange.start(body)
            body = ByteBuffer()
        }
    }

    private func begin(_ context: ChannelHandlerContext, _ head: HTTPRequestHead) {
        keepsAlive = head.isKeepAlive
        isBusy = true
        isRefused = false
        close(after: loop.configuration.limits.handshake)
        let fields = HTTP2RequestHead(method: head.method.rawValue, path: head.uri, contentType: head.headers.first(name: "content-type") ?? "")
        do {
            exchange = try RESTExchange(head: fields, peer: Peer(context), loop: loop) { [weak self] in self?.answer($0) }
        } catch {
            refuse(error.answer)
        }
    }

    private func received(_ bytes: ByteBuffer) {
        guard exchange != nil, !isRefused else { return }
        let limit = loop.configuration.limits.restBytes
        guard body.readableBytes + bytes.readableBytes <= limit else { return refuse(RESTExchange.tooLarge(limit)) }
        var bytes = bytes
        body.writeBuffer(&bytes)
    }

    /// The rest of such a request is not waited for.
    private func refuse(_ answer: HTTPAnswer) {
        isRefused = true
        keepsAlive = false
        self.answer(answer)
    }

    private func answer(_ answer: HTTPAnswer) {
        guard let context else { return }
        exchange?.cancel()
        exchange = nil
        body = ByteBuffer()
        isBusy = false
        if isDraining { keepsAlive = false }
        var headers = HTTPHeaders(answer.fields)
        if answer.status != 304 { headers.add(name: "content-length", value: String(answer.body.readableBytes)) }
        if !keepsAlive { headers.add(name: "connection", value: "close") }
        let head = HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: answer.status), headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if answer.body.readableBytes > 0 { context.write(wrapOutboundOut(.body(.byteBuffer(answer.body))), promise: nil) }
        let isLast = !keepsAlive
        context.writeAndFlush(wrapOutboundOut(.end(nil))).assumeIsolated().whenComplete { [weak self] _ in if isLast { self?.close() } }
        // Also bounds how long a client may take to read, and to send the next head.
        close(after: loop.configuration.limits.idle)
    }

    private func close(after duration: Duration) {
        timer?.cancel()
        timer = loop.loop.assumeIsolated().scheduleTask(in: TimeAmount(duration)) { [weak self] in self?.close() }
    }

    private func finish() {
        timer?.cancel()
        timer = nil
        exchange?.cancel()
        exchange = nil
        loop.remove(self)
    }
}

extension HTTP1Handler: LoopConnection {
    func drain() {
        isDraining = true
        if !isBusy { close() }
    }

    func close() { context?.close(promise: nil) }

    var queued: (messages: Int, longest: Int) { (0, 0) }
}
