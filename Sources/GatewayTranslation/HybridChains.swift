internal import APIResources
internal import ConfigTree
internal import Emitter

extension ListenerBuilder {
    /// The chains of several gateways that share a port, each for the connections that its matcher takes.
    mutating func addHybridChains(_ hybrid: HybridGateway) {
        let matched = hybrid.matchedGateways
        if !matched.isEmpty {
            if hybrid.delegated != nil {
                report(.warning, at: hybrid.delegated, "'matchedGateways' counts, and 'delegatedHttpGateways' does not; write one of them")
            }
            for gateway in matched { addMatched(gateway) }
        } else if let delegated = hybrid.delegated {
            addDelegated(delegated)
        } else {
            report(.error, at: hybrid.value, "a hybrid gateway needs 'matchedGateways' or 'delegatedHttpGateways'")
        }
    }

    private mutating func addMatched(_ gateway: ConfigValue) {
        let matcher = gateway["matcher"]
        guard let match = match(matcher, on: source) else { return }
        let ssl = matcher?["sslConfig"]
        let defaults = ssl.map { [(source, $0)] } ?? []
        let suffix = suffix(of: matcher)
        if let http = gateway["httpGateway"].map(HttpGateway.init) {
            let base = HttpChainBase(
                owner: source, options: OwnedValue(source, http.options), statPrefix: "http", match: match,
                routesName: "\(name)-\(routesWord)-\(suffix)", sslDefaults: defaults + oneWayDefault
            )
            let services = virtualServices(of: http, in: source, isSSL: ssl != nil)
            addHttp(base, services, isSSL: ssl != nil, at: gateway)
        } else if let tcp = gateway["tcpGateway"] {
            addTcpChains(tcp, in: source, match: match, sslDefaults: defaults, qualifier: "-\(suffix)")
        } else {
            report(.error, at: gateway, "a matched gateway needs 'httpGateway' or 'tcpGateway'")
        }
    }

    mutating func addHttp(_ base: HttpChainBase, _ services: [StoredObject], isSSL: Bool, at place: ConfigValue?) {
        if isSSL {
            addTLSChains(base, services)
        } else {
            addPlainChain(base, withoutConflicts(services), at: place)
        }
    }

    // MARK: Delegated

    private mutating func addDelegated(_ delegated: ConfigValue) {
        let parentSSL = delegated["sslConfig"]
        let children = matchableGateways(delegated, isSSL: parentSSL != nil)
        for child in children {
            let gateway = MatchableHttpGateway(child.spec)
            guard let http = gateway.http else {
                report(.error, on: child, "a MatchableHttpGateway needs 'httpGateway'")
                continue
            }
            guard let match = match(gateway.matcher, on: child) else { continue }
            matchableGateways.append(child.id)
            let parentWins = delegated["preventChildOverrides"]?.bool == true
            func layers(_ parent: ConfigValue?, _ own: ConfigValue?) -> [(StoredObject, ConfigValue)] {
                let own = own.map { [(child, $0)] } ?? []
                let parent = parent.map { [(source, $0)] } ?? []
                return parentWins ? parent + own : own + parent
            }
            let ssl = layers(parentSSL, gateway.matcher?["sslConfig"])
            let settings = delegated["httpConnectionManagerSettings"].map { LayeredValue.map("httpConnectionManagerSettings", $0) }
            let options = layers(settings, http.options)
            var hash = gateway.matcher?.contentHash() ?? 0
            hash = Self.mix(hash, "\(child.id.ref)")
            let base = HttpChainBase(
                owner: child, options: options.isEmpty ? nil : OwnedValue(options), statPrefix: "http", match: match,
                routesName: "\(name)-\(routesWord)-\(String(hash, radix: 16))", sslDefaults: ssl + oneWayDefault
            )
            addHttp(base, virtualServices(of: http, in: child, isSSL: !ssl.isEmpty), isSSL: !ssl.isEmpty, at: gateway.matcher)
        }
    }

    private mutating func matchableGateways(_ delegated: ConfigValue, isSSL: Bool) -> [StoredObject] {
        if let reference = delegated["ref"] {
            guard let ref = ResourceRef(reference, namespace: source.id.ref.namespace) else { return [] }
            if let child = reader.object(.matchableHttpGateway, ref) { return [child] }
            report(.warning, at: reference, "MatchableHttpGateway '\(ref)' \(reader.whyMissing(ObjectID(.matchableHttpGateway, ref)))")
            return []
        }
        guard let selector = delegated["selector"] else {
            report(.error, at: delegated, "say which MatchableHttpGateways: 'ref' or 'selector'")
            return []
        }
        let labels = selector["labels"].map(LabelExpression.labels) ?? []
        let expressions = selector["expressions"].map { $0.elements.map(LabelExpression.init) } ?? []
        let written = selector["namespaces"]?.elements.compactMap(\.text) ?? []
        let found = reader.select(
            .matchableHttpGateway, namespaces: written.isEmpty ? [source.id.ref.namespace] : written, labels: labels, expressions: expressions
        )
        let fitting = found.filter { (MatchableHttpGateway($0.spec).matcher?["sslConfig"] != nil) == isSSL }
        reader.noteContent(found)
        if fitting.isEmpty {
            let reason = found.isEmpty ? "" : " \(isSSL ? "with" : "without") 'sslConfig' in its matcher, as this gateway has it"
            report(.warning, at: selector, "the selector takes no MatchableHttpGateway\(reason)")
        }
        return fitting
    }

    /// What Settings say of all virtual services.
    var oneWayDefault: [(StoredObject, ConfigValue)] {
        guard let oneWay = reader.settings().oneWayTls?.parent, let settings = reader.snapshot.settings else { return [] }
        return [(settings, oneWay)]
    }
}
