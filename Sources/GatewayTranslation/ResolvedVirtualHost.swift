package import APIResources
package import ConfigTree
package import Emitter

/// Names a virtual host before it is translated.
package enum VirtualHostID: Hashable, Sendable, Comparable {
    case virtualService(ResourceRef)
    /// Written in a Proxy, at this path of its document.
    case proxy(ResourceRef, path: String)

    package var object: ObjectID {
        switch self {
        case .virtualService(let ref): ObjectID(.virtualService, ref)
        case .proxy(let ref, _): ObjectID(.proxy, ref)
        }
    }
}

/// A virtual host with its delegations followed: a flat list of routes, in order.
package final class ResolvedVirtualHost: Sendable {
    /// In which it is written: a virtual service or a proxy.
    package let object: StoredObject
    /// Domains and options; nil for a virtual service without a virtual host.
    package let value: ConfigValue?
    /// Objects whose options it refers to, the one that wins first.
    package let optionObjects: [StoredObject]
    /// A reference leads to options that are refused: to serve without them could mean to serve without a check on access.
    package let isInvalid: Bool
    package let routes: [ResolvedRoute]
    package let reports: [Report]

    init(
        object: StoredObject, value: ConfigValue?, optionObjects: [StoredObject], isInvalid: Bool, routes: [ResolvedRoute], reports: [Report]
    ) {
        self.object = object
        self.value = value
        self.optionObjects = optionObjects
        self.isInvalid = isInvalid
        self.routes = routes
        self.reports = reports
    }

    /// No domains means all.
    package var domains: [String] { VirtualService.domains(of: value) }

    /// The virtual host's options, the ones that win first.
    package var options: [ConfigValue] { (value?["options"].map { [$0] } ?? []) + optionObjects.compactMap { $0.spec["options"] } }
}

/// One route as it is to be written, with what it has from the routes that delegate to it.
package struct ResolvedRoute: Sendable {
    /// In which object it is written: the virtual service, a route table or a proxy.
    package let owner: StoredObject
    package let route: Route
    /// It has errors of its own and answers as the policy for invalid routes says.
    package let isInvalid: Bool
    /// Objects whose options it refers to, the one that wins first.
    package let optionObjects: [StoredObject]
    package let inherited: Inherited?
    /// For statistics and logs: the way from the virtual service down, when any route on it has a name. Begins after the virtual
    /// service's part, which depends on the gateway.
    package let name: String?

    /// Options of the route and of the routes above it, the ones that win first.
    package var options: [ConfigValue] {
        var options = route.options.map { [$0] } ?? []
        for object in optionObjects { if let value = object.spec["options"] { options.append(value) } }
        if let inherited { options += inherited.options }
        return options
    }

    package var hasOptions: Bool { route.options != nil || !optionObjects.isEmpty || inherited?.options.isEmpty == false }

    /// What a delegating route hands down.
    package final class Inherited: Sendable {
        /// Options of the routes above, the nearest first.
        package let options: [ConfigValue]
        /// Matchers whose headers, query parameters and methods are added.
        package let conditions: [ConfigValue]
        /// Whether the path of the route above takes the place of the route's own.
        package let inheritsPath: Bool
        /// The matcher whose path is inherited; one without a path, or none, is the prefix "/".
        package let path: ConfigValue?
        /// Route tables on the way, the nearest last.
        package let tables: [StoredObject]
        /// Objects whose options the routes above refer to.
        package let optionObjects: [StoredObject]

        /// The matcher whose path counts for a route that has `own`; nil is the prefix "/".
        package func pathOwner(_ own: ConfigValue?) -> ConfigValue? { inheritsPath ? path : own }

        init(
            options: [ConfigValue], conditions: [ConfigValue], inheritsPath: Bool, path: ConfigValue?, tables: [StoredObject],
            optionObjects: [StoredObject]
        ) {
            self.options = options
            self.conditions = conditions
            self.inheritsPath = inheritsPath
            self.path = path
            self.tables = tables
            self.optionObjects = optionObjects
        }
    }

    /// The route tables between the virtual service and the object in which the route is written.
    package var chain: [ObjectID] { inherited.map { $0.tables.dropLast().map(\.id) } ?? [] }
}
