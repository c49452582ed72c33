internal import APIResources
internal import ConfigTree
internal import Emitter

/// Finds the VirtualHostOptions or RouteOptions that a virtual host or a route refers to.
struct OptionReferences {
    /// The one that wins first. They are read where they stand; nothing is merged into a stored object.
    private(set) var objects: [StoredObject] = []
    /// One of them exists and is refused.
    private(set) var isInvalid = false
    /// What is wrong, and at which reference.
    private(set) var problems: [(ConfigSeverity, ConfigValue, String)] = []

    init(_ kind: Kind, of value: ConfigValue, in namespace: String, _ reader: SnapshotReader) {
        for reference in Route.optionReferences(value) {
            guard let ref = ResourceRef(reference, namespace: namespace) else { continue }
            let id = ObjectID(kind, ref)
            if let object = reader.object(kind, ref) {
                if !objects.contains(where: { $0.id == id }) { objects.append(object) }
            } else if reader.snapshot.rejected.contains(id) {
                isInvalid = true
                problems.append((.error, reference, "\(kind.rawValue) '\(ref)' is rejected; its own status says why"))
            } else {
                problems.append((.warning, reference, "\(kind.rawValue) '\(ref)' does not exist; its options are left out"))
            }
        }
    }
}
