/// TLS towards another server, as an `sslConfig` of the upstream's kind (`UpstreamTls.schema`) describes it.
public struct UpstreamTls {
    private let config: Option?
    private let material: TlsMaterial?

    /// Nil when the configuration is unusable, which is then reported. Needs a host of ABI 1.2.
    ///
    /// - Parameter plugin: its name, with which those of the resources begin that it adds for Secrets.
    public init?(_ config: Option, of subject: some Subject, plugin: StaticString) {
        guard let material = TlsMaterial(config, of: subject, plugin: plugin, needsCertificate: false), isUsableTls(config, material), isShortServerName(config["sni"]) else {
            return nil
        }
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
            "sni": {"type": "string", "format": "line", "maxLength": 255, "description": "Server name to ask for."},
            "verifySubjectAltName": {"$ref": "#/$defs/names", "description": "Names one of which the other side's certificate has to have; needs a root CA."},
            "parameters": {"$ref": "#/$defs/parameters"},
            "alpnProtocols": {"type": "array", "description": "Protocols to agree on, in order of preference; 'allow_empty' alone is none.", "items": {"type": "string", "examples": ["h2", "http/1.1", "allow_empty"]}},
            "allowRenegotiation": {"type": "boolean", "default": false, "description": "Let the upstream ask for a new handshake, which TLS 1.3 does not have."}
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
          "properties": {"tlsCert": {"type": "string", "description": "Certificate chain."}, "tlsKey": {"type": "string", "description": "Its private key."}, "rootCa": {"type": "string", "description": "Authorities that the other side's certificate has to come from."}}
        },
        "parameters": {
          "type": "object",
          "description": "Versions, ciphers and curves; Envoy's own unless they are given.",
          "additionalProperties": false,
          "properties": {
            "minimumProtocolVersion": {"type": "string", "enum": ["TLS_AUTO", "TLSv1_0", "TLSv1_1", "TLSv1_2", "TLSv1_3"], "description": "The lowest version of TLS that is spoken."},
            "maximumProtocolVersion": {"type": "string", "enum": ["TLS_AUTO", "TLSv1_0", "TLSv1_1", "TLSv1_2", "TLSv1_3"], "description": "The highest version of TLS that is spoken."},
            "cipherSuites": {"type": "array", "description": "In order of preference, for TLS up to 1.2; [A|B] are of equal rank.", "items": {"type": "string", "examples": ["ECDHE-ECDSA-AES128-GCM-SHA256", "[ECDHE-ECDSA-AES256-GCM-SHA384|ECDHE-RSA-AES256-GCM-SHA384]"]}},
            "ecdhCurves": {"type": "array", "description": "In order of preference.", "items": {"type": "string", "examples": ["X25519", "P-256"]}}
          }
        }
        """#
}

/// Of the transport socket.
public let tlsSocketName: StaticString = "envoy.transport_sockets.tls"

/// Whether a server name is as short as Envoy takes it: schemas count characters, and Envoy bytes. It is reported when it is not.
public func isShortServerName(_ name: Option) -> Bool {
    guard let length = name.text?.length, length > 255 else { return true }
    name.error("a server name can be 255 bytes long, and this one is \(length)")
    return false
}
