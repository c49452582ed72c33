let schema: StaticString = #"""
    {
      "route": {
        "faults": {
          "type": "object",
          "description": "Errors and delays on purpose, each for a share of the requests; a request may get both.",
          "additionalProperties": false,
          "properties": {
            "abort": {
              "type": "object",
              "description": "Answer with an error in place of the upstream.",
              "additionalProperties": false,
              "properties": {
                "percentage": {"type": "number", "minimum": 0, "maximum": 100, "description": "Of the requests; not set is 0."},
                "httpStatus": {"type": "integer", "minimum": 200, "maximum": 599, "description": "The status to answer with."}
              },
              "required": ["httpStatus"]
            },
            "delay": {
              "type": "object",
              "description": "Wait before the request goes on.",
              "additionalProperties": false,
              "properties": {
                "percentage": {"type": "number", "minimum": 0, "maximum": 100, "description": "Of the requests; not set is 0."},
                "fixedDelay": {"type": "string", "format": "duration", "description": "How long; at least 1ms."}
              },
              "required": ["fixedDelay"]
            }
          }
        }
      }
    }
    """#
