let schema: StaticString = #"""
    {
      "route": {"cors": {"$ref": "#/$defs/cors"}},
      "virtualHost": {"cors": {"$ref": "#/$defs/cors"}},
      "$defs": {
        "cors": {
          "type": "object",
          "description": "What pages of other origins may do. A route's policy replaces its virtual host's.",
          "additionalProperties": false,
          "properties": {
            "allowOrigin": {"type": "array", "items": {"type": "string"}, "description": "Origins in full, https://shop.example; * is every origin."},
            "allowOriginRegex": {"type": "array", "items": {"type": "string", "format": "regex", "minLength": 1}, "description": "Regular expressions (RE2) that match the whole origin."},
            "allowMethods": {"type": "array", "items": {"type": "string"}, "description": "Methods a cross-origin request may use."},
            "allowHeaders": {"type": "array", "items": {"type": "string"}, "description": "Request headers that may be sent."},
            "exposeHeaders": {"type": "array", "items": {"type": "string"}, "description": "Response headers that a page may read."},
            "maxAge": {"type": "string", "description": "For how many seconds a browser may keep the answer to a preflight request."},
            "allowCredentials": {"type": "boolean", "description": "Whether cookies and authorization may be sent along."},
            "disableForRoute": {"type": "boolean", "description": "Switch CORS off here although the virtual host has it."}
          }
        }
      }
    }
    """#
