import EnvoyWire

/// Shows resources without what must not be seen: keys, passwords, tokens.
///
/// Three nets, from the sure to the guessed: fields that hold secrets; names of headers, parameters and members that tell of one; and
/// texts that look like a private key, wherever they stand.
package enum Redaction {
    /// What stands in the place of a secret.
    package static let mark = ProtoJSON.string("[redacted]")

    /// The JSON of an encoded message, to be shown to people.
    package static func decode(
        _ type: String, _ bytes: [UInt8], names: DescriptorPool.Names = .json, pool: DescriptorPool = .envoy
    ) throws(DescriptorError) -> ProtoJSON {
        withoutSecrets(try pool.decode(type, bytes, names: names, hiding: fields))
    }

    /// A text of somebody else, such as Envoy's reason of a refusal, without the private keys (PEM) that it quotes: without all from the
    /// first to the end of the last, whole or cut off at either side.
    package static func withoutKeys(_ text: String) -> String {
        let labels = text.ranges(of: keyLabel)
        guard let first = labels.first, let last = labels.last else { return text }
        let begin = text[..<first.lowerBound].ranges(of: "-----BEGIN ").last?.lowerBound ?? text.startIndex
        let beforeLast = text[..<last.lowerBound]
        let end = beforeLast.ranges(of: "-----END ").last?.lowerBound
        let isWhole = end.map { $0 > (beforeLast.ranges(of: "-----BEGIN ").last?.lowerBound ?? text.startIndex) } ?? false
        return text[..<begin] + "[redacted]" + (isWhole ? text[last.upperBound...] : "")
    }

    /// What stands in the first and the last line of a key, whatever kind it is.
    private static let keyLabel = "PRIVATE KEY-----"

    /// Fields with the option `udpa.annotations.sensitive` (extension 76569463 of FieldOptions) in the descriptors of the Envoy 1.40
    /// binary. The embedded descriptors have no options.
    static let marked: Set<String> = [
        "envoy.config.core.v3.GrpcService.GoogleGrpc.SslCredentials.private_key",
        "envoy.config.grpc_credential.v3.FileBasedMetadataConfig.secret_data",
        "envoy.config.trace.v3.ClientConfig.backend_token",
        "envoy.extensions.common.aws.v3.AssumeRoleWithWebIdentityCredentialProvider.web_identity_token_data_source",
        "envoy.extensions.common.aws.v3.CredentialsFileCredentialProvider.credentials_data_source",
        "envoy.extensions.common.aws.v3.IAMRolesAnywhereCredentialProvider.private_key",
        "envoy.extensions.common.aws.v3.InlineCredentialProvider.secret_access_key",
        "envoy.extensions.common.aws.v3.InlineCredentialProvider.session_token",
        "envoy.extensions.filters.http.api_key_auth.v3.ApiKeyAuth.credentials",
        "envoy.extensions.filters.http.api_key_auth.v3.ApiKeyAuthPerRoute.credentials",
        "envoy.extensions.filters.http.basic_auth.v3.BasicAuth.users",
        "envoy.extensions.filters.http.basic_auth.v3.BasicAuthPerRoute.users",
        "envoy.extensions.filters.http.ext_authz.v3.CheckSettings.context_extensions",
        "envoy.extensions.filters.network.redis_proxy.v3.RedisProtocolOptions.Credential.auth_password",
        "envoy.extensions.filters.network.redis_proxy.v3.RedisProtocolOptions.Credential.auth_username",
        "envoy.extensions.filters.network.redis_proxy.v3.RedisProtocolOptions.auth_password",
        "envoy.extensions.filters.network.redis_proxy.v3.RedisProtocolOptions.auth_username",
        "envoy.extensions.filters.network.redis_proxy.v3.RedisProxy.downstream_auth_password",
        "envoy.extensions.filters.network.redis_proxy.v3.RedisProxy.downstream_auth_passwords",
        "envoy.extensions.filters.network.redis_proxy.v3.RedisProxy.downstream_auth_username",
        "envoy.extensions.transport_sockets.tls.v3.GenericSecret.secret",
        "envoy.extensions.transport_sockets.tls.v3.GenericSecret.secrets",
        "envoy.extensions.transport_sockets.tls.v3.PrivateKeyProvider.typed_config",
        "envoy.extensions.transport_sockets.tls.v3.TlsCertificate.password",
        "envoy.extensions.transport_sockets.tls.v3.TlsCertificate.pkcs12",
        "envoy.extensions.transport_sockets.tls.v3.TlsCertificate.private_key",
        "envoy.extensions.transport_sockets.tls.v3.TlsSessionTicketKeys.keys",
    ]

    /// Fields that hold secrets, or may, and that Envoy has not marked.
    static let unmarked: Set<String> = [
        "envoy.config.core.v3.GrpcService.GoogleGrpc.CallCredentials.GoogleIAMCredentials.authorization_token",
        "envoy.config.core.v3.GrpcService.GoogleGrpc.CallCredentials.ServiceAccountJWTAccessCredentials.json_key",
        "envoy.config.core.v3.GrpcService.GoogleGrpc.CallCredentials.access_token",
        "envoy.config.core.v3.GrpcService.GoogleGrpc.CallCredentials.google_refresh_token",
        "envoy.config.trace.v3.LightstepConfig.access_token",
        "envoy.extensions.filters.http.aws_lambda.v3.Credentials.secret_access_key",
        "envoy.extensions.filters.http.aws_lambda.v3.Credentials.session_token",
        // A set of keys may hold symmetric ones.
        "envoy.extensions.filters.http.jwt_authn.v3.JwtProvider.local_jwks",
        "envoy.extensions.filters.common.jwks.v3.JwtHandshakeValidator.local_jwks",
        // Headers come from Secrets too (`headerSecretRef`), and then their names tell nothing.
        "envoy.config.core.v3.HeaderValue.value",
        "envoy.config.core.v3.HeaderValue.raw_value",
        // What these mean is known to the extension alone.
        "envoy.extensions.wasm.v3.PluginConfig.configuration",
        "envoy.extensions.wasm.v3.VmConfig.configuration",
        "envoy.extensions.wasm.v3.VmConfig.environment_variables",
        "envoy.extensions.filters.http.dynamic_modules.v3.DynamicModuleFilter.filter_config",
    ]

    package static let fields = marked.union(unmarked)

    // MARK: By names and looks

    /// In names of headers, query parameters, and members of a Struct: in lower case, without hyphens and underscores.
    private static let tellingWords = [
        "authorization", "cookie", "token", "secret", "apikey", "accesskey", "privatekey", "passw", "credential", "signature",
    ]
    /// Ends of names of what belongs to a secret and is none.
    private static let harmlessEnds = ["path", "file", "filename", "type", "header", "name", "prefix", "uri", "url"]
    /// Members beside a name that say what a header or parameter is, or is to be.
    private static let values: Set = [
        "value", "rawvalue", "exactmatch", "prefixmatch", "suffixmatch", "containsmatch", "saferegexmatch", "stringmatch",
    ]

    private static func withoutSecrets(_ json: ProtoJSON) -> ProtoJSON {
        switch json {
        case .string(let text): looksSecret(text) ? mark : json
        case .array(let items): .array(items.map(withoutSecrets))
        case .object(let members): .object(withoutSecrets(members))
        case .null, .bool, .number: json
        }
    }

    private static func withoutSecrets(_ members: [ProtoJSON.Member]) -> [ProtoJSON.Member] {
        // Bytes of a type that nobody knows here.
        let isOpaque = members.contains { $0.key == "@unknown" } && members.contains { $0.key == "@type" }
        let isAboutSecret = members.contains { member in
            guard member.key == "key" || member.key == "name", case .string(let name) = member.value else { return false }
            return tells(name)
        }
        return members.map { member in
            var member = member
            let isValue = isAboutSecret && values.contains(plain(member.key))
            if case .string = member.value, isValue || tells(member.key) || (isOpaque && member.key == "value") {
                member.value = mark
            } else if isValue {
                member.value = mark
            } else {
                member.value = withoutSecrets(member.value)
            }
            return member
        }
    }

    private static func tells(_ name: String) -> Bool {
        let name = plain(name)
        return tellingWords.contains { name.contains($0) } && !harmlessEnds.contains { name.hasSuffix($0) }
    }

    /// In lower case, without hyphens and underscores: as in JSON and as in .proto files.
    private static func plain(_ name: String) -> String {
        String(decoding: name.utf8.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "_") }, as: UTF8.self).lowercased()
    }

    /// A PEM key in the open, or a URL with a password.
    private static func looksSecret(_ text: String) -> Bool {
        if text.contains(keyLabel) { return true }
        guard let scheme = text.firstRange(of: "://"), let at = text[scheme.upperBound...].firstIndex(of: "@") else { return false }
        let user = text[scheme.upperBound..<at]
        return user.contains(":") && !user.contains("/") && !user.contains(" ")
    }
}

extension DescriptorPool {
    /// Whether a message type has a field, by its name in the .proto file or in JSON.
    package func hasField(_ type: String, _ name: String) -> Bool { message(type)?.index(name: name) != nil }
}
