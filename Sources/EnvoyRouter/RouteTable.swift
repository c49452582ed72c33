internal import EnvoyDescriptors

/// A RouteConfiguration, made ready to be walked.
struct RouteTable: Sendable {
    let name: String
    let hosts: [VirtualHost]
    let ignoresPort: Bool
    let ignoresPathParameters: Bool
    /// Why a walk here may not be Envoy's: something is set that is not evaluated.
    let caveats: [String]
    private var exact: [String: Int] = [:]
    private var suffixes: [String: Int] = [:]
    private var prefixes: [String: Int] = [:]
    private var all: Int?

    init(_ json: ProtoJSON) {
        name = json["name"]?.text ?? ""
        hosts = (json["virtual_hosts"]?.items ?? []).map { VirtualHost($0) }
        ignoresPort = json.flag("ignore_port_in_host_matching")
        ignoresPathParameters = json.flag("ignore_path_parameters_in_path_matching")
        caveats = ["vhds", "vhost_header", "internal_only_headers"].filter { json[$0] != nil && json[$0] != .array([]) }.map {
            "the route configuration sets '\($0)', which is not evaluated"
        }
        for (index, host) in hosts.enumerated() {
            for domain in host.domains.map(\.asciiLowercased) {
                if domain == "*" {
                    all = index
                } else if domain.hasPrefix("*") {
                    suffixes[String(domain.dropFirst())] = index
                } else if domain.hasSuffix("*") {
                    prefixes[String(domain.dropLast())] = index
                } else {
                    exact[domain] = index
                }
            }
        }
    }

    /// Which virtual host takes a Host header, and by which of its domains: exact, longest suffix, longest prefix, `*`.
    func host(for authority: String) -> (host: VirtualHost, domain: String)? {
        let name = (ignoresPort ? RouteRequest.withoutPort(authority) : authority).asciiLowercased
        if let index = exact[name] { return (hosts[index], name) }
        // A wildcard stands for one character at least.
        for length in stride(from: name.count - 1, to: 0, by: -1) {
            if let index = suffixes[String(name.suffix(length))] { return (hosts[index], "*" + name.suffix(length)) }
        }
        for length in stride(from: name.count - 1, to: 0, by: -1) {
            if let index = prefixes[String(name.prefix(length))] { return (hosts[index], name.prefix(length) + "*") }
        }
        return all.map { (hosts[$0], "*") }
    }
}

struct VirtualHost: Sendable {
    enum RequiredTLS: Sendable { case none, external, all }

    let name: String
    let domains: [String]
    let requiredTLS: RequiredTLS
    let routes: [RouteEntry]
    let hasMatcherTree: Bool

    init(_ json: ProtoJSON) {
        name = json["name"]?.text ?? ""
        domains = (json["domains"]?.items ?? []).compactMap(\.text)
        requiredTLS = switch json["require_tls"]?.text {
        case "ALL": .all
        case "EXTERNAL_ONLY": .external
        default: .none
        }
        routes = (json["routes"]?.items ?? []).map { RouteEntry($0) }
        hasMatcherTree = json["matcher"] != nil
    }
}

/// One route: what it asks of a request, and what it does with one.
struct RouteEntry: Sendable {
    let name: String
    let path: PathCondition
    let action: RouteAction
    private let headers: [HeaderCondition]
    private let query: [QueryCondition]
    private let wantsGRPC: Bool
    private let share: Share?
    /// Fields of the match that are not evaluated.
    private let unknown: [String]

    private struct Share: Sendable {
        let numerator: Int
        let denominator: Int
        var text: String { "\(percent(numerator, of: denominator)) of the requests take the route" }
    }

    init(_ json: ProtoJSON) {
        name = json["name"]?.text ?? ""
        let match = json["match"] ?? .object([])
        path = PathCondition(match)
        headers = (match["headers"]?.items ?? []).map { HeaderCondition($0) }
        query = (match["query_parameters"]?.items ?? []).map { QueryCondition($0) }
        wantsGRPC = match["grpc"] != nil
        share = match["runtime_fraction"].map { fraction in
            let value = fraction["default_value"]
            let denominators = ["TEN_THOUSAND": 10_000, "MILLION": 1_000_000]
            return Share(numerator: value?["numerator"]?.int ?? 0, denominator: denominators[value?["denominator"]?.text ?? ""] ?? 100)
        }
        unknown = match.members.map(\.key).filter { !Self.known.contains($0) }
        action = RouteAction(json)
    }

    private static let known: Set = [
        "prefix", "path", "safe_regex", "connect_matcher", "path_separated_prefix", "path_match_policy", "case_sensitive", "headers",
        "query_parameters", "grpc", "runtime_fraction",
    ]

    /// The first condition that fails; without one, the first that depends on something unknown. And whether the path fits.
    func verdict(_ request: EffectiveRequest) -> (verdict: Verdict, takesPath: Bool) {
        let path = path.verdict(request)
        if case .fails = path { return (path, false) }
        return (conditions(request, path), true)
    }

    private func conditions(_ request: EffectiveRequest, _ path: Verdict) -> Verdict {
        var open: Verdict?
        func refuses(_ verdict: Verdict) -> Bool {
            if case .fails = verdict { return true }
            if case .depends = verdict { open = open ?? verdict }
            return false
        }
        _ = refuses(path)
        for header in headers {
            let verdict = header.verdict(request)
            if refuses(verdict) { return verdict }
        }
        for parameter in query {
            let verdict = parameter.verdict(request)
            if refuses(verdict) { return verdict }
        }
        if wantsGRPC {
            let type = request.first("content-type") ?? ""
            guard type == "application/grpc" || type.hasPrefix("application/grpc+") else {
                return .fails("the route is for gRPC, and the header 'content-type' is \(type.isEmpty ? "missing" : "'\(type)'")")
            }
        }
        if let share {
            if share.numerator <= 0 { return .fails("0 % of the requests take the route") }
            if share.numerator < share.denominator { open = open ?? .depends(share.text) }
        }
        if let field = unknown.first { open = open ?? .depends("it matches on '\(field)', which is not evaluated") }
        return open ?? .holds
    }
}

/// "12.5 %"
func percent(_ part: Int, of whole: Int) -> String {
    let tenths = whole > 0 ? (part * 1000 + whole / 2) / whole : 0
    return tenths % 10 == 0 ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
}
