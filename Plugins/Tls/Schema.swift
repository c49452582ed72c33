internal import SluicePlugin

let schema = #"""
    {
      "upstream": {
        "sslConfig": \#(UpstreamTls.schema)
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
        \#(UpstreamTls.definitions)
      }
    }
    """#
