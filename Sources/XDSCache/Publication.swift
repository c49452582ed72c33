package import EnvoyResources
import HashTreeCollections
import Synchronization

/// One state of a role's configuration, and how it differs from the one the reader had before.
///
/// A class, since every stream holds up to four of them and looks at them at each event: a reference costs one count, a value ten.
package final class Publication: Sendable {
    package let role: String
    /// Rises with each publication of the cache, over all roles.
    package let number: UInt64
    package let snapshot: EnvoySnapshot
    package let changed: ChangedNames
    /// The removed resources as they were. Shared by all streams: while they are kept for grace, each stream refers to this.
    package let departed: Departed
    /// A hash of the content by type, in the order of `ResourceType`; kept up to date by changes, not by walking everything.
    package let versions: [UInt64]
    /// The virtual hosts by table and by domain; kept up to date in the same way.
    package let hosts: VirtualHostIndex
    private let sorted = Mutex<[ResourceType: [EnvoyResource]]>([:])

    private init(
        role: String, number: UInt64, snapshot: EnvoySnapshot, changed: ChangedNames, departed: Departed, versions: [UInt64], hosts: VirtualHostIndex
    ) {
        self.role = role
        self.number = number
        self.snapshot = snapshot
        self.changed = changed
        self.departed = departed
        self.versions = versions
        self.hosts = hosts
    }

    /// The first publication of a role.
    convenience init(role: String, number: UInt64, first snapshot: EnvoySnapshot) {
        var versions = Array(repeating: UInt64(0), count: ResourceType.allCases.count)
        var hosts = VirtualHostIndex()
        for type in ResourceType.allCases {
            for (_, resource) in snapshot[type] { versions[type.index] &+= Self.mixed(resource) }
        }
        for (_, host) in snapshot[.virtualHost] { hosts.replace(nil, with: host) }
        self.init(role: role, number: number, snapshot: snapshot, changed: [:], departed: Departed(), versions: versions, hosts: hosts)
    }

    /// What follows `previous`; nil when nothing differs. Costs O(changes) when they are named, else one walk over both.
    convenience init?(after previous: Publication, number: UInt64, snapshot: EnvoySnapshot, changed named: ChangedNames?) {
        var versions = previous.versions
        var hosts = previous.hosts
        var changed: ChangedNames = [:]
        var departed = Departed()
        for type in ResourceType.allCases {
            let old = previous.snapshot[type]
            let new = snapshot[type]
            var names = Set<String>()
            for name in named.map({ $0[type] ?? [] }) ?? Self.names(of: old, and: new) {
                let before = old[name]
                let after = new[name]
                guard before?.version != after?.version else { continue }
                names.insert(name)
                if let before { versions[type.index] &-= Self.mixed(before) }
                if let after { versions[type.index] &+= Self.mixed(after) }
                if type == .virtualHost { hosts.replace(before, with: after) }
                if let before, after == nil, type.isKeptForGrace { departed.resources[type, default: [:]][name] = before }
            }
            if !names.isEmpty { changed[type] = names }
        }
        if changed.isEmpty { return nil }
        self.init(
            role: previous.role, number: number, snapshot: snapshot, changed: changed, departed: departed, versions: versions, hosts: hosts
        )
    }

    /// The same state as `newer`, told to someone who has not seen this one either.
    func merged(with newer: Publication) -> Publication {
        var changed = newer.changed
        var departed = newer.departed
        for (type, names) in self.changed { changed[type, default: []].formUnion(names) }
        for (type, resources) in self.departed.resources {
            departed.resources[type, default: [:]].merge(resources) { _, earlier in earlier }
        }
        return Publication(
            role: newer.role, number: newer.number, snapshot: newer.snapshot, changed: changed, departed: departed, versions: newer.versions,
            hosts: newer.hosts
        )
    }

    /// The resources of a type in the order of their names. Made for the first stream that asks for everything, and kept for the next.
    func byName(_ type: ResourceType) -> [EnvoyResource] {
        sorted.withLock { sorted in
            if let known = sorted[type] { return known }
            let resources = snapshot[type].map(\.value).sorted { $0.name < $1.name }
            sorted[type] = resources
            return resources
        }
    }

    private static func names(of old: EnvoySnapshot.Resources, and new: EnvoySnapshot.Resources) -> Set<String> {
        var names = Set<String>()
        for (name, resource) in new where old[name]?.version != resource.version { names.insert(name) }
        for (name, _) in old where new[name] == nil { names.insert(name) }
        return names
    }

    /// The version of a resource is a hash already; this only keeps sums of them from cancelling each other.
    package static func mixed(_ resource: EnvoyResource) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in resource.name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        hash ^= resource.version
        hash = (hash ^ (hash >> 32)) &* 0x9e37_79b9_7f4a_7c15
        return hash ^ (hash >> 29)
    }
}

/// Resources that are no longer in the configuration, kept until nothing names them any more.
package struct Departed: Sendable {
    package var resources: [ResourceType: [String: EnvoyResource]] = [:]
    /// Names that a reconnecting client holds and that are gone: there are no bytes to keep, only a removal to put off.
    package var held: [ResourceType: [String]] = [:]

    package var isEmpty: Bool { resources.isEmpty && held.isEmpty }
}
