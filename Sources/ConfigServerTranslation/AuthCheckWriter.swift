internal import APIResources
internal import ConfigTree
internal import Emitter
internal import EnvoyWire

/// Writes one of an AuthConfig's checks as `ExtAuthConfig.Config`, with what it names looked up: Gloo's server sees no Secrets itself.
struct AuthCheckWriter {
    private let reader: SnapshotReader
    /// Of references that do not say theirs.
    private let namespace: String
    private let say: Say

    init(_ reader: SnapshotReader, namespace: String, _ say: @escaping Say) {
        self.reader = reader
        self.namespace = namespace
        self.say = say
    }

    func write(_ check: ConfigValue, to out: WireOutput) {
        if let name = check["name"]?.text { out.wrappedText(11, name) }
        if let value = check["basicAuth"] { writePasswords(value, to: out) }
        if let value = check["oauth"] {
            out.message(3) { out in
                AuthForms.oauth.write(value, to: out)
                writeClientSecret(value, 2, to: out)
            }
        }
        if let value = check["oauth2"] { out.message(9) { write(oauth2: value, to: $0) } }
        if let value = check["apiKeyAuth"] { out.message(5) { write(keys: value, to: $0) } }
        if let value = check["pluginAuth"] { out.message(6) { AuthForms.plugin.write(value, to: $0) } }
        if let value = check["opaAuth"] { out.message(7) { write(opa: value, to: $0) } }
        if let value = check["ldap"] { write(ldap: value, to: out) }
        if check["jwt"] != nil { out.message(12) { _ in } }
        if let value = check["passThroughAuth"] { out.message(13) { AuthForms.passThrough.write(value, to: $0) } }
        if let value = check["hmacAuth"] { out.message(15) { write(hmac: value, to: $0) } }
    }

    // MARK: Kinds of checks

    private func writePasswords(_ value: ConfigValue, to out: WireOutput) {
        let isNewer = value["encryption"] != nil || value["userList"] != nil
        if isNewer, let apr = value["apr"] {
            say(.error, apr, "'apr' does not go with 'encryption' and 'userList'; write one or the other")
        }
        out.message(isNewer ? 17 : 4) { (isNewer ? AuthForms.basicAuthInternal : AuthForms.basicAuth).write(value, to: $0) }
    }

    private func write(oauth2 value: ConfigValue, to out: WireOutput) {
        if let code = value["oidcAuthorizationCode"] {
            if let claims = code["dynamicMetadataFromClaims"], claims.count > 0 {
                say(.warning, claims, "Gloo's auth server takes no 'dynamicMetadataFromClaims' from its control plane, so no metadata is made of these claims")
            }
            out.message(1) { out in
                AuthForms.oidcAuthorizationCode.write(code, to: out)
                writeClientSecret(code, 2, to: out)
            }
        }
        if let validation = value["accessTokenValidation"] {
            out.message(3) { out in
                AuthForms.accessTokenValidation.write(validation, to: out)
                guard let introspection = validation["introspection"] else { return }
                out.message(3) { out in
                    AuthForms.introspection.write(introspection, to: out)
                    if introspection["clientSecretRef"] != nil { writeClientSecret(introspection, 3, to: out) }
                }
            }
        }
        if let plain = value["oauth2"] {
            out.message(4) { out in
                AuthForms.plainOAuth2.write(plain, to: out)
                writeClientSecret(plain, 2, to: out)
            }
        }
    }

    private func writeClientSecret(_ value: ConfigValue, _ field: UInt32, to out: WireOutput) {
        if value["disableClientSecret"]?.bool == true { return }
        guard let reference = value["clientSecretRef"] else {
            return say(.error, value, "'clientSecretRef' is missing: write it, or 'disableClientSecret: true'")
        }
        guard let secret = secret(reference) else { return }
        guard let text = secret["oauth"]?["clientSecret"]?.text else { return complain(reference, "oauth") }
        out.text(field, text)
    }

    private func write(keys value: ConfigValue, to out: WireOutput) {
        let storage = value["k8sSecretApikeyStorage"]
        let headers = value["headersFromMetadataEntry"] ?? value["headersFromMetadata"]
        if value["aerospikeApikeyStorage"] == nil {
            for (key, entry) in keys(storage ?? value, headers) { writeKey(key, entry, to: out) }
        }
        if let header = value["headerName"]?.text { out.text(2, header) }
        ProtoForm.writeMap(3, headers?.entries.map { ($0.key, $0.value["name"]?.text ?? "") } ?? [], to: out)
        if let storage { out.message(4) { AuthForms.kubernetesKeys.write(storage, to: $0) } }
        if let storage = value["aerospikeApikeyStorage"] { out.message(5) { AuthForms.aerospike.write(storage, to: $0) } }
    }

