package import APIResources
package import ConfigStores
package import ConfigTree
internal import HashTreeCollections

/// Turns the changes of stores into snapshots.
///
/// An object that is refused keeps its last accepted version in the snapshot; what is wrong with it is in `problems`. So does one whose
/// file cannot be read. Both hold over a restart, when someone keeps `lastGood` and gives it back by `remember`.
package struct Emitter: Sendable {
    private var checker: ObjectChecker
    package private(set) var snapshot = Snapshot()
    /// The newest form of each object, accepted or not: where positions of messages are looked up.
    package private(set) var newest: [ObjectID: ConfigObject] = [:]
    /// What checking found, by object.
    package private(set) var problems: [ObjectID: [ConfigProblem]] = [:]
    /// What the store itself could not read.
    package private(set) var storeProblems: [StoreProblem] = []
    /// Objects whose reports may read differently since `takeReportChanges`.
    private var reportChanges: Set<ObjectID> = []

    /// Refused objects of which an earlier version serves.
    private var outdated: Set<ObjectID> = []
    /// Objects that serve as they were in a file that cannot be read now, and the file.
    private var kept: [ObjectID: String] = [:]
    /// Those of them that the store does not know: they are from before a restart.
    private var restored: Set<ObjectID> = []
    /// From before a restart, and not used: not needed yet, or not acceptable to today's schemas.
    private var remembered: [ObjectID: LastGoodVersion] = [:]
    private var unusable: [ObjectID: [ConfigProblem]] = [:]
    private var untoldUnusable: Set<ObjectID> = []
    private var lastGoodChanged = false
    /// All objects have been seen once: what is not there is gone.
    private var isComplete = false

    /// - Parameter homeNamespace: in which the control plane lives; its Settings count.
    package init(_ checker: ObjectChecker, homeNamespace: String = "gloo-system") {
        self.checker = checker
        snapshot.homeNamespace = homeNamespace
    }

    /// Takes a store's change in and says what it makes different.
    package mutating func apply(_ change: StoreChange) -> SnapshotChanges {
        var changes = SnapshotChanges()
        for id in change.removed { remove(id, &changes) }
        for object in change.upserted { set(object, &changes) }
        for problem in storeProblems + change.problems { if let id = problem.object { reportChanges.insert(id) } }
        if storeProblems != change.problems { reportChanges.formUnion(kept.keys) }
        storeProblems = change.problems
        if change.isInitial { isComplete = true }
        keep(change.unreadable, &changes)
        return changes
    }

    /// Checks everything again: other plugins, other schemas.
    package mutating func useChecker(_ checker: ObjectChecker) -> SnapshotChanges {
        self.checker = checker
        unusable = [:]
        var changes = SnapshotChanges()
        for object in newest.values { set(object, &changes, again: true) }
        return changes
    }

    package mutating func takeReportChanges() -> Set<ObjectID> {
        defer { reportChanges = [] }
        return reportChanges
    }

    private mutating func set(_ object: ConfigObject, _ changes: inout SnapshotChanges, again: Bool = false) {
        let id = object.id
        newest[id] = object
        reportChanges.insert(id)
        restored.remove(id)
        switch checker.check(object) {
        case .accepted(let stored, let found):
            problems[id] = found.isEmpty ? nil : found
            forgetLastGood(id)
            // Moved lines are no change; the newest object knows where things stand now.
            if !again, let before = snapshot[id], before.version == stored.version, before.object.creationTimestamp == object.creationTimestamp { return }
            put(stored, &changes)
        case .rejected(let found):
            problems[id] = found
            if snapshot[id] == nil { restore(id, &changes) }
            if snapshot[id] != nil {
                if outdated.insert(id).inserted { lastGoodChanged = true }
            } else if snapshot.rejected.insert(id).inserted {
                changes.objects.insert(id)
                changes.existence.insert(id)
            }
        }
    }

    private mutating func put(_ stored: StoredObject, _ changes: inout SnapshotChanges) {
        let id = stored.id
        let before = snapshot[id]
        snapshot.rejected.remove(id)
        snapshot.set(stored)
        changes.objects.insert(id)
        if before == nil { changes.existence.insert(id) }
        if before?.headVersion != stored.headVersion {
            if let before { changes.noteHeads(of: before) }
            changes.noteHeads(of: stored)
        }
    }

    private mutating func remove(_ id: ObjectID, _ changes: inout SnapshotChanges) {
        newest[id] = nil
        problems[id] = nil
        reportChanges.insert(id)
        forgetLastGood(id)
        restored.remove(id)
        // Those who miss a rejected object say that it is rejected; now that there is none.
        snapshot.rejected.remove(id)
        changes.objects.insert(id)
        changes.existence.insert(id)
        guard let before = snapshot[id] else { return }
        snapshot.remove(id)
        changes.noteHeads(of: before)
    }
}

