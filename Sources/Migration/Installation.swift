package import APIResources
package import ConfigStores
package import ConfigTree

/// What Gloo was told, as it was read, and what checking and translation say about it.
package struct Installation: Sendable {
    /// Accepted or not, sorted.
    package let objects: [ConfigObject]
    package let problems: [(ObjectID?, ConfigProblem)]
    /// In which gateways are read and proxies live.
    package let namespace: String
    /// Those that count; nil where a folder holds none.
    let settings: ConfigObject?
    private let byID: [ObjectID: ConfigObject]
    private let byKind: [Kind: [ConfigObject]]
    private let withErrors: Set<ObjectID>
    private let withMistakes: Set<ObjectID>

    package init(objects: some Sequence<ConfigObject>, problems: [(ObjectID?, ConfigProblem)], namespace: String) {
        self.objects = objects.sorted { $0.id < $1.id }
        self.problems = problems
        self.namespace = namespace
        byID = Dictionary(uniqueKeysWithValues: self.objects.map { ($0.id, $0) })
        byKind = Dictionary(grouping: self.objects, by: \.id.kind)
        settings = byKind[.settings]?.first { $0.id.ref.name == Settings.name }
        let errors = problems.filter { $0.1.severity == .error }
        withErrors = Set(errors.compactMap(\.0))
        withMistakes = Set(errors.filter { !$0.1.isRefusal }.compactMap(\.0))
    }

    subscript(kind: Kind) -> [ConfigObject] { byKind[kind] ?? [] }
    subscript(id: ObjectID) -> ConfigObject? { byID[id] }

    func hasErrors(_ id: ObjectID) -> Bool { withErrors.contains(id) }

    /// Errors of the user's, not only fields that nothing here handles.
    func hasMistakes(_ id: ObjectID) -> Bool { withMistakes.contains(id) }

    // MARK: Values of one sort, wherever they stand

    /// A route with the object in which it is written.
    var routes: [(owner: ConfigObject, route: ConfigValue)] {
        (self[.virtualService].map { ($0, VirtualService($0.spec).routes) } + self[.routeTable].map { ($0, RouteTable($0.spec).routes) })
            .flatMap { owner, routes in (routes?.elements ?? .none).map { (owner, $0) } }
    }

    /// Destinations of requests and connections.
    var destinations: [(owner: ConfigObject, destination: ConfigValue)] {
        var found: [(ConfigObject, ConfigValue)] = []
        func add(_ owner: ConfigObject, _ action: ConfigValue?) {
            if let single = action?["single"] { found.append((owner, single)) }
            for weighted in Self.weighted(action) { found.append((owner, weighted)) }
        }
        for (owner, route) in routes { add(owner, route["routeAction"]) }
        for group in self[.upstreamGroup] {
            for weighted in UpstreamGroup(group.spec).destinations?.elements ?? .none {
                if let destination = weighted["destination"] { found.append((group, destination)) }
            }
        }
        for gateway in self[.gateway] {
            let hybrid = gateway.spec["hybridGateway"]?["matchedGateways"]?.elements ?? .none
            for tcp in [gateway.spec["tcpGateway"]] + hybrid.map({ $0["tcpGateway"] }) {
                for host in tcp?["tcpHosts"]?.elements ?? .none { add(gateway, host["destination"]) }
            }
        }
        return found
    }

    static func weighted(_ action: ConfigValue?) -> [ConfigValue] {
        (action?["multi"]?["destinations"]?.elements ?? .none).compactMap { $0["destination"] }
    }

    /// Descriptions of TLS, in either direction.
    var sslConfigs: [(owner: ConfigObject, config: ConfigValue)] {
        var found: [(ConfigObject, ConfigValue)] = []
        for object in objects {
            switch object.id.kind {
            case .virtualService, .upstream, .gateway, .matchableHttpGateway: break
            default: continue
            }
            if let config = object.spec["sslConfig"] { found.append((object, config)) }
            if let config = object.spec["matcher"]?["sslConfig"] { found.append((object, config)) }
            for host in object.spec["tcpGateway"]?["tcpHosts"]?.elements ?? .none {
                if let config = host["sslConfig"] { found.append((object, config)) }
            }
            for matched in object.spec["hybridGateway"]?["matchedGateways"]?.elements ?? .none {
                if let config = matched["matcher"]?["sslConfig"] { found.append((object, config)) }
            }
        }
        return found
    }
}

