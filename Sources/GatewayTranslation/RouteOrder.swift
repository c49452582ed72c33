internal import APIResources
internal import ConfigTree

/// Where a route stands among the routes of tables that share a weight: more specific ones first, so that `/pets` does not hide
/// `/pets/1`. Headers and query parameters do not count.
///
/// A route with several matchers stands where its most specific one does.
struct RouteOrder: Comparable {
    private let methodCount: Int
    private let kind: Int
    private let path: [UInt8]

    init(_ route: ResolvedRoute) {
        let orders = (route.route.matchers.map(Array.init) ?? []).map { RouteOrder(matcher: $0, route.inherited) }
        self = orders.min() ?? RouteOrder(matcher: nil, route.inherited)
    }

    private init(matcher: ConfigValue?, _ inherited: ResolvedRoute.Inherited?) {
        let levels = (matcher.map { [$0] } ?? []) + (inherited?.conditions ?? [])
        methodCount = levels.reduce(0) { $0 + ($1["methods"]?.count ?? 0) }
        let inheritsPath = inherited?.inheritsPath ?? false
        switch (inherited.map { $0.pathOwner(matcher) } ?? matcher).flatMap({ PathMatcher($0) }) {
        case .exact(let value): (kind, path) = (1, Array((value.text ?? "").utf8))
        case .regex(let value): (kind, path) = (2, Array((value.text ?? "").utf8))
        case .prefix(let value): (kind, path) = (3, Array((value.text ?? "").utf8))
        case .connect: (kind, path) = (0, [])
        case nil where inheritsPath || !["headers", "queryParameters", "methods"].contains { (matcher?[$0]?.count ?? 0) > 0 }:
            // Nothing is asked for but what all routes here inherit: the prefix "/".
            (kind, path) = (3, [UInt8(ascii: "/")])
        case nil: (kind, path) = (0, [])
        }
    }

    static func < (a: Self, b: Self) -> Bool {
        if a.methodCount != b.methodCount { return a.methodCount > b.methodCount }
        if a.kind != b.kind { return a.kind < b.kind }
        return b.path.lexicographicallyPrecedes(a.path)
    }

    static func == (a: Self, b: Self) -> Bool { !(a < b) && !(b < a) }

    /// Routes of the same rank keep their order.
    static func sorted(_ routes: ArraySlice<ResolvedRoute>) -> [ResolvedRoute] {
        routes.enumerated().map { (order: RouteOrder($0.element), place: $0.offset, route: $0.element) }
            .sorted { $0.order < $1.order || (!($1.order < $0.order) && $0.place < $1.place) }
            .map(\.route)
    }
}
