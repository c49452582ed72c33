import CNghttp2
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A client that writes HTTP/2 frames by hand, so that it can also write what no library would.
final class TestClient: Sendable {
    struct Stream: Sendable {
        var fields: [[String: String]] = []
        var bytes: [UInt8] = []
        var isEnded = false
        var resetCode: UInt32?

        /// gRPC messages received so far, without their prefixes.
        var messages: [[UInt8]] {
            var rest = bytes[...]
            var messages: [[UInt8]] = []
            while rest.count >= 5 {
                let length = rest.dropFirst().prefix(4).reduce(0) { $0 << 8 | Int($1) }
                guard rest.count >= 5 + length else { break }
                messages.append(Array(rest.dropFirst(5).prefix(length)))
                rest = rest.dropFirst(5 + length)
            }
            return messages
        }

        var status: String? { fields.compactMap { $0["grpc-status"] }.last }
        var message: String? { fields.compactMap { $0["grpc-message"] }.last }
    }

    struct State: Sendable {
        var streams: [UInt32: Stream] = [:]
        var goAways = 0
        /// Error codes of the GOAWAYs.
        var goAwayCodes: [UInt32] = []
        /// The server's settings, and acknowledgements of the client's.
        var settings = 0
        var settingsAcknowledged = 0
        /// Of its own, that were answered; and the server's.
        var pings = 0
        var pingsReceived = 0
        var isClosed = false
    }

    let channel: any Channel
    let state: SharedState

    final class SharedState: Sendable {
        let value = Mutex(State())
    }

    private init(channel: any Channel, state: SharedState) {
        self.channel = channel
        self.state = state
    }

    /// - Parameters:
    ///   - window: how much the server may send on each stream before the client takes more.
    ///   - answers: false for a client that does not acknowledge settings and pings.
    static func connect(
        _ address: SocketAddress, window: UInt32 = 1 << 24, tls: NIOSSLContext? = nil, answers: Bool = true
    ) async throws -> TestClient {
        let state = SharedState()
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLClientHandler(context: tls, serverHostname: nil)) }
                    try channel.pipeline.syncOperations.addHandler(FrameReader(state, window: window, answers: answers))
                }
            }
            .connect(to: address).get()
        return TestClient(channel: channel, state: state)
    }

    func write(_ bytes: [UInt8]) { channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil) }

    func open(
        _ stream: UInt32,
        _ path: String,
        method: String = "POST",
        contentType: String = "application/grpc",
        extra: [(String, String)] = []
    ) {
        let fields = [
            (":method", method), (":scheme", "http"), (":path", path), (":authority", "xds"), ("content-type", contentType),
            ("te", "trailers"),
        ]
        var block = Self.block(fields + extra)
        // One HEADERS frame, then CONTINUATIONs.
        var first = true
        while first || !block.isEmpty {
            let part = Array(block.prefix(16_000))
            block.removeFirst(part.count)
            write(Self.frame(first ? 1 : 9, block.isEmpty ? 4 : 0, stream, part))
            first = false
        }
    }

    /// Fields as literals, without use of any table.
    static func block(_ fields: [(String, String)]) -> [UInt8] {
        var block: [UInt8] = []
        for (name, value) in fields {
            block.append(0)
            block += length(name.utf8.count)
            block += name.utf8
            block += length(value.utf8.count)
            block += value.utf8
        }
        return block
    }

    func send(_ stream: UInt32, _ message: [UInt8]) { sendRaw(stream, Self.grpc(message)) }

    func sendRaw(_ stream: UInt32, _ bytes: [UInt8], end: Bool = false) {
        var rest = bytes[...]
        repeat {
            let part = Array(rest.prefix(16_384))
            rest = rest.dropFirst(part.count)
            write(Self.frame(0, end && rest.isEmpty ? 1 : 0, stream, part))
        } while !rest.isEmpty
    }

    func close() async throws { try await channel.close() }

    subscript(stream: UInt32) -> Stream { state.value.withLock { $0.streams[stream] ?? Stream() } }

    /// Waits for something to come, a minute at most: a test that passes never waits so long, also on a busy machine.
    func until(_ condition: @Sendable (State) -> Bool) async throws -> Bool {
        let start = ContinuousClock.now
        var tries = 0
        repeat {
            if state.value.withLock({ condition($0) }) { return true }
            tries += 1
            // Soon at first; a thousand clients that wait would keep the machine busy otherwise.
            try await Task.sleep(for: .milliseconds(min(2 + tries / 4, 50)))
            // Other tests may keep this process busy for longer than the limit: it has to have looked, too.
        } while ContinuousClock.now - start < .seconds(60) || tries < 200
        return false
    }

    func messages(_ stream: UInt32, count: Int) async throws -> [[UInt8]] {
        _ = try await until { ($0.streams[stream]?.messages.count ?? 0) >= count }
        return self[stream].messages
    }

    func end(_ stream: UInt32) async throws -> Stream {
        _ = try await until { $0.streams[stream]?.isEnded == true || $0.streams[stream]?.resetCode != nil }
        return self[stream]
    }

    static func grpc(_ message: [UInt8]) -> [UInt8] { [0] + bigEndian(UInt32(message.count)) + message }

    static func bigEndian(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }

    static func frame(_ kind: UInt8, _ flags: UInt8, _ stream: UInt32, _ payload: [UInt8]) -> [UInt8] {
        Array(bigEndian(UInt32(payload.count)).dropFirst()) + [kind, flags] + bigEndian(stream) + payload
    }

    private static func length(_ value: Int) -> [UInt8] {
        guard value >= 127 else { return [UInt8(value)] }
        var bytes: [UInt8] = [127]
        var rest = value - 127
        while rest >= 128 {
            bytes.append(UInt8(rest & 127) | 128)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }
}

