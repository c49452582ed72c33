import Synchronization

/// Requests without pause while something happens.
struct Traffic: Sendable {
    private(set) var answered = 0
    private(set) var failures: [String] = []

    /// Runs `body` while one client asks for `/` of `host` again and again, and says how that went.
    static func during(_ edge: Edge, host: String, _ body: () async throws -> Void) async throws -> Traffic {
        let client = edge.client()
        let traffic = Task {
            var traffic = Traffic()
            while !Task.isCancelled {
                do {
                    let response = try await client.get("/", host: host)
                    if response.status == 200 { traffic.answered += 1 } else { traffic.failures.append("\(response.status) \(response.body)") }
                } catch {
                    traffic.failures.append("\(error)")
                }
            }
            return traffic
        }
        defer { traffic.cancel() }
        try await body()
        traffic.cancel()
        return await traffic.value
    }
}
