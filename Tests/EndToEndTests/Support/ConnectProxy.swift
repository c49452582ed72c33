import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// An HTTP proxy that makes tunnels on CONNECT. Whatever host it is asked for, it connects to one port of 127.0.0.1.
final class ConnectProxy: Sendable {
    let port: Int
    private let channel: any Channel
    private let record: Record

    private final class Record: Sendable {
        let asked = Mutex<[String]>([])
    }

    static func start(to target: Int, tls: NIOSSLContext? = nil) async throws -> ConnectProxy {
        let record = Record()
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.addHandler(
                        Tunnelling(to: target) { head in record.asked.withLock { $0.append(head) } }
                    )
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        guard let port = channel.localAddress?.port else { throw TestFailure("the proxy has no port") }
        return ConnectProxy(port: port, channel: channel, record: record)
    }

    private init(port: Int, channel: any Channel, record: Record) {
        self.port = port
        self.channel = channel
        self.record = record
    }

    deinit {
        channel.close(promise: nil)
    }

    /// Each request by which a tunnel was asked for, as it was written.
    var asked: [String] { record.asked.withLock { $0 } }
}

/// Reads a request, opens a connection, and from then on passes bytes on.
private final class Tunnelling: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let target: Int
    private let note: (String) -> Void
    private var head = ""
    private var other: (any Channel)?

    init(to target: Int, _ note: @escaping (String) -> Void) {
        self.target = target
        self.note = note
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        if let other { return other.writeAndFlush(buffer, promise: nil) }
        head += String(buffer: buffer)
        // Who asks waits for the answer before it sends more.
        guard head.hasSuffix("\r\n\r\n") else { return }
        note(head)
        let channel = context.channel
        ClientBootstrap(group: context.eventLoop)
            .channelInitializer { opened in
                opened.eventLoop.makeCompletedFuture { try opened.pipeline.syncOperations.addHandler(Passing(to: channel)) }
            }
            .connect(host: "127.0.0.1", port: target)
            .assumeIsolated()
            .whenComplete { result in
                switch result {
                case .success(let opened):
                    self.other = opened
                    channel.writeAndFlush(ByteBuffer(string: "HTTP/1.1 200 OK\r\n\r\n"), promise: nil)
                case .failure: channel.close(promise: nil)
                }
            }
    }

    func channelInactive(context: ChannelHandlerContext) {
        other?.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}

private final class Passing: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let other: any Channel

    init(to other: any Channel) {
        self.other = other
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        other.writeAndFlush(unwrapInboundIn(data), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        other.close(promise: nil)
    }
}
