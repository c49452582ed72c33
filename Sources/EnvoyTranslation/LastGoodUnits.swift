package import APIResources
internal import EnvoyWire
internal import GatewayTranslation
package import PluginHost

/// A unit that fails and goes on as it was written when it last succeeded: what outlives the control plane.
package struct LastGoodUnit: Sendable, Hashable {
    package enum Key: Hashable, Sendable {
        case cluster(ResourceRef)
        case virtualHost(VirtualHostKey)
        case filterChain(RouteConfigKey)
        case listener(RouteConfigKey)
    }

    package let key: Key
    package let bytes: [UInt8]
    /// Options that it and its routes use, by name: their numbers are others with other plugins.
    package let options: [String]
    /// What plugins added to it.
    package let resources: [PluginCall.AddedResource]
    /// Whose status says that it serves.
    package let objects: [ObjectID]

    package init(_ key: Key, bytes: [UInt8], options: [String] = [], resources: [PluginCall.AddedResource] = [], objects: [ObjectID] = []) {
        self.key = key
        self.bytes = bytes
        self.options = options
        self.resources = resources
        self.objects = objects
    }

    var hash: UInt64 { WireHash.hash(bytes) }
}

/// Which units live on their last good bytes, and what is known of them from before a restart.
struct LastGoodUnits {
    private(set) var kept: [LastGoodUnit.Key: LastGoodUnit] = [:]
    /// For the first run only: after it, a unit has its own past.
    private var restored: [LastGoodUnit.Key: LastGoodUnit] = [:]
    private var hasChanged = false

    mutating func restore(_ units: [LastGoodUnit]) {
        for unit in units { restored[unit.key] = unit }
    }

    func restored(_ key: LastGoodUnit.Key) -> LastGoodUnit? { restored.isEmpty ? nil : restored[key] }

    /// What the unit serves meanwhile; nil when it succeeds, or is gone.
    mutating func note(_ key: LastGoodUnit.Key, _ unit: @autoclosure () -> LastGoodUnit?) {
        let unit = unit()
        if unit == nil && kept.isEmpty || kept[key] == unit { return }
        kept[key] = unit
        hasChanged = true
    }

    mutating func endFirstRun() { restored = [:] }

    mutating func takeChange() -> Bool {
        defer { hasChanged = false }
        return hasChanged
    }
}
