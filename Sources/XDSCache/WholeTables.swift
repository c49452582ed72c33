import EnvoyResources
import HashTreeCollections

/// Virtual hosts are discovered over delta streams only. In the state of the world Envoy refuses a route configuration that would have them
/// discovered, so it is sent with all of them in it, and again when one changes.
extension XDSStream {
    func withVirtualHosts(_ table: EnvoyResource) -> EnvoyResource {
        guard dialect == .stateOfTheWorld, table.discoversVirtualHosts else { return table }
        return table.whole((gate.early.contains(table.name) ? front : tables)?.hosts.tables[table.name] ?? [:])
    }

    /// Virtual hosts changed: so did the tables that they are in.
    func markTables(of hosts: Set<String>) {
        guard dialect == .stateOfTheWorld, subscriptions[ResourceType.route.index].isActive else { return }
        for table in Set(hosts.compactMap(\.nameSpace)) where subscriptions[ResourceType.route.index].names.contains(table) {
            subscriptions[ResourceType.route.index].force(table)
        }
    }
}
