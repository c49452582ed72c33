import EnvoyResources
import HashTreeCollections

/// Virtual hosts as Envoy asks for them: the name of a route configuration stands for all of its virtual hosts; with the on_demand
/// filter it also asks for `<route configuration>/<host header>`, once a request, and holds the request until an answer names that.
extension XDSStream {
    /// Answers for one subscribed name.
    func subscribeVirtualHosts(_ name: String, held: [String: UInt64]) {
        let index = ResourceType.virtualHost.index
        guard let hosts = hosts(for: name), let content = served(.virtualHost) else { return }
        if let table = hosts.tables[name] {
            subscriptions[index].walks.removeAll { $0.space == name }
            subscriptions[index].walks.append(Subscription.Walk(rest: table.map(\.value)[...], held: held, space: name))
        } else if let space = name.nameSpace, subscriptions[index].names.contains(space) {
            // The table covers it from now on. Not kept: the host headers of a day's requests would be a growing list.
            subscriptions[index].names.remove(name)
            ask(name, hosts, content)
        } else if content[name] != nil {
            subscriptions[index].pending[name] = held[name] ?? 0
        } else if let host = hosts.resolve(name) {
            subscriptions[index].lead(name, to: host)
        } else if followsTables && name.nameSpace == nil {
            // A table without virtual hosts: Envoy waits for them as long as it hears nothing of a resource in the name space.
            if !subscriptions[index].unresolved.contains(name + "/") { subscriptions[index].unresolved.append(name + "/") }
        } else {
            // The same, of clients that asked for the table by its name.
            subscriptions[index].force(name)
        }
    }

    private func ask(_ name: String, _ hosts: VirtualHostIndex, _ content: ServedContent) {
        let index = ResourceType.virtualHost.index
        if let host = content[name]?.name ?? hosts.resolve(name), content[host] != nil {
            subscriptions[index].lead(name, to: host)
        } else if !subscriptions[index].unresolved.contains(name) {
            subscriptions[index].unresolved.append(name)
        }
    }

    /// Looks again at names that were asked for without their table. Envoy has none; it costs what there are of them.
    func resolveAgain(from old: Publication, to new: Publication) {
        let index = ResourceType.virtualHost.index
        guard !subscriptions[index].isWildcard else { return }
        for name in subscriptions[index].names {
            guard let space = name.nameSpace, !subscriptions[index].names.contains(space), new.hosts.tables[name] == nil else { continue }
            let (before, after) = (old.hosts.resolve(name), new.hosts.resolve(name))
            let (had, has) = (before.flatMap { old.snapshot[.virtualHost][$0] }, after.flatMap { new.snapshot[.virtualHost][$0] })
            guard before != after || had?.version != has?.version else { continue }
            if let after { subscriptions[index].lead(name, to: after) } else { subscriptions[index].force(name) }
            if let before, before != after, new.snapshot[.virtualHost][before] == nil { subscriptions[index].force(before) }
        }
    }

    private func hosts(for name: String) -> VirtualHostIndex? {
        gate.early.contains(name) || name.nameSpace.map(gate.early.contains) == true ? front?.hosts : tables?.hosts
    }
}

extension Subscription {
    fileprivate func lead(_ name: String, to host: String) {
        if host != name && asked[host]?.contains(name) != true { asked[host, default: []].append(name) }
        refused[host] = nil
        force(host)
    }
}
