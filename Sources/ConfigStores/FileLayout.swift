import APIResources

/// Which files of a folder are configuration, and what their place says.
enum FileLayout {
    /// Hidden files, and what editors leave beside the file being edited.
    static func isIgnored(_ name: String) -> Bool {
        name.hasPrefix(".") || name.hasSuffix("~") || (name.hasPrefix("#") && name.hasSuffix("#")) || name == "4913"
    }

    static func isConfiguration(_ name: String) -> Bool {
        !isIgnored(name) && (name.hasSuffix(".yaml") || name.hasSuffix(".yml") || name.hasSuffix(".json"))
    }

    /// Kubernetes mounts a ConfigMap as links through `..data`, and replaces that one link to change all files at once.
    static let swapLink = "..data"

    /// What a file's place in Gloo's own layout says about the object in it: `<plural>/<namespace>/<name>.yaml`, at any depth, since
    /// configuration, secrets and artifacts may each have a folder; and `<namespace>/default.yaml` of the settings beside these folders.
    static func hint(relativePath: String) -> ObjectReader.Hint? {
        let parts = relativePath.split(separator: "/").suffix(3)
        guard parts.count >= 2, let file = parts.last else { return nil }
        let namespace = String(parts[parts.endIndex - 2])
        let name = file.split(separator: ".").dropLast().joined(separator: ".")
        if parts.count == 3, let kind = Kind.allCases.first(where: { $0.plural == parts[parts.startIndex] }) {
            return ObjectReader.Hint(kind: kind, namespace: namespace, name: name)
        }
        return parts.count == 2 && name == "default" ? ObjectReader.Hint(kind: .settings, namespace: namespace, name: name) : nil
    }
}
