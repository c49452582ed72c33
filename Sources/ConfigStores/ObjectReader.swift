package import APIResources
package import ConfigTree

/// Recognises an object by its apiVersion, kind and metadata.
package struct ObjectReader: Sendable {
    /// What the place of a file says about an object that does not say it itself.
    package struct Hint: Sendable, Hashable {
        package var kind: Kind
        package var namespace: String?
        package var name: String?

        package init(kind: Kind, namespace: String? = nil, name: String? = nil) {
            self.kind = kind
            self.namespace = namespace
            self.name = name
        }
    }

    /// For objects that name no namespace.
    package let defaultNamespace: String

    package init(defaultNamespace: String) {
        self.defaultNamespace = defaultNamespace
    }

    /// The object that `value` is; or why it is none.
    package func object(_ value: ConfigValue, hint: Hint? = nil) throws(StoreProblem) -> ConfigObject {
        guard value.isMap else { throw StoreProblem(ConfigProblem(at: value, StoreText.notAnObject)) }
        let (kind, form) = try kind(of: value, hint: hint)
        let metadata = value["metadata"]
        if let metadata, !metadata.isMap { throw StoreProblem(ConfigProblem(at: metadata, StoreText.metadataIsNoMap)) }
        let name = try name(metadata?["name"], isNamespace: false) ?? hint?.name
        guard let name else {
            throw StoreProblem(ConfigProblem(at: metadata.map(\.keyPosition) ?? value.position, path: "metadata", StoreText.missingName(kind)))
        }
        let namespace = try self.name(metadata?["namespace"], isNamespace: true) ?? hint?.namespace ?? defaultNamespace
        let id = ObjectID(kind, ResourceRef(namespace: namespace, name: name))
        for field in ["labels", "annotations"] {
            guard let map = metadata?[field] else { continue }
            let wrong = map.isMap ? map.members.first { !$0.isScalar && !$0.isNull } : map
            if let wrong { throw StoreProblem(ConfigProblem(at: wrong, StoreText.notATextMap(field)), object: id) }
        }
        return ConfigObject(id: id, form: form, value: value)
    }

    /// Whether `value` is where Kubernetes' leader election keeps its state: it changes every two seconds and is nobody's configuration.
    static func isLeaderRecord(_ value: ConfigValue) -> Bool {
        value["kind"]?.text == "ConfigMap" && value["apiVersion"]?.text == "v1"
            && value["metadata"]?["annotations"]?[key: "control-plane.alpha.kubernetes.io/leader"] != nil
    }

    private func kind(of value: ConfigValue, hint: Hint?) throws(StoreProblem) -> (Kind, ConfigObject.Form) {
        let apiVersion = value["apiVersion"]
        guard let written = value["kind"] else {
            if apiVersion == nil, let hint { return (hint.kind, .resource) }
            throw StoreProblem(ConfigProblem(at: value, StoreText.missingKind))
        }
        let name = written.text ?? ""
        guard let apiVersion, let version = apiVersion.text else {
            throw StoreProblem(ConfigProblem(at: written, StoreText.missingAPIVersion(kind: name, Kind(rawValue: name))))
        }
        switch (version, name) {
        case ("v1", "Secret"):
            guard let form = KubernetesSecretForm(value) else {
                let type = value["type"] ?? written
                throw StoreProblem(ConfigProblem(.warning, at: type, StoreText.secretOfOthers(type: type.text ?? "")))
            }
            return (.secret, .kubernetesSecret(form))
        case ("v1", "ConfigMap"): return (.artifact, .kubernetesConfigMap)
        default: break
        }
        guard let kind = Kind(rawValue: name) else {
            let group = version.split(separator: "/").first ?? ""
            let isOurs = group == "solo.io" || group.hasSuffix(".solo.io")
            let near = Suggestion.closest(to: name, among: Kind.allCases.lazy.map(\.rawValue))
            // Deployments and Services often lie beside the configuration: worth a word, not an error.
            let severity: ConfigSeverity = isOurs ? .error : .warning
            throw StoreProblem(ConfigProblem(severity, at: written, StoreText.unknownKind(name, version: version, near: isOurs ? near : nil)))
        }
        guard version == kind.apiVersion else {
            throw StoreProblem(ConfigProblem(at: apiVersion, StoreText.wrongVersion(version, kind: kind)))
        }
        return (kind, .resource)
    }

    /// A name as Kubernetes wants it, so that the same files can be applied to a cluster.
    private func name(_ value: ConfigValue?, isNamespace: Bool) throws(StoreProblem) -> String? {
        guard let value else { return nil }
        guard let text = value.text, Self.isValid(text, isNamespace: isNamespace) else {
            throw StoreProblem(ConfigProblem(at: value, StoreText.invalidName(value.text ?? "", isNamespace: isNamespace)))
        }
        return text
    }

    static func isValid(_ name: String, isNamespace: Bool) -> Bool {
        let utf8 = Array(name.utf8)
        guard let first = utf8.first, let last = utf8.last, utf8.count <= (isNamespace ? 63 : 253) else { return false }
        func isLetterOrDigit(_ byte: UInt8) -> Bool { (byte >= 97 && byte <= 122) || (byte >= 48 && byte <= 57) }
        guard isLetterOrDigit(first), isLetterOrDigit(last) else { return false }
        return utf8.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "-") || ($0 == UInt8(ascii: ".") && !isNamespace) }
    }
}
