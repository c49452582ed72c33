let schema: StaticString = #"""
    {
      "httpListener": {"ipAccess": {"$ref": "#/$defs/ipAccess"}},
      "virtualHost": {"ipAccess": {"$ref": "#/$defs/ipAccess"}},
      "route": {"ipAccess": {"$ref": "#/$defs/ipAccess"}},
      "$defs": {
        "ipAccess": {
          "type": "object",
          "description": "Refuse (403) requests by the client's address. The nearest place counts, alone: route, virtual host, listener. Without lists ('{}') everybody may.",
          "additionalProperties": false,
          "properties": {
            "allow": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/range"}, "description": "Nobody but these may. Not set: everybody who is not on 'deny'."},
            "deny": {"type": "array", "items": {"$ref": "#/$defs/range"}, "description": "These may not, even those that 'allow' names."},
            "source": {
              "type": "string", "enum": ["REMOTE", "DIRECT"], "default": "REMOTE",
              "description": "Which address: REMOTE is the client's as the listener knows it (x-forwarded-for, unless 'useRemoteAddress' and 'xffNumTrustedHops' of 'httpConnectionManagerSettings' say otherwise), DIRECT that of the connection, or of the PROXY protocol."
            }
          }
        },
        "range": {"type": "string", "minLength": 1, "examples": ["192.0.2.7", "10.0.0.0/8", "2001:db8::/32"], "description": "An address or a range of them: 192.0.2.7, 10.0.0.0/8, 2001:db8::/32."}
      }
    }
    """#
