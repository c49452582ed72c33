package import APIResources
internal import ConfigStores
internal import HashTreeCollections

/// What a unit of work read: when it changes, the unit runs again.
package enum Read: Hashable, Sendable {
    /// An object's content, or that there is no such object.
    case object(ObjectID)
    /// Only whether there is such an object, and a usable one.
    case existence(ObjectID)
    /// Which objects there are of a kind, in a namespace or with a label, and what they show without being read.
    case heads(Heads)
}

/// Objects that are looked at together without being read.
package enum Heads: Hashable, Sendable {
    case kind(Kind)
    case namespace(Kind, String)
    case label(Kind, key: String, value: String)
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

    /// For objects that were selected and are then read.
    package func noteContent(_ objects: [StoredObject]) {
        for object in objects { reads.insert(.object(object.id)) }
    }

    package func noteExistence(_ kind: Kind, _ ref: ResourceRef) {
        reads.insert(.existence(ObjectID(kind, ref)))
    }

    package func noteHeads(_ kind: Kind) {
        reads.insert(.heads(.kind(kind)))
    }

    /// All objects of a kind, sorted by reference.
    package func all(_ kind: Kind) -> [StoredObject] {
        noteHeads(kind)
        return snapshot.sorted(kind)
    }

    /// The objects that a selector takes, sorted by reference. Only that they are selected is noted, not their content.
    ///
    /// - Parameters:
    ///   - namespaces: empty, or with `*`: all.
    ///   - labels: that an object must carry, all of them.
    ///   - expressions: that must hold of its labels, all of them.
    package func select(_ kind: Kind, namespaces: [String], labels: [(String, String)], expressions: [LabelExpression]) -> [StoredObject] {
        let isEverywhere = namespaces.isEmpty || namespaces.contains("*")
        let candidates: [StoredObject]
        if let label = labels.first {
            // An object that does not carry the label, before or after a change, does not matter here.
            reads.insert(.heads(.label(kind, key: label.0, value: label.1)))
            candidates = snapshot.sorted(kind, label: label.0, value: label.1)
        } else if !isEverywhere {
            let names = Set(namespaces).sorted()
            for namespace in names { reads.insert(.heads(.namespace(kind, namespace))) }
            candidates = names.flatMap { snapshot.sorted(kind, namespace: $0) }
        } else {
            candidates = all(kind)
        }
        return candidates.filter { object in
            (isEverywhere || namespaces.contains(object.id.ref.namespace))
                && labels.dropFirst().allSatisfy { object.object.labels[$0.0] == $0.1 }
                && expressions.allSatisfy { $0.matches(object.object.labels) }
        }
    }

    package func settings() -> Settings {
        reads.insert(.heads(.kind(.settings)))
        guard let object = snapshot.settings else { return Settings(nil) }
        reads.insert(.object(object.id))
        return Settings(object.spec)
    }

    /// Why an object that was not found is not there, in words that end a sentence.
    package func whyMissing(_ id: ObjectID) -> String {
        snapshot.rejected.contains(id) ? "is rejected; its own status says why" : "does not exist"
    }
}
