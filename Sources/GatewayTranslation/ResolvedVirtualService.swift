package import APIResources
package import ConfigTree
package import Emitter

/// A virtual service with its delegations followed: a flat list of routes, in order.
package final class ResolvedVirtualService: Sendable {
    package let object: StoredObject
    package let routes: [ResolvedRoute]
    package let reports: [Report]

    init(object: StoredObject, routes: [ResolvedRoute], reports: [Report]) {
        self.object = object
        self.routes = routes
        self.reports = reports
    }
}

/// One route as it is to be written, with what it has from the routes that delegate to it.
package struct ResolvedRoute: Sendable {
    /// In which object it is written: the virtual service or a route table.
    package let owner: StoredObject
    package let route: Route
    /// It has errors of its own and answers as the policy for invalid routes says.
    package let isInvalid: Bool
    package let inherited: Inherited?
    /// For statistics and logs: the way from the virtual service down, when any route on it has a name. Begins after the virtual
    /// service's part, which depends on the gateway.
    package let name: String?

    /// What a delegating route hands down.
    package final class Inherited: Sendable {
        /// Options of the routes above, the nearest first.
        package let options: [ConfigValue]
        /// Matchers whose headers, query parameters and methods are added.
        package let conditions: [ConfigValue]
        /// A matcher whose path takes the place of the route's own.
        package let path: ConfigValue?
        /// Route tables on the way, the nearest last.
        package let tables: [ResourceRef]

        init(options: [ConfigValue], conditions: [ConfigValue], path: ConfigValue?, tables: [ResourceRef]) {
            self.options = options
            self.conditions = conditions
            self.path = path
            self.tables = tables
        }
    }
}
