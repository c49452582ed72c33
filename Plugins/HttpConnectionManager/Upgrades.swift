internal import SluicePlugin

/// The protocols that a connection may change to.
///
/// WebSocket is among them unless the user speaks of it. Where there is no list the host adds it, and where there is one it has to be
/// added here: the host adds nothing to a field that a plugin has written.
func writeUpgrades(_ upgrades: Option, to manager: Manager) {
    guard upgrades.count > 0 else { return }
    var hasWebSocket = false
    var hasConnect = false
    for upgrade in upgrades.elements {
        let isWebSocket = upgrade["websocket"].isPresent
        let protocolOptions = isWebSocket ? upgrade["websocket"] : upgrade["connect"]
        if isWebSocket ? hasWebSocket : hasConnect {
            protocolOptions.error("'\(isWebSocket ? "websocket" : "connect")' stands in 'upgrades' twice; keep one of them")
            continue
        }
        if isWebSocket { hasWebSocket = true } else { hasConnect = true }
        manager.upgradeConfigs { out in
            out.upgradeType(isWebSocket ? "websocket" as StaticString : "CONNECT")
            if let isOn = protocolOptions["enabled"].bool { out.enabled(isOn) }
        }
    }
    if !hasWebSocket { manager.upgradeConfigs { $0.upgradeType("websocket" as StaticString) } }
}
