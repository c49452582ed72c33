internal import SluicePlugin

/// Protocols that a route lets requests change to, whatever its listener says.
func upgrades(_ route: RouteSubject, _ upgrades: Option) {
    guard route.routesToDestination, areDistinct(upgrades) else { return }
    route.envoy.route { action in
        for upgrade in upgrades.elements {
            for (key, type) in [("websocket", "websocket"), ("connect", "CONNECT")] as [(StaticString, StaticString)] where upgrade[key].isPresent {
                action.upgradeConfigs { config in
                    config.upgradeType(type)
                    if let enabled = upgrade[key]["enabled"].bool { config.enabled(enabled) }
                }
            }
        }
    }
}

/// Envoy refuses a type that is named twice.
private func areDistinct(_ upgrades: Option) -> Bool {
    for key in ["websocket", "connect"] as [StaticString] {
        let named = upgrades.elements.filter { $0[key].isPresent }
        guard named.count > 1 else { continue }
        named[1].error("the upgrade '\(key)' is there twice; keep one of them")
        return false
    }
    return true
}
