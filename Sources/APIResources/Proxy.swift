package import ConfigTree

/// Proxy: the listeners of one proxy, as a user or another controller writes them down without gateways.
package struct Proxy: Sendable {
    package let spec: ConfigValue
    package init(_ spec: ConfigValue) { self.spec = spec }

    package var listeners: ConfigChildren { spec["listeners"]?.elements ?? .none }

    /// Labels by which Gloo's own translation marks what it made of gateways.
    package static let creatorLabel = "created_by"
    package static let creators: Set = ["gloo-gateway-translator", "gateway"]

    /// All virtual hosts below the listeners, of whatever form.
    package var virtualHosts: [ConfigValue] { listeners.flatMap(Self.virtualHosts) }

    package static func virtualHosts(of listener: ConfigValue) -> [ConfigValue] {
        func hosts(_ http: ConfigValue?) -> [ConfigValue] { http?["virtualHosts"].map { Array($0.elements) } ?? [] }
        if let http = listener["httpListener"] { return hosts(http) }
        if let hybrid = listener["hybridListener"] { return hybrid["matchedListeners"]?.elements.flatMap { hosts($0["httpListener"]) } ?? [] }
        return listener["aggregateListener"]?["httpResources"]?["virtualHosts"].map { Array($0.members) } ?? []
    }
}
