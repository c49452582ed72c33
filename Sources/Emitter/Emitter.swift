package import APIResources
package import ConfigStores
package import ConfigTree
internal import HashTreeCollections

/// Turns the changes of stores into snapshots.
///
/// An object that is refused keeps its last accepted version in the snapshot; what is wrong with it is in `problems`.
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

    package init(_ checker: ObjectChecker) { self.checker = checker }

    /// Takes a store's change in and says what it makes different.
    package mutating func apply(_ change: StoreChange) -> SnapshotChanges {
        var changes = SnapshotChanges()
        for id in change.removed { remove(id, &changes) }
        for object in change.upserted { set(object, &changes) }
        for problem in storeProblems + change.problems { if let id = problem.object { reportChanges.insert(id) } }
        storeProblems = change.problems
        return changes
    }

    /// Checks everything again: other plugins, other schemas.
    package mutating func useChecker(_ checker: ObjectChecker) -> SnapshotChanges {
        self.checker = checker
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
        let before = snapshot[id]
        newest[id] = object
        reportChanges.insert(id)
        switch checker.check(object) {
        case .accepted(let stored, let found):
            problems[id] = found.isEmpty ? nil : found
            snapshot.rejected.remove(id)
            // Moved lines are no change; the newest object knows where things stand now.
            if !again, let before, before.version == stored.version, before.object.creationTimestamp == object.creationTimestamp { return }
            snapshot.set(stored)
            changes.objects.insert(id)
            if before == nil { changes.existence.insert(id) }
            if before?.headVersion != stored.headVersion {
                if let before { changes.noteHeads(of: before) }
                changes.noteHeads(of: stored)
            }
        case .rejected(let found):
            problems[id] = found
            if before == nil, snapshot.rejected.insert(id).inserted {
                changes.objects.insert(id)
                changes.existence.insert(id)
            }
        }
    }

    private mutating func remove(_ id: ObjectID, _ changes: inout SnapshotChanges) {
        newest[id] = nil
        problems[id] = nil
        reportChanges.insert(id)
        // Those who miss a rejected object say that it is rejected; now that there is none.
        snapshot.rejected.remove(id)
        changes.objects.insert(id)
        changes.existence.insert(id)
        guard let before = snapshot[id] else { return }
        snapshot.remove(id)
        changes.noteHeads(of: before)
    }
}
