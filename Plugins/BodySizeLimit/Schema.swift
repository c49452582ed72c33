let schema: StaticString = #"""
    {
      "httpListener": {
        "bodySizeLimit": {
          "type": "object",
          "description": "Refuse requests with bodies that are too large. Unlike 'buffer' it gathers nothing: the body goes on as it arrives.",
          "additionalProperties": false,
          "properties": {
            "maxRequestBytes": {
              "type": "integer", "format": "int64", "minimum": 1, "maximum": 9007199254740991,
              "description": "A request with a larger body is answered 413; one that does not tell its length is ended when it has sent more."
            }
          },
          "required": ["maxRequestBytes"]
        }
      },
      "virtualHost": {"bodySizeLimit": {"$ref": "#/$defs/place"}},
      "route": {"bodySizeLimit": {"$ref": "#/$defs/place"}},
      "$defs": {
        "place": {
          "type": "object",
          "description": "Whether the listener's limit holds here. A route's word counts before its virtual host's.",
          "additionalProperties": false,
          "properties": {"disabled": {"type": "boolean", "description": "True: no limit. False: the listener's, though the virtual host has none."}},
          "required": ["disabled"]
        }
      }
    }
    """#
