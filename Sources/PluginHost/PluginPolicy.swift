package import ConfigTree

/// How a deployment uses a plugin: what the operator says, beside what the plugin is.
package struct PluginPolicy: Sendable {
    /// Why the plugin is not used, in words that end a sentence; nil when it is.
    ///
    /// Its options are then errors where they stand, so that what uses them goes on as it was: a route whose access control is switched
    /// off does not become a route without one.
    package var off: String?
    /// Of the plugin, in this deployment.
    package var settings: ConfigValue?
    /// Where its options may be used.
    package var reach = Reach()
    /// Where its HTTP filters stand, in place of where it would have them.
    package var filterPlace: FilterPlace?

    package init(off: String? = nil, settings: ConfigValue? = nil, reach: Reach = Reach(), filterPlace: FilterPlace? = nil) {
        self.off = off
        self.settings = settings
        self.reach = reach
        self.filterPlace = filterPlace
    }

    /// Which listeners a plugin contributes to; empty lists are no limit.
    package struct Reach: Sendable, Hashable {
        /// `namespace/name`.
        package var gateways: Set<String> = []
        /// Names of proxies, or roles (`namespace~proxy`).
        package var proxies: Set<String> = []

        package init(gateways: Set<String> = [], proxies: Set<String> = []) {
            self.gateways = gateways
            self.proxies = proxies
        }

        package var isLimited: Bool { !gateways.isEmpty || !proxies.isEmpty }

        func includes(_ listener: ListenerIdentity) -> Bool {
            if !isLimited { return true }
            return gateways.contains(listener.gateway) || proxies.contains(listener.proxy) || proxies.contains(listener.role)
        }
    }

    package struct FilterPlace: Sendable, Hashable {
        /// `sluice_stage`, `sluice_place`.
        package var stage: Int32
        package var place: Int32
        package var weight: Int32

        package static let stages = ["Fault", "Cors", "Waf", "AuthN", "AuthZ", "RateLimit", "Accepted", "OutAuth", "Route"]
        package static let places = ["Before", "During", "After"]

        /// Nil when there is no such stage or place.
        package init?(stage: String, place: String, weight: Int32) {
            guard let stage = Self.stages.firstIndex(of: stage), let place = Self.places.firstIndex(of: place) else { return nil }
            self.stage = Int32(stage)
            self.place = Int32(place) - 1
            self.weight = weight
        }
    }
}

/// The listener to which a unit of work belongs.
package struct ListenerIdentity: Sendable, Hashable {
    /// `namespace/name` of the Gateway; of the Proxy, where a user wrote that.
    package var gateway: String
    /// `namespace~proxy`.
    package var role: String

    package init(gateway: String, role: String) {
        self.gateway = gateway
        self.role = role
    }

    var proxy: String { role.firstIndex(of: "~").map { String(role[role.index(after: $0)...]) } ?? role }
}
