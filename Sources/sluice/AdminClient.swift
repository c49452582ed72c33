import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

/// Asks a running control plane for one of its pages.
enum AdminClient {
    /// A page of five thousand proxies has some megabytes.
    private static let bodyLimit = 256 << 20

    /// The body of the page at a path.
    static func get(_ path: String, of server: URL) async throws -> ByteBuffer {
        guard let host = server.host(), !host.isEmpty, server.scheme == "http" else {
            throw Failure("--server has the form http://<host>:<port>, not '\(server.absoluteString)'")
        }
        let port = server.port ?? 80
        let address = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        let answer: NIOHTTPClientResponseFull
        do {
            answer = try await exchange(host, port, HTTPHeaders([("host", address), ("connection", "close")]), path)
        } catch {
            throw Failure(
                "no control plane answers at \(server.absoluteString) (\(words(error))); start one with `sluice serve FOLDER`, "
                    + "or name its web page with --server, as it says at its start"
            )
        }
        let body = answer.body ?? ByteBuffer()
        guard answer.head.status == .ok else {
            let text = String(buffer: body).prefix(300).trimmingCharacters(in: .whitespacesAndNewlines)
            throw Failure("\(server.absoluteString) answers \(answer.head.status.code): \(text)")
        }
        return body
    }

    private static func exchange(_ host: String, _ port: Int, _ headers: HTTPHeaders, _ path: String) async throws -> NIOHTTPClientResponseFull {
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connectTimeout(.seconds(5))
        let channel = try await bootstrap.connect(host: host, port: port) { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHTTPClientHandlers()
                try channel.pipeline.syncOperations.addHandler(NIOHTTPClientResponseAggregator(maxContentLength: bodyLimit))
                return try NIOAsyncChannel<NIOHTTPClientResponseFull, HTTPClientRequestPart>(wrappingChannelSynchronously: channel)
            }
        }
        return try await withThrowingTaskGroup(of: NIOHTTPClientResponseFull.self) { group in
            group.addTask {
                try await channel.executeThenClose { inbound, outbound in
                    try await outbound.write(.head(HTTPRequestHead(version: .http1_1, method: .GET, uri: path, headers: headers)))
                    try await outbound.write(.end(nil))
                    for try await answer in inbound { return answer }
                    throw Failure("the connection was closed without an answer")
                }
            }
            group.addTask {
                try await Task.sleep(for: .seconds(30))
                throw Failure("no answer within 30 seconds")
            }
            defer { group.cancelAll() }
            guard let answer = try await group.next() else { throw CancellationError() }
            return answer
        }
    }

    private static func words(_ error: any Error) -> String {
        let cause = (error as? NIOConnectionError)?.connectionErrors.first?.error ?? error
        if let cause = cause as? IOError { return String(cString: strerror(cause.errnoCode)).lowercased() }
        return "\(cause)"
    }
}
