package import EnvoyResources
import HashTreeCollections

/// One state of a role's configuration, and how it differs from the one the reader had before.
package struct Publication: Sendable {
    package var role: String
    /// Rises with each publication of the cache, over all roles.
    package var number: UInt64
    package var snapshot: EnvoySnapshot
    package var changed: ChangedNames
    /// The removed resources as they were. Shared by all streams: while they are kept for grace, each stream refers to this.
    package var departed: Departed
    /// A hash of the content by type, in the order of `ResourceType`; kept up to date by changes, not by walking everything.
    package var versions: [UInt64]
    /// The virtual hosts by table and by domain; kept up to date in the same way.
    package var hosts = VirtualHostIndex()

    /// The first publication of a role.
    init(role: String, number: UInt64, first snapshot: EnvoySnapshot) {
        self.role = role
        self.number = number
        self.snapshot = snapshot
        changed = [:]
        departed = Departed()
        versions = Array(repeating: 0, count: ResourceType.allCases.count)
        for type in ResourceType.allCases {
            for (_, resource) in snapshot[type] { versions[type.index] &+= Self.mixed(resource) }
        }
        for (_, host) in snapshot[.virtualHost] { hosts.replace(nil, with: host) }
    }

    /// What follows `previous`; nil when nothing differs. Costs O(changes) when they are named, else one walk over both.
    init?(after previous: Publication, number: UInt64, snapshot: EnvoySnapshot, changed named: ChangedNames?) {
        role = previous.role
        self.number = number
        self.snapshot = snapshot
        versions = previous.versions
        hosts = previous.hosts
        changed = [:]
        departed = Departed()
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
    }

    /// The same state as `newer`, told to someone who has not seen this one either.
    func merged(with newer: Publication) -> Publication {
        var merged = newer
        for (type, names) in changed { merged.changed[type, default: []].formUnion(names) }
        for (type, resources) in departed.resources {
            merged.departed.resources[type, default: [:]].merge(resources) { _, earlier in earlier }
        }
        return merged
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
