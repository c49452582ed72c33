package import EnvoyResources
import HashTreeCollections

/// What is served in place of resources that proxies of one role refuse, so that a proxy that connects gets what was accepted last.
///
/// A refused version is a mistake in the configuration until the translation makes another version of the resource, and that one is
/// tried. A version that any proxy of the role accepted is none: then the proxies differ, and the one that refuses keeps what it has.
/// A value without clock or I/O; it costs something only while something is refused.
struct Quarantine: Sendable {
    struct Entry: Sendable {
        /// The version that is not served.
        let refused: UInt64
        /// Served in its place. Nil: nothing is, since nothing was accepted yet, and the refused form would keep the others of its response away.
        let substitute: EnvoyResource?
        /// The configuration in which the substitute was accepted: what it names may be gone from the newest. Nil for what names nothing.
        let home: EnvoySnapshot?
        /// For people: who refused, and with which words.
        let proxy: String
        let words: String
    }

    /// A state of one type that a proxy had in whole, and the rest of the configuration at that time.
    struct Accepted: Sendable {
        var number: UInt64
        var snapshot: EnvoySnapshot
    }

    /// More suspects than this are no finding: nothing is replaced, and the refusal is told alone.
    private static let mostSuspects = 16

    private(set) var entries: [ResourceType: [String: Entry]] = [:]
    /// What substitutes may name and the newest configuration does not have.
    private(set) var kept: [ResourceType: [String: EnvoyResource]] = [:]
    /// Versions that one proxy refused and another accepted.
    private var disputed: [ResourceType: [String: UInt64]] = [:]

    var isEmpty: Bool { entries.isEmpty && disputed.isEmpty }

    // MARK: Refusals

    /// A proxy refused resources. True when they are served otherwise from now on.
    mutating func refuse(
        _ type: ResourceType, _ resources: [EnvoyResource], by proxy: String, words: String, wanted: EnvoySnapshot, accepted: Accepted?
    ) -> Bool {
        // A whole response is refused for what is new in it.
        let suspects = resources.filter { accepted?.snapshot[type][$0.name]?.version != $0.version && wanted[type][$0.name]?.version == $0.version }
        guard suspects.count <= Self.mostSuspects else { return false }
        var hasChanged = false
        for resource in suspects where disputed[type]?[resource.name] != resource.version && entries[type]?[resource.name] == nil {
            let good = accepted?.snapshot[type][resource.name]
            // Envoy takes a response with a bad listener or cluster in it, but for that one, if it can at least be read.
            let isInTheWay = (type == .listener || type == .cluster) && !RefusalText(words).isPartial
            guard good != nil || isInTheWay else { continue }
            entries[type, default: [:]][resource.name] = Entry(
                refused: resource.version, substitute: good, home: good == nil || !type.isReferrer ? nil : accepted?.snapshot, proxy: proxy, words: words
            )
            hasChanged = true
        }
        return hasChanged
    }

    /// A proxy accepted resources. True when one of them was held back, and is not any more.
    mutating func accept(_ type: ResourceType, _ resources: [EnvoyResource]) -> Bool {
        guard let held = entries[type] else { return false }
        var hasChanged = false
        for resource in resources where held[resource.name]?.refused == resource.version {
            disputed[type, default: [:]][resource.name] = resource.version
            lift(type, resource.name)
            hasChanged = true
        }
        return hasChanged
    }

    private mutating func lift(_ type: ResourceType, _ name: String) {
        entries[type]?[name] = nil
        if entries[type]?.isEmpty == true { entries[type] = nil }
    }

    // MARK: What is served

