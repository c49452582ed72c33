import EnvoyResources
import HashTreeCollections
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import XDSCache

@testable import XDSServer

let deltaPath = "/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources"
let worldPath = "/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources"

/// A server of a test, and the first client of it.
struct Serving {
    let cache: XDSCache
    let server: XDSServer
    let address: SocketAddress
    let client: TestClient
    let log: LogLines

    /// Other tests may keep this process from opening a stream, from answering a ping, or from publishing what a client waits for, for
    /// longer than a server waits.
    static var limits: XDSServer.Limits {
        var limits = XDSServer.Limits()
        limits.handshake = .seconds(600)
        limits.keepalive = .seconds(600)
        limits.requestTime = .seconds(600)
        limits.stallTime = .seconds(600)
        limits.fetchPatience = .seconds(600)
        return limits
    }

    static func run(
        window: UInt32 = 1 << 24, tls: NIOSSLContext? = nil, answers: Bool = true,
        _ configure: (inout XDSServer.Configuration) -> Void = { _ in }, _ body: (Serving) async throws -> Void
    ) async throws {
        let cache = XDSCache()
        let log = LogLines()
        var configuration = XDSServer.Configuration(port: 0)
        configuration.limits = limits
        configuration.serving = ServingPolicy(grace: .milliseconds(50))
        configure(&configuration)
        let server = XDSServer(configuration: configuration, cache: cache, logger: log.logger)
        let address = try await server.start()
        do {
            let client = try await TestClient.connect(address, window: window, tls: tls, answers: answers)
            try await body(Serving(cache: cache, server: server, address: address, client: client, log: log))
        } catch {
            await server.shutdown(grace: .zero)
            throw error
        }
        await server.shutdown(grace: .zero)
    }

    @discardableResult
    static func publish(_ cache: XDSCache, role: String = "ns~p", _ content: [ResourceType: [String: String]]) -> UInt64 {
        var snapshot = EnvoySnapshot()
        for (type, resources) in content {
            for (name, text) in resources {
                let version = text.utf8.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
                snapshot[type][name] = EnvoyResource(name: name, version: version, parts: [Array(text.utf8)])
            }
        }
        return cache.publish(snapshot, role: role)
    }

    /// That the server still serves someone else.
    func othersAreServed() async throws -> Bool {
        let other = try await TestClient.connect(address)
        other.open(1, deltaPath)
        other.send(1, Proto.delta(.cluster, role: "ns~p"))
        let isServed = try await other.messages(1, count: 1).count == 1
        try await other.close()
        return isServed
    }
}

extension TestClient {
    /// A response of a stream, when it has come.
    func response(_ stream: UInt32, _ index: Int) async throws -> (text: String, nonce: String, type: String) {
        let messages = try await messages(stream, count: index + 1)
        guard messages.count > index else { throw NothingCame() }
        return try Proto.read(messages[index])
    }
}

struct NothingCame: Error {}

/// What a server logged, level and text with its facts.
final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    var logger: Logger {
        var logger = Logger(label: "test") { _ in Handler(lines: self) }
        logger.logLevel = .debug
        return logger
    }

    fileprivate func add(_ line: String) { lines.withLock { $0.append(line) } }

    private struct Handler: LogHandler {
        let lines: LogLines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.debug

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(
            level: Logger.Level, message: Logger.Message, metadata: Logger.Metadata?, source: String, file: String, function: String, line: UInt
        ) {
            lines.add("\(level): \(message) \((metadata ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " "))")
        }
    }
}

/// A client of plain bytes.
final class RawClient: Sendable {
    private let channel: any Channel
    private let state: State

    private final class State: Sendable {
        let value = Mutex<(bytes: [UInt8], isClosed: Bool)>(([], false))
    }

    private init(channel: any Channel, state: State) {
        self.channel = channel
        self.state = state
    }

    static func connect(_ address: SocketAddress, tls: NIOSSLContext? = nil, reads: Bool = true) async throws -> RawClient {
        let state = State()
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelOption(.autoRead, value: reads)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLClientHandler(context: tls, serverHostname: nil)) }
                    try channel.pipeline.syncOperations.addHandler(Reader(state: state))
                }
            }
            .connect(to: address).get()
        return RawClient(channel: channel, state: state)
    }

    func write(_ text: String) { channel.writeAndFlush(ByteBuffer(string: text), promise: nil) }

    func write(_ bytes: [UInt8]) { channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil) }

    var text: String { String(decoding: state.value.withLock { $0.bytes }, as: UTF8.self) }

    /// Waits a minute at most.
    func until(_ condition: (_ text: String, _ isClosed: Bool) -> Bool) async throws -> Bool {
        let start = ContinuousClock.now
        repeat {
            let (bytes, isClosed) = state.value.withLock { $0 }
            if condition(String(decoding: bytes, as: UTF8.self), isClosed) { return true }
            try await Task.sleep(for: .milliseconds(2))
        } while ContinuousClock.now - start < .seconds(60)
        return false
    }

    /// Writes until the other end has closed, for a minute at most: who does not read learns of it in no other way.
    func untilWriteFails() async throws -> Bool {
        let start = ContinuousClock.now
        while ContinuousClock.now - start < .seconds(60) {
            if !channel.isActive { return true }
            channel.writeAndFlush(ByteBuffer(bytes: TestClient.frame(6, 1, 0, Array(repeating: 0, count: 8))), promise: nil)
            try await Task.sleep(for: .milliseconds(5))
        }
        return false
    }

    func close() async throws { try await channel.close() }

    private final class Reader: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        let state: State

        init(state: State) { self.state = state }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = unwrapInboundIn(data)
            state.value.withLock { $0.bytes += bytes.readableBytesView }
        }

        func channelInactive(context: ChannelHandlerContext) { state.value.withLock { $0.isClosed = true } }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
