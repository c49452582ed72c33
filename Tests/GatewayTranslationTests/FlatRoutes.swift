/// What a tree of route tables means, worked out slowly and plainly. Nothing here is shared with the real code.
struct FlatRoutes {
    typealias Name = TableTree.Name

    /// What a route takes, with what it has from above.
    struct Match: Equatable {
        var path: TableTree.Path
        var caseSensitive: Bool
        var headers: Set<TableTree.Condition>
        var query: Set<TableTree.Condition>
        var methods: Set<String>
    }

    struct Flat: Equatable {
        var owner: Name
        var name: String?
        var matches: [Match]
        var options: [String: String]
        /// Nil: it answers as the policy for invalid routes says.
        var upstream: Name?
    }

    enum Fault: CaseIterable {
        case outsidePrefix, otherCase, missingCondition
        case missingTable, emptySelection, labelsAndExpressions, nothingNamed, severalMatchers, notPrefix, cycle
        case missingOption, refusedOption, refusedRoute
    }

    /// A problem as the status of one object shows it. Nil is the virtual service.
    struct Problem: Hashable, Comparable, CustomStringConvertible {
        var table: Name?
        var isError: Bool
        var fault: Fault
        var description: String { "\(isError ? "error" : "warning") \(fault) on \(table?.description ?? "the virtual service")" }
        static func < (a: Problem, b: Problem) -> Bool { a.description < b.description }
    }

    private let tree: TableTree
    private(set) var routes: [Flat] = []
    private(set) var problems: [Problem] = []

    init(of service: Name, in tree: TableTree) {
        self.tree = tree
        routes = visit(tree.services[service] ?? [], Owner(name: service, isTable: false), nil).map(\.flat)
    }

    private struct Owner {
        var name: Name
        var isTable: Bool
    }

    /// A delegating route with everything from above already merged into it.
    private struct Above {
        /// Under which routes must lie.
        var prefix: String
        var caseSensitive: Bool
        var headers: [TableTree.Condition]
        var query: [TableTree.Condition]
        var methods: [String]
        var options: [String: String]
        var inheritsMatchers: Bool
        var inheritsPath: Bool
        var name: String
        var isNamed: Bool
        var branch: [Name]
    }

    /// A matcher after merging, with what sorting looks at.
    private struct Merged {
        var path: TableTree.Path
        var caseSensitive: Bool
        var headers: [TableTree.Condition]
        var query: [TableTree.Condition]
        var methods: [String]
        /// It asks for something, and for no path.
        var isWithoutPath: Bool
    }

    private struct Ranked {
        var flat: Flat
        var rank: Rank
    }

    // MARK: The walk

    private mutating func visit(_ routes: [TableTree.Route], _ owner: Owner, _ above: Above?) -> [Ranked] {
        var flats: [Ranked] = []
        for (index, route) in routes.enumerated() {
            if case .nothing = route.action {
                if owner.isTable { problems.append(Problem(table: nil, isError: true, fault: .refusedRoute)) }
                flats += leaf(route, index, owner, above, [:], isInvalid: true)
                continue
            }
            let (options, isInvalid) = options(of: route, owner)
            switch route.action {
            case .upstream: flats += leaf(route, index, owner, above, options, isInvalid: isInvalid)
            default: flats += delegate(route, index, owner, above, options, isInvalid: isInvalid)
            }
        }
        return flats
    }

    /// The route's own options, then those that it refers to, the first reference first.
    private mutating func options(of route: TableTree.Route, _ owner: Owner) -> ([String: String], isInvalid: Bool) {
        var options = route.options
        var isInvalid = false
        for reference in route.references {
            guard let object = tree.options[reference.name(in: owner.name.namespace)] else {
                tell(.missingOption, isError: false, owner)
                continue
            }
            if object.isRefused {
                tell(.refusedOption, isError: true, owner)
                isInvalid = true
                continue
            }
            options.merge(object.options) { own, _ in own }
        }
        return (options, isInvalid)
    }

