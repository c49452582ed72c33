internal import APIResources
package import ConfigStores
package import ConfigTree

/// Brings Kubernetes' own Secrets and ConfigMaps into the form of Gloo's kinds.
package enum ForeignForms {
    package static func spec(of object: ConfigObject) throws(ConfigError) -> ConfigValue {
        switch object.form {
        case .resource: return object.spec
        case .kubernetesSecret: return try secret(object)
        case .kubernetesConfigMap: return try map(object, "data", of: texts(object.spec["data"], isBase64: false))
        }
    }

    private static func secret(_ object: ConfigObject) throws(ConfigError) -> ConfigValue {
        var data = try texts(object.spec["data"], isBase64: true)
        data += try texts(object.spec["stringData"], isBase64: false)
        func text(_ key: String) -> String? { data.last { $0.0 == key }?.1 }
        if object.spec["type"]?.text == "kubernetes.io/tls" {
            let members = [("certChain", text("tls.crt")), ("privateKey", text("tls.key")), ("rootCa", text("ca.crt"))]
            return try map(object, "tls", of: members.compactMap { name, value in value.map { (name, $0) } })
        }
        // As in Gloo, any other secret is one of headers.
        let headers = "{" + data.map { "\(JSON.quoted($0.0)):\(JSON.quoted($0.1))" }.joined(separator: ",") + "}"
        return try JSON.parse("{\"header\":{\"headers\":\(headers)}}", file: object.document.file).root
    }

    private static func map(_ object: ConfigObject, _ name: String, of members: [(String, String)]) throws(ConfigError) -> ConfigValue {
        let text = members.map { "\(JSON.quoted($0.0)):\(JSON.quoted($0.1))" }.joined(separator: ",")
        return try JSON.parse("{\(JSON.quoted(name)):{\(text)}}", file: object.document.file).root
    }

    private static func texts(_ map: ConfigValue?, isBase64: Bool) throws(ConfigError) -> [(String, String)] {
        var texts: [(String, String)] = []
        for member in map?.members ?? ConfigChildren.none {
            let key = member.key ?? ""
            if isBase64 {
                guard let bytes = member.bytes else { throw ConfigError(ConfigProblem(at: member, "'\(key)' of 'data' is not base64; plain text goes under 'stringData'")) }
                texts.append((key, String(decoding: bytes, as: UTF8.self)))
            } else {
                texts.append((key, member.text ?? ""))
            }
        }
        return texts
    }
}
