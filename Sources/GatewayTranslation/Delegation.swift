internal import APIResources
package import ConfigTree
package import Emitter

/// Follows the delegations of a virtual host, depth first and in order.
package struct Delegation {
    /// Tables below each other. Nobody writes as many; each level takes its part of the stack.
    package static let maximumDepth = 64
    /// Routes and tables that are looked at for one virtual host: a few tables that delegate to each other many times could stand
    /// for billions, also where no route comes of them.
    package static let maximumVisits = 500_000

    package static func resolve(
        virtualService object: StoredObject, _ reader: SnapshotReader, maximumVisits: Int = Self.maximumVisits
    ) -> ResolvedVirtualHost {
        let host = VirtualService(object.spec).virtualHost
        var delegation = Delegation(top: object, reader: reader, maximumVisits: maximumVisits)
        if host == nil { delegation.reports.append(Report(.warning, object.id, "a virtual service without 'virtualHost' serves nothing")) }
        return delegation.resolve(host)
    }

    /// A virtual host that stands in a Proxy: it has routes of its own only.
    package static func resolve(proxy object: StoredObject, host: ConfigValue, _ reader: SnapshotReader) -> ResolvedVirtualHost {
        var delegation = Delegation(top: object, reader: reader, maximumVisits: maximumVisits)
        return delegation.resolve(host)
    }

    private let top: StoredObject
    private let reader: SnapshotReader
    private var routes: [ResolvedRoute] = []
    private let maximumVisits: Int
    private var visits = 0
    private var reports = DistinctReports()
    /// What was selected where; a table that is reached in many ways selects once.
    private var selections: [Place: TableSelection] = [:]
    /// Each cycle is told once, though each way around to it reads differently.
    private var cycles: Set<Cycle> = []

    /// A value in an object.
    private struct Place: Hashable {
        let object: ObjectIdentifier
        let value: Int
    }

    private struct Cycle: Hashable {
        let place: Place
        let table: ObjectIdentifier
    }

    private init(top: StoredObject, reader: SnapshotReader, maximumVisits: Int) {
        self.top = top
        self.reader = reader
        self.maximumVisits = maximumVisits
    }

    private mutating func resolve(_ host: ConfigValue?) -> ResolvedVirtualHost {
        var options: OptionReferences?
        if let host {
            let found = OptionReferences(.virtualHostOption, of: host, in: top.id.ref.namespace, reader)
            for (severity, value, message) in found.problems { reports.append(Report(severity, top.id, at: value, message)) }
            options = found
        }
        visit(host?["routes"], of: top, above: nil)
        if visits >= maximumVisits {
            reports.append(
                Report(.error, top.id, "the route tables delegate to each other so often that more than \(maximumVisits) routes come of it; those after them are left out")
            )
        }
        if reader.settings().warnsOfHiddenRoutes {
            for (hidden, matcher, other) in HiddenRoutes.find(in: routes) {
                let place = other.owner.id == top.id ? "" : " of \(other.owner.id)"
                let message = "no request reaches this route: an earlier one\(place) takes all that it matches"
                let value = matcher ?? hidden.route.value
                reports.append(Report(.warning, hidden.owner.id, at: value, message))
                if hidden.owner.id != top.id { reports.append(Report(.warning, top.id, owner: hidden.owner.id, chain: hidden.chain, at: value, message)) }
            }
        }
        return ResolvedVirtualHost(
            object: top, value: host, optionObjects: options?.objects ?? [], isInvalid: options?.isInvalid ?? false, routes: routes, reports: reports.all
        )
    }

    /// A delegating route and everything above it.
    private final class Above {
        let parent: Above?
        let table: StoredObject
        let depth: Int
        let options: [ConfigValue]
        let optionObjects: [StoredObject]
        /// The one matcher of the delegating route; nil means the prefix "/".
        let matcher: ConfigValue?
        /// The matcher whose path counts: its own, or of a route above when the path is inherited.
        let path: ConfigValue?
        let inheritsMatchers: Bool
        let inheritsPath: Bool
        let name: String
        let isNamed: Bool
        private(set) lazy var tables: [StoredObject] = (parent?.tables ?? []) + [table]

        init(
            parent: Above?, table: StoredObject, options: [ConfigValue], optionObjects: [StoredObject], matcher: ConfigValue?, path: ConfigValue?,
            inheritsMatchers: Bool, inheritsPath: Bool, name: String, isNamed: Bool
        ) {
            self.parent = parent
            self.table = table
            depth = (parent?.depth ?? 0) + 1
            self.options = options
            self.optionObjects = optionObjects
            self.matcher = matcher
            self.path = path
            self.inheritsMatchers = inheritsMatchers
            self.inheritsPath = inheritsPath
            self.name = name
            self.isNamed = isNamed
        }

        func contains(_ id: ObjectID) -> Bool { table.id == id || (parent?.contains(id) ?? false) }

        /// What a route here inherits: it says so itself, or as the delegating route does.
        func inheritsMatchers(_ route: Route) -> Bool { route.inheritableMatchers ?? inheritsMatchers }
        func inheritsPath(_ route: Route) -> Bool { route.inheritablePathMatchers ?? inheritsPath }

        /// The path under which routes here must lie.
        var prefix: String { path?["prefix"]?.text ?? "/" }
        var caseSensitive: Bool { path?["caseSensitive"]?.bool ?? true }

        /// Matchers whose conditions hold for every route here: it repeats them, or inherits them.
        var conditions: [ConfigValue] {
            (matcher.map { [$0] } ?? []) + (inheritsMatchers ? parent?.conditions ?? [] : [])
        }
    }

    private mutating func visit(_ list: ConfigValue?, of owner: StoredObject, above: Above?) {
        guard let list else { return }
        for (index, value) in list.elements.enumerated() where visits < maximumVisits {
            visits += 1
            let route = Route(value)
            let problem = owner.routeProblems[value.index]
            if problem != nil, owner.id != top.id {
                // What is wrong is told on the table; here, that it concerns this virtual service.
                reports.append(Report(.error, top.id, owner: owner.id, chain: chain(above), at: value, "a route is refused; the status of the table says why"))
            }
            if let problem, !problem.leavesMatchers { continue }
            guard let action = route.action else {
                if problem == nil { report(.error, owner, above, value, "a route needs an action: 'routeAction', 'redirectAction', 'directResponseAction' or 'delegateAction'") }
                add(route, owner, index, above, OptionReferences?.none, isInvalid: true)
                continue
            }
            let options = OptionReferences(.routeOption, of: value, in: owner.id.ref.namespace, reader)
            for (severity, value, message) in options.problems { report(severity, owner, above, value, message) }
            if problem == nil, case .delegate(let delegate) = action {
                follow(delegate, route, owner, index, above, options)
            } else {
                add(route, owner, index, above, options, isInvalid: problem != nil || options.isInvalid)
            }
        }
    }

    private mutating func add(
        _ route: Route, _ owner: StoredObject, _ index: Int, _ above: Above?, _ options: OptionReferences?, isInvalid: Bool
    ) {
        guard let above else {
            routes.append(
                ResolvedRoute(
                    owner: owner, route: route, isInvalid: isInvalid, optionObjects: options?.objects ?? [], inherited: nil,
                    name: route.name.map { "_route:\($0)" }
                )
            )
            return
        }
        guard fits(route, owner, above) else { return }
        let isNamed = above.isNamed || route.name != nil
        routes.append(
            ResolvedRoute(
                owner: owner,
                route: route,
                isInvalid: isInvalid,
                optionObjects: options?.objects ?? [],
                inherited: .init(
                    options: above.options,
                    conditions: above.inheritsMatchers(route) ? above.conditions : [],
                    inheritsPath: above.inheritsPath(route),
                    path: above.inheritsPath(route) ? above.path : nil,
                    tables: above.tables,
                    optionObjects: above.optionObjects
                ),
                name: isNamed ? "\(above.name)_route:\(route.name ?? "<unnamed-\(index)>")" : nil
            )
        )
    }

    private mutating func follow(
        _ delegate: ConfigValue, _ route: Route, _ owner: StoredObject, _ index: Int, _ above: Above?, _ options: OptionReferences
    ) {
        let matchers = Array(route.matchers ?? .none)
        if matchers.count > 1 {
            report(.error, owner, above, matchers[1], "a route that delegates has one matcher at most")
            return add(route, owner, index, above, options, isInvalid: true)
        }
        let matcher = matchers.first
        let inheritsPath = above?.inheritsPath(route) ?? false
        if let matcher, !inheritsPath, let path = PathMatcher(matcher) {
            guard case .prefix(let prefix) = path else {
                report(.error, owner, above, matcher, "a route that delegates is matched by 'prefix'")
                return add(route, owner, index, above, options, isInvalid: true)
            }
            if prefix.text?.isEmpty != false {
                report(.error, owner, above, prefix, "the prefix is empty; write '/' for all paths")
                return
            }
        }
        let place = Place(object: ObjectIdentifier(owner), value: delegate.index)
        let selection = selections[place] ?? TableSelection(delegate, in: owner.id.ref.namespace, reader)
        selections[place] = selection
        if let (severity, value, message) = selection.problem {
            report(severity, owner, above, value, message)
            // Without a table there is nothing to serve, as in Gloo; with one that is refused, what it guards must not fall to others.
            if severity == .error { add(route, owner, index, above, options, isInvalid: true) }
            return
        }
        if let above, !fits(route, owner, above) { return }
        if options.isInvalid {
            // The routes below cannot be served without these options: the whole branch answers as the policy says.
            add(route, owner, index, above, options, isInvalid: true)
            return
        }
        let inheritsMatchers = route.inheritableMatchers ?? above?.inheritsMatchers ?? false
        let handedDown = (route.options.map { [$0] } ?? []) + options.objects.compactMap { $0.spec["options"] } + (above?.options ?? [])
        for group in selection.groups {
            let start = routes.count
            for table in group where visits < maximumVisits {
                visits += 1
                if above?.contains(table.id) == true {
                    // Left out, not refused: its routes are in the list already, where the table stands further up.
                    cycle(table, delegate, owner, above)
                    continue
                }
                if let above, above.depth >= Self.maximumDepth {
                    report(.error, owner, above, delegate, "more than \(Self.maximumDepth) tables below each other; this one is left out")
                    continue
                }
                visit(
                    RouteTable(table.spec).routes,
                    of: table,
                    above: Above(
                        parent: above,
                        table: table,
                        options: handedDown,
                        optionObjects: options.objects + (above?.optionObjects ?? []),
                        matcher: matcher,
                        path: inheritsPath ? above?.path : matcher,
                        inheritsMatchers: inheritsMatchers,
                        inheritsPath: route.inheritablePathMatchers ?? above?.inheritsPath ?? false,
                        name: "\(above?.name ?? "")_route:\(route.name ?? "<unnamed-\(index)>")_rt:\(table.id.ref.namespace)_\(table.id.ref.name)",
                        isNamed: above?.isNamed ?? false || route.name != nil
                    )
                )
            }
            // Tables of equal weight have no order among each other. One table keeps the order in which it is written.
            if group.count > 1 { routes.replaceSubrange(start..., with: RouteOrder.sorted(routes[start...])) }
        }
    }

    /// Whether the route lies within what the delegating route matches. If not it is left out, as in Gloo.
    private mutating func fits(_ route: Route, _ owner: StoredObject, _ above: Above) -> Bool {
        guard let (value, mismatch) = MatcherInheritance.mismatch(
            of: route, below: above.conditions, prefix: above.prefix, caseSensitive: above.caseSensitive,
            inheritsPath: above.inheritsPath(route),
            inheritsMatchers: above.inheritsMatchers(route)
        ) else { return true }
        report(.warning, owner, above, value ?? route.value, "\(mismatch); the route is left out")
        return false
    }

    private mutating func cycle(_ table: StoredObject, _ delegate: ConfigValue, _ owner: StoredObject, _ above: Above?) {
        let place = Place(object: ObjectIdentifier(owner), value: delegate.index)
        guard cycles.insert(Cycle(place: place, table: ObjectIdentifier(table))).inserted else { return }
        let way = ((above?.tables ?? []).drop { $0.id != table.id } + [table]).map { "'\($0.id.ref)'" }.joined(separator: " > ")
        report(.error, owner, above, delegate, "RouteTable '\(table.id.ref)' delegates to itself: \(way)")
        if table.id != owner.id { reports.append(Report(.error, table.id, owner: owner.id, at: delegate, "delegates to this table again: \(way)")) }
    }

    /// The tables between the virtual service and the table that is visited.
    private func chain(_ above: Above?) -> [ObjectID] { (above?.tables ?? []).dropLast().map(\.id) }

    /// A mistake in a route table is shown on the table and on the virtual service that uses it.
    private mutating func report(_ severity: ConfigSeverity, _ owner: StoredObject, _ above: Above?, _ value: ConfigValue, _ message: String) {
        reports.append(Report(severity, owner.id, at: value, message))
        if owner.id != top.id { reports.append(Report(severity, top.id, owner: owner.id, chain: chain(above), at: value, message)) }
    }
}