private final class FrameReader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let state: TestClient.SharedState
    private var received = ByteBuffer()
    private var inflater: OpaquePointer?

    private let window: UInt32
    private let answers: Bool

    init(_ state: TestClient.SharedState, window: UInt32, answers: Bool) {
        self.state = state
        self.answers = answers
        self.window = window
        nghttp2_hd_inflate_new(&inflater)
    }

    deinit { nghttp2_hd_inflate_del(inflater) }

    /// The preface goes first, before the answer to the server's settings, which may come at once.
    func channelActive(context: ChannelHandlerContext) {
        var preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
        preface += TestClient.frame(4, 0, 0, [0, 4] + TestClient.bigEndian(window))
        preface += TestClient.frame(8, 0, 0, TestClient.bigEndian(1 << 28))
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: preface)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        received.writeBuffer(&bytes)
        while let header = received.getBytes(at: received.readerIndex, length: 9) {
            let length = Int(header[0]) << 16 | Int(header[1]) << 8 | Int(header[2])
            guard received.readableBytes >= 9 + length else { return }
            received.moveReaderIndex(forwardBy: 9)
            let payload = received.readBytes(length: length) ?? []
            let stream = header[5...8].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            take(context, kind: header[3], flags: header[4], stream: stream, payload: payload)
        }
    }

    func channelInactive(context: ChannelHandlerContext) { state.value.withLock { $0.isClosed = true } }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func take(_ context: ChannelHandlerContext, kind: UInt8, flags: UInt8, stream: UInt32, payload: [UInt8]) {
        let fields = kind == 1 ? inflate(payload) : [:]
        state.value.withLock { state in
            switch kind {
            case 0: state.streams[stream, default: .init()].bytes += payload
            case 1: state.streams[stream, default: .init()].fields.append(fields)
            case 3: state.streams[stream, default: .init()].resetCode = payload.reduce(0) { $0 << 8 | UInt32($1) }
            case 6: if flags & 1 == 1 { state.pings += 1 } else { state.pingsReceived += 1 }
            case 4: if flags & 1 == 1 { state.settingsAcknowledged += 1 } else { state.settings += 1 }
            case 7:
                state.goAways += 1
                state.goAwayCodes.append(payload.dropFirst(4).prefix(4).reduce(0) { $0 << 8 | UInt32($1) })
            default: break
            }
            if kind <= 1 && flags & 1 == 1 { state.streams[stream]?.isEnded = true }
        }
        if answers && (kind == 4 || kind == 6) && flags & 1 == 0 {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: TestClient.frame(kind, 1, 0, kind == 6 ? payload : []))), promise: nil)
        }
    }

    private func inflate(_ block: [UInt8]) -> [String: String] {
        var fields: [String: String] = [:]
        block.withUnsafeBufferPointer { block in
            guard var next = block.baseAddress else { return }
            var left = block.count
            while true {
                var entry = nghttp2_nv()
                var flags: Int32 = 0
                let used = nghttp2_hd_inflate_hd2(inflater, &entry, &flags, next, left, 1)
                guard used >= 0 else { return }
                next += used
                left -= used
                if UInt32(flags) & NGHTTP2_HD_INFLATE_EMIT.rawValue != 0 {
                    let name = String(decoding: UnsafeBufferPointer(start: entry.name, count: entry.namelen), as: UTF8.self)
                    fields[name] = String(decoding: UnsafeBufferPointer(start: entry.value, count: entry.valuelen), as: UTF8.self)
                }
                if UInt32(flags) & NGHTTP2_HD_INFLATE_FINAL.rawValue != 0 {
                    nghttp2_hd_inflate_end_headers(inflater)
                    return
                }
            }
        }
        return fields
    }
}