// MARK: Last accepted versions

extension Emitter {
    /// What a control plane before this one kept. To be called before the first change.
    package mutating func remember(_ versions: [LastGoodVersion]) {
        for version in versions { remembered[version.id] = version }
    }

    /// The versions that serve, or would if they were acceptable, in place of a newer form that cannot be used.
    package var lastGood: [LastGoodVersion] {
        let served = outdated.union(kept.keys).compactMap { snapshot[$0].map { LastGoodVersion($0.object) } }
        return (served + remembered.values).sorted { $0.id < $1.id }
    }

    /// Whether `lastGood` may be another than at the last call.
    package mutating func takeLastGoodChange() -> Bool {
        defer { lastGoodChanged = false }
        return lastGoodChanged
    }

    /// The version that serves in place of a newer form; nil when the newest form serves, or nothing.
    package func servedMeanwhile(_ id: ObjectID) -> ConfigObject? {
        outdated.contains(id) || kept[id] != nil ? snapshot[id]?.object : nil
    }

    /// The file that cannot be read, of an object that serves as it was in it.
    package func unreadableFile(of id: ObjectID) -> String? { kept[id] }

    /// Versions that are not used since today's schemas do not accept them, with the reasons; each is told once.
    package mutating func takeUnusable() -> [(ObjectID, [ConfigProblem])] {
        defer { untoldUnusable = [] }
        return untoldUnusable.sorted().map { ($0, unusable[$0] ?? []) }
    }

    private mutating func forgetLastGood(_ id: ObjectID) {
        unusable[id] = nil
        if outdated.remove(id) != nil { lastGoodChanged = true }
        if remembered.removeValue(forKey: id) != nil { lastGoodChanged = true }
    }

    /// Puts the version from before a restart into the snapshot, if there is one and it passes.
    private mutating func restore(_ id: ObjectID, _ changes: inout SnapshotChanges) {
        guard let version = remembered[id], unusable[id] == nil else { return }
        var reasons: [ConfigProblem] = []
        if let object = version.object() {
            switch checker.check(object) {
            case .accepted(let stored, _):
                remembered[id] = nil
                put(stored, &changes)
                return
            case .rejected(let found): reasons = found
            }
        }
        unusable[id] = reasons
        untoldUnusable.insert(id)
    }

    /// Notes which objects serve as they were in files that cannot be read. Of those from before a restart the store knows nothing:
    /// they are brought back while the file is as it is, and go when it is mended without them, or gone.
    private mutating func keep(_ unreadable: [String: Set<ObjectID>], _ changes: inout SnapshotChanges) {
        for id in restored {
            guard let file = kept[id], unreadable[file] == nil else { continue }
            remove(id, &changes)
        }
        for (id, version) in remembered where newest[id] == nil {
            guard unreadable[version.file] != nil else {
                if isComplete { forgetLastGood(id) }
                continue
            }
            restore(id, &changes)
            guard let object = snapshot[id]?.object else { continue }
            newest[id] = object
            restored.insert(id)
        }
        var now: [ObjectID: String] = [:]
        for (file, ids) in unreadable { for id in ids { now[id] = file } }
        for id in restored { now[id] = snapshot[id]?.object.document.file }
        if now == kept { return }
        reportChanges.formUnion(kept.keys)
        reportChanges.formUnion(now.keys)
        kept = now
        lastGoodChanged = true
    }
}
