import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

struct Response: Sendable {
    let status: Int
    private let headers: HTTPHeaders
    let body: String

    init(status: Int, headers: HTTPHeaders, body: String) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    func header(_ name: String) -> String? { headers.first(name: name) }
    func headers(named name: String) -> [String] { headers[name] }

    /// Which `Upstream` answered.
    var upstream: String? { header("x-upstream") }
}

/// An HTTP/1.1 client with one connection, kept open between requests; one request at a time.
///
/// It repeats nothing by itself: a request that fails is a failure the test sees.
actor Client {
    struct TLS: Sendable {
        let context: NIOSSLContext
        let serverName: String
    }

    let port: Int
    private let tls: TLS?
    private let source: String?
    /// What each connection begins with, before any TLS: the line of the PROXY protocol.
    private let preface: String
    private var channel: (any Channel)?

    /// - Parameter source: the address from which it connects, such as 127.0.0.2.
    init(port: Int, tls: TLS? = nil, source: String? = nil, preface: String = "") {
        self.port = port
        self.tls = tls
        self.source = source
        self.preface = preface
    }

    deinit {
        channel?.close(promise: nil)
    }

    @discardableResult
    func get(_ path: String, host: String, headers: [(String, String)] = []) async throws -> Response {
        try await send("GET", path, host: host, headers: headers)
    }

    func send(_ method: String, _ path: String, host: String, headers: [(String, String)] = [], body: String = "") async throws -> Response {
        let channel = try await connection()
        var head = HTTPRequestHead(version: .http1_1, method: HTTPMethod(rawValue: method), uri: path)
        head.headers = HTTPHeaders([("host", host)] + headers)
        // Always said: NIO would announce a chunked body for a POST without one, and a direct response to a request that seems
        // unfinished ends in a closed connection.
        if method != "GET" { head.headers.add(name: "content-length", value: "\(body.utf8.count)") }
        let answer = channel.eventLoop.makePromise(of: Response.self)
        channel.writeAndFlush(Exchange(head: head, body: ByteBuffer(string: body), answer: answer)).cascadeFailure(to: answer)
        return try await answer.futureResult.get()
    }

    private func connection() async throws -> any Channel {
        if let channel, channel.isActive { return channel }
        let tls = tls
        let preface = preface
        var bootstrap = ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
        if let source { bootstrap = try bootstrap.bind(to: SocketAddress(ipAddress: source, port: 0)) }
        let made = try await bootstrap
            .connectTimeout(.seconds(5))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if !preface.isEmpty { try channel.pipeline.syncOperations.addHandler(Beginning(preface)) }
                    if let tls {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLClientHandler(context: tls.context, serverHostname: tls.serverName))
                    }
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    try channel.pipeline.syncOperations.addHandler(Exchanging())
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        channel = made
        return made
    }
}

private struct Exchange: Sendable {
    let head: HTTPRequestHead
    let body: ByteBuffer
    let answer: EventLoopPromise<Response>
}

/// Writes one request, gathers its response.
private final class Exchanging: ChannelDuplexHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundIn = Exchange
    typealias OutboundOut = HTTPClientRequestPart

    private var answer: EventLoopPromise<Response>?
    private var head: HTTPResponseHead?
    private var body = ""
    private var timeout: Scheduled<Void>?

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let exchange = unwrapOutboundIn(data)
        answer = exchange.answer
        head = nil
        body = ""
        // A server that never answers must not hang the suite.
        timeout = context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(30)) { [self] in fail(TestFailure("no response within 30 s")) }
        context.write(wrapOutboundOut(.head(exchange.head)), promise: nil)
        if exchange.body.readableBytes > 0 { context.write(wrapOutboundOut(.body(.byteBuffer(exchange.body))), promise: nil) }
        context.write(wrapOutboundOut(.end(nil)), promise: promise)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let received):
            head = received
        case .body(let buffer):
            body += String(buffer: buffer)
        case .end:
            guard let head, let answer else { return }
            timeout?.cancel()
            self.answer = nil
            answer.succeed(Response(status: Int(head.status.code), headers: head.headers, body: body))
            // Last: closing tells `channelInactive`, which fails an answer that is still awaited.
            if !head.isKeepAlive { context.close(promise: nil) }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(TestFailure("the connection was closed before the response"))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(error)
        context.close(promise: nil)
    }

    private func fail(_ error: any Error) {
        timeout?.cancel()
        answer?.fail(error)
        answer = nil
    }
}

/// Sends some bytes before all others.
private final class Beginning: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let text: String

    init(_ text: String) { self.text = text }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
        context.fireChannelActive()
    }
}
