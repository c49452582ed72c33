let schema: StaticString = #"""
    {
      "httpListener": {"statefulSession": {"$ref": "#/$defs/session"}},
      "virtualHost": {"statefulSession": {"$ref": "#/$defs/session"}},
      "route": {"statefulSession": {"$ref": "#/$defs/session"}},
      "$defs": {
        "session": {
          "type": "object",
          "description": "Send the requests of a session to the host that answered its first one, for as long as that host is there. The client carries the host's address, encoded and not signed, in a cookie or a header. The nearest place counts, alone: route, virtual host, listener.",
          "additionalProperties": false,
          "properties": {
            "cookie": {
              "type": "object",
              "description": "Set by the proxy; clients that keep cookies send it back.",
              "additionalProperties": false,
              "properties": {
                "name": {"type": "string", "format": "line", "minLength": 1, "examples": ["session-host"], "description": "Of the cookie."},
                "path": {"type": "string", "format": "line", "examples": ["/", "/shop"], "description": "For which paths the cookie is; every path of the host unless it is given."},
                "ttl": {"type": "string", "format": "duration", "description": "How long the client keeps it, in whole seconds; until the browser is closed unless it is given, or 0s."}
              },
              "required": ["name"]
            },
            "header": {
              "type": "object",
              "description": "In each response; clients send it with their next request.",
              "additionalProperties": false,
              "properties": {"name": {"type": "string", "format": "header-name", "minLength": 1, "examples": ["x-session-host"], "description": "Of the header."}},
              "required": ["name"]
            },
            "strict": {"type": "boolean", "default": false, "description": "Answer 503 when the host of a session is gone, in place of choosing another."},
            "disabled": {"const": true, "description": "No sessions here, whatever places further out say."}
          },
          "oneOf": [{"required": ["cookie"]}, {"required": ["header"]}, {"required": ["disabled"]}]
        }
      }
    }
    """#
