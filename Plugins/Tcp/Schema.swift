let schema: StaticString = #"""
    {
      "tcpListener": {
        "tcpProxySettings": {
          "type": "object",
          "description": "How the connections of the gateway's TCP hosts are passed on.",
          "additionalProperties": false,
          "properties": {
            "maxConnectAttempts": {
              "type": "integer", "format": "uint32", "minimum": 1,
              "description": "Attempts to connect to an upstream before the client's connection is closed; 1 when not set."
            },
            "idleTimeout": {"type": "string", "format": "duration", "description": "Without bytes in either direction for so long a connection is closed; 1h when not set, 0s for never."},
            "tunnelingConfig": {
              "type": "object",
              "description": "Carry the connection through an HTTP CONNECT tunnel; the upstream is then an HTTP proxy.",
              "additionalProperties": false,
              "properties": {
                "hostname": {"type": "string", "minLength": 1, "format": "line", "description": "Host and port that the proxy is asked for, such as db.internal:5432."},
                "headersToAdd": {
                  "type": "array",
                  "maxItems": 1000,
                  "description": "Headers of the CONNECT request.",
                  "items": {
                    "type": "object",
                    "additionalProperties": false,
                    "properties": {
                      "header": {
                        "type": "object",
                        "description": "Name and value.",
                        "additionalProperties": false,
                        "properties": {
                          "key": {"type": "string", "minLength": 1, "format": "header-name", "description": "The name."},
                          "value": {"type": "string", "format": "line", "description": "The value; Envoy replaces operators, and %% is a percent sign."}
                        },
                        "required": ["key"]
                      },
                      "append": {"type": "boolean", "description": "False replaces a header that is there already; true when not set."}
                    },
                    "required": ["header"]
                  }
                }
              },
              "required": ["hostname"]
            }
          }
        }
      }
    }
    """#
