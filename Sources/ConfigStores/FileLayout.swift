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

    /// What `<plural>/<namespace>/<name>.yaml`, Gloo's own layout, says about the object in the file.
    static func hint(relativePath: String) -> ObjectReader.Hint? {
        let parts = relativePath.split(separator: "/")
        guard parts.count == 3, let kind = Kind.allCases.first(where: { $0.plural == parts[0] }) else { return nil }
        let name = parts[2].split(separator: ".").dropLast().joined(separator: ".")
        return ObjectReader.Hint(kind: kind, namespace: String(parts[1]), name: name)
    }
}
