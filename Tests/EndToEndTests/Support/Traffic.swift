import NIOCore
import Synchronization

/// Requests without pause while something happens.
struct Traffic: Sendable {
    private(set) var answered = 0
    private(set) var failures: [String] = []

    /// Runs `body` while one client asks for `/` of `host` again and again, and says how that went.
    static func during(_ edge: Edge, host: String, _ body: () async throws -> Void) async throws -> Traffic {
        try await during(edge, hosts: [host], body)
    }

    /// The same with one client a host.
    static func during(_ edge: Edge, hosts: [String], _ body: () async throws -> Void) async throws -> Traffic {
        let tasks = hosts.map { host in
            let client = edge.client()
            return Task {
                var traffic = Traffic()
                while !Task.isCancelled {
                    do {
                        let response = try await client.get("/", host: host)
                        if response.status == 200 { traffic.answered += 1 } else { traffic.failures.append("\(host) \(response.status) \(response.body)") }
                    } catch ChannelError.ioOnClosedChannel {
                        // A listener that changes lets its idle connections go. The request has not left: it is asked again on a new one.
                    } catch {
                        traffic.failures.append("\(host) \(error)")
                    }
                }
                return traffic
            }
        }
        defer { for task in tasks { task.cancel() } }
        try await body()
        var all = Traffic()
        for task in tasks {
            task.cancel()
            let traffic = await task.value
            all.answered += traffic.answered
            all.failures += traffic.failures
        }
        return all
    }
}
