package import APIResources
internal import HashTreeCollections

/// What a unit of work read: when it changes, the unit runs again.
package enum Read: Hashable, Sendable {
    /// An object's content, or that there is no such object.
    case object(ObjectID)
    /// Only whether there is such an object, and a usable one.
    case existence(ObjectID)
    /// Which objects of a kind there are, and what they show without being read.
    case heads(Kind)
}

/// The only way in which a unit sees other objects: it remembers what was read, found or not.
package final class SnapshotReader {
    package let snapshot: Snapshot
    package private(set) var reads: Set<Read> = []

    package init(_ snapshot: Snapshot) { self.snapshot = snapshot }

    package func object(_ kind: Kind, _ ref: ResourceRef) -> StoredObject? {
        let id = ObjectID(kind, ref)
        reads.insert(.object(id))
        return snapshot[id]
    }

    package func noteExistence(_ kind: Kind, _ ref: ResourceRef) {
        reads.insert(.existence(ObjectID(kind, ref)))
    }

    /// All objects of a kind, sorted by reference.
    package func all(_ kind: Kind) -> [StoredObject] {
        reads.insert(.heads(kind))
        return snapshot[kind].values.sorted { $0.id < $1.id }
    }

    package func settings() -> Settings {
        reads.insert(.heads(.settings))
        guard let object = snapshot.settings else { return Settings(nil) }
        reads.insert(.object(object.id))
        return Settings(object.spec)
    }

    /// Why an object that was not found is not there, in words that end a sentence.
    package func whyMissing(_ id: ObjectID) -> String {
        snapshot.rejected.contains(id) ? "is rejected; its own status says why" : "does not exist"
    }
}
