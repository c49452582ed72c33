let schema: StaticString = #"""
    {
      "httpListener": {"buffer": {"$ref": "#/$defs/buffer"}},
      "virtualHost": {"bufferPerRoute": {"$ref": "#/$defs/bufferPerRoute"}},
      "route": {"bufferPerRoute": {"$ref": "#/$defs/bufferPerRoute"}},
      "weightedDestination": {"bufferPerRoute": {"$ref": "#/$defs/bufferPerRoute"}},
      "$defs": {
        "buffer": {
          "type": "object",
          "description": "Gather whole requests before they go on.",
          "additionalProperties": false,
          "properties": {
            "maxRequestBytes": {
              "type": "integer", "format": "uint32", "minimum": 1, "description": "A request with a larger body is answered 413."
            }
          },
          "required": ["maxRequestBytes"]
        },
        "bufferPerRoute": {
          "type": "object",
          "description": "Another limit than the listener's, or none. A weighted destination's replaces its route's, and a route's its virtual host's.",
          "additionalProperties": false,
          "properties": {
            "disabled": {"type": "boolean", "description": "True: requests go on as they arrive."},
            "buffer": {"$ref": "#/$defs/buffer"}
          },
          "oneOf": [{"required": ["disabled"]}, {"required": ["buffer"]}, {"not": {"anyOf": [{"required": ["disabled"]}, {"required": ["buffer"]}]}}]
        }
      }
    }
    """#
