internal import EnvoyDescriptors

/// What a route does.
enum RouteAction: Sendable {
    case forward(Forward)
    case redirect(Redirect)
    case respond(status: Int, body: String)
    case unknown(String)

    init(_ route: ProtoJSON) {
        if let forward = route["route"] {
            self = .forward(Forward(forward))
        } else if let redirect = route["redirect"] {
            self = .redirect(Redirect(redirect))
        } else if let response = route["direct_response"] {
            let body = response["body"]
            self = .respond(
                status: response["status"]?.int ?? 0,
                body: body?["inline_string"]?.text ?? body?["filename"]?.text.map { "(the content of \($0))" } ?? ""
            )
        } else {
            self = .unknown("the route's action is not one that a router takes (\(route.members.map(\.key).joined(separator: ", ")))")
        }
    }
}

/// A path or host rewritten by an expression.
struct RegexRewrite: Sendable {
    private let regex: Result<RegularExpression, UnreadableExpression>
    private let substitution: String

    init(_ json: ProtoJSON) {
        substitution = json["substitution"]?.text ?? ""
        regex = Result { () throws(UnreadableExpression) in try RegularExpression(json["pattern"]?["regex"]?.text ?? "") }
    }

    /// Nil when the expression cannot be read.
    func apply(_ text: String) -> String? { (try? regex.get())?.replaceAll(in: text, with: substitution) }
}

/// How the path changes: of a forwarded request, or of a redirect's target.
struct PathRewrite: Sendable {
    private let prefix: String?
    private let regex: RegexRewrite?
    private let other: Bool

    init(_ json: ProtoJSON) {
        prefix = json.words("prefix_rewrite")
        regex = json["regex_rewrite"].map { RegexRewrite($0) }
        other = json["path_rewrite_policy"] != nil || json.words("path_rewrite") != nil
    }

    /// Nil when it cannot be told.
    func apply(_ path: String, matched: PathCondition) -> String? {
        if other { return nil }
        if let prefix { return prefix + path.dropFirst(matched.matchedPart(of: path).count) }
        guard let regex else { return path }
        let plain = path.withoutQuery
        return regex.apply(String(plain)).map { $0 + path[plain.endIndex...] }
    }
}

/// Envoy's RouteAction.
struct Forward: Sendable {
    enum Target: Sendable {
        case cluster(String)
        case header(String)
        case weighted([(name: String, header: String?, weight: Int)])
        case unknown(String)
    }

    let target: Target
    let path: PathRewrite
    let notFoundStatus: Int
    /// Which upgrades the route itself allows or forbids.
    let upgrades: [String: Bool]
    private let hostLiteral: String?
    private let hostHeader: String?
    private let hostRegex: RegexRewrite?
    private let hostIsUpstreams: Bool

    init(_ json: ProtoJSON) {
        if let name = json["cluster"]?.text {
            target = .cluster(name)
        } else if let name = json["cluster_header"]?.text {
            target = .header(name)
        } else if let weighted = json["weighted_clusters"] {
            target = .weighted(
                (weighted["clusters"]?.items ?? []).map { ($0["name"]?.text ?? "", $0.words("cluster_header"), $0["weight"]?.int ?? 0) }
            )
        } else {
            target = .unknown("an extension chooses the cluster")
        }
        path = PathRewrite(json)
        notFoundStatus = switch json["cluster_not_found_response_code"]?.text {
        case "NOT_FOUND": 404
        case "INTERNAL_SERVER_ERROR": 500
        default: 503
        }
        upgrades = Dictionary(
            (json["upgrade_configs"]?.items ?? []).map { ($0["upgrade_type"]?.text?.asciiLowercased ?? "", $0["enabled"]?.bool ?? true) },
            uniquingKeysWith: { $1 }
        )
        hostLiteral = json.words("host_rewrite_literal")
        hostHeader = json.words("host_rewrite_header")
        hostRegex = json["host_rewrite_path_regex"].map { RegexRewrite($0) }
        hostIsUpstreams = json.flag("auto_host_rewrite")
    }

    /// The Host header that the upstream gets.
    func host(_ request: EffectiveRequest) -> String {
        if let hostLiteral { return hostLiteral }
        if hostIsUpstreams { return "(the name of the upstream's host)" }
        if let hostHeader { return request.first(hostHeader.asciiLowercased) ?? request.authority }
        if let hostRegex { return hostRegex.apply(String(request.path.withoutQuery)) ?? "(not evaluated)" }
        return request.authority
    }
}

/// Envoy's RedirectAction.
struct Redirect: Sendable {
    let status: Int
    private let path: PathRewrite
    private let scheme: String?
    private let toHTTPS: Bool
    private let host: String?
    private let port: Int?
    private let newPath: String?
    private let stripsQuery: Bool

    init(_ json: ProtoJSON) {
        let codes = ["FOUND": 302, "SEE_OTHER": 303, "TEMPORARY_REDIRECT": 307, "PERMANENT_REDIRECT": 308]
        status = codes[json["response_code"]?.text ?? ""] ?? 301
        path = PathRewrite(json)
        scheme = json.words("scheme_redirect")
        toHTTPS = json.flag("https_redirect")
        host = json.words("host_redirect")
        port = json["port_redirect"]?.int.flatMap { $0 == 0 ? nil : $0 }
        newPath = json.words("path_redirect")
        stripsQuery = json.flag("strip_query")
    }

    /// What `require_tls` does with a request that has none.
    static let toTLS = Redirect(.object([.init("https_redirect", .bool(true))]))

    /// The Location header; nil when it cannot be told.
    func location(_ request: EffectiveRequest, matched: PathCondition) -> String? {
        guard var target = path.apply(request.path, matched: matched) else { return nil }
        let newScheme = scheme ?? (toHTTPS ? "https" : request.scheme)
        if let newPath {
            let hasQuery = newPath.contains("?")
            target = newPath + (hasQuery || stripsQuery ? "" : String(target.drop { $0 != "?" }))
        } else if stripsQuery {
            target = String(target.prefix { $0 != "?" })
        }
        let name = host ?? Self.host(request.authority, scheme: newScheme, dropsPort: port != nil, request.forwardedProto)
        return "\(newScheme)://\(name)\(port.map { ":\($0)" } ?? "")\(target.hasPrefix("/") ? "" : "/")\(target)"
    }

    /// Another port replaces the one that is there; another scheme makes the old one's own port wrong.
    private static func host(_ authority: String, scheme: String, dropsPort: Bool, _ protocolBefore: String) -> String {
        let name = RouteRequest.withoutPort(authority)
        let port = authority.dropFirst(name.count)
        let isDefault = (protocolBefore == "https" && port == ":443") || (protocolBefore == "http" && port == ":80")
        return dropsPort || (scheme != protocolBefore && isDefault) ? name : authority
    }
}
