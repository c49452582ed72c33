package import ConfigTree

// The kinds of the API are views: a checked value of the configuration with names for its members. Nothing is copied out of the
// tree, so ten thousand objects cost what their text costs.

/// Gateway: a bound port, and how it handles what arrives there.
package struct Gateway: Sendable {
    package let spec: ConfigValue
    package init(_ spec: ConfigValue) { self.spec = spec }

    package var isSSL: Bool { spec["ssl"]?.bool ?? false }
    package var bindAddress: String { spec["bindAddress"]?.text ?? "::" }
    package var bindPort: UInt32 { spec["bindPort"]?.uint32 ?? 0 }
    package var options: ConfigValue? { spec["options"] }
    package var http: HttpGateway? { spec["httpGateway"].map(HttpGateway.init) }
    /// Connections go to an upstream as they are.
    package var tcp: ConfigValue? { spec["tcpGateway"] }
    package var hybrid: HybridGateway? { spec["hybridGateway"].map(HybridGateway.init) }

    /// Proxies that serve this gateway.
    package var proxyNames: [String] {
        let names = spec["proxyNames"]?.elements.compactMap(\.text) ?? []
        return names.isEmpty ? ["gateway-proxy"] : names
    }
}

/// The HTTP form of a gateway: which virtual services it takes.
package struct HttpGateway: Sendable {
    package let value: ConfigValue
    package init(_ value: ConfigValue) { self.value = value }

    package var options: ConfigValue? { value["options"] }
    /// By name; nil when the gateway does not name any.
    package var virtualServices: [ConfigValue]? { list("virtualServices") }
    /// Labels that a virtual service must carry; empty when the gateway does not say.
    package var selector: [(String, String)] { value["virtualServiceSelector"].map(LabelExpression.labels) ?? [] }
    package var expressions: [LabelExpression]? {
        guard let list = value["virtualServiceExpressions"]?["expressions"], list.count > 0 else { return nil }
        return list.elements.map(LabelExpression.init)
    }
    package var namespaces: [String] { value["virtualServiceNamespaces"]?.elements.compactMap(\.text) ?? [] }

    private func list(_ name: String) -> [ConfigValue]? {
        guard let list = value[name], list.count > 0 else { return nil }
        return Array(list.elements)
    }
}

/// Several gateways on one port, told apart by server name and by where the client comes from.
package struct HybridGateway: Sendable {
    package let value: ConfigValue
    package init(_ value: ConfigValue) { self.value = value }

    package var matchedGateways: [ConfigValue] { value["matchedGateways"].map { Array($0.elements) } ?? [] }
    package var delegated: ConfigValue? { value["delegatedHttpGateways"] }
}

/// MatchableHttpGateway: an HTTP gateway and who it is for, to be attached to a hybrid gateway.
package struct MatchableHttpGateway: Sendable {
    package let spec: ConfigValue
    package init(_ spec: ConfigValue) { self.spec = spec }

    package var matcher: ConfigValue? { spec["matcher"] }
    package var http: HttpGateway? { spec["httpGateway"].map(HttpGateway.init) }
}