    private mutating func leaf(
        _ route: TableTree.Route, _ index: Int, _ owner: Owner, _ above: Above?, _ options: [String: String], isInvalid: Bool
    ) -> [Ranked] {
        guard let merged = merge(route, owner, above) else { return [] }
        let isNamed = route.name != nil || above?.isNamed == true
        var upstream: Name?
        if !isInvalid, case .upstream(let reference) = route.action { upstream = reference.name(in: owner.name.namespace) }
        let flat = Flat(
            owner: owner.name,
            name: isNamed ? name(route, index, above) : nil,
            matches: merged.map {
                Match(path: $0.path, caseSensitive: $0.caseSensitive, headers: Set($0.headers), query: Set($0.query), methods: Set($0.methods))
            },
            options: isInvalid ? [:] : options.merging(above?.options ?? [:]) { child, _ in child },
            upstream: upstream
        )
        return [Ranked(flat: flat, rank: merged.map(Rank.init).min() ?? Rank(merged[0]))]
    }

    private mutating func delegate(
        _ route: TableTree.Route, _ index: Int, _ owner: Owner, _ above: Above?, _ options: [String: String], isInvalid: Bool
    ) -> [Ranked] {
        guard route.matchers.count <= 1 else {
            tell(.severalMatchers, isError: true, owner)
            return leaf(route, index, owner, above, options, isInvalid: true)
        }
        let inheritsPath = route.inheritsPath ?? above?.inheritsPath ?? false
        switch route.matchers.first?.path {
        case nil, .prefix: break
        default:
            // A path that the parent's replaces does not matter.
            if above == nil || !inheritsPath {
                tell(.notPrefix, isError: true, owner)
                return leaf(route, index, owner, above, options, isInvalid: true)
            }
        }
        guard let tables = select(route, owner) else {
            if case .delegateToNothing = route.action { return leaf(route, index, owner, above, options, isInvalid: true) }
            return []
        }
        guard let merged = merge(route, owner, above)?.first else { return [] }
        if isInvalid { return leaf(route, index, owner, above, options, isInvalid: true) }
        guard case .prefix(let prefix) = merged.path else { return [] }

        var all: [Ranked] = []
        for weight in Set(tables.map { tree.tables[$0]?.weight ?? 0 }).sorted() {
            let group = tables.filter { (tree.tables[$0]?.weight ?? 0) == weight }
            var flats: [Ranked] = []
            for table in group {
                if above?.branch.contains(table) == true {
                    tell(.cycle, isError: true, owner)
                    if table != owner.name { problems.append(Problem(table: table, isError: true, fault: .cycle)) }
                    continue
                }
                flats += visit(
                    tree.tables[table]?.routes ?? [], Owner(name: table, isTable: true),
                    Above(
                        prefix: prefix,
                        caseSensitive: merged.caseSensitive,
                        headers: merged.headers,
                        query: merged.query,
                        methods: merged.methods,
                        options: options.merging(above?.options ?? [:]) { child, _ in child },
                        inheritsMatchers: route.inheritsMatchers ?? above?.inheritsMatchers ?? false,
                        inheritsPath: inheritsPath,
                        name: name(route, index, above) + "_rt:\(table.namespace)_\(table.name)",
                        isNamed: route.name != nil || above?.isNamed == true,
                        branch: (above?.branch ?? []) + [table]
                    )
                )
            }
            if group.count > 1 {
                // Insertion by hand: stable beyond doubt.
                var sorted: [Ranked] = []
                for flat in flats { sorted.insert(flat, at: sorted.firstIndex { flat.rank < $0.rank } ?? sorted.count) }
                flats = sorted
            }
            all += flats
        }
        return all
    }

    private func name(_ route: TableTree.Route, _ index: Int, _ above: Above?) -> String {
        "\(above?.name ?? "")_route:\(route.name ?? "<unnamed-\(index)>")"
    }

    // MARK: Which tables

    private mutating func select(_ route: TableTree.Route, _ owner: Owner) -> [Name]? {
        switch route.action {
        case .table(let reference, _):
            let name = reference.name(in: owner.name.namespace)
            if tree.tables[name] != nil { return [name] }
            tell(.missingTable, isError: false, owner)
        case .selector(let namespaces, let labels, let expressions):
            if !labels.isEmpty, !expressions.isEmpty {
                tell(.labelsAndExpressions, isError: false, owner)
                return nil
            }
            let wanted = namespaces.isEmpty ? [owner.name.namespace] : namespaces
            let found = tree.tables.filter { name, table in
                (wanted.contains("*") || wanted.contains(name.namespace))
                    && labels.allSatisfy { table.labels[$0.key] == $0.value }
                    && expressions.allSatisfy { holds($0, table.labels) }
            }
            if !found.isEmpty { return found.keys.sorted() }
            tell(.emptySelection, isError: false, owner)
        case .delegateToNothing: tell(.nothingNamed, isError: true, owner)
        case .upstream, .nothing: break
        }
        return nil
    }

