import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// An HTTP/1.1 server inside the test: it answers as the test says and keeps what it was asked.
final class Upstream: Sendable {
    struct Request: Sendable {
        /// 1 for the first request this server got: what "fails twice, then answers" is written with.
        let number: Int
        let method: String
        let path: String
        let headers: HTTPHeaders
        let body: String

        func header(_ name: String) -> String? { headers.first(name: name) }
        func headers(named name: String) -> [String] { headers[name] }
    }

    struct Reply: Sendable {
        var status = 200
        var headers: [(String, String)] = []
        /// The server's name if not set, so that a client sees who answered.
        var body: String?
        /// In place of the body, where it is no text.
        var bytes: [UInt8]?
        var delay: TimeAmount = .zero
    }

    let name: String
    let port: Int
    private let channel: any Channel
    private let record: Record

    private final class Record: Sendable {
        let requests = Mutex<[Request]>([])
    }

    /// Listens on a free port of 127.0.0.1, or on a Unix socket.
    static func start(
        _ name: String, tls: NIOSSLContext? = nil, socket: String? = nil, _ reply: @escaping @Sendable (Request) -> Reply = { _ in Reply() }
    ) async throws -> Upstream {
        let record = Record()
        let bootstrap = ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(
                        Answering { method, path, headers, body in
                            let request = record.requests.withLock { requests in
                                let request = Request(number: requests.count + 1, method: method, path: path, headers: headers, body: body)
                                requests.append(request)
                                return request
                            }
                            var answer = reply(request)
                            answer.headers.append(("x-upstream", name))
                            answer.body = answer.body ?? name
                            return answer
                        }
                    )
                }
            }
        let bound = socket.map { bootstrap.bind(unixDomainSocketPath: $0) } ?? bootstrap.bind(host: "127.0.0.1", port: 0)
        let channel = try await bound.get()
        guard let port = socket == nil ? channel.localAddress?.port : 0 else { throw TestFailure("upstream \(name) has no port") }
        return Upstream(name: name, port: port, channel: channel, record: record)
    }

    private init(name: String, port: Int, channel: any Channel, record: Record) {
        self.name = name
        self.port = port
        self.channel = channel
        self.record = record
    }

    deinit {
        channel.close(promise: nil)
    }

    var requests: [Request] { record.requests.withLock { $0 } }
}

/// One connection of an `Upstream`: gathers a request, asks for the reply, writes it.
private final class Answering: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let reply: (String, String, HTTPHeaders, String) -> Upstream.Reply
    private var head: HTTPRequestHead?
    private var body = ""

    init(_ reply: @escaping (String, String, HTTPHeaders, String) -> Upstream.Reply) {
        self.reply = reply
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let received):
            head = received
            body = ""
        case .body(let buffer):
            body += String(buffer: buffer)
        case .end:
            guard let head else { return }
            self.head = nil
            let answer = reply(head.method.rawValue, head.uri, head.headers, body)
            // Loop-bound: the context must not leave its event loop, and a scheduled task stays on it.
            let context = NIOLoopBound(context, eventLoop: context.eventLoop)
            context.value.eventLoop.assumeIsolated().scheduleTask(in: answer.delay) { self.write(answer, to: context.value) }
        }
    }

    private func write(_ answer: Upstream.Reply, to context: ChannelHandlerContext) {
        let body = answer.bytes.map { ByteBuffer(bytes: $0) } ?? ByteBuffer(string: answer.body ?? "")
        var headers = HTTPHeaders(answer.headers)
        headers.replaceOrAdd(name: "content-length", value: "\(body.readableBytes)")
        let head = HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: answer.status), headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
