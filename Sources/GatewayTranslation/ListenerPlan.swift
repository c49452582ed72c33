package import APIResources
package import ConfigTree
package import Emitter

/// A listener of a proxy before anything of Envoy is written: who it is for, and what stands behind which certificate.
package struct ListenerPlan: Sendable {
    /// The Gateway or Proxy in which it is written.
    package let source: StoredObject
    /// Where its options stand: the Gateway's content, or one listener of a Proxy.
    package let value: ConfigValue
    /// `listener-<address>-<port>`, as Gloo names it; of a Proxy as the user does.
    package let name: String
    package let address: String
    package let port: UInt32
    /// Proxies that serve it.
    package let proxies: [ResourceRef]
    package let chains: [FilterChainPlan]
    package let routeConfigs: [RouteConfigPlan]
    /// MatchableHttpGateways behind it.
    package let matchableGateways: [ObjectID]

    package var options: ConfigValue? { value["options"] }
    package var usesProxyProtocol: Bool { value["useProxyProto"]?.bool ?? false }
    /// Options of the HTTP listener in front of a route configuration.
    package func httpOptions(ofRouteConfig name: String) -> ConfigValue? {
        for chain in chains { if case .http(let http) = chain.content, http.routeConfigName == name { return http.options?.value } }
        return nil
    }

    /// Virtual hosts are resources of their own, and route configurations have none in them.
    package var discoversVirtualHosts: Bool { source.id.kind == .gateway && ListenerBuilder.discoversVirtualHosts(value) }

    package var maxDirectResponseBodySizeBytes: UInt32? { value["routeOptions"]?["maxDirectResponseBodySizeBytes"]?.uint32 }
}

/// A route configuration: virtual hosts that are told apart by their domains. Filter chains lead to it.
package struct RouteConfigPlan: Sendable {
    /// `<listener>-routes`; where a listener has several, with a hash of who they are for.
    package let name: String
    package let isTLS: Bool
    /// Sorted, so that equal input gives equal bytes.
    package let virtualHosts: [VirtualHostID]
}

/// One filter chain: which connections it takes, its TLS, and where they go.
package struct FilterChainPlan: Sendable {
    package enum Content: Sendable {
        case http(HttpPlan)
        case tcp(TcpPlan)
    }

    /// Names the chain among those of its proxy.
    package let name: String
    package internal(set) var match: ChainMatch
    package let tls: TLSPlan?
    package let content: Content

    package var routeConfigName: String? {
        if case .http(let plan) = content { plan.routeConfigName } else { nil }
    }

    /// A certificate answers here, or what is inside TLS goes on as it came.
    package var isTLS: Bool { match.isTLS }
}

/// Connections of a filter chain. Empty conditions hold for all.
package struct ChainMatch: Sendable, Hashable {
    package enum Transport: Sendable, Hashable {
        case tls, plain
    }

    /// In lower case, sorted.
    package var serverNames: [String] = []
    package var sourcePrefixes: [SourcePrefix] = []
    /// Named only where a listener has chains of both sorts.
    package var transport: Transport?
    var isTLS = false
}

/// Addresses of clients.
package struct SourcePrefix: Sendable, Hashable, Comparable {
    package let address: String
    package let length: UInt32

    package static func < (a: Self, b: Self) -> Bool { (a.address, a.length) < (b.address, b.length) }
}

package struct HttpPlan: Sendable {
    package let routeConfigName: String
    package let options: OwnedValue?
    package let statPrefix: String
}

package struct TcpPlan: Sendable {
    /// A TcpHost: name, destination.
    package let host: ConfigValue
    package let owner: StoredObject
    package let options: OwnedValue?
    package let statPrefix: String
}

/// TLS towards clients.
package struct TLSPlan: Sendable {
    /// A map with the member `sslConfig`.
    package let config: OwnedValue
    /// Who stands and falls with it.
    package let users: [ObjectID]

    /// Beside whom a Secret is looked for whose reference has no namespace.
    package var namespace: String {
        let speaker = zip(config.owners, config.layers).first { $1["secretRef"] != nil }?.0 ?? config.owners[0]
        return speaker.id.ref.namespace
    }
}

/// A value that several objects may have written together, and who wrote which part.
package struct OwnedValue: Sendable {
    private let layered: LayeredValue
    package let owners: [StoredObject]

    package var value: ConfigValue { layered.value }
    package var layers: [ConfigValue] { layered.layers }

    /// - Parameter layers: what wins first; at least one.
    init(_ layers: [(StoredObject, ConfigValue)], under key: String? = nil) {
        layered = LayeredValue(layers.map(\.1), under: key)
        owners = layers.map(\.0)
    }

    init?(_ owner: StoredObject, _ value: ConfigValue?) {
        guard let value else { return nil }
        self.init([(owner, value)])
    }

    /// Who wrote a part of `value`, and where.
    package func origin(of part: ConfigValue?) -> (owner: ObjectID, value: ConfigValue?) {
        guard let part, let found = layered.origin(of: part) else { return (owners[0].id, part ?? layers[0]) }
        return (owners[found.layer].id, found.value)
    }
}
