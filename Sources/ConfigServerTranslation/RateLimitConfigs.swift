internal import APIResources
internal import ConfigTree
internal import Emitter
internal import EnvoyResources
internal import EnvoyWire
internal import HashTreeCollections

/// The limits, as the open-source rate limit server takes them: one message a domain.
///
/// The domain `custom` has the `ratelimit` of the Settings, and `crd` all RateLimitConfigs, each below its own name, as plugin
/// `ratelimit` makes Envoy ask. A RateLimitConfig is a unit: an edit writes its own part of the message, unless it brings a weight
/// that was not there, or takes the last of one away.
struct RateLimitConfigs {
    private enum Domain {
        static let settings = "custom"
        static let objects = "crd"
        /// What Envoy sends before a set.
        static let setMark = "solo.setDescriptor.uniqueValue"
        static let key = "generic_key"
    }

    private enum Field {
        static let name: UInt32 = 1
        static let domain: UInt32 = 2
        static let descriptors: UInt32 = 3
        /// In a descriptor.
        static let key: UInt32 = 1
        static let value: UInt32 = 2
        static let children: UInt32 = 4
    }

    private struct Limits {
        var list: [LimitNode] = []
        var sets: [LimitNode] = []
    }

    /// Written, to be put together.
    private struct Parts {
        var list: [UInt8]
        var sets: [UInt8]
    }

    private var objects = ServerUnits<ResourceRef, Limits>()
    private var settings = ServerUnits<Bool, [LimitNode]>()
    private var parts: [ResourceRef: Parts] = [:]
    private var weights: [UInt32] = []
    private var published = EnvoySnapshot.Resources()
    private var hasRun = false

    mutating func translate(_ snapshot: Snapshot, _ changes: SnapshotChanges, _ run: inout ConfigServerTranslation) {
        let isFirst = !hasRun
        hasRun = true
        let isSettingsStale = isFirst || !settings.stale(changes).isEmpty
        var stale = isFirst ? Set(snapshot[.rateLimitConfig].keys) : objects.stale(changes)
        stale.formUnion(changes.objects.lazy.filter { $0.kind == .rateLimitConfig }.map(\.ref))
        guard isSettingsStale || !stale.isEmpty else { return }
        if isSettingsStale {
            readSettings(snapshot, &run)
            publish(Domain.settings, settingsResource(), &run)
        }
        if !stale.isEmpty {
            for ref in stale.sorted() { read(ref, snapshot, &run) }
            write(stale)
            publish(Domain.objects, objectsResource(), &run)
        }
        var whole = EnvoySnapshot()
        whole[.rateLimitConfig] = published
        run.snapshots[.rateLimit] = whole
    }

    func owners(_ domain: String) -> [ObjectID] {
        domain == Domain.objects ? parts.keys.sorted().map { ObjectID(.rateLimitConfig, $0) } : settingsOwner.map { [$0] } ?? []
    }

    private var settingsOwner: ObjectID?

    // MARK: Reading

    private mutating func readSettings(_ snapshot: Snapshot, _ run: inout ConfigServerTranslation) {
        let reader = SnapshotReader(snapshot)
        let option = reader.settings().spec?["ratelimit"]
        settingsOwner = snapshot.settings?.id
        var reports: [Report] = []
        let before = settings[true]
        if let owner = settingsOwner, let option {
            let say: Say = { reports.append(Report($0, owner, at: $1, $2)) }
            var nodes = LimitTree(say).nodes(option["descriptors"])
            if let sets = option["setDescriptors"], sets.count > 0 {
                say(
                    .warning, sets,
                    "the open-source rate limit server takes no sets, and what requests tell is written elsewhere, so they are not served; "
                        + "write a RateLimitConfig with 'setDescriptors' and 'setActions'"
                )
            }
            if reports.contains(where: { $0.severity == .error }) { nodes = before ?? [] }
            settings.set(true, nodes, reader.reads)
        } else {
            settings.set(true, [], reader.reads)
        }
        run.reports[.settings] = reports
    }

