internal import EnvoyDescriptors

/// A request as routes see it: after the connection manager has put its path and headers in order.
struct EffectiveRequest: Sendable {
    let method: String
    let authority: String
    /// With the query.
    let path: String
    /// What path conditions look at.
    let matchedPath: Substring
    let query: [(name: String, value: String)]
    /// "https" sends a request past `require_tls`.
    let forwardedProto: String
    let scheme: String
    private var headers: [String: [String]] = [:]
    private var generated: Set<String> = []

    init(_ request: RouteRequest, isTLS: Bool, authority: String, path: String, ignoresPathParameters: Bool, manager: ProtoJSON) {
        method = request.method
        self.authority = authority
        self.path = path
        let whole = ignoresPathParameters ? path.prefix { $0 != ";" } : path[...]
        matchedPath = String(whole).withoutQuery
        query = Self.query(of: path)
        let isUpgrade = request.headers.contains { $0.name == "connection" && $0.value.asciiLowercased.contains("upgrade") }
            && request.headers.contains { $0.name == "upgrade" }
        for header in request.headers where !Self.isDropped(header, isUpgrade: isUpgrade) { headers[header.name, default: []].append(header.value) }
        for name in Self.joined { if let values = headers[name], values.count > 1 { headers[name] = [values.joined(separator: ",")] } }
        let connection = isTLS ? "https" : "http"
        let usesRemoteAddress = manager.flag("use_remote_address")
        if usesRemoteAddress, (manager["xff_num_trusted_hops"]?.int ?? 0) == 0 {
            headers["x-forwarded-proto"] = [connection]
        } else if headers["x-forwarded-proto"] == nil {
            headers["x-forwarded-proto"] = [connection]
        }
        forwardedProto = headers["x-forwarded-proto"]?.first ?? connection
        scheme = ["http", "https"].contains(forwardedProto.asciiLowercased) ? forwardedProto.asciiLowercased : connection
        if headers["x-request-id"] == nil, manager["generate_request_id"]?.bool ?? true { generated.insert("x-request-id") }
        if usesRemoteAddress { generated.insert("x-forwarded-for") }
    }

    func values(of name: String) -> [String] {
        switch name {
        case ":method": [method]
        case ":path": method == "CONNECT" ? [] : [path]
        // A matcher on the old name finds the new one.
        case ":authority", "host": [authority]
        case ":scheme": [scheme]
        default: generated.contains(name) ? ["..."] : headers[name] ?? []
        }
    }

    /// A header that Envoy itself makes for each request.
    func isGenerated(_ name: String) -> Bool { generated.contains(name) }

    /// The first value of a header, as for `cluster_header`.
    func first(_ name: String) -> String? { values(of: name).first }

    private static func query(of path: String) -> [(name: String, value: String)] {
        guard let mark = path.firstIndex(of: "?") else { return [] }
        return path[path.index(after: mark)...].split(separator: "&", omittingEmptySubsequences: false).map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
        }
    }

    /// What concerns the connection, and what only Envoy may say, does not reach the routes.
    private static func isDropped(_ header: RouteRequest.Header, isUpgrade: Bool) -> Bool {
        switch header.name {
        case "connection", "upgrade": !isUpgrade
        case "te": header.value != "trailers"
        default: dropped.contains(header.name)
        }
    }

    // Both lists are what Envoy 1.40 does with a request from outside, asked name by name.
    private static let dropped: Set = [
        "keep-alive", "proxy-connection", "transfer-encoding", "x-forwarded-client-cert", "x-envoy-internal", "x-envoy-ip-tags",
        "x-envoy-force-trace", "x-envoy-expected-rq-timeout-ms", "x-envoy-upstream-rq-timeout-ms", "x-envoy-upstream-rq-per-try-timeout-ms",
        "x-envoy-upstream-rq-timeout-alt-response", "x-envoy-retry-on", "x-envoy-retry-grpc-on", "x-envoy-original-url", "x-envoy-max-retries",
        "x-envoy-hedge-on-per-try-timeout", "x-envoy-upstream-alt-stat-name", "x-envoy-retriable-status-codes",
        "x-envoy-retriable-header-names",
    ]
    /// Several of these are one header with a list; several of any other name stay several.
    private static let joined = [
        "accept", "accept-encoding", "access-control-request-headers", "access-control-request-method", "authorization", "cache-control",
        "content-encoding", "content-type", "expect", "grpc-accept-encoding", "grpc-timeout", "if-match", "if-modified-since", "if-none-match",
        "origin", "pragma", "referer", "user-agent", "via", "x-client-trace-id", "x-envoy-attempt-count", "x-envoy-decorator-operation",
        "x-envoy-downstream-service-cluster", "x-envoy-downstream-service-node", "x-envoy-external-address", "x-envoy-is-timeout-retry",
        "x-envoy-original-host", "x-envoy-original-path", "x-forwarded-for", "x-forwarded-host", "x-forwarded-port", "x-forwarded-proto",
        "x-request-id",
    ]
}
