internal import APIResources
internal import ConfigTree
package import Emitter

/// Follows the delegations of a virtual service, depth first and in order.
package struct Delegation {
    package static func resolve(_ object: StoredObject, _ reader: SnapshotReader) -> ResolvedVirtualService {
        var delegation = Delegation(top: object, reader: reader)
        let service = VirtualService(object.spec)
        if service.virtualHost == nil {
            delegation.reports.append(Report(.warning, object.id, "a virtual service without 'virtualHost' serves nothing"))
        }
        delegation.visit(service.routes, of: object, above: nil)
        return ResolvedVirtualService(object: object, routes: delegation.routes, reports: delegation.reports)
    }

    private let top: StoredObject
    private let reader: SnapshotReader
    private var routes: [ResolvedRoute] = []
    private var reports: [Report] = []

    private init(top: StoredObject, reader: SnapshotReader) {
        self.top = top
        self.reader = reader
    }

    /// A delegating route and everything above it.
    private final class Above {
        let parent: Above?
        let table: ResourceRef
        let options: [ConfigValue]
        /// The one matcher of the delegating route; nil means the prefix "/".
        let matcher: ConfigValue?
        /// The matcher whose path counts: its own, or of a route above when the path is inherited.
        let path: ConfigValue?
        let inheritsMatchers: Bool
        let inheritsPath: Bool
        let name: String
        let isNamed: Bool

        init(
            parent: Above?, table: ResourceRef, options: [ConfigValue], matcher: ConfigValue?, path: ConfigValue?, inheritsMatchers: Bool,
            inheritsPath: Bool, name: String, isNamed: Bool
        ) {
            self.parent = parent
            self.table = table
            self.options = options
            self.matcher = matcher
            self.path = path
            self.inheritsMatchers = inheritsMatchers
            self.inheritsPath = inheritsPath
            self.name = name
            self.isNamed = isNamed
        }

        var tables: [ResourceRef] { (parent?.tables ?? []) + [table] }

        func contains(_ ref: ResourceRef) -> Bool { table == ref || (parent?.contains(ref) ?? false) }

        /// The path under which routes here must lie.
        var prefix: String { path?["prefix"]?.text ?? "/" }
        var caseSensitive: Bool { path?["caseSensitive"]?.bool ?? true }
    }

    private mutating func visit(_ list: ConfigValue?, of owner: StoredObject, above: Above?) {
        guard let list else { return }
        for (index, value) in list.elements.enumerated() {
            let route = Route(value)
            let problem = owner.routeProblems[index]
            if problem != nil, owner.id != top.id {
                // What is wrong is told on the table; here, that it concerns this virtual service.
                reports.append(Report(.error, top.id, owner: owner.id, at: value, "\(owner.id): a route is refused; the status of the table says why"))
            }
            if let problem, !problem.leavesMatchers { continue }
            guard let action = route.action else {
                if problem == nil { report(.error, owner, value, "a route needs an action: 'routeAction', 'redirectAction', 'directResponseAction' or 'delegateAction'") }
                add(route, owner, index, above, isInvalid: true)
                continue
            }
            if problem == nil, case .delegate(let delegate) = action {
                follow(delegate, route, owner, index, above)
            } else {
                add(route, owner, index, above, isInvalid: problem != nil)
            }
        }
    }

    private mutating func add(_ route: Route, _ owner: StoredObject, _ index: Int, _ above: Above?, isInvalid: Bool) {
        guard let above else {
            routes.append(
                ResolvedRoute(owner: owner, route: route, isInvalid: isInvalid, inherited: nil, name: route.name.map { "_route:\($0)" })
            )
            return
        }
        let inheritsPath = route.inheritablePathMatchers ?? above.inheritsPath
        let inheritsMatchers = route.inheritableMatchers ?? above.inheritsMatchers
        if let (value, mismatch) = MatcherInheritance.mismatch(
            of: route, below: above.matcher, prefix: above.prefix, caseSensitive: above.caseSensitive, inheritsPath: inheritsPath,
            inheritsMatchers: inheritsMatchers
        ) {
            report(.warning, owner, value ?? route.value, "\(mismatch); the route is left out")
            return
        }
        var conditions: [ConfigValue] = []
        if inheritsMatchers {
            var next: Above? = above
            while let level = next {
                if let matcher = level.matcher { conditions.append(matcher) }
                next = level.inheritsMatchers ? level.parent : nil
            }
        }
        let isNamed = above.isNamed || route.name != nil
        routes.append(
            ResolvedRoute(
                owner: owner,
                route: route,
                isInvalid: isInvalid,
                inherited: .init(
                    options: above.options,
                    conditions: conditions,
                    path: inheritsPath ? above.path : nil,
                    tables: above.tables
                ),
                name: isNamed ? "\(above.name)_route:\(route.name ?? "<unnamed-\(index)>")" : nil
            )
        )
    }

    private mutating func follow(_ delegate: ConfigValue, _ route: Route, _ owner: StoredObject, _ index: Int, _ above: Above?) {
        let matchers = Array(route.matchers ?? .none)
        if matchers.count > 1 {
            report(.error, owner, matchers[1], "a route that delegates has one matcher at most")
            return
        }
        let matcher = matchers.first
        if let matcher, let path = PathMatcher(matcher), case .prefix = path {} else if let matcher, PathMatcher(matcher) != nil {
            report(.error, owner, matcher, "a route that delegates is matched by 'prefix'")
            return
        }
        // Name and namespace beside each other are the older form, and win as in Gloo.
        let reference = delegate["name"] != nil ? delegate : delegate["ref"]
        guard let ref = ResourceRef(reference, namespace: owner.id.ref.namespace) else {
            report(.error, owner, delegate, "say which RouteTable: 'ref: {name: ..., namespace: ...}'")
            return
        }
        if above?.contains(ref) == true {
            report(.error, owner, delegate, "RouteTable '\(ref)' delegates to itself")
            return
        }
        guard let table = reader.object(.routeTable, ref) else {
            report(.warning, owner, reference ?? delegate, "RouteTable '\(ref)' \(reader.whyMissing(ObjectID(.routeTable, ref))); the route is left out")
            return
        }
        if let above, let (value, mismatch) = MatcherInheritance.mismatch(
            of: route, below: above.matcher, prefix: above.prefix, caseSensitive: above.caseSensitive,
            inheritsPath: route.inheritablePathMatchers ?? above.inheritsPath,
            inheritsMatchers: route.inheritableMatchers ?? above.inheritsMatchers
        ) {
            report(.warning, owner, value ?? route.value, "\(mismatch); the route is left out")
            return
        }
        let inherited = above?.options ?? []
        let inheritsPath = route.inheritablePathMatchers ?? above?.inheritsPath ?? false
        let name = "\(above?.name ?? "")_route:\(route.name ?? "<unnamed-\(index)>")_rt:\(ref.namespace)_\(ref.name)"
        visit(
            RouteTable(table.spec).routes,
            of: table,
            above: Above(
                parent: above,
                table: ref,
                options: (route.options.map { [$0] } ?? []) + inherited,
                matcher: matcher,
                path: inheritsPath ? above?.path ?? matcher : matcher,
                inheritsMatchers: route.inheritableMatchers ?? above?.inheritsMatchers ?? false,
                inheritsPath: inheritsPath,
                name: name,
                isNamed: above?.isNamed ?? false || route.name != nil
            )
        )
    }

    /// A mistake in a route table is shown on the table and on the virtual service that uses it.
    private mutating func report(_ severity: ConfigSeverity, _ owner: StoredObject, _ value: ConfigValue, _ message: String) {
        reports.append(Report(severity, owner.id, at: value, message))
        if owner.id != top.id { reports.append(Report(severity, top.id, owner: owner.id, at: value, "\(owner.id): \(message)")) }
    }
}
