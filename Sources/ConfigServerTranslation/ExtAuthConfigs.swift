internal import APIResources
internal import ConfigTree
internal import Emitter
internal import EnvoyResources
internal import EnvoyWire
internal import HashTreeCollections

/// The AuthConfigs, as Gloo's auth server takes them: each a resource, and a unit that reads the Secrets it names.
///
/// One that cannot be written goes on as it last was: its places must not open because a Secret has gone.
struct ExtAuthConfigs {
    private var units = ServerUnits<ResourceRef, EnvoyResource?>()
    private var published = EnvoySnapshot.Resources()
    private var hasRun = false

    mutating func translate(_ snapshot: Snapshot, _ changes: SnapshotChanges, _ run: inout ConfigServerTranslation) {
        let isFirst = !hasRun
        hasRun = true
        var stale = isFirst ? Set(snapshot[.authConfig].keys) : units.stale(changes)
        stale.formUnion(changes.objects.lazy.filter { $0.kind == .authConfig }.map(\.ref))
        guard isFirst || !stale.isEmpty else { return }
        for ref in stale.sorted() { write(ref, snapshot, &run) }
        var whole = EnvoySnapshot()
        whole[.extAuthConfig] = published
        run.snapshots[.extAuth] = whole
    }

    func owners(_ name: String) -> [ObjectID] {
        units.keys.filter { Self.name($0) == name }.map { ObjectID(.authConfig, $0) }
    }

    /// By which requests name it.
    private static func name(_ ref: ResourceRef) -> String { "\(ref.namespace).\(ref.name)" }

    private mutating func write(_ ref: ResourceRef, _ snapshot: Snapshot, _ run: inout ConfigServerTranslation) {
        let name = Self.name(ref)
        var reports: [Report] = []
        var resource: EnvoyResource?
        if let object = snapshot[ObjectID(.authConfig, ref)] {
            let reader = SnapshotReader(snapshot)
            _ = reader.object(.authConfig, ref)
            let bytes = Self.bytes(object, name, reader) { reports.append(Report($0, object.id, at: $1, $2)) }
            let hasFailed = reports.contains { $0.severity == .error }
            resource = hasFailed ? units[ref] ?? nil : EnvoyResource(name: name, version: WireHash.hash(bytes), parts: [bytes])
            units.set(ref, resource, reader.reads)
        } else {
            units.remove(ref)
        }
        run.reports[.checks(ref)] = reports
        guard published[name]?.version != resource?.version else { return }
        published[name] = resource
        run.changed[.extAuth, default: [:]][.extAuthConfig, default: []].insert(name)
    }

    private static func bytes(_ object: StoredObject, _ name: String, _ reader: SnapshotReader, _ say: @escaping Say) -> [UInt8] {
        let buffer = WireBuffer()
        let writer = AuthCheckWriter(reader, namespace: object.id.ref.namespace, say)
        buffer.output.text(1, name)
        for check in object.spec["configs"]?.elements ?? .none { buffer.output.message(8) { writer.write(check, to: $0) } }
        if let expression = object.spec["booleanExpr"]?.text { buffer.output.wrappedText(10, expression) }
        if object.spec["failOnRedirect"]?.bool == true { buffer.output.bool(11, true) }
        return buffer.bytes
    }
}