    private mutating func read(_ ref: ResourceRef, _ snapshot: Snapshot, _ run: inout ConfigServerTranslation) {
        guard let object = snapshot[ObjectID(.rateLimitConfig, ref)] else {
            objects.remove(ref)
            run.reports[.limits(ref)] = []
            return
        }
        var reports: [Report] = []
        let say: Say = { reports.append(Report($0, object.id, at: $1, $2)) }
        let raw = object.spec["raw"]
        var sets = LimitSets(say)
        var limits = Limits(list: LimitTree(say).nodes(raw?["descriptors"]), sets: sets.nodes(raw))
        // With a mistake in it the server would refuse the whole domain.
        if reports.contains(where: { $0.severity == .error }) { limits = objects[ref] ?? Limits() }
        objects.set(ref, limits, [.object(object.id)])
        run.reports[.limits(ref)] = reports
    }

    // MARK: Writing

    private mutating func write(_ stale: Set<ResourceRef>) {
        var found: Set<UInt32> = []
        for ref in objects.keys { for node in objects[ref]?.list ?? [] { node.collectWeights(into: &found) } }
        let new = found.sorted()
        let all = new == weights ? stale : stale.union(objects.keys)
        weights = new
        let writer = LimitWriter(weights: weights)
        for ref in all {
            guard let limits = objects[ref] else {
                parts[ref] = nil
                continue
            }
            let name = "\(ref.namespace).\(ref.name)"
            func below(_ nodes: [LimitNode], _ field: UInt32) -> [UInt8] {
                nodes.isEmpty ? [] : writer.bytes([LimitNode(key: Domain.key, value: name, children: nodes)], field: field)
            }
            parts[ref] = Parts(list: below(limits.list, Field.descriptors), sets: below(limits.sets, Field.children))
        }
    }

    private func objectsResource() -> EnvoyResource? {
        guard !parts.isEmpty else { return nil }
        let all = parts.sorted { $0.key < $1.key }.map(\.value)
        var bytes = [Self.head(Domain.objects)] + all.map(\.list)
        let sets = all.map(\.sets)
        if sets.contains(where: { !$0.isEmpty }) {
            // One descriptor around the sets of all objects: a second one of its name would be refused.
            let buffer = WireBuffer()
            buffer.output.message(Field.descriptors) { out in
                out.text(Field.key, Domain.key)
                out.text(Field.value, Domain.setMark)
                for part in sets { out.append(part) }
            }
            bytes.append(buffer.bytes)
        }
        return Self.resource(Domain.objects, bytes.filter { !$0.isEmpty })
    }

    private func settingsResource() -> EnvoyResource? {
        guard let nodes = settings[true], !nodes.isEmpty else { return nil }
        var weights: Set<UInt32> = []
        for node in nodes { node.collectWeights(into: &weights) }
        let body = LimitWriter(weights: weights.sorted()).bytes(nodes, field: Field.descriptors)
        return Self.resource(Domain.settings, [Self.head(Domain.settings), body])
    }

    private static func head(_ domain: String) -> [UInt8] {
        let buffer = WireBuffer()
        buffer.output.text(Field.name, domain)
        buffer.output.text(Field.domain, domain)
        return buffer.bytes
    }

    private static func resource(_ name: String, _ parts: [[UInt8]]) -> EnvoyResource {
        var version = WireHash()
        for part in parts { version.combine(part) }
        return EnvoyResource(name: name, version: version.finalize(), parts: parts)
    }

    private mutating func publish(_ name: String, _ resource: EnvoyResource?, _ run: inout ConfigServerTranslation) {
        guard published[name]?.version != resource?.version else { return }
        published[name] = resource
        run.changed[.rateLimit, default: [:]][.rateLimitConfig, default: []].insert(name)
    }
}
