package import ConfigTree

/// VirtualService: a set of domains, their routes, and the certificate for them.
package struct VirtualService: Sendable {
    package let spec: ConfigValue
    package init(_ spec: ConfigValue) { self.spec = spec }

    package var virtualHost: ConfigValue? { spec["virtualHost"] }
    package var sslConfig: ConfigValue? { spec["sslConfig"] }
    package var options: ConfigValue? { virtualHost?["options"] }
    package var routes: ConfigValue? { virtualHost?["routes"] }

    /// No domains means all.
    package var domains: [String] { Self.domains(of: virtualHost) }

    package static func domains(of virtualHost: ConfigValue?) -> [String] {
        let domains = virtualHost?["domains"]?.elements.compactMap(\.text) ?? []
        return domains.isEmpty ? ["*"] : domains
    }

    /// Server names for which the certificate answers.
    package static func sniDomains(of sslConfig: ConfigValue) -> [String] {
        sslConfig["sniDomains"]?.elements.compactMap(\.text) ?? []
    }
}

/// RouteTable: routes to which a virtual service or another table delegates.
package struct RouteTable: Sendable {
    package let spec: ConfigValue
    package init(_ spec: ConfigValue) { self.spec = spec }

    package var routes: ConfigValue? { spec["routes"] }
    /// Of several tables that are selected together, lower ones come first.
    package var weight: Int32 { spec["weight"]?.int32 ?? 0 }
}

/// UpstreamGroup: a weighted list of destinations with a name.
package struct UpstreamGroup: Sendable {
    package let spec: ConfigValue
    package init(_ spec: ConfigValue) { self.spec = spec }

    package var destinations: ConfigValue? { spec["destinations"] }
}
