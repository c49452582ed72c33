internal import EnvoyDescriptors
internal import HashTreeCollections

extension ProtoJSON {
    /// With certificates and authorities where a TLS context refers to a secret, so that Envoy looks at them as well.
    func withSecrets(_ secrets: TreeDictionary<String, ProtoJSON>) -> ProtoJSON {
        switch self {
        case .array(let items): .array(items.map { $0.withSecrets(secrets) })
        case .object(let members): .object(members.map { Self.inline($0, secrets) ?? .init($0.key, $0.value.withSecrets(secrets)) })
        default: self
        }
    }

    /// Nil: the member is none that refers to a secret, or there is no such secret.
    private static func inline(_ member: Member, _ secrets: TreeDictionary<String, ProtoJSON>) -> Member? {
        switch member.key {
        case "tlsCertificateSdsSecretConfigs":
            guard case .array(let references) = member.value else { return nil }
            let certificates = references.compactMap { content(of: $0, "tlsCertificate", secrets) }
            return certificates.count == references.count ? .init("tlsCertificates", .array(certificates)) : nil
        case "validationContextSdsSecretConfig":
            return content(of: member.value, "validationContext", secrets).map { .init("validationContext", $0) }
        case "combinedValidationContext":
            guard case .object(let own)? = member.value["defaultValidationContext"], let reference = member.value["validationContextSdsSecretConfig"],
                case .object(let common)? = content(of: reference, "validationContext", secrets)
            else { return nil }
            return .init("validationContext", .object(common + own))
        default: return nil
        }
    }

    private static func content(of reference: ProtoJSON, _ kind: String, _ secrets: TreeDictionary<String, ProtoJSON>) -> ProtoJSON? {
        guard case .string(let name)? = reference["name"] else { return nil }
        return secrets[name]?[kind]
    }
}
