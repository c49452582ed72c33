package import ConfigTree

/// Settings: how the control plane itself behaves. The object named `default` counts.
package struct Settings: Sendable {
    package let spec: ConfigValue?
    package init(_ spec: ConfigValue?) { self.spec = spec }

    package static let name = "default"

    /// How a route that cannot be translated answers.
    package var invalidConfigPolicy: InvalidConfigPolicy {
        let policy = spec?["gloo"]?["invalidConfigPolicy"]
        return InvalidConfigPolicy(
            replacesInvalidRoutes: policy?["replaceInvalidRoutes"]?.bool ?? true,
            responseCode: policy?["invalidRouteResponseCode"]?.uint32 ?? 404,
            responseBody: policy?["invalidRouteResponseBody"]?.text ?? InvalidConfigPolicy.defaultBody
        )
    }

    package var readGatewaysFromAllNamespaces: Bool {
        spec?["gateway"]?["readGatewaysFromAllNamespaces"]?.bool ?? false
    }

    /// Whether a virtual service is reachable by its own TLS configuration only. Unlike Gloo, Sluice keeps them apart unless told not
    /// to.
    package var isolatesVirtualHostsBySslConfig: Bool {
        spec?["gateway"]?["isolateVirtualHostsBySslConfig"]?.bool ?? true
    }

    /// Whether routes that no request reaches are told.
    package var warnsOfHiddenRoutes: Bool { spec?["gateway"]?["validation"]?["warnRouteShortCircuiting"]?.bool ?? false }

    /// Whether a filter is there only where an option asks for it. Unlike Gloo, Sluice adds no others unless told to.
    package var removesUnusedFilters: Bool { spec?["gloo"]?["removeUnusedFilters"]?.bool ?? true }

    /// What virtual services say of `oneWayTls` that do not say it themselves; a bool.
    package var oneWayTls: ConfigValue? { spec?["gateway"]?["virtualServiceOptions"]?["oneWayTls"] }
}

package struct InvalidConfigPolicy: Sendable, Hashable {
    /// Replace a route whose upstream does not exist by the response below. Unlike Gloo, Sluice does so unless told not to.
    /// With false such a route stays as it is, and Envoy answers 503.
    package var replacesInvalidRoutes: Bool
    package var responseCode: UInt32
    package var responseBody: String

    static let defaultBody = "This route is not configured correctly. The status of its VirtualService or RouteTable says why."
}
