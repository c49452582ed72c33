internal import APIResources
internal import ConfigStores
internal import ConfigTree
internal import Emitter
internal import EnvoyWire
internal import GatewayTranslation
internal import PluginHost

/// Writes one route after the other: match, name, action, and what plugins contribute to it.
///
/// A route that cannot be written answers as the policy for invalid routes says; its neighbours are not touched.
final class RouteWriter {
    private let subject: SubjectWriter
    private let reader: SnapshotReader
    private let hasCluster: (ResourceRef) -> Bool
    private let policy: InvalidConfigPolicy
    private let maxBody: Int
    /// The virtual host cannot be served as it was meant: all its routes answer as the policy says.
    private let refusesAll: Bool

    let route = Scratch()
    private let action = Scratch()
    private let weights = Scratch()
    private let weight = Scratch()
    private var cluster: [UInt8] = []
    /// The single destination, or nil.
    private var target: Destination?
    /// Members of the route's action that plugins act on like on options.
    private var actionOptions: ConfigValue?
    /// The upstream group whose destinations are being written.
    private var group: StoredObject?

    private(set) var reports: [Report] = []

    init(
        _ subject: SubjectWriter, _ reader: SnapshotReader, policy: InvalidConfigPolicy, maxBody: UInt32?, refusesAll: Bool,
        hasCluster: @escaping (ResourceRef) -> Bool
    ) {
        self.subject = subject
        self.reader = reader
        self.policy = policy
        // Envoy's own default, above which it refuses the whole table.
        self.maxBody = Int(maxBody ?? 4096)
        self.refusesAll = refusesAll
        self.hasCluster = hasCluster
    }

    /// Writes the route for one of its matchers into `route`. False: requests for it cannot be told from others, nothing is written.
    func write(_ resolved: ResolvedRoute, matcher: ConfigValue?, name: [UInt8], top: StoredObject, isFirst: Bool) -> Bool {
        route.begin()
        reports.removeAll(keepingCapacity: true)
        var isSound = true
        let envoy = EnvoyWire.Route.Route(route.output)
        envoy.match {
            if let (value, message) = MatchWriter.write(matcher, resolved.inherited, to: $0) {
                report(.error, resolved, top, value, message)
                isSound = false
            }
        }
        guard isSound else { return false }
        envoy.name(name)
        let head = route.count
        if resolved.isInvalid || refusesAll {
            writeRefusal(envoy)
        } else if !writeAction(resolved, envoy, top) || !contribute(resolved, name, top) {
            route.truncate(to: head)
            writeRefusal(envoy)
        }
        if subject.traces { route.note(from: 0, resolved.route.value) }
        // Each matcher makes a route of its own, and the same complaint.
        if !isFirst { reports.removeAll(keepingCapacity: true) }
        return true
    }

    private func writeRefusal(_ envoy: EnvoyWire.Route.Route) {
        envoy.directResponse { out in
            out.status(policy.responseCode)
            // The policy's words are under the limit for bodies like any others.
            if policy.responseBody.utf8.count <= maxBody { out.body { $0.inlineString(policy.responseBody) } }
        }
    }

    private func contribute(_ resolved: ResolvedRoute, _ name: [UInt8], _ top: StoredObject) -> Bool {
        guard resolved.hasOptions || actionOptions != nil else { return true }
        var options = resolved.options
        if let actionOptions { options.append(actionOptions) }
        subject.contribute(
            .route, to: route.output, from: 0,
            facts: SubjectFacts(
                name: name, namespace: resolved.owner.id.ref.namespace, action: Self.word(resolved.route.action), cluster: cluster,
                upstream: target.map { ($0.upstream.name, $0.upstream.namespace) } ?? ("", "")
            ),
            options: options
        )
        if subject.traces { route.note(subject.origins) }
        return take(resolved, top)
    }

    /// Moves what hooks reported into the reports of this route. False when there is an error.
    private func take(_ resolved: ResolvedRoute, _ top: StoredObject) -> Bool {
        var isSound = true
        for said in subject.reports {
            report(said.severity, resolved, top, said.at ?? resolved.route.value, said.message)
            if said.isError { isSound = false }
        }
        return isSound
    }

    private static func word(_ action: APIResources.Route.Action?) -> StaticString {
        switch action {
        case .route: "route"
        case .redirect: "redirect"
        case .directResponse: "directResponse"
        case .delegate, .graphQL, nil: "none"
        }
    }

    // MARK: Actions

