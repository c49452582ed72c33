package import APIResources
package import ConfigTree

/// One object of the user's, as a store found it: who it is and where its content stands. Reading the content is for others.
package final class ConfigObject: Sendable {
    /// In which shape the content stands.
    package enum Form: Sendable, Hashable {
        /// Of Sluice's own kinds, in Kubernetes form or in Gloo's file form; `spec` is right for both.
        case resource
        /// A Kubernetes `v1` Secret: `spec` has `data` (base64), `stringData` and `type`.
        case kubernetesSecret(KubernetesSecretForm)
        /// A Kubernetes `v1` ConfigMap: `spec` has `data` and `binaryData`.
        case kubernetesConfigMap
    }

    package let id: ObjectID
    package let form: Form
    /// The whole object, with `metadata` and `status`.
    package let value: ConfigValue
    /// The member `spec`; of an object without one (Gloo's file form, secrets, artifacts) the object itself. Then `envelopeMembers`
    /// stand beside the content.
    package let spec: ConfigValue
    package let labels: [String: String]
    package let annotations: [String: String]
    /// As Kubernetes wrote it: RFC 3339, so text order is time order.
    package let creationTimestamp: String?
    /// Of what the user wrote: status and what a store keeps in metadata do not count.
    package let contentVersion: UInt64

    /// Members of an object that are not its content.
    package static let envelopeMembers = ["apiVersion", "kind", "metadata", "status", "namespacedStatuses"]

    package var document: ConfigDocument { value.document }
    package var metadata: ConfigValue? { value["metadata"] }
    package var resourceVersion: String? { metadata?["resourceVersion"]?.text }
    package var generation: Int64? { metadata?["generation"]?.int64 }
    /// Where the object begins: for messages about the object as a whole.
    package var position: ConfigPosition { value.position }

    init(id: ObjectID, form: Form, value: ConfigValue) {
        self.id = id
        self.form = form
        self.value = value
        spec = value["spec"] ?? value
        let metadata = value["metadata"]
        labels = Self.texts(metadata?["labels"])
        annotations = Self.texts(metadata?["annotations"])
        creationTimestamp = metadata?["creationTimestamp"]?.text
        contentVersion = value.contentHash(leavingOut: Self.notContent)
    }

    /// Whether of two that claim the same this one keeps it: the older one does, then the first by namespace and name. One without a
    /// creation time has come last.
    package func precedes(_ other: ConfigObject) -> Bool {
        (creationTimestamp ?? "~", id) < (other.creationTimestamp ?? "~", other.id)
    }

    /// Why this one keeps it, in words that follow "which".
    package func whyPrecedes(_ other: ConfigObject) -> String {
        creationTimestamp != nil && creationTimestamp != other.creationTimestamp ? "is older" : "comes first by name"
    }

    private static let notContent: [[String]] = [
        ["status"],
        // As Gloo writes it to files.
        ["namespacedStatuses"],
        ["metadata", "creationTimestamp"],
        ["metadata", "generation"],
        ["metadata", "managedFields"],
        ["metadata", "resourceVersion"],
        ["metadata", "selfLink"],
        ["metadata", "uid"],
        ["metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"],
    ]

    private static func texts(_ map: ConfigValue?) -> [String: String] {
        guard let map, map.isMap, map.count > 0 else { return [:] }
        var texts: [String: String] = [:]
        for (key, value) in map.entries { texts[key] = value.text ?? "" }
        return texts
    }
}

/// A problem that a store found, and the object that it is about as far as that is known.
package struct StoreProblem: Error, Sendable, Hashable, CustomStringConvertible {
    package var problem: ConfigProblem
    package var object: ObjectID?

    package init(_ problem: ConfigProblem, object: ObjectID? = nil) {
        self.problem = problem
        self.object = object
    }

    package var description: String { problem.description }
}
