import AdminServer
import ConfigStores
import EnvoyResources
import Foundation
import NIOCore
import Synchronization
import Syncer
import TranslationHarness
import XDSCache

@testable import XDSServer

/// A control plane on free ports, from objects in memory to its clients' sockets and the statuses.
final class WholeControlPlane: Sendable {
    let address: SocketAddress
    let webAddress: SocketAddress
    let log: LogLines
    private let store: FedStore
    private let statuses: URL

    private init(port: Int, webPort: Int, log: LogLines, store: FedStore, statuses: URL) throws {
        address = try SocketAddress(ipAddress: "127.0.0.1", port: port)
        webAddress = try SocketAddress(ipAddress: "127.0.0.1", port: webPort)
        self.log = log
        self.store = store
        self.statuses = statuses
    }

    static func run(
        _ files: [String: String], host: String = "127.0.0.1", _ body: @escaping @Sendable (WholeControlPlane) async throws -> Void
    ) async throws {
        let statuses = FileManager.default.temporaryDirectory.appending(path: "sluice-statuses-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: statuses) }
        var xds = XDSServer.Configuration(host: host, port: 0)
        xds.limits = Serving.limits
        var configuration = ControlPlane.Configuration(xds: xds, writeNamespace: Stock.namespace, statusFolder: statuses.path)
        configuration.web = .init(port: 0)
        let log = LogLines()
        let store = FedStore(files)
        let controlPlane = try ControlPlane(configuration, store: store, deployment: Stock.deployment.get(), logger: log.logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            // The web page's, and then the server's.
            let (ports, found) = AsyncStream<Int>.makeStream()
            group.addTask {
                defer { found.finish() }
                try await controlPlane.run { found.yield($0) } listening: { found.yield($0) }
            }
            var next = ports.makeAsyncIterator()
            if let webPort = await next.next(), let port = await next.next() {
                try await body(WholeControlPlane(port: port, webPort: webPort, log: log, store: store, statuses: statuses))
            }
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    /// Writes files as one change; nil takes one away.
    func write(_ files: [String: String?]) { store.write(files) }

    func client() async throws -> TestClient { try await TestClient.connect(address) }

    /// The status of an object as it is written for people; empty while there is none.
    func status(_ kind: String, _ name: String) -> String {
        (try? String(contentsOf: statuses.appending(path: "\(kind)/\(Stock.namespace)/\(name).yaml"), encoding: .utf8)) ?? ""
    }

    /// The answer of the web page, its head included.
    func web(_ path: String) async throws -> String {
        let client = try await RawClient.connect(webAddress)
        client.write("GET \(path) HTTP/1.1\r\nhost: 127.0.0.1:\(webAddress.port ?? 0)\r\nconnection: close\r\n\r\n")
        _ = try await client.until { _, isClosed in isClosed }
        return client.text
    }
}

/// Files in memory as a store that is watched.
final class FedStore: ConfigStore {
    private let memory = Mutex(MemoryStore())
    private let all = AsyncStream<StoreChange>.makeStream()

    init(_ files: [String: String]) {
        let initial = memory.withLock { memory in
            for (file, text) in files { _ = memory.write(file, text) }
            return memory.all
        }
        all.continuation.yield(initial)
    }

    func changes() -> AsyncStream<StoreChange> { all.stream }

    func write(_ files: [String: String?]) {
        let change = memory.withLock { memory in
            files.sorted { $0.key < $1.key }.map { memory.write($0.key, $0.value) }.reduce(StoreChange(upserted: [])) { sum, next in
                StoreChange(upserted: sum.upserted + next.upserted, removed: sum.removed + next.removed, problems: next.problems)
            }
        }
        all.continuation.yield(change)
    }
}

/// A client's side of one stream: what came, one after the other, and the answers to it.
struct Conversation {
    let client: TestClient
    let stream: UInt32
    let dialect: XDSDialect
    private var read = 0

    init(_ client: TestClient, _ stream: UInt32, _ path: String, _ dialect: XDSDialect) {
        self.client = client
        self.stream = stream
        self.dialect = dialect
        client.open(stream, path)
    }

    func ask(_ type: ResourceType, role: String? = nil, names: [String] = []) {
        client.send(stream, dialect == .delta ? Proto.delta(type, role: role, subscribe: names) : Proto.world(type, role: role, names: names))
    }

    /// The next response, within a minute.
    mutating func next() async throws -> (text: String, nonce: String, type: String) {
        defer { read += 1 }
        return try await client.response(stream, read)
    }

    /// Confirms a response, or refuses it; `names` are what a client of the state of the world repeats.
    func answer(_ type: ResourceType, _ nonce: String, refusal: String? = nil, names: [String] = []) {
        client.send(
            stream,
            dialect == .delta ? Proto.delta(type, nonce: nonce, refusal: refusal) : Proto.world(type, names: names, nonce: nonce, refusal: refusal)
        )
    }
}
