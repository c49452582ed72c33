/// TLS towards another server, as an `sslConfig` of the upstream's kind (`UpstreamTls.schema`) describes it.
public struct UpstreamTls {
    private let config: Option?
    private let material: TlsMaterial?

    /// Nil when the configuration is unusable, which is then reported.
    public init?(_ config: Option, of subject: some Subject) {
        guard let material = TlsMaterial(config, of: subject, needsCertificate: false), isUsableTls(config, material) else { return nil }
        self.config = config
        self.material = material
    }

    /// TLS of which nothing is said: no certificate, and none checked.
    public init() {
        config = nil
        material = nil
    }

    /// The configuration says which server name to ask for.
    public var hasServerName: Bool { config?["sni"].isPresent ?? false }

    /// - Parameter sni: the server name to ask for, unless the configuration says one; an address is left out, since TLS has names only.
    public func write(to socket: Core.TransportSocket, sni: String?) {
        socket.name(tlsSocketName).typedConfig(TransportSocketsTls.UpstreamTlsContext.self) { context in
            context.commonTlsContext { common in
                if let config, let material { writeTls(config, material, checksPeer: true, protocols: [], to: common) }
            }
            if let name = config?["sni"].string ?? sni, IPFamily(of: name) == nil, !name.hasPrefix("[") { context.sni(name) }
            if config?["allowRenegotiation"].bool == true { context.allowRenegotiation(true) }
        }
    }

    /// Of the option: a JSON Schema, which needs `definitions` among the `$defs`.
    public static let schema = #"""
        {
          "type": "object",
          "description": "TLS towards the server.",
          "additionalProperties": false,
          "properties": {
            "secretRef": {"$ref": "#/$defs/secretRef"},
            "sslFiles": {"$ref": "#/$defs/sslFiles"},
            "sds": {"x-sluice-refused": "'sds' is Gloo's, and this version of Sluice does not handle it yet; put the certificate into a Secret and name it under 'secretRef'"},
            "sni": {"type": "string", "maxLength": 255, "description": "Server name to ask for."},
            "verifySubjectAltName": {"$ref": "#/$defs/names"},
            "parameters": {"$ref": "#/$defs/parameters"},
            "alpnProtocols": {"$ref": "#/$defs/names"},
            "allowRenegotiation": {"type": "boolean"}
          },
          "oneOf": [{"required": ["secretRef"]}, {"required": ["sslFiles"]}, {"not": {}}]
        }
        """#

    /// Members of the `$defs` of a plugin's schema, to which schemas of `sslConfig` refer.
    public static let definitions = #"""
        "names": {"type": "array", "items": {"type": "string"}},
        "secretRef": {
          "type": "object",
          "description": "A Secret of the TLS kind.",
          "additionalProperties": false,
          "properties": {"name": {"type": "string"}, "namespace": {"type": "string"}},
          "required": ["name"]
        },
        "sslFiles": {
          "type": "object",
          "description": "Files in the proxy's file system, or PEM text.",
          "additionalProperties": false,
          "properties": {"tlsCert": {"type": "string"}, "tlsKey": {"type": "string"}, "rootCa": {"type": "string"}}
        },
        "parameters": {
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "minimumProtocolVersion": {"type": "string", "enum": ["TLS_AUTO", "TLSv1_0", "TLSv1_1", "TLSv1_2", "TLSv1_3"]},
            "maximumProtocolVersion": {"type": "string", "enum": ["TLS_AUTO", "TLSv1_0", "TLSv1_1", "TLSv1_2", "TLSv1_3"]},
            "cipherSuites": {"$ref": "#/$defs/names"},
            "ecdhCurves": {"$ref": "#/$defs/names"}
          }
        }
        """#
}

/// Of the transport socket.
public let tlsSocketName: StaticString = "envoy.transport_sockets.tls"
