package import APIResources
internal import Emitter
package import GatewayTranslation

/// Names a unit of work: a pure function of what it reads, whose result is kept until something that it read changes.
package enum UnitID: Hashable, Sendable {
    /// Which virtual services a gateway takes.
    case gateway(ResourceRef)
    /// A virtual service with its delegations followed.
    case virtualService(ResourceRef)
    /// The listeners that a Proxy names itself, with their virtual hosts.
    case proxy(ResourceRef)
    /// A virtual host in the route configuration of one proxy.
    case virtualHost(VirtualHostKey)
    /// A filter chain of a proxy, by its name.
    case filterChain(RouteConfigKey)
    case listener(RouteConfigKey)
    case cluster(ResourceRef)
    /// Whether the destinations of an upstream group can be reached. Where it is used, it is written into the route.
    case upstreamGroup(ResourceRef)
    /// How the gateways of the proxies fit together.
    case layout
}

/// A route configuration, a filter chain or a listener of a proxy, by name.
package struct RouteConfigKey: Hashable, Sendable {
    package var role: String
    package var name: String

    package init(role: String, name: String) {
        self.role = role
        self.name = name
    }
}

package struct VirtualHostKey: Hashable, Sendable {
    package var table: RouteConfigKey
    package var host: VirtualHostID

    package init(table: RouteConfigKey, host: VirtualHostID) {
        self.table = table
        self.host = host
    }
}

/// The results of units of one sort, and what each read.
struct Memo<Key: Hashable & Sendable, Value> {
    private struct Entry {
        var value: Value
        var reads: Set<Read>
        let number: UnitNumber
    }

    private var entries: [Key: Entry] = [:]

    subscript(key: Key) -> Value? { entries[key]?.value }

    var all: some Sequence<(key: Key, value: Value)> { entries.lazy.map { ($0.key, $0.value.value) } }

    mutating func set(_ key: Key, _ value: Value, _ reader: SnapshotReader, _ id: @autoclosure () -> UnitID, in index: inout ReadIndex) {
        let reads = reader.reads
        guard let place = entries.index(forKey: key) else {
            let number = index.add(id())
            index.replace([], by: reads, for: number)
            entries[key] = Entry(value: value, reads: reads, number: number)
            return
        }
        index.replace(entries.values[place].reads, by: reads, for: entries.values[place].number)
        entries.values[place].value = value
        entries.values[place].reads = reads
    }

    mutating func remove(_ key: Key, in index: inout ReadIndex) {
        guard let entry = entries.removeValue(forKey: key) else { return }
        index.replace(entry.reads, by: [], for: entry.number)
        index.remove(entry.number)
    }
}

/// Stands for a unit where there are many of them: hashing a number costs a tenth of hashing names.
typealias UnitNumber = Int32

/// For everything that was read, the units that read it.
struct ReadIndex {
    private var readers: [Read: Set<UnitNumber>] = [:]
    private var ids: [UnitID?] = []
    private var free: [UnitNumber] = []

    mutating func add(_ id: UnitID) -> UnitNumber {
        if let number = free.popLast() {
            ids[Int(number)] = id
            return number
        }
        ids.append(id)
        return UnitNumber(ids.count - 1)
    }

    mutating func remove(_ number: UnitNumber) {
        ids[Int(number)] = nil
        free.append(number)
    }

    mutating func replace(_ old: Set<Read>, by new: Set<Read>, for number: UnitNumber) {
        if old == new { return }
        for read in old where !new.contains(read) {
            readers[read]?.remove(number)
            if readers[read]?.isEmpty == true { readers[read] = nil }
        }
        for read in new where !old.contains(read) { readers[read, default: []].insert(number) }
    }

    /// The units that read something of what changed.
    func readers(of changes: SnapshotChanges) -> Set<UnitID> {
        var numbers: Set<UnitNumber> = []
        for id in changes.objects { if let found = readers[.object(id)] { numbers.formUnion(found) } }
        for id in changes.existence { if let found = readers[.existence(id)] { numbers.formUnion(found) } }
        for heads in changes.heads { if let found = readers[.heads(heads)] { numbers.formUnion(found) } }
        return Set(numbers.lazy.compactMap { self.ids[Int($0)] })
    }
}
