import NIOCore
import NIOHTTP1
import NIOPosix

/// A gRPC server without HTTP/2: Envoy carries a call over HTTP/1.1 too, where the upstream is not told `useHttp2`.
///
/// It answers each message of a call with the messages that the test says, as they come, and ends the call when the client does.
final class GRPCServer: Sendable {
    let name: String
    let port: Int
    private let channel: any Channel

    /// - Parameter reply: from the path of a call and a message's bytes to the bytes of the messages to answer with.
    static func start(_ name: String, _ reply: @escaping @Sendable (String, [UInt8]) -> [[UInt8]]) async throws -> GRPCServer {
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    // Answers come before a call ends, so nothing waits for its end.
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withPipeliningAssistance: false)
                    try channel.pipeline.syncOperations.addHandler(Calling(reply))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        guard let port = channel.localAddress?.port else { throw TestFailure("gRPC server \(name) has no port") }
        return GRPCServer(name: name, port: port, channel: channel)
    }

    private init(name: String, port: Int, channel: any Channel) {
        self.name = name
        self.port = port
        self.channel = channel
    }

    deinit {
        channel.close(promise: nil)
    }

    /// The Upstream object that names this server.
    var object: String {
        """
        ---
        apiVersion: gloo.solo.io/v1
        kind: Upstream
        metadata: {name: \(name), namespace: default}
        spec: {static: {hosts: [{addr: 127.0.0.1, port: \(port)}]}}

        """
    }
}

/// One connection of a `GRPCServer`.
private final class Calling: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let reply: (String, [UInt8]) -> [[UInt8]]
    private var path = ""
    private var pending: [UInt8] = []

    init(_ reply: @escaping (String, [UInt8]) -> [[UInt8]]) {
        self.reply = reply
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            path = head.uri
            pending = []
            let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: ["content-type": "application/grpc", "transfer-encoding": "chunked"])
            context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
        case .body(let buffer):
            pending += buffer.readableBytesView
            // A byte that says "not compressed", four of length, the message.
            while pending.count >= 5 {
                let length = pending[1..<5].reduce(0) { $0 << 8 | Int($1) }
                guard pending.count >= 5 + length else { break }
                for message in reply(path, Array(pending[5..<5 + length])) {
                    let size = message.count
                    let frame = [0, UInt8(size >> 24 & 255), UInt8(size >> 16 & 255), UInt8(size >> 8 & 255), UInt8(size & 255)] + message
                    context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: frame)))), promise: nil)
                }
                pending.removeFirst(5 + length)
            }
        case .end: context.writeAndFlush(wrapOutboundOut(.end(["grpc-status": "0"])), promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}

/// Protobuf of the few messages that tests write by hand.
enum Protobuf {
    static func message(_ number: UInt8, _ content: [UInt8]) -> [UInt8] {
        precondition(number < 16 && content.count < 16_384, "small messages only")
        let size = content.count < 128 ? [UInt8(content.count)] : [UInt8(content.count & 127 | 128), UInt8(content.count >> 7)]
        return [number << 3 | 2] + size + content
    }

    static func text(_ number: UInt8, _ text: String) -> [UInt8] { message(number, Array(text.utf8)) }
}
