internal import Emitter

/// The results of units of one sort, and who is to run again when something changes.
struct ServerUnits<Key: Hashable & Sendable, Result> {
    private var results: [Key: (result: Result, reads: Set<Read>)] = [:]
    private var readers: [Read: Set<Key>] = [:]

    var keys: some Sequence<Key> { results.keys }
    subscript(key: Key) -> Result? { results[key]?.result }

    mutating func set(_ key: Key, _ result: Result, _ reads: Set<Read>) {
        forgetReads(of: key)
        for read in reads { readers[read, default: []].insert(key) }
        results[key] = (result, reads)
    }

    mutating func remove(_ key: Key) {
        forgetReads(of: key)
        results[key] = nil
    }

    /// The units that read something of what changed.
    func stale(_ changes: SnapshotChanges) -> Set<Key> {
        if results.isEmpty { return [] }
        var keys: Set<Key> = []
        for id in changes.objects { keys.formUnion(readers[.object(id)] ?? []) }
        for id in changes.existence { keys.formUnion(readers[.existence(id)] ?? []) }
        for heads in changes.heads { keys.formUnion(readers[.heads(heads)] ?? []) }
        return keys
    }

    private mutating func forgetReads(of key: Key) {
        for read in results[key]?.reads ?? [] {
            readers[read]?.remove(key)
            if readers[read]?.isEmpty == true { readers[read] = nil }
        }
    }
}
