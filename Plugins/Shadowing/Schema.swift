let schema: StaticString = #"""
    {
      "route": {
        "shadowing": {
          "type": "object",
          "description": "Send copies of requests to another upstream too, with '-shadow' behind the host; its answers are ignored. Only for routes with a 'routeAction'.",
          "additionalProperties": false,
          "properties": {
            "upstream": {
              "type": "object",
              "description": "Where the copies go.",
              "additionalProperties": false,
              "properties": {
                "name": {"type": "string", "minLength": 1},
                "namespace": {"type": "string", "description": "That of the object with the option, if not set."}
              },
              "required": ["name"]
            },
            "percentage": {"type": "number", "minimum": 0, "maximum": 100, "description": "Of how many requests a copy is sent; not set is 0."}
          },
          "required": ["upstream"]
        }
      }
    }
    """#
