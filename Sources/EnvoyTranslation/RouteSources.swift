package import APIResources
internal import ConfigStores
package import ConfigTree
internal import Emitter
internal import GatewayTranslation

/// Where a route of Envoy's comes from in the user's configuration.
package struct RouteSource: Sendable {
    /// The virtual service (or Proxy), and the route tables down to the one in which the route is written.
    package let chain: [ObjectID]
    /// The route, in the last of them.
    package let route: ConfigValue
    /// The one of its matchers that made this route of Envoy's; nil when it has none.
    package let matcher: ConfigValue?
    package let matcherCount: Int
}

/// The sources of a virtual host's routes.
package struct RouteSources: Sendable {
    private let host: String
    private let resolved: ResolvedVirtualHost

    fileprivate init(_ host: String, _ resolved: ResolvedVirtualHost) {
        self.host = host
        self.resolved = resolved
    }

    /// By the name that `VirtualHostWriter` gave the route: `<host>-route-<n>...-matcher-<m>`, where n counts the routes of the
    /// virtual host with its delegations followed, and m the matchers of the route.
    package subscript(routeName: String) -> RouteSource? {
        guard let number = place(routeName: routeName), let tail = routeName.ranges(of: "-matcher-").last, let place = Int(routeName[tail.upperBound...])
        else { return nil }
        let found = resolved.routes[number]
        let tables = (found.inherited?.tables ?? []).map(\.id)
        let matchers = Array(found.route.matchers ?? .none)
        return RouteSource(
            chain: [resolved.object.id] + tables, route: found.route.value, matcher: matchers.indices.contains(place) ? matchers[place] : nil,
            matcherCount: matchers.count
        )
    }

    /// Which of the virtual host's routes it is.
    func place(routeName: String) -> Int? {
        let stem = "\(host)-route-"
        guard routeName.hasPrefix(stem), let number = Int(routeName.dropFirst(stem.count).prefix(while: \.isNumber)) else { return nil }
        return resolved.routes.indices.contains(number) ? number : nil
    }
}

extension Translator {
    /// Where the routes of a virtual host of the last run come from.
    package func routeSources(virtualHost name: String) -> RouteSources? {
        // One that is a resource of its own is called `<route configuration>/<host>`.
        let short = name.lastIndex(of: "/").map { String(name[name.index(after: $0)...]) } ?? name
        return [name, short].lazy.compactMap { [self] name in
            resolvedHosts.first { VirtualHostWriter.hostName($0).elementsEqual(name.utf8) }.map { RouteSources(name, $0) }
        }.first
    }
}