    private func writeAction(_ resolved: ResolvedRoute, _ envoy: EnvoyWire.Route.Route, _ top: StoredObject) -> Bool {
        cluster.removeAll(keepingCapacity: true)
        target = nil
        actionOptions = nil
        switch resolved.route.action {
        case .route(let value): return writeRouting(value, resolved, top)
        case .redirect(let value): return writeRedirect(value, resolved, envoy, top)
        case .directResponse(let value): return writeDirectResponse(value, resolved, envoy, top)
        case .graphQL(let value):
            report(.error, resolved, top, value, "'graphqlApiRef' needs the GraphQL filter of Gloo's own proxy; stock Envoy has none")
            return false
        case .delegate(let value):
            // In a Proxy, where there are no tables; elsewhere it has been followed.
            if top.id.kind == .proxy { report(.error, resolved, top, value, "a route of a Proxy cannot delegate; write its routes out") }
            return false
        case nil: return false
        }
    }

    private func writeRouting(_ value: ConfigValue, _ resolved: ResolvedRoute, _ top: StoredObject) -> Bool {
        action.begin()
        let out = EnvoyWire.Route.RouteAction(action.output)
        if let single = value["single"] {
            guard let destination = destination(single, resolved, top) else { return false }
            if !isThere(destination, resolved, top), policy.replacesInvalidRoutes { return false }
            Destination.appendClusterName(destination.upstream, to: &cluster)
            target = destination
            actionOptions = single["destinationSpec"]
            out.cluster(cluster)
            if destination.subset != nil { out.metadataMatch(destination.writeSubset) }
        } else if let header = value["clusterHeader"] {
            out.clusterHeader(header.wire)
        } else if let destinations = value["multi"]?["destinations"] {
            guard writeWeighted(destinations, resolved, top) else { return false }
        } else if let reference = value["upstreamGroup"] {
            guard let ref = ResourceRef(reference, namespace: resolved.owner.id.ref.namespace) else { return false }
            guard let group = reader.object(.upstreamGroup, ref) else {
                report(.warning, resolved, top, reference, "UpstreamGroup '\(ref)' \(reader.whyMissing(ObjectID(.upstreamGroup, ref)))")
                if policy.replacesInvalidRoutes { return false }
                // A cluster that does not exist: Envoy answers 503.
                Destination.appendClusterName(ref, to: &cluster)
                out.cluster(cluster)
                route.embed(action, field: 2)
                return true
            }
            guard let destinations = UpstreamGroup(group.spec).destinations else { return false }
            guard writeWeighted(destinations, resolved, top, of: group) else { return false }
        } else if let dynamic = value["dynamicForwardProxy"] {
            guard subject.handles(.route, "dynamicForwardProxy") else {
                report(.error, resolved, top, dynamic, "no loaded plugin handles 'dynamicForwardProxy'")
                return false
            }
            actionOptions = value
        }
        route.embed(action, field: 2)
        return true
    }

    private func writeWeighted(_ destinations: ConfigValue, _ resolved: ResolvedRoute, _ top: StoredObject, of group: StoredObject? = nil) -> Bool {
        self.group = group
        defer { self.group = nil }
        weights.begin()
        var total: UInt64 = 0
        var present = 0
        for destination in destinations.elements {
            guard let single = destination["destination"], let target = self.destination(single, resolved, top) else { return false }
            if isThere(target, resolved, top) { present += 1 }
            let share = destination["weight"]?.uint32 ?? 0
            total += UInt64(share)
            let name = target.clusterName
            weight.begin()
            let out = EnvoyWire.Route.WeightedCluster.ClusterWeight(weight.output).name(name).weight(share)
            if target.subset != nil { out.metadataMatch(target.writeSubset) }
            let options = [destination["options"], single["destinationSpec"]].compactMap(\.self)
            if !options.isEmpty {
                subject.contribute(
                    .weightedDestination, to: weight.output, from: 0,
                    facts: SubjectFacts(
                        name: name, namespace: (group ?? resolved.owner).id.ref.namespace, cluster: name,
                        upstream: (target.upstream.name, target.upstream.namespace)
                    ),
                    options: options
                )
                if subject.traces { weight.note(subject.origins) }
                guard take(resolved, top) else { return false }
            }
            weights.embed(weight, field: 1)
        }
        guard total > 0 else {
            report(.error, resolved, top, destinations, "the weights add up to 0; give at least one destination a 'weight'")
            return false
        }
        guard total <= UInt32.max else {
            report(.error, resolved, top, destinations, "the weights add up to more than \(UInt32.max)")
            return false
        }
        if present == 0, policy.replacesInvalidRoutes { return false }
        action.embed(weights, field: 3)
        if present < destinations.count, policy.replacesInvalidRoutes, let code = Self.notFoundCode(policy.responseCode) {
            EnvoyWire.Route.RouteAction(action.output).clusterNotFoundResponseCode(code)
        }
        return true
    }

