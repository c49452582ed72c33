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
            "verifySubjectAltName": {"$ref": "#/$defs/names"},
            "parameters": {"$ref": "#/$defs/parameters"},
            "alpnProtocols": {"$ref": "#/$defs/names"},
            "oneWayTls": {"type": "boolean", "description": "Do not ask clients for a certificate although there is a root CA."},
            "disableTlsSessionResumption": {"type": "boolean"},
            "transportSocketConnectTimeout": {"type": "string", "format": "duration"}
          },
          "oneOf": [{"required": ["secretRef"]}, {"required": ["sslFiles"]}, {"not": {}}]
        }
      },
      "$defs": {
        \#(UpstreamTls.definitions)
      }
    }
    """#
