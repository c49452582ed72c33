package import EnvoyDescriptors

/// Walks Envoy's own resources as Envoy's router does, and gives reasons.
///
/// It is told nothing of the configuration they were made from, so it cannot know better than the proxy.
package struct EnvoyRouter: Sendable {
    package let listeners: [ListenerInfo]
    private let tables: [String: RouteTable]
    private let clusters: [String: [String]]

    package struct ListenerInfo: Sendable {
        package let name: String
        package let address: String
        package let port: UInt32
        let chains: FilterChains

        private var allChains: [FilterChain] { chains.chains + (chains.defaultChain.map { [$0] } ?? []) }
        package var takesTLS: Bool { allChains.contains { $0.isTLS || $0.passesTLSOn } }
        package var takesPlain: Bool { allChains.contains { !$0.isTLS && !$0.passesTLSOn } }
    }

    /// - Parameters: messages with the names of fields as in the .proto files.
    package init(listeners: [ProtoJSON], routes: [ProtoJSON], clusters: [ProtoJSON]) {
        self.listeners = listeners.map { listener in
            let socket = listener["address"]?["socket_address"]
            return ListenerInfo(
                name: listener["name"]?.text ?? "", address: socket?["address"]?.text ?? "", port: UInt32(socket?["port_value"]?.int ?? 0),
                chains: FilterChains(listener)
            )
        }
        tables = Dictionary(routes.map { RouteTable($0) }.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        self.clusters = Dictionary(clusters.map { ($0["name"]?.text ?? "", Self.endpoints($0)) }, uniquingKeysWith: { $1 })
    }

    private static func endpoints(_ cluster: ProtoJSON) -> [String] {
        let localities = cluster["load_assignment"]?["endpoints"]?.items ?? []
        return localities.flatMap { $0["lb_endpoints"]?.items ?? [] }.compactMap { endpoint in
            guard let socket = endpoint["endpoint"]?["address"]?["socket_address"], let address = socket["address"]?.text else { return nil }
            return "\(address):\(socket["port_value"]?.int ?? 0)"
        }
    }

    /// The listeners that a request may be meant for: of the port, or else those that speak its scheme.
    package func listeners(for request: RouteRequest, port: UInt32?) -> [ListenerInfo] {
        if let port = port ?? request.port { return listeners.filter { $0.port == port } }
        return listeners.filter { request.scheme == "https" ? $0.takesTLS : $0.takesPlain }
    }

    package func route(_ request: RouteRequest, through listener: ListenerInfo) -> RouteDecision {
        let isTLS = request.scheme == "https"
        let choice = listener.chains.choose(.init(port: listener.port, serverName: isTLS ? request.serverName : nil, source: request.sourceIP))
        var decision = RouteDecision(listener: listener.name, outcome: .closed("no filter chain takes the connection"))
        decision.caveats = choice.caveats
        decision.otherChains = choice.reasons.map { ($0.chain.title, $0.reason) }
        guard let chain = choice.chain else { return decision }
        decision.filterChain = chain.title
        if isTLS != chain.isTLS {
            // A chain that only passes bytes on does not mind.
            if case .tcp = chain.handler {} else {
                decision.outcome = .closed(isTLS ? "the filter chain speaks no TLS, and the request is for https" : "the filter chain speaks TLS, and the request is for http")
                return decision
            }
        }
        switch chain.handler {
        case .tcp(let proxy): decision.outcome = .tcp(destinations(of: proxy, nil, &decision.caveats))
        case .unknown(let filters):
            decision.outcome = .unknown("the filter chain is no HTTP connection manager and no TCP proxy: \(filters.joined(separator: ", "))")
        case .http(let manager): route(request, isTLS, manager, listener, &decision)
        }
        return decision
    }

    // MARK: HTTP

    private func route(_ request: RouteRequest, _ isTLS: Bool, _ manager: HTTPManager, _ listener: ListenerInfo, _ decision: inout RouteDecision) {
        decision.filters = manager.filters
        let table: RouteTable
        switch manager.routes {
        case .inline(let inline): table = inline
        case .named(let name):
            decision.routeTable = name
            guard let found = tables[name] else {
                decision.outcome = .unknown("there is no route configuration '\(name)'; the listener waits for it")
                return
            }
            table = found
        case .unknown(let reason):
            decision.outcome = .unknown(reason)
            return
        }
        decision.routeTable = table.name
        decision.caveats += table.caveats
        guard let path = path(of: request, manager, &decision) else { return }
        let seen = EffectiveRequest(
            request, isTLS: isTLS, authority: Self.authority(request.authority, manager.json, port: listener.port), path: path,
            ignoresPathParameters: table.ignoresPathParameters, manager: manager.json
        )
        (decision.authority, decision.path) = (seen.authority, seen.path)
        guard let (host, domain) = table.host(for: seen.authority) else {
            decision.outcome = .notFound(Self.noHost(seen.authority, table))
            return
        }
        (decision.virtualHost, decision.domain, decision.routeCount) = (host.name, domain, host.routes.count)
        if host.hasMatcherTree { decision.caveats.append("the virtual host has a 'matcher' tree, which is not evaluated") }
        if host.requiredTLS != .none, seen.forwardedProto != "https" {
            let redirect = RouteDecision.Outcome.redirect(
                status: Redirect.toTLS.status, location: Redirect.toTLS.location(seen, matched: .connect), reason: "the virtual host takes requests over TLS only"
            )
            if host.requiredTLS == .external { decision.caveats.append("requests from inside are not redirected to TLS") }
            decision.outcome = redirect
            return
        }
        walk(host, seen, manager, request, &decision)
    }

    private func walk(
        _ host: VirtualHost, _ seen: EffectiveRequest, _ manager: HTTPManager, _ request: RouteRequest, _ decision: inout RouteDecision
    ) {
        for (number, route) in host.routes.enumerated() {
            let state: RouteDecision.Candidate.State
            let (verdict, takesPath) = route.verdict(seen)
            switch verdict {
            case .fails(let reason): state = .passed(reason: reason)
            case .depends(let reason): state = .possible(reason: reason, outcome(of: route, seen, manager, request, &decision.caveats))
            case .holds: state = .taken
            }
            decision.candidates.append(.init(number: number, name: route.name, state: state, takesPath: takesPath))
            guard case .taken = state else { continue }
            decision.outcome = outcome(of: route, seen, manager, request, &decision.caveats)
            return
        }
        decision.outcome = .notFound(host.routes.isEmpty ? "the virtual host has no routes" : "no route of the virtual host matches")
    }

    private func path(of request: RouteRequest, _ manager: HTTPManager, _ decision: inout RouteDecision) -> String? {
        var path = request.path
        guard request.method != "CONNECT" else { return path }
        if let plain = PathNormalization.unescapeSlashes(path) {
            switch manager.json["path_with_escaped_slashes_action"]?.text {
            case "REJECT_REQUEST":
                decision.outcome = .respond(status: 400, body: "", reason: "the path holds an escaped slash")
                return nil
            case "UNESCAPE_AND_REDIRECT":
                decision.outcome = .redirect(status: 307, location: plain, reason: "the path holds an escaped slash")
                return nil
            case "UNESCAPE_AND_FORWARD": path = plain
            default: break
            }
        }
        if manager.json.flag("normalize_path") { path = PathNormalization.canonical(path) }
        if manager.json.flag("merge_slashes") { path = PathNormalization.mergeSlashes(path) }
        return path
    }

    private static func authority(_ written: String, _ manager: ProtoJSON, port: UInt32) -> String {
        var authority = written
        let name = RouteRequest.withoutPort(authority)
        if manager.flag("strip_any_host_port") || (manager.flag("strip_matching_host_port") && authority == "\(name):\(port)") { authority = name }
        if manager.flag("strip_trailing_host_dot") {
            let name = RouteRequest.withoutPort(authority)
            if name.hasSuffix(".") { authority = String(name.dropLast()) + authority.dropFirst(name.count) }
        }
        return authority
    }

    private static func noHost(_ authority: String, _ table: RouteTable) -> String {
        var text = "no virtual host has a domain for '\(authority)'"
        let name = RouteRequest.withoutPort(authority)
        if name != authority, let (host, domain) = table.host(for: name) {
            return text + ": its port belongs to it, and '\(domain)' of '\(host.name)' has none; add the domain '\(authority)' or send the header 'host: \(name)'"
        }
        let domains = table.hosts.flatMap(\.domains)
        if !domains.isEmpty { text += "; there are \(domains.prefix(8).joined(separator: ", "))\(domains.count > 8 ? " and \(domains.count - 8) more" : "")" }
        return text
    }

    // MARK: Actions

    private func outcome(
        of route: RouteEntry, _ seen: EffectiveRequest, _ manager: HTTPManager, _ request: RouteRequest, _ caveats: inout [String]
    ) -> RouteDecision.Outcome {
        if let upgrade = upgrade(request), !takes(upgrade, route.action, manager) {
            return .respond(status: 403, body: "", reason: "upgrades to '\(upgrade)' are not allowed here")
        }
        switch route.action {
        case .respond(let status, let body): return .respond(status: status, body: body, reason: nil)
        case .redirect(let redirect): return .redirect(status: redirect.status, location: redirect.location(seen, matched: route.path), reason: nil)
        case .unknown(let reason): return .unknown(reason)
        case .forward(let forward):
            if case .unknown(let reason) = forward.target { return .unknown(reason) }
            return .upstream(destinations(of: forward, seen, &caveats), path: forward.path.apply(seen.path, matched: route.path), host: forward.host(seen))
        }
    }

    private func upgrade(_ request: RouteRequest) -> String? {
        if request.method == "CONNECT" { return "CONNECT" }
        guard request.headers.contains(where: { $0.name == "connection" && $0.value.asciiLowercased.contains("upgrade") }) else { return nil }
        return request.headers.first { $0.name == "upgrade" }?.value
    }

    private func takes(_ upgrade: String, _ action: RouteAction, _ manager: HTTPManager) -> Bool {
        if case .forward(let forward) = action, let own = forward.upgrades[upgrade.asciiLowercased] { return own }
        return manager.takesUpgrade(upgrade)
    }

    private func destinations(of forward: Forward, _ seen: EffectiveRequest?, _ caveats: inout [String]) -> [RouteDecision.Destination] {
        func destination(_ name: String, _ share: String? = nil, _ note: String? = nil) -> RouteDecision.Destination {
            .init(cluster: name, share: share, endpoints: clusters[name], note: clusters[name] == nil ? note ?? "there is no such cluster: Envoy answers \(forward.notFoundStatus)" : note)
        }
        func named(byHeader header: String, _ share: String? = nil) -> RouteDecision.Destination {
            guard let value = seen?.first(header.asciiLowercased) else {
                return destination("", share, "the header '\(header)' names the cluster and is missing: Envoy answers \(forward.notFoundStatus)")
            }
            return destination(value, share)
        }
        switch forward.target {
        case .cluster(let name): return [destination(name)]
        case .header(let header): return [named(byHeader: header)]
        case .weighted(let all):
            let total = all.reduce(0) { $0 + $1.weight }
            return all.map { part in
                let share = percent(part.weight, of: total)
                return part.header.map { named(byHeader: $0, share) } ?? destination(part.name, share)
            }
        case .unknown(let reason):
            caveats.append(reason)
            return []
        }
    }
}
