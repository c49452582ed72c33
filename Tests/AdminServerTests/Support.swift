import EnvoyDescriptors
import EnvoyResources
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import XDSCache

@testable import AdminServer

/// A server on a free port, and the cache that it shows.
struct AdminHarness: Sendable {
    let cache = XDSCache()
    let operations = Operations()
    let refusalCounts = RefusalCounts()
    let port: Int
    private let server: AdminServer

    static func with(queues: QueueDepths = QueueDepths(), _ body: (AdminHarness) async throws -> Void) async throws {
        let harness = try await AdminHarness(queues)
        do {
            try await body(harness)
        } catch {
            await harness.server.stop()
            throw error
        }
        await harness.server.stop()
    }

    private init(_ queues: QueueDepths) async throws {
        let sources = AdminSources(cache: cache, operations: operations, refusalCounts: refusalCounts, version: "1.2.3") { queues }
        server = AdminServer(.init(port: 0), sources: sources, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        port = try await server.start()
    }

    struct Answer {
        var status: Int
        var headers: HTTPHeaders
        var body: String
    }

    func get(_ path: String, method: HTTPMethod = .GET, host: String? = nil) async throws -> Answer {
        let headers = HTTPHeaders([("host", host ?? "127.0.0.1:\(port)"), ("connection", "close")])
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connect(host: "127.0.0.1", port: port) { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHTTPClientHandlers()
                try channel.pipeline.syncOperations.addHandler(NIOHTTPClientResponseAggregator(maxContentLength: 64 << 20))
                return try NIOAsyncChannel<NIOHTTPClientResponseFull, HTTPClientRequestPart>(wrappingChannelSynchronously: channel)
            }
        }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(.head(HTTPRequestHead(version: .http1_1, method: method, uri: path, headers: headers)))
            try await outbound.write(.end(nil))
            for try await answer in inbound {
                return Answer(status: Int(answer.head.status.code), headers: answer.head.headers, body: answer.body.map { String(buffer: $0) } ?? "")
            }
            throw ChannelError.eof
        }
    }

    func metrics() async throws -> PrometheusText { try PrometheusText(try await get("/metrics").body) }

    func proxies() async throws -> ProxiesReport { try JSONDecoder().decode(ProxiesReport.self, from: Data(try await get("/proxies").body.utf8)) }
}

/// The other side of a mailbox, as the xDS server has it.
struct FakeLoop {
    let cache: XDSCache
    let mailbox: MailboxID

    init(_ cache: XDSCache) {
        self.cache = cache
        mailbox = cache.openMailbox {}
    }

    @discardableResult
    func connect(_ node: ProxyNode, dialect: XDSDialect = .delta, onlyType: ResourceType? = nil) -> StreamID {
        cache.connect(node, address: "[IPv4]127.0.0.1:5", dialect: dialect, onlyType: onlyType, mailbox: mailbox).0
    }
}

extension EnvoyResource {
    /// A resource from the JSON of its message.
    convenience init(_ type: ResourceType, _ name: String, _ json: String) throws {
        let message = String(type.typeURL.drop { $0 != "/" }.dropFirst())
        let bytes = try DescriptorPool.envoy.encode(message, try ProtoJSON(json: json))
        self.init(name: name, version: UInt64(bytes.count), parts: [bytes])
    }
}
