package import ConfigStores
package import ConfigTree

/// Brings Kubernetes' own Secrets and ConfigMaps into the form of Gloo's kinds.
package enum ForeignForms {
    package static func spec(of object: ConfigObject) throws(ConfigError) -> ConfigValue {
        let text: String
        switch object.form {
        case .resource: return object.spec
        case .kubernetesSecret(let form): text = try secret(form, object)
        case .kubernetesConfigMap: text = map("data", map(try ForeignData(plain: object.spec["data"]).members))
        }
        return try JSON.parse(text, file: object.document.file).root
    }

    /// A problem of the form that was made, told where the user can see it: at what it was made of.
    package static func placed(_ problem: ConfigProblem, in object: ConfigObject) -> ConfigProblem {
        var placed = problem
        placed.position = (object.spec["data"] ?? object.spec["stringData"])?.keyPosition ?? object.position
        return placed
    }

    /// Gloo's Secret as JSON.
    private static func secret(_ form: KubernetesSecretForm, _ object: ConfigObject) throws(ConfigError) -> String {
        let data = try ForeignData(base64: object.spec["data"], plain: object.spec["stringData"])
        /// The member of the Secret, made of some of the keys.
        func fields(_ name: String, _ keys: KeyValuePairs<String, String>) -> String {
            map(name, map(keys.compactMap { field, key in data[key].map { (field, JSON.quoted($0)) } }))
        }
        func need(_ key: String) throws(ConfigError) {
            guard data[key] == nil else { return }
            let type = object.spec["type"]
            throw ConfigError(ConfigProblem(at: type ?? object.value, "a Secret of type '\(type?.text ?? "")' needs the key '\(key)'"))
        }
        switch form {
        case .tls:
            return fields("tls", ["certChain": "tls.crt", "privateKey": "tls.key", "rootCa": "ca.crt"])
        case .aws:
            return fields(
                "aws",
                ["accessKey": KubernetesSecretForm.accessKey, "secretKey": KubernetesSecretForm.secretKey, "sessionToken": "aws_session_token"]
            )
        case .apiKey:
            try need("api-key")
            let others = data.members.filter { $0.0 != "api-key" }
            return map("apiKey", map([("apiKey", JSON.quoted(data["api-key"] ?? "")), ("metadata", map(others))]))
        case .oauth:
            try need("client-secret")
            return fields("oauth", ["clientSecret": "client-secret"])
        case .credentials:
            try need("username")
            try need("password")
            return fields("credentials", ["username": "username", "password": "password"])
        case .fields:
            var members: [(String, String)] = []
            for (key, text) in data.texts { members.append((key, try json(ofYAML: text, key, object))) }
            return map(members)
        case .headers:
            return map("header", map("headers", map(data.members)))
        }
    }

    private static func json(ofYAML text: String, _ key: String, _ object: ConfigObject) throws(ConfigError) -> String {
        do {
            return json(try YAML.parseOne(text, file: object.document.file).root)
        } catch {
            let member = object.spec["stringData"]?[key: key] ?? object.spec["data"]?[key: key]
            throw ConfigError(ConfigProblem(at: member ?? object.value, "'\(key)' must hold YAML: \(error.problem.message)"))
        }
    }

    /// JSON that reads the same: a number may stand in quotes, a bool may not.
    private static func json(_ value: ConfigValue) -> String {
        switch value.kind {
        case .null: "null"
        case .map: map(value.entries.map { ($0.key, json($0.value)) })
        case .list: "[\(value.elements.map(json).joined(separator: ","))]"
        case .scalar: value.bool.map { $0 ? "true" : "false" } ?? JSON.quoted(value.text ?? "")
        }
    }

    /// A JSON object; the values are JSON already.
    private static func map(_ members: [(String, String)]) -> String {
        "{\(members.map { "\(JSON.quoted($0.0)):\($0.1)" }.joined(separator: ","))}"
    }

    private static func map(_ name: String, _ value: String) -> String { map([(name, value)]) }
}

/// The keys and texts of a Kubernetes object, in the user's order.
private struct ForeignData {
    private(set) var texts: [(key: String, value: String)] = []

    subscript(key: String) -> String? { texts.first { $0.key == key }?.value }

    /// As members of a JSON object.
    var members: [(String, String)] { texts.map { ($0.key, JSON.quoted($0.value)) } }

    /// Of a key that stands in both, the plain text counts, as in Kubernetes.
    init(base64: ConfigValue? = nil, plain: ConfigValue?) throws(ConfigError) {
        for member in plain?.members ?? .none { texts.append((member.key ?? "", member.text ?? "")) }
        for member in base64?.members ?? .none {
            let key = member.key ?? ""
            guard let bytes = member.bytes else {
                throw ConfigError(ConfigProblem(at: member, "'\(key)' of 'data' is not base64; plain text goes under 'stringData'"))
            }
            if self[key] == nil { texts.append((key, String(decoding: bytes, as: UTF8.self))) }
        }
    }
}