    /// The keys of the Secrets that are named, and of those that a selector takes.
    private func keys(_ storage: ConfigValue, _ headers: ConfigValue?) -> [(key: String, secret: (name: String, value: ConfigValue))] {
        var found: [String: (name: String, value: ConfigValue)] = [:]
        func take(_ name: String, _ secret: ConfigValue, at place: ConfigValue) {
            guard let value = secret["apiKey"], let key = value["apiKey"]?.text else { return complain(place, "apiKey") }
            for wanted in headers?.members ?? .none where wanted["required"]?.bool == true {
                let entry = wanted["name"]?.text ?? ""
                if value["metadata"]?[key: entry] == nil {
                    return say(.error, place, "Secret '\(name)' has no '\(entry)', which 'headersFromMetadataEntry' requires")
                }
            }
            found[key] = (name, value)
        }
        for reference in storage["apiKeySecretRefs"]?.elements ?? .none {
            if let secret = secret(reference) { take(reference["name"]?.text ?? "", secret, at: reference) }
        }
        if let selector = storage["labelSelector"], selector.count > 0 {
            let labels = selector.entries.map { ($0.key, $0.value.text ?? "") }
            let secrets = reader.select(.secret, namespaces: [], labels: labels, expressions: [])
            reader.noteContent(secrets)
            for secret in secrets where secret.spec["apiKey"] != nil { take(secret.id.ref.name, secret.spec, at: selector) }
        }
        return found.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    private func writeKey(_ key: String, _ secret: (name: String, value: ConfigValue), to out: WireOutput) {
        out.message(1) { out in
            out.text(1, key)
            out.message(2) { out in
                out.text(1, secret.name)
                ProtoForm.writeMap(2, secret.value["metadata"]?.entries.map { ($0.key, $0.value.text ?? "") } ?? [], to: out)
            }
        }
    }

    private func write(opa value: ConfigValue, to out: WireOutput) {
        var modules: [(String, String)] = []
        for reference in value["modules"]?.elements ?? .none {
            guard let artifact = object(.artifact, reference) else { continue }
            modules += (artifact["data"]?.entries.map { ($0.key, $0.value.text ?? "") }) ?? []
        }
        ProtoForm.writeMap(1, modules, to: out)
        AuthForms.opa.write(value, to: out)
    }

    private func write(ldap value: ConfigValue, to out: WireOutput) {
        guard let account = value["groupLookupSettings"] else { return out.message(8) { AuthForms.ldap.write(value, to: $0) } }
        out.message(14) { out in
            AuthForms.ldap.write(value, to: out)
            out.message(8) { out in
                if let reference = account["credentialsSecretRef"], let secret = secret(reference) {
                    if let credentials = secret["credentials"] {
                        out.text(1, credentials["username"]?.text ?? "")
                        out.text(2, credentials["password"]?.text ?? "")
                    } else {
                        complain(reference, "credentials")
                    }
                }
                if account["checkGroupsWithServiceAccount"]?.bool == true { out.bool(3, true) }
            }
        }
    }

    private func write(hmac value: ConfigValue, to out: WireOutput) {
        var users: [String: String] = [:]
        for reference in value["secretRefs"]?["secretRefs"]?.elements ?? .none {
            guard let secret = secret(reference) else { continue }
            guard let credentials = secret["credentials"] else {
                complain(reference, "credentials")
                continue
            }
            users[credentials["username"]?.text ?? ""] = credentials["password"]?.text ?? ""
        }
        out.message(1) { ProtoForm.writeMap(1, users.map { ($0.key, $0.value) }, to: $0) }
        if value["parametersInHeaders"] != nil { out.message(2) { _ in } }
    }

    // MARK: What checks name

    private func secret(_ reference: ConfigValue) -> ConfigValue? { object(.secret, reference) }

    private func object(_ kind: Kind, _ reference: ConfigValue) -> ConfigValue? {
        let named = reference["namespace"]?.text ?? ""
        let ref = ResourceRef(namespace: named.isEmpty ? namespace : named, name: reference["name"]?.text ?? "")
        if let object = reader.object(kind, ref) { return object.spec }
        say(.error, reference, "\(kind.rawValue) '\(ref.namespace).\(ref.name)' \(reader.whyMissing(ObjectID(kind, ref)))")
        return nil
    }

    private func complain(_ reference: ConfigValue, _ kind: String) {
        say(.error, reference, "the Secret is of another kind: a check of this kind takes one with '\(kind)'")
    }
}
