package import APIResources
package import ConfigTree
package import Emitter

/// A listener of a proxy before anything of Envoy is written: the gateway it comes from, and which virtual services stand behind
/// which certificate.
package struct ListenerPlan: Sendable {
    package let gateway: StoredObject
    /// `listener-<address>-<port>`, as Gloo names it.
    package let name: String
    package let address: String
    package let port: UInt32
    package let proxyNames: [String]
    package let chains: [FilterChainPlan]

    package var options: ConfigValue? { Gateway(gateway.spec).options }
    package var httpOptions: ConfigValue? { Gateway(gateway.spec).http?.options }
}

/// One filter chain: a certificate (or none) with the virtual services that are reachable by it and by no other.
package struct FilterChainPlan: Sendable {
    /// Of the route configuration of this chain.
    package let routeConfigName: String
    /// The virtual service whose `sslConfig` speaks for the chain; nil without TLS.
    package let tls: StoredObject?
    package let sniDomains: [String]
    /// Sorted, so that equal input gives equal bytes.
    package let virtualServices: [ResourceRef]
}