/// Where virtual services are served: a gateway, or one of the parts of a hybrid gateway.
struct HTTPPlace {
    /// The gateway that opens the port.
    let gateway: ConfigObject
    /// In which the HTTP gateway is written: that gateway, or one to which it delegates.
    let owner: ConfigObject
    let http: HttpGateway
    let servesTLS: Bool

    static func all(in installation: Installation) -> [HTTPPlace] {
        installation[.gateway].flatMap { gateway in
            let spec = Gateway(gateway.spec)
            if let http = spec.http { return [HTTPPlace(gateway: gateway, owner: gateway, http: http, servesTLS: spec.isSSL)] }
            let matched = spec.hybrid?.matchedGateways ?? []
            if matched.isEmpty, let delegated = spec.hybrid?.delegated {
                return children(of: delegated, in: gateway, installation).compactMap { child in
                    let part = MatchableHttpGateway(child.spec)
                    let servesTLS = delegated["sslConfig"] != nil || part.matcher?["sslConfig"] != nil
                    return part.http.map { HTTPPlace(gateway: gateway, owner: child, http: $0, servesTLS: servesTLS) }
                }
            }
            return matched.compactMap { matched in
                let servesTLS = matched["matcher"]?["sslConfig"] != nil
                return matched["httpGateway"].map { HTTPPlace(gateway: gateway, owner: gateway, http: HttpGateway($0), servesTLS: servesTLS) }
            }
        }
    }

    private static func children(of delegated: ConfigValue, in gateway: ConfigObject, _ installation: Installation) -> [ConfigObject] {
        let home = gateway.id.ref.namespace
        if let ref = ResourceRef(delegated["ref"], namespace: home) { return installation[ObjectID(.matchableHttpGateway, ref)].map { [$0] } ?? [] }
        guard let selector = delegated["selector"] else { return [] }
        let written = selector["namespaces"]?.elements.compactMap(\.text) ?? []
        let labels = selector["labels"].map(LabelExpression.labels) ?? []
        let expressions = (selector["expressions"]?.elements ?? .none).map(LabelExpression.init)
        return installation[.matchableHttpGateway].filter { child in
            isSelected(child, namespaces: written.isEmpty ? [home] : written, labels, expressions)
                // A selector takes those that agree with the gateway on TLS.
                && (delegated["sslConfig"] != nil) == (MatchableHttpGateway(child.spec).matcher?["sslConfig"] != nil)
        }
    }

    /// The virtual services that it takes, the oldest first.
    func virtualServices(in installation: Installation) -> [ConfigObject] {
        installation[.virtualService]
            .filter { VirtualService($0.spec).virtualHost != nil && (VirtualService($0.spec).sslConfig != nil) == servesTLS && takes($0) }
            .sorted { $0.precedes($1) }
    }

    /// Expressions count before labels, labels before names; nothing at all takes every one.
    private func takes(_ object: ConfigObject) -> Bool {
        if let expressions = http.expressions { return Self.isSelected(object, namespaces: http.namespaces, [], expressions) }
        guard http.selector.isEmpty, let named = http.virtualServices else {
            return Self.isSelected(object, namespaces: http.namespaces, http.selector, [])
        }
        return named.contains { ResourceRef($0, namespace: owner.id.ref.namespace) == object.id.ref }
    }

    private static func isSelected(
        _ object: ConfigObject, namespaces: [String], _ labels: [(String, String)], _ expressions: [LabelExpression]
    ) -> Bool {
        (namespaces.isEmpty || namespaces.contains("*") || namespaces.contains(object.id.ref.namespace))
            && labels.allSatisfy { object.labels[$0.0] == $0.1 } && expressions.allSatisfy { $0.matches(object.labels) }
    }

    /// What Gloo calls isolation; nil when nobody has said.
    func isolates(in installation: Installation) -> Bool? {
        switch gateway.annotations["gateway.solo.io/isolate_vhost"]?.lowercased() {
        case "true", "t", "1": true
        case "false", "f", "0": false
        default: installation.settings?.spec["gateway"]?["isolateVirtualHostsBySslConfig"]?.bool
        }
    }
}
