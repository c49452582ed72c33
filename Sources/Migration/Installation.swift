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
    private let byID: [ObjectID: ConfigObject]

    package init(objects: some Sequence<ConfigObject>, problems: [(ObjectID?, ConfigProblem)], namespace: String) {
        self.objects = objects.sorted { $0.id < $1.id }
        self.problems = problems
        self.namespace = namespace
        byID = Dictionary(uniqueKeysWithValues: self.objects.map { ($0.id, $0) })
    }

    subscript(kind: Kind) -> [ConfigObject] { objects.filter { $0.id.kind == kind } }
    subscript(id: ObjectID) -> ConfigObject? { byID[id] }

    /// Those that count; nil where a folder holds none.
    var settings: ConfigObject? { self[.settings].first { $0.id.ref.name == Settings.name } }

    func hasErrors(_ id: ObjectID) -> Bool { problems.contains { $0.0 == id && $0.1.severity == .error } }

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
    let gateway: ConfigObject
    let http: HttpGateway
    let servesTLS: Bool
    /// For messages.
    let value: ConfigValue

    static func all(in installation: Installation) -> [HTTPPlace] {
        installation[.gateway].flatMap { gateway in
            var places: [HTTPPlace] = []
            let spec = Gateway(gateway.spec)
            if let http = spec.http { places.append(HTTPPlace(gateway: gateway, http: http, servesTLS: spec.isSSL, value: http.value)) }
            for matched in gateway.spec["hybridGateway"]?["matchedGateways"]?.elements ?? .none {
                // A matched gateway has the same member as a gateway.
                guard let http = Gateway(matched).http else { continue }
                places.append(HTTPPlace(gateway: gateway, http: http, servesTLS: matched["matcher"]?["sslConfig"] != nil, value: http.value))
            }
            return places
        }
    }

    /// The virtual services that it takes, the oldest first.
    func virtualServices(in installation: Installation) -> [ConfigObject] {
        installation[.virtualService]
            .filter { VirtualService($0.spec).virtualHost != nil && (VirtualService($0.spec).sslConfig != nil) == servesTLS && takes($0) }
            .sorted { ($0.creationTimestamp ?? "", $0.id) < ($1.creationTimestamp ?? "", $1.id) }
    }

    /// Expressions count before labels, labels before names; nothing at all takes every one.
    private func takes(_ object: ConfigObject) -> Bool {
        let isInNamespace = http.namespaces.isEmpty || http.namespaces.contains("*") || http.namespaces.contains(object.id.ref.namespace)
        if let expressions = http.expressions { return isInNamespace && expressions.allSatisfy { $0.matches(object.labels) } }
        if let selector = http.selector { return isInNamespace && selector.members.allSatisfy { object.labels[$0.key ?? ""] == $0.text ?? "" } }
        guard let named = http.virtualServices else { return isInNamespace }
        return named.contains { ResourceRef($0, namespace: gateway.id.ref.namespace) == object.id.ref }
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
