import EnvoyResources

/// Virtual hosts as Envoy asks for them: by one request without names, when it has its first table with virtual hosts of their own. Of the
/// tables after that one it says nothing: it takes the virtual hosts of any table that it has, and drops what comes before the table.
///
/// So a stream that carries both follows the route configurations asked for: the virtual hosts of a table are sent, all of them, after each
/// answer for the table.
extension XDSStream {
    /// At the first request: the tables that the client has.
    func followTables(_ held: [String: UInt64]) {
        let routes = subscriptions[ResourceType.route.index]
        guard let content = served(.route) else { return }
        for name in routes.names {
            guard let table = content[name], table.discoversVirtualHosts else { continue }
            let isOnItsWay = routes.inFlight?.resources.contains { $0.name == name } == true
                || routes.pending[name].map { $0 != table.version } == true
            // One that connects again says what it holds, also of tables that changed in the meantime.
            if !isOnItsWay || !held.isEmpty { subscriptions[ResourceType.virtualHost.index].names.insert(name) }
        }
        for host in held.keys {
            if let table = host.nameSpace, routes.names.contains(table), content[table] == nil { keptHosts[table, default: []].insert(host) }
        }
    }

    /// The client has these tables now. Those that it refused it may have from before.
    func followTables(_ tables: [EnvoyResource]) {
        for table in tables where table.discoversVirtualHosts && subscriptions[ResourceType.route.index].matches(table.name) {
            subscriptions[ResourceType.virtualHost.index].names.insert(table.name)
            subscribeVirtualHosts(table.name, held: [:])
            // It is back, and some of them may not be.
            for host in keptHosts.removeValue(forKey: table.name) ?? [] { subscriptions[ResourceType.virtualHost.index].force(host) }
        }
    }

    /// A virtual host is gone because its table is. Connections of a listener that drains, or that waits to be replaced, go on using both.
    func keeps(_ host: String) -> Bool {
        guard followsTables, let table = host.nameSpace, served(.route)?[table] == nil,
            subscriptions[ResourceType.virtualHost.index].names.contains(table)
        else { return false }
        keptHosts[table, default: []].insert(host)
        return true
    }

    /// The client has no use for a table any more.
    func leaveTable(_ name: String) {
        guard followsTables else { return }
        subscriptions[ResourceType.virtualHost.index].forget(name)
        keptHosts[name] = nil
    }
}
