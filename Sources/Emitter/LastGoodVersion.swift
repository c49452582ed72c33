package import APIResources
internal import ConfigStores
internal import ConfigTree

/// An accepted version of an object, as text: what outlives the control plane while the object's newest form cannot be used.
package struct LastGoodVersion: Sendable, Hashable {
    package let id: ObjectID
    /// In which the object was written: when that cannot be read, nobody knows whether the object is still in it.
    package let file: String
    /// The whole object in one line of YAML, metadata included, status not.
    package let content: String

    package init(id: ObjectID, file: String, content: String) {
        self.id = id
        self.file = file
        self.content = content
    }

    init(_ object: ConfigObject) {
        self.init(id: object.id, file: object.document.file, content: object.value.flowText(leavingOut: ["status", "namespacedStatuses"]))
    }

    /// The object again; nil when the text is none of this name.
    func object() -> ConfigObject? {
        guard let document = try? YAML.parseOne(content, file: file).withoutPlaces() else { return nil }
        let hint = ObjectReader.Hint(kind: id.kind, namespace: id.ref.namespace, name: id.ref.name)
        let object = try? ObjectReader(defaultNamespace: id.ref.namespace).object(document.root, hint: hint)
        return object?.id == id ? object : nil
    }
}
