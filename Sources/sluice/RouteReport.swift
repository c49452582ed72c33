import APIResources
import ConfigTree
import EnvoyResources
import EnvoyRouter
import EnvoyTranslation

/// The decisions on one request, for people and for programs.
struct RouteReport {
    private let request: String
    private let decisions: [RouteDecision]
    private let walk: RouteWalk
    private let showsAll: Bool

    init(_ request: String, _ decisions: [RouteDecision], _ walk: RouteWalk, showsAll: Bool) {
        self.request = request
        self.decisions = decisions
        self.walk = walk
        self.showsAll = showsAll
    }

    /// Through each of the listeners; one that does not answer is worth a look.
    var isAnswered: Bool { decisions.allSatisfy(\.isAnswered) }

    // MARK: Text

    var text: String {
        var lines = [request]
        if decisions.count > 1 { lines.append("\(decisions.count) listeners speak this scheme; --port asks one of them") }
        for decision in decisions { lines += describe(decision) }
        return lines.joined(separator: "\n")
    }

    /// One line, for a list of requests.
    var line: String {
        decisions.map { decision in
            let place = decision.candidates.last.flatMap { candidate -> String? in
                guard case .taken = candidate.state else { return nil }
                return walk.sources(of: decision)?[candidate.name].map { Self.place($0).description }
            }
            let answer = Self.answer(decision.outcome, walk).map { $0.1 }.joined(separator: ", ")
            let listener = decisions.count > 1 ? "[\(decision.listener)] " : ""
            return "\(request)\n    \(listener)\(place.map { "\($0)  " } ?? "")\(answer)"
        }.joined(separator: "\n")
    }

    private func describe(_ decision: RouteDecision) -> [String] {
        var rows: [(String, String)] = []
        func owned(_ type: ResourceType, _ name: String) -> String {
            let owners = walk.owners(type, name)
            return owners.isEmpty ? name : "\(name)  (\(owners.joined(separator: ", ")))"
        }
        if !decision.listener.isEmpty { rows.append(("listener", owned(.listener, decision.listener))) }
        if !decision.otherChains.isEmpty || decision.filterChain?.hasPrefix("'") == true, let chain = decision.filterChain { rows.append(("filter chain", chain)) }
        for other in decision.otherChains { rows.append(("", "not \(other.chain): \(other.reason)")) }
        if let host = decision.virtualHost, let domain = decision.domain { rows.append(("virtual host", "\(host), by its domain '\(domain)'")) }
        if !decision.path.isEmpty, !request.contains(decision.path) { rows.append(("path", "\(decision.path), after Envoy has put it in order")) }
        let sources = walk.sources(of: decision)
        for (index, line) in candidates(decision, sources).enumerated() { rows.append((index == 0 ? "routes" : "", line)) }
        rows += Self.answer(decision.outcome, walk)
        if !decision.filters.isEmpty { rows.append(("filters", "\(decision.filters.joined(separator: ", ")): each may answer before the route does")) }
        for caveat in decision.caveats { rows.append(("note", caveat)) }
        return rows.map { "  " + ($0.0.isEmpty ? "" : $0.0).padding(to: 14) + $0.1 }
    }

    private func candidates(_ decision: RouteDecision, _ sources: RouteSources?) -> [String] {
        var lines: [String] = []
        var hidden = 0
        // Many routes for other paths say nothing; those that came near do.
        let isLong = decision.candidates.count > 20
        for candidate in decision.candidates {
            let source = sources?[candidate.name]
            let place = source.map { Self.place($0).description } ?? candidate.name
            switch candidate.state {
            case .passed(let reason):
                if isLong, !candidate.takesPath, !showsAll {
                    hidden += 1
                    continue
                }
                lines.append("no   \(place)  \(reason)")
            case .possible(let reason, let outcome):
                lines.append("may  \(place)  \(reason); then \(Self.answer(outcome, walk).map(\.1).joined(separator: ", "))")
            case .taken:
                lines.append("yes  \(place)  \((source?.chain ?? []).map(\.description).joined(separator: " -> "))")
            }
        }
        if hidden > 0 { lines.insert("no   \(hidden) routes for other paths; --all shows them", at: 0) }
        return lines
    }

    /// Of the route, or of the one of its matchers that counts.
    private static func place(_ source: RouteSource) -> ConfigPosition {
        source.matcherCount > 1 ? (source.matcher ?? source.route).position : source.route.position
    }

