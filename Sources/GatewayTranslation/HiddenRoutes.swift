internal import APIResources
internal import ConfigTree

/// Finds routes that no request reaches, because an earlier route takes all that they match. Told only where Settings ask for it
/// (`gateway.validation.warnRouteShortCircuiting`), as in Gloo.
///
/// Earlier regular expressions are not tried on later paths.
struct HiddenRoutes {
    /// One matcher of a route, with what it has from the routes above.
    private struct Effective {
        let path: Path
        /// Header and query conditions.
        let conditions: Set<Condition>
        /// None is every method.
        let methods: Set<String>

        struct Condition: Hashable {
            let list: String
            let hash: UInt64
        }

        enum Path: Hashable {
            case prefix(String, caseSensitive: Bool)
            case exact(String, caseSensitive: Bool)
            case regex(String)
            case connect
        }

        init(_ matcher: ConfigValue?, _ inherited: ResolvedRoute.Inherited?) {
            let pathOwner = inherited.map { $0.pathOwner(matcher) } ?? matcher
            let caseSensitive = pathOwner?["caseSensitive"]?.bool ?? true
            path =
                switch pathOwner.flatMap({ PathMatcher($0) }) {
                case .exact(let value): .exact(value.text ?? "", caseSensitive: caseSensitive)
                case .prefix(let value): .prefix(value.text ?? "", caseSensitive: caseSensitive)
                case .regex(let value): .regex(value.text ?? "")
                case .connect: .connect
                case nil: .prefix("/", caseSensitive: caseSensitive)
                }
            let levels = (matcher.map { [$0] } ?? []) + (inherited?.conditions ?? [])
            conditions = Set(levels.flatMap { level in
                ["headers", "queryParameters"].flatMap { list in (level[list]?.elements ?? .none).map { Condition(list: list, hash: $0.contentHash()) } }
            })
            methods = Set(levels.flatMap { ($0["methods"]?.elements ?? .none).compactMap(\.text) })
        }

        /// Whether this one, with a path that fits, takes all that `other` matches.
        func takesConditions(of other: Effective) -> Bool {
            conditions.isSubset(of: other.conditions) && (methods.isEmpty || (!other.methods.isEmpty && other.methods.isSubset(of: methods)))
        }
    }

    private var earlier: [Effective.Path: [(matcher: Effective, route: ResolvedRoute)]] = [:]

    /// Hidden routes, each with the first earlier one that hides one of its matchers.
    static func find(in routes: [ResolvedRoute]) -> [(hidden: ResolvedRoute, matcher: ConfigValue?, by: ResolvedRoute)] {
        var finder = HiddenRoutes()
        var found: [(ResolvedRoute, ConfigValue?, ResolvedRoute)] = []
        for route in routes {
            let matchers = route.route.matchers.map { $0.map(Optional.init) } ?? [nil]
            let effective = matchers.map { Effective($0, route.inherited) }
            for (matcher, written) in zip(effective, matchers) {
                if let other = finder.hides(matcher) {
                    found.append((route, written, other))
                    break
                }
            }
            for matcher in effective { finder.earlier[matcher.path, default: []].append((matcher, route)) }
        }
        return found
    }

    private func hides(_ matcher: Effective) -> ResolvedRoute? {
        func find(_ path: Effective.Path) -> ResolvedRoute? { earlier[path]?.first { $0.matcher.takesConditions(of: matcher) }?.route }
        if let same = find(matcher.path) { return same }
        guard case .prefix(let text, let caseSensitive) = matcher.path else {
            guard case .exact(let text, let caseSensitive) = matcher.path else { return nil }
            return prefix(of: text, caseSensitive, find)
        }
        return prefix(of: text, caseSensitive, find)
    }

    private func prefix(of text: String, _ caseSensitive: Bool, _ find: (Effective.Path) -> ResolvedRoute?) -> ResolvedRoute? {
        for end in text.indices.dropFirst() + [text.endIndex] {
            if let other = find(.prefix(String(text[..<end]), caseSensitive: caseSensitive)) { return other }
        }
        return nil
    }
}
