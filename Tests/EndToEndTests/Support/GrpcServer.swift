import NIOCore
import NIOPosix
import Synchronization

/// A gRPC server inside the test, for calls of one message each way. It speaks as much of HTTP/2 as Envoy needs, and reads no headers:
/// whatever method is called, the message is handed on.
final class GrpcServer: Sendable {
    let name: String
    let port: Int
    private let channel: any Channel

    /// Listens on a free port of 127.0.0.1; `answer` makes a message of a message.
    static func start(_ name: String, _ answer: @escaping @Sendable ([UInt8]) -> [UInt8]) async throws -> GrpcServer {
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(GrpcConnection(answer)) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        guard let port = channel.localAddress?.port else { throw TestFailure("server \(name) has no port") }
        return GrpcServer(name: name, port: port, channel: channel)
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
        spec: {useHttp2: true, static: {hosts: [{addr: 127.0.0.1, port: \(port)}]}}

        """
    }
}

/// One HTTP/2 connection (RFC 9113): gathers the message of each stream, and answers it.
private final class GrpcConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Frame {
        static let data: UInt8 = 0
        static let headers: UInt8 = 1
        static let reset: UInt8 = 3
        static let settings: UInt8 = 4
        static let ping: UInt8 = 6
        static let windowUpdate: UInt8 = 8
    }

    private enum Flag {
        /// END_STREAM of DATA and HEADERS, ACK of SETTINGS and PING.
        static let end: UInt8 = 1
        static let endHeaders: UInt8 = 4
        static let padded: UInt8 = 8
    }

    private static let prefaceLength = 24

    private let answer: ([UInt8]) -> [UInt8]
    private var received = ByteBuffer()
    private var hasPreface = false
    private var bodies: [UInt32: [UInt8]] = [:]

    init(_ answer: @escaping ([UInt8]) -> [UInt8]) {
        self.answer = answer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var more = unwrapInboundIn(data)
        received.writeBuffer(&more)
        if !hasPreface {
            guard received.readSlice(length: Self.prefaceLength) != nil else { return }
            hasPreface = true
            send(Frame.settings, to: 0, [], context)
        }
        while let head = received.getBytes(at: received.readerIndex, length: 9) {
            let length = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
            guard received.readableBytes >= 9 + length else { break }
            received.moveReaderIndex(forwardBy: 9)
            let stream = head[5...8].reduce(0) { $0 << 8 | UInt32($1) } & 0x7fff_ffff
            take(head[3], flags: head[4], stream, received.readBytes(length: length) ?? [], context)
        }
        context.flush()
    }

    private func take(_ type: UInt8, flags: UInt8, _ stream: UInt32, _ payload: [UInt8], _ context: ChannelHandlerContext) {
        switch type {
        case Frame.headers: bodies[stream] = []
        case Frame.data:
            let padding = flags & Flag.padded == 0 ? 0 : Int(payload.first ?? 0) + 1
            bodies[stream]?.append(contentsOf: payload.dropFirst(padding > 0 ? 1 : 0).dropLast(max(padding - 1, 0)))
            // The client may send as much again.
            if !payload.isEmpty { send(Frame.windowUpdate, to: 0, bytes(of: UInt32(payload.count)), context) }
        case Frame.reset: bodies[stream] = nil
        case Frame.settings where flags & Flag.end == 0: send(Frame.settings, flags: Flag.end, to: 0, [], context)
        case Frame.ping where flags & Flag.end == 0: send(Frame.ping, flags: Flag.end, to: 0, payload, context)
        default: break
        }
        if [Frame.data, Frame.headers].contains(type), flags & Flag.end != 0, let body = bodies.removeValue(forKey: stream) {
            reply(to: body, stream, context)
        }
    }

    private func reply(to body: [UInt8], _ stream: UInt32, _ context: ChannelHandlerContext) {
        // A byte for compression and four for the length go before each message.
        let message = answer(Array(body.dropFirst(5)))
        // HPACK without tables of one's own: ':status: 200' is entry 8, 'content-type' the name of entry 31.
        let type = Array("application/grpc".utf8)
        send(Frame.headers, flags: Flag.endHeaders, to: stream, [0x88, 0x0f, 31 - 15, UInt8(type.count)] + type, context)
        send(Frame.data, to: stream, [0] + bytes(of: UInt32(message.count)) + message, context)
        let status = Array("grpc-status".utf8)
        send(Frame.headers, flags: Flag.endHeaders | Flag.end, to: stream, [0, UInt8(status.count)] + status + [1, UInt8(ascii: "0")], context)
    }

    private func send(_ type: UInt8, flags: UInt8 = 0, to stream: UInt32, _ payload: [UInt8], _ context: ChannelHandlerContext) {
        let head = bytes(of: UInt32(payload.count)).dropFirst() + [type, flags] + bytes(of: stream)
        context.write(wrapOutboundOut(ByteBuffer(bytes: head + payload)), promise: nil)
    }

    private func bytes(of number: UInt32) -> [UInt8] {
        [UInt8(truncatingIfNeeded: number >> 24), UInt8(truncatingIfNeeded: number >> 16), UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number)]
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
