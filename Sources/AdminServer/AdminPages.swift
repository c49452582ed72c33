internal import EnvoyResources
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Synchronization
internal import XDSCache

/// Answers requests. Nothing that can be asked for changes anything.
struct AdminPages: HTTPResponder {
    typealias Context = BasicRequestContext

    let sources: AdminSources
    /// Whether only this machine can connect: then a page of the web must not be able to make a browser on it ask here under a name of
    /// its own (DNS rebinding). Where others can connect, they may use any name, and need no browser.
    let isLocal: Bool
    private let dumps = Dumps()

    init(sources: AdminSources, isLocal: Bool) {
        self.sources = sources
        self.isLocal = isLocal
    }

    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        var response = await answer(request)
        response.headers[.cacheControl] = "no-store"
        response.headers[.xContentTypeOptions] = "nosniff"
        if request.method == .head { response.body = ResponseBody() }
        return response
    }

    private func answer(_ request: Request) async -> Response {
        guard request.method == .get || request.method == .head else {
            var response = text(.methodNotAllowed, "there is nothing here that can be changed; use GET\n")
            response.headers[.allow] = "GET, HEAD"
            return response
        }
        guard !isLocal || Self.isLocalName(request.head.authority ?? "") else {
            return text(.misdirectedRequest, "ask for localhost or for an address, not for a name\n")
        }
        switch request.uri.path {
        case "/": return page()
        case "/healthz": return text(.ok, "ok\n")
        case "/readyz": return ready()
        case "/metrics": return text(.ok, await Metrics.text(sources), type: "text/plain; version=0.0.4; charset=utf-8")
        case "/proxies": return proxies()
        case "/plugins": return plugins()
        case "/config": return config(request)
        default: return text(.notFound, "there is /, /healthz, /readyz, /metrics, /proxies, /plugins and /config\n")
        }
    }

    static func isLocalName(_ authority: String) -> Bool {
        // A port follows the last colon, unless that is inside of an IPv6 address.
        if authority.hasPrefix("[") { return authority.contains("]") }
        let host = authority.split(separator: ":", maxSplits: 1).first.map(String.init)?.lowercased() ?? ""
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return host == "localhost" || parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }

    private func text(_ status: HTTPResponse.Status, _ text: String, type: String = "text/plain; charset=utf-8") -> Response {
        Response(status: status, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    private func ready() -> Response {
        switch sources.operations.stage {
        case .starting: text(.serviceUnavailable, "the first configuration is being translated\n")
        case .serving: text(.ok, "ok\n")
        case .draining: text(.serviceUnavailable, "draining\n")
        }
    }

    private func page() -> Response {
        var response = text(.ok, WebPage.html(sources), type: "text/html; charset=utf-8")
        response.headers[.contentSecurityPolicy] = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
        return response
    }

    /// In pieces: five thousand proxies are some megabytes.
    private func proxies() -> Response {
        let cache = sources.cache
        let body = ResponseBody { writer in
            let (now, date) = (ContinuousClock.now, Date())
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            let roles = cache.roles
            var piece = "{\"roles\":\(String(decoding: try encoder.encode(roles), as: UTF8.self)),\"proxies\":["
            for (index, status) in cache.status().enumerated() {
                let report = ProxyReport(status, roles: roles, now: now, date: date)
                piece += (index == 0 ? "\n" : ",\n") + String(decoding: try encoder.encode(report), as: UTF8.self)
                if piece.utf8.count < 64 << 10 { continue }
                try await writer.write(ByteBuffer(string: piece))
                piece = ""
            }
            try await writer.write(ByteBuffer(string: piece + "]}\n"))
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: "application/json"], body: body)
    }

    private func plugins() -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let body = try? encoder.encode(PluginsReport(plugins: sources.operations.plugins)) else {
            return text(.internalServerError, "the plugins cannot be written as JSON\n")
        }
        return Response(status: .ok, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }

    private func config(_ request: Request) -> Response {
        let parameters = request.uri.queryParameters
        let roles = sources.cache.roles
        guard let role = parameters["role"].map(String.init) ?? (roles.count == 1 ? roles.first : nil) else {
            return text(.badRequest, "name a role: /config?role=<namespace>~<proxy>; there are: \(roles.prefix(100).joined(separator: ", "))\n")
        }
        var type: ResourceType?
        if let word = parameters["type"] {
            guard let named = ResourceType.allCases.first(where: { "\($0)" == word || $0.typeURL == word }) else {
                return text(.badRequest, "the types are \(ResourceType.allCases.map { "\($0)" }.joined(separator: ", "))\n")
            }
            type = named
        }
        let word = parameters["format"] ?? "json"
        guard let format = ConfigDump.Format(rawValue: String(word)) else { return text(.badRequest, "the format is json or yaml\n") }
        let name = parameters["name"].map(String.init)
        guard let dump = ConfigDump(sources.cache, role: role, type: type, name: name, format: format) else {
            return text(.notFound, "no configuration is published for this role; there are: \(roles.prefix(100).joined(separator: ", "))\n")
        }
        if name != nil, dump.isEmpty { return text(.notFound, "this role has no such resource\n") }
        guard let place = dumps.enter() else {
            return text(.serviceUnavailable, "others are being told configurations; ask again in a moment\n")
        }
        let body = ResponseBody { writer in
            defer { withExtendedLifetime(place) {} }
            try await dump.write { try await writer.write(ByteBuffer(string: $0)) }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: format == .json ? "application/json" : "application/yaml"], body: body)
    }
}

/// How many configurations are being written: each holds a snapshot and some megabytes of text.
private final class Dumps: Sendable {
    private let count = Mutex(0)

    /// A place among them, held until it is let go of; nil when all are taken.
    func enter() -> Place? {
        let isFree = count.withLock { count in
            guard count < 4 else { return false }
            count += 1
            return true
        }
        return isFree ? Place(self) : nil
    }

    /// A client may go before its response is begun: then only the response's end tells.
    final class Place: Sendable {
        private let dumps: Dumps

        init(_ dumps: Dumps) { self.dumps = dumps }

        deinit { dumps.count.withLock { $0 -= 1 } }
    }
}
