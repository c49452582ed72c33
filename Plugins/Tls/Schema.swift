let schema: StaticString = #"""
    {
      "upstream": {
        "sslConfig": {
          "type": "object",
          "description": "TLS towards the upstream.",
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
      },
      "sslConfig": {
        "sslConfig": {
          "type": "object",
          "description": "TLS towards clients.",
          "additionalProperties": false,
          "properties": {
            "secretRef": {"$ref": "#/$defs/secretRef"},
            "sslFiles": {"$ref": "#/$defs/sslFiles"},
            "sds": {"x-sluice-refused": "'sds' is Gloo's, and this version of Sluice does not handle it yet; put the certificate into a Secret and name it under 'secretRef'"},
            "sniDomains": {"type": "array", "items": {"type": "string", "minLength": 1, "format": "server-name"}, "description": "Server names for which this certificate answers; none is all."},
            "verifySubjectAltName": {"$ref": "#/$defs/names", "description": "Names one of which the other side's certificate has to have; needs a root CA."},
            "parameters": {"$ref": "#/$defs/parameters"},
            "alpnProtocols": {"type": "array", "description": "Protocols to agree on, in order of preference; 'allow_empty' alone is none.", "items": {"type": "string", "examples": ["h2", "http/1.1", "allow_empty"]}},
            "oneWayTls": {"type": "boolean", "description": "Do not ask clients for a certificate although there is a root CA."},
            "disableTlsSessionResumption": {"type": "boolean", "default": false, "description": "Make a whole handshake for every connection."},
            "transportSocketConnectTimeout": {"type": "string", "format": "duration", "description": "Until the handshake is done; no limit unless it is given."}
          },
          "oneOf": [{"required": ["secretRef"]}, {"required": ["sslFiles"]}, {"not": {}}]
        }
      },
      "$defs": {
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
      }
    }
    """#
