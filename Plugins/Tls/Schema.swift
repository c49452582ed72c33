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
            "verifySubjectAltName": {"$ref": "#/$defs/names"},
            "parameters": {"$ref": "#/$defs/parameters"},
            "alpnProtocols": {"type": "array", "items": {"type": "string", "examples": ["h2", "http/1.1", "allow_empty"]}},
            "allowRenegotiation": {"type": "boolean"}
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
            "verifySubjectAltName": {"$ref": "#/$defs/names"},
            "parameters": {"$ref": "#/$defs/parameters"},
            "alpnProtocols": {"type": "array", "items": {"type": "string", "examples": ["h2", "http/1.1", "allow_empty"]}},
            "oneWayTls": {"type": "boolean", "description": "Do not ask clients for a certificate although there is a root CA."},
            "disableTlsSessionResumption": {"type": "boolean"},
            "transportSocketConnectTimeout": {"type": "string", "format": "duration"}
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
          "properties": {"tlsCert": {"type": "string"}, "tlsKey": {"type": "string"}, "rootCa": {"type": "string"}}
        },
        "parameters": {
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "minimumProtocolVersion": {"type": "string", "enum": ["TLS_AUTO", "TLSv1_0", "TLSv1_1", "TLSv1_2", "TLSv1_3"]},
            "maximumProtocolVersion": {"type": "string", "enum": ["TLS_AUTO", "TLSv1_0", "TLSv1_1", "TLSv1_2", "TLSv1_3"]},
            "cipherSuites": {"type": "array", "items": {"type": "string", "examples": ["ECDHE-ECDSA-AES128-GCM-SHA256", "[ECDHE-ECDSA-AES256-GCM-SHA384|ECDHE-RSA-AES256-GCM-SHA384]"]}},
            "ecdhCurves": {"type": "array", "items": {"type": "string", "examples": ["X25519", "P-256"]}}
          }
        }
      }
    }
    """#
