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
    package var maxDirectResponseBodySizeBytes: UInt32? {
        spec["routeOptions"]?["maxDirectResponseBodySizeBytes"]?.uint32
    }

    /// Proxies that serve this gateway.
    package var proxyNames: [String] {
        let names = spec["proxyNames"]?.elements.compactMap(\.text) ?? []
        return names.isEmpty ? ["gateway-proxy"] : names
    }
}

/// The HTTP form of a gateway: which virtual services it takes.
package struct HttpGateway: Sendable {
    package let value: ConfigValue
    init(_ value: ConfigValue) { self.value = value }

    package var options: ConfigValue? { value["options"] }
    /// By name; nil when the gateway does not name any.
    package var virtualServices: [ConfigValue]? { list("virtualServices") }
    /// Labels that a virtual service must carry.
    package var selector: ConfigValue? {
        guard let map = value["virtualServiceSelector"], map.count > 0 else { return nil }
        return map
    }
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

/// A condition on labels.
package struct LabelExpression: Sendable {
    package let value: ConfigValue
    init(_ value: ConfigValue) { self.value = value }

    package func matches(_ labels: [String: String]) -> Bool {
        let key = value["key"]?.text ?? ""
        let values = value["values"]?.elements.compactMap(\.text) ?? []
        let label = labels[key]
        switch value["operator"]?.text {
        case "Equals", "DoubleEquals", "In": return label.map(values.contains) ?? false
        case "NotEquals", "NotIn": return label.map { !values.contains($0) } ?? true
        case "Exists": return label != nil
        case "DoesNotExist": return label == nil
        case "GreaterThan": return compare(label, values, >)
        case "LessThan": return compare(label, values, <)
        default: return false
        }
    }

    private func compare(_ label: String?, _ values: [String], _ holds: (Int, Int) -> Bool) -> Bool {
        guard let label = label.flatMap({ Int($0) }), let value = values.first.flatMap({ Int($0) }) else { return false }
        return holds(label, value)
    }
}