    /// Envoy answers for a destination that is not there by itself, with one of three codes.
    private static func notFoundCode(_ status: UInt32) -> EnvoyWire.Route.RouteAction.ClusterNotFoundResponseCode? {
        switch status {
        case 400..<500: .notFound
        case 500: .internalServerError
        default: nil
        }
    }

    private func destination(_ value: ConfigValue, _ resolved: ResolvedRoute, _ top: StoredObject) -> Destination? {
        guard let destination = Destination(value, namespace: (group ?? resolved.owner).id.ref.namespace) else {
            report(.error, resolved, top, value, "say where to: 'upstream: {name: ..., namespace: ...}'")
            return nil
        }
        return destination
    }

    private func isThere(_ destination: Destination, _ resolved: ResolvedRoute, _ top: StoredObject) -> Bool {
        if let problem = destination.problem(reader, hasCluster: hasCluster) {
            report(.warning, resolved, top, destination.place, problem)
            return false
        }
        if destination.subset != nil, let problem = destination.subsetProblem(reader) {
            report(.warning, resolved, top, destination.subset ?? destination.place, problem)
        }
        return true
    }

    private func writeRedirect(_ value: ConfigValue, _ resolved: ResolvedRoute, _ envoy: EnvoyWire.Route.Route, _ top: StoredObject) -> Bool {
        for path in [value["pathRedirect"], value["prefixRewrite"]] {
            guard let path, let problem = PathCheck.problem(path, ignoringQuery: true) else { continue }
            report(.error, resolved, top, path, problem)
            return false
        }
        envoy.redirect { out in
            if let host = value["hostRedirect"], host.text?.isEmpty == false { out.hostRedirect(host.wire) }
            if let path = value["pathRedirect"] {
                out.pathRedirect(path.wire)
            } else if let prefix = value["prefixRewrite"] {
                out.prefixRewrite(prefix.wire)
            } else if let regex = value["regexRewrite"] {
                out.regexRewrite { rewrite in
                    if let pattern = regex["pattern"]?["regex"] { rewrite.pattern { $0.regex(pattern.wire) } }
                    if let text = regex["substitution"] { rewrite.substitution(text.wire) }
                }
            }
            switch value["responseCode"]?.text {
            case "FOUND": out.responseCode(.found)
            case "SEE_OTHER": out.responseCode(.seeOther)
            case "TEMPORARY_REDIRECT": out.responseCode(.temporaryRedirect)
            case "PERMANENT_REDIRECT": out.responseCode(.permanentRedirect)
            default: break
            }
            if value["httpsRedirect"]?.bool == true { out.httpsRedirect(true) }
            if value["stripQuery"]?.bool == true { out.stripQuery(true) }
        }
        return true
    }

    private func writeDirectResponse(_ value: ConfigValue, _ resolved: ResolvedRoute, _ envoy: EnvoyWire.Route.Route, _ top: StoredObject) -> Bool {
        let body = value["body"]
        if let body, let length = body.text?.utf8.count, length > maxBody {
            report(
                .error, resolved, top, body,
                "the body has \(length) bytes and Envoy takes \(maxBody); raise 'routeOptions.maxDirectResponseBodySizeBytes' of the Gateway"
            )
            return false
        }
        envoy.directResponse { out in
            out.status(value["status"]?.uint32 ?? 200)
            if let body { out.body { $0.inlineString(body.wire) } }
        }
        return true
    }

    // MARK: Words

    /// A mistake is shown on the object in which it stands, and on the table and the virtual service that use it.
    private func report(_ severity: ConfigSeverity, _ resolved: ResolvedRoute, _ top: StoredObject, _ value: ConfigValue, _ message: String) {
        let owner = owner(of: value, resolved, top)
        let chain = resolved.chain
        reports.append(Report(severity, owner, at: value, message))
        let user = resolved.owner.id
        if user != owner, user != top.id { reports.append(Report(severity, user, owner: owner, at: value, message)) }
        if owner != top.id {
            reports.append(Report(severity, top.id, owner: owner, chain: user == owner || user == top.id ? chain : chain + [user], at: value, message))
        }
    }

    /// In whose document the value stands.
    private func owner(of value: ConfigValue, _ resolved: ResolvedRoute, _ top: StoredObject) -> ObjectID {
        func stands(in object: StoredObject) -> Bool { object.object.document === value.document }
        if stands(in: resolved.owner) { return resolved.owner.id }
        if let group, stands(in: group) { return group.id }
        if let object = resolved.optionObjects.first(where: stands) { return object.id }
        if let inherited = resolved.inherited {
            if stands(in: top) { return top.id }
            if let object = inherited.optionObjects.first(where: stands) ?? inherited.tables.first(where: stands) { return object.id }
        }
        return resolved.owner.id
    }
}
