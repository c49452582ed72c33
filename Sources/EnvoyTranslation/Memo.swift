package import APIResources
internal import Emitter

/// Names a unit of work: a pure function of what it reads, whose result is kept until something that it read changes.
package enum UnitID: Hashable, Sendable {
    /// Which virtual services a gateway takes.
    case gateway(ResourceRef)
    /// A virtual service with its delegations followed.
    case virtualService(ResourceRef)
    /// A virtual host in the route configuration of one proxy.
    case virtualHost(VirtualHostKey)
    /// A filter chain of a proxy, by its route configuration.
    case filterChain(RouteConfigKey)
    case listener(RouteConfigKey)
    case cluster(ResourceRef)
    /// How the gateways of the proxies fit together.
    case layout
}

/// A route configuration (or a listener) of a proxy, by name.
package struct RouteConfigKey: Hashable, Sendable {
    package var role: String
    package var name: String
}

package struct VirtualHostKey: Hashable, Sendable {
    package var table: RouteConfigKey
    package var service: ResourceRef
}

/// The results of units of one sort, and who read what.
struct Memo<Key: Hashable & Sendable, Value> {
    private(set) var values: [Key: Value] = [:]
    private var reads: [Key: Set<Read>] = [:]

    subscript(key: Key) -> Value? { values[key] }

    mutating func set(_ key: Key, _ value: Value, _ reader: SnapshotReader, _ id: UnitID, in index: inout ReadIndex) {
        values[key] = value
        index.replace(reads[key] ?? [], by: reader.reads, for: id)
        reads[key] = reader.reads
    }

    mutating func remove(_ key: Key, _ id: UnitID, in index: inout ReadIndex) {
        values[key] = nil
        index.replace(reads[key] ?? [], by: [], for: id)
        reads[key] = nil
    }
}

/// For everything that was read, the units that read it.
struct ReadIndex {
    private var readers: [Read: Set<UnitID>] = [:]

    mutating func replace(_ old: Set<Read>, by new: Set<Read>, for id: UnitID) {
        if old == new { return }
        for read in old where !new.contains(read) {
            readers[read]?.remove(id)
            if readers[read]?.isEmpty == true { readers[read] = nil }
        }
        for read in new where !old.contains(read) { readers[read, default: []].insert(id) }
    }

    /// The units that read something of what changed.
    func readers(of changes: SnapshotChanges) -> Set<UnitID> {
        var found: Set<UnitID> = []
        for id in changes.objects { if let ids = readers[.object(id)] { found.formUnion(ids) } }
        for id in changes.existence { if let ids = readers[.existence(id)] { found.formUnion(ids) } }
        for kind in changes.heads { if let ids = readers[.heads(kind)] { found.formUnion(ids) } }
        return found
    }
}
