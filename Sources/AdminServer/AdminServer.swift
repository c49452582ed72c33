internal import Foundation
internal import Hummingbird
internal import HummingbirdCore
package import Logging
internal import NIOCore
internal import Synchronization

/// What operators look at, over HTTP: health, metrics, proxies, configuration, a page for people.
package final class AdminServer: Sendable {
    package struct Configuration: Sendable {
        package var host: String
        /// Nil tries the usual one, and takes a free one where it is taken: a second control plane on a machine is not worth a failure.
        package var port: Int?

        package static let usualPort = 9975

        /// - Parameter port: 0 lets the system choose.
        package init(host: String = "127.0.0.1", port: Int? = nil) {
            self.host = host
            self.port = port
        }
    }

    private let configuration: Configuration
    private let sources: AdminSources
    private let logger: Logger
    private let task = Mutex<Task<Void, Never>?>(nil)

    package init(_ configuration: Configuration, sources: AdminSources, logger: Logger) {
        self.configuration = configuration
        self.sources = sources
        self.logger = logger
    }

    /// Listens, and serves until `stop`. Returns the port.
    package func start() async throws -> Int {
        if let port = configuration.port { return try await start(port) }
        do {
            return try await start(Configuration.usualPort)
        } catch let error as AdminServerError where error.isAddressInUse {
            let port = try await start(0)
            logger.warning("port \(Configuration.usualPort) is in use, the web page is on another", metadata: ["port": "\(port)"])
            return port
        }
    }

    package func stop() async {
        let task = task.withLock { task in
            defer { task = nil }
            return task
        }
        task?.cancel()
        await task?.value
    }

    private func start(_ port: Int) async throws -> Int {
        let (ports, found) = AsyncThrowingStream<Int, any Error>.makeStream()
        // The server logs each of its failures with others; what counts here is thrown.
        var quiet = logger
        quiet.logLevel = .critical
        let host = configuration.host
        let application = Application(
            responder: AdminPages(sources: sources, isLocal: host.hasPrefix("127.") || host == "localhost" || host == "::1"),
            server: .http1(configuration: .init(idleTimeout: .seconds(30))),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port), availableConnectionsDelegate: MaximumAvailableConnections(256)
            ),
            onServerRunning: { found.yield($0.localAddress?.port ?? port) },
            logger: quiet
        )
        let serving = Task {
            do {
                try await application.run()
                found.finish()
            } catch {
                found.finish(throwing: error)
            }
        }
        do {
            for try await port in ports {
                task.withLock { $0 = serving }
                return port
            }
            throw CancellationError()
        } catch let error as IOError {
            throw AdminServerError(place: "\(host):\(port)", cause: error)
        }
    }
}

/// Why there is no web page, and what to do.
package struct AdminServerError: Error, CustomStringConvertible {
    let place: String
    let cause: IOError

    var isAddressInUse: Bool { cause.errnoCode == EADDRINUSE }

    package var description: String {
        isAddressInUse
            ? "web page: \(place) is in use by another process; choose another port with --web-port, or 'none' for no page"
            : "web page: cannot listen at \(place): \(cause); choose another address with --web-host and --web-port, or --web-port none"
    }
}