    private func holds(_ expression: TableTree.Expression, _ labels: [String: String]) -> Bool {
        let label = labels[expression.key]
        let values = expression.values.map { $0.filter { $0 != "'" } }
        switch expression.word {
        case "Exists": return label != nil
        case "DoesNotExist": return label == nil
        case "In", "Equals", "DoubleEquals": return label != nil && values.contains(label ?? "")
        case "NotIn", "NotEquals": return label == nil || !values.contains(label ?? "")
        case "GreaterThan": return (Int(label ?? "") ?? Int.min) > (Int(values[0]) ?? 0)
        default: return (Int(label ?? "") ?? Int.max) < (Int(values[0]) ?? 0)
        }
    }

    // MARK: Matchers

    /// The matchers of a route with what it has from above; nil, and a warning, when one of them does not fit below it.
    private mutating func merge(_ route: TableTree.Route, _ owner: Owner, _ above: Above?) -> [Merged]? {
        var all: [Merged] = []
        for own in route.matchers.isEmpty ? [TableTree.Matcher()] : route.matchers {
            var merged = Merged(
                path: own.path ?? .prefix("/"),
                caseSensitive: own.caseSensitive ?? true,
                headers: own.headers,
                query: own.query,
                methods: own.methods,
                isWithoutPath: own.path == nil && !(own.headers.isEmpty && own.query.isEmpty && own.methods.isEmpty)
            )
            if let above {
                if route.inheritsPath ?? above.inheritsPath {
                    merged.path = .prefix(above.prefix)
                    merged.caseSensitive = above.caseSensitive
                    merged.isWithoutPath = false
                } else {
                    switch merged.path {
                    case .prefix(let text), .exact(let text), .regex(let text):
                        guard Array(text.utf8).starts(with: Array(above.prefix.utf8)) else { return refuse(.outsidePrefix, owner) }
                    case .connect: break
                    }
                    // Below "/" there is no letter whose case could differ.
                    if above.prefix != "/", merged.caseSensitive != above.caseSensitive { return refuse(.otherCase, owner) }
                }
                if route.inheritsMatchers ?? above.inheritsMatchers {
                    merged.headers += above.headers
                    merged.query += above.query
                    merged.methods += above.methods
                } else {
                    let repeatsAll = above.headers.allSatisfy(own.headers.contains) && above.query.allSatisfy(own.query.contains)
                        && above.methods.allSatisfy(own.methods.contains)
                    if !repeatsAll { return refuse(.missingCondition, owner) }
                }
            }
            all.append(merged)
        }
        return all
    }

    private mutating func refuse(_ fault: Fault, _ owner: Owner) -> [Merged]? {
        tell(fault, isError: false, owner)
        return nil
    }

    /// On the table in which it stands, and on the virtual service.
    private mutating func tell(_ fault: Fault, isError: Bool, _ owner: Owner) {
        if owner.isTable { problems.append(Problem(table: owner.name, isError: isError, fault: fault)) }
        problems.append(Problem(table: nil, isError: isError, fault: fault))
    }

    // MARK: Order

    /// More methods first; then no path, exact, regex, prefix; then the path backwards.
    private struct Rank: Comparable {
        var methods: Int
        var kind: Int
        var path: String

        init(_ matcher: Merged) {
            methods = matcher.methods.count
            switch matcher.path {
            case .prefix(let text): (kind, path) = matcher.isWithoutPath ? (0, "") : (3, text)
            case .exact(let text): (kind, path) = (1, text)
            case .regex(let text): (kind, path) = (2, text)
            case .connect: (kind, path) = (0, "")
            }
        }

        static func < (a: Rank, b: Rank) -> Bool {
            if a.methods != b.methods { return a.methods > b.methods }
            if a.kind != b.kind { return a.kind < b.kind }
            return a.path > b.path
        }
    }
}