    /// The configuration as it is served, and the names that may be served otherwise than before.
    ///
    /// - Parameter changed: names that may differ in `wanted` from the configuration before; nil: any.
    mutating func follow(_ wanted: EnvoySnapshot, changed: ChangedNames?) -> (EnvoySnapshot, ChangedNames?) {
        guard !isEmpty || !kept.isEmpty else { return (wanted, changed) }
        var touched: ChangedNames = changed ?? [:]
        for (type, held) in entries {
            for (name, entry) in held {
                touched[type, default: []].insert(name)
                if wanted[type][name]?.version != entry.refused { lift(type, name) }
            }
        }
        for (type, versions) in disputed {
            disputed[type] = versions.filter { wanted[type][$0.key]?.version == $0.value }
            if disputed[type]?.isEmpty == true { disputed[type] = nil }
        }
        keepNamed(wanted, changed: changed, &touched)
        var served = wanted
        for (type, held) in entries {
            for (name, entry) in held { served[type][name] = entry.substitute }
        }
        for (type, resources) in kept {
            for (name, resource) in resources { served[type][name] = resource }
        }
        return (served, changed == nil ? nil : touched)
    }

    /// Finds what the homes of substitutes have and the newest configuration does not.
    private mutating func keepNamed(_ wanted: EnvoySnapshot, changed: ChangedNames?, _ touched: inout ChangedNames) {
        let homes = entries.values.joined().compactMap(\.value.home)
        for type in ResourceType.allCases where !type.isReferrer && type != .runtime {
            let before = kept.removeValue(forKey: type) ?? [:]
            var now: [String: EnvoyResource] = [:]
            func look(_ name: String, _ home: EnvoySnapshot) {
                // What is refused itself is another matter.
                guard now[name] == nil, wanted[type][name] == nil, let resource = home[type][name] else { return }
                now[name] = resource
            }
            for home in homes {
                if let changed {
                    for name in changed[type] ?? [] { look(name, home) }
                    for name in before.keys { look(name, home) }
                } else {
                    for (name, _) in home[type] { look(name, home) }
                }
            }
            if !now.isEmpty { kept[type] = now }
            for name in before.keys { touched[type, default: []].insert(name) }
        }
    }
}

// MARK: Over a restart

/// What one role's proxies are served in place of refused resources: what outlives the control plane.
package struct QuarantineRecord: Sendable {
    package struct Entry: Sendable {
        package var type: ResourceType
        package var name: String
        package var refused: UInt64
        /// Version and bytes of what is served; nil: nothing is.
        package var substitute: EnvoyResource?
        package var proxy: String
        package var words: String

        package init(type: ResourceType, name: String, refused: UInt64, substitute: EnvoyResource?, proxy: String, words: String) {
            self.type = type
            self.name = name
            self.refused = refused
            self.substitute = substitute
            self.proxy = proxy
            self.words = words
        }
    }

    package var role: String
    package var entries: [Entry]
    package var kept: [(type: ResourceType, resource: EnvoyResource)]

    package init(role: String, entries: [Entry], kept: [(type: ResourceType, resource: EnvoyResource)] = []) {
        self.role = role
        self.entries = entries
        self.kept = kept
    }
}

extension Quarantine {
    /// In order, so that equal contents are equal texts. Nil when nothing is held back.
    func record(role: String) -> QuarantineRecord? {
        if entries.isEmpty { return nil }
        let all = entries.flatMap { type, held in
            held.map { name, entry in
                QuarantineRecord.Entry(
                    type: type, name: name, refused: entry.refused, substitute: entry.substitute, proxy: entry.proxy, words: entry.words
                )
            }
        }
        let kept = kept.flatMap { type, resources in resources.values.map { (type: type, resource: $0) } }
        return QuarantineRecord(
            role: role, entries: all.sorted { ($0.type, $0.name) < ($1.type, $1.name) },
            kept: kept.sorted { ($0.type, $0.resource.name) < ($1.type, $1.resource.name) }
        )
    }

    /// Takes up a record from before a restart, as far as the configuration still is what was refused.
    init(_ record: QuarantineRecord, wanted: EnvoySnapshot) {
        self.init()
        var home = wanted
        for (type, resource) in record.kept where home[type][resource.name] == nil { home[type][resource.name] = resource }
        for entry in record.entries where wanted[entry.type][entry.name]?.version == entry.refused {
            entries[entry.type, default: [:]][entry.name] = Entry(
                refused: entry.refused, substitute: entry.substitute, home: entry.type.isReferrer && entry.substitute != nil ? home : nil,
                proxy: entry.proxy, words: entry.words
            )
        }
    }
}