    private static func answer(_ outcome: RouteDecision.Outcome, _ walk: RouteWalk) -> [(String, String)] {
        switch outcome {
        case .upstream(let destinations, let path, let host):
            return destinations.map { ("upstream", describe($0, walk)) } + [("gets", "\(path ?? "(a path that is not evaluated)"), host \(host)")]
        case .tcp(let destinations):
            return [("answer", "the bytes of the connection are passed on as they are")] + destinations.map { ("upstream", describe($0, walk)) }
        case .redirect(let status, let location, let reason):
            return [("answer", "\(status), location \(location ?? "(not evaluated)")\(reason.map { ": \($0)" } ?? "")")]
        case .respond(let status, let body, let reason):
            let first = body.prefix { !$0.isNewline }
            return [("answer", "\(status)\(first.isEmpty ? "" : ", \(first)\(first.count < body.count ? " ..." : "")")\(reason.map { ": \($0)" } ?? "")")]
        case .notFound(let reason): return [("answer", "404: \(reason)")]
        case .closed(let reason): return [("answer", "none, the connection is closed: \(reason)")]
        case .unknown(let reason): return [("answer", "unknown: \(reason)")]
        }
    }

    private static func describe(_ destination: RouteDecision.Destination, _ walk: RouteWalk) -> String {
        let share = destination.share.map { "\($0) to " } ?? ""
        let owner = walk.owners(.cluster, destination.cluster).first.map { "  (\($0))" } ?? ""
        let note = destination.note ?? (destination.endpoints ?? []).joined(separator: ", ")
        return "\(share)\(destination.cluster)\(owner)\(note.isEmpty ? "" : "  \(note)")"
    }

    // MARK: JSON

    var json: [String: Any] { ["request": request, "answered": isAnswered, "ways": decisions.map(json)] }

    private func json(_ decision: RouteDecision) -> [String: Any] {
        let sources = walk.sources(of: decision)
        var out: [String: Any] = [
            "listener": decision.listener, "gateways": walk.owners(.listener, decision.listener), "host": decision.authority, "path": decision.path,
            "routeCount": decision.routeCount, "filters": decision.filters, "notes": decision.caveats, "answer": Self.json(decision.outcome, walk),
            "otherFilterChains": decision.otherChains.map { ["filterChain": $0.chain, "reason": $0.reason] },
        ]
        out["filterChain"] = decision.filterChain
        out["routeTable"] = decision.routeTable
        out["virtualHost"] = decision.virtualHost
        out["domain"] = decision.domain
        var passed: [[String: Any]] = []
        var possible: [[String: Any]] = []
        for candidate in decision.candidates {
            var entry: [String: Any] = ["name": candidate.name, "number": candidate.number]
            if let source = sources?[candidate.name] {
                let place = Self.place(source)
                entry["objects"] = source.chain.map(\.description)
                (entry["file"], entry["line"], entry["column"]) = (place.file, place.line, place.column)
            }
            switch candidate.state {
            case .passed(let reason):
                entry["reason"] = reason
                passed.append(entry)
            case .possible(let reason, let outcome):
                entry["reason"] = reason
                entry["answer"] = Self.json(outcome, walk)
                possible.append(entry)
            case .taken: out["route"] = entry
            }
        }
        out["passed"] = passed
        out["possible"] = possible
        return out
    }

    private static func json(_ outcome: RouteDecision.Outcome, _ walk: RouteWalk) -> [String: Any] {
        func list(_ destinations: [RouteDecision.Destination]) -> [[String: Any]] {
            destinations.map { destination in
                var out: [String: Any] = ["cluster": destination.cluster, "upstreams": walk.owners(.cluster, destination.cluster)]
                out["share"] = destination.share
                out["endpoints"] = destination.endpoints
                out["note"] = destination.note
                return out
            }
        }
        var out: [String: Any] = [:]
        switch outcome {
        case .upstream(let destinations, let path, let host):
            out = ["kind": "upstream", "clusters": list(destinations), "host": host]
            out["path"] = path
        case .tcp(let destinations): out = ["kind": "tcp", "clusters": list(destinations)]
        case .redirect(let status, let location, let reason):
            out = ["kind": "redirect", "status": status]
            out["location"] = location
            out["reason"] = reason
        case .respond(let status, let body, let reason):
            out = ["kind": "response", "status": status, "body": body]
            out["reason"] = reason
        case .notFound(let reason): out = ["kind": "notFound", "status": 404, "reason": reason]
        case .closed(let reason): out = ["kind": "closed", "reason": reason]
        case .unknown(let reason): out = ["kind": "unknown", "reason": reason]
        }
        return out
    }
}

extension String {
    /// With spaces behind it to a length.
    fileprivate func padding(to length: Int) -> String { self + String(repeating: " ", count: max(0, length - count)) }
}
