let schema: StaticString = #"""
    {
      "httpListener": {"bandwidthLimit": {"$ref": "#/$defs/limit"}},
      "virtualHost": {"bandwidthLimit": {"$ref": "#/$defs/limit"}},
      "route": {"bandwidthLimit": {"$ref": "#/$defs/limit"}},
      "$defs": {
        "limit": {
          "type": "object",
          "description": "Let bodies through no faster than a limit, which all requests of the place share, in each proxy for itself. The nearest place counts, alone: route, virtual host, listener.",
          "additionalProperties": false,
          "properties": {
            "limitKbps": {"type": "integer", "format": "uint32", "minimum": 1, "description": "KiB a second, in each direction. Needed, unless 'enableMode' is DISABLED."},
            "enableMode": {
              "type": "string", "enum": ["DISABLED", "REQUEST", "RESPONSE", "REQUEST_AND_RESPONSE"], "default": "REQUEST_AND_RESPONSE",
              "description": "Which bodies; DISABLED is none, whatever a farther place says."
            },
            "fillInterval": {"type": "string", "format": "duration", "default": "50ms", "examples": ["20ms", "0.1s", "1s"], "description": "How often what may pass is counted anew; from 20ms to 1s."},
            "enableResponseTrailers": {"type": "boolean", "description": "Tell the client in trailers how long bodies were held."},
            "responseTrailerPrefix": {"type": "string", "format": "header-name", "description": "Begins the names of these trailers, before '-bandwidth-request-delay-ms' and the like."}
          }
        }
      }
    }
    """#
