let schema: StaticString = #"""
    {
      "httpListener": {"customResponse": {"$ref": "#/$defs/customResponse"}},
      "virtualHost": {"customResponse": {"$ref": "#/$defs/customResponse"}},
      "route": {"customResponse": {"$ref": "#/$defs/customResponse"}},
      "$defs": {
        "customResponse": {
          "type": "object",
          "description": "Replace responses by their status, whether an upstream or the proxy itself made them. Rules of nearer places are looked at first: route, virtual host, listener.",
          "additionalProperties": false,
          "properties": {
            "rules": {
              "type": "array", "minItems": 1,
              "description": "The first that has the response's status counts.",
              "items": {
                "type": "object",
                "additionalProperties": false,
                "properties": {
                  "statuses": {
                    "type": "array", "minItems": 1,
                    "description": "Which responses: codes, and classes of codes.",
                    "items": {"type": "string", "examples": ["503", "404", "5xx", "4xx"]}
                  },
                  "response": {
                    "type": "object",
                    "description": "Answer this.",
                    "additionalProperties": false,
                    "properties": {
                      "status": {"type": "integer", "minimum": 200, "maximum": 599, "description": "Unless it is given, that of the response."},
                      "body": {"type": "string", "description": "Text of the body; none unless it is given."},
                      "headersToAdd": {"$ref": "#/$defs/headersToAdd"}
                    }
                  },
                  "redirect": {
                    "type": "object",
                    "description": "Ask another route of this listener in the client's name, and answer what it answers. The client notices nothing.",
                    "additionalProperties": false,
                    "properties": {
                      "uri": {"type": "string", "format": "line", "examples": ["https://errors.example/503", "http://a.example:8080/sorry?from=b"], "description": "The URL that is asked, by host and path."},
                      "status": {"type": "integer", "minimum": 200, "maximum": 599, "description": "Of the response to the client; unless it is given, that of the answer."},
                      "headersToAdd": {"$ref": "#/$defs/headersToAdd"}
                    },
                    "required": ["uri"]
                  }
                },
                "required": ["statuses"],
                "oneOf": [{"required": ["response"]}, {"required": ["redirect"]}]
              }
            },
            "disabled": {"const": true, "description": "Replace nothing here, whatever places further out say."}
          },
          "oneOf": [{"required": ["rules"]}, {"required": ["disabled"]}]
        },
        "headersToAdd": {
          "type": "array", "maxItems": 1000,
          "description": "Headers of the response.",
          "items": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
              "header": {
                "type": "object",
                "description": "The header.",
                "additionalProperties": false,
                "properties": {
                  "key": {"type": "string", "format": "header-name", "minLength": 1, "description": "Its name."},
                  "value": {"type": "string", "format": "line", "description": "Its value; Envoy replaces operators such as %RESPONSE_CODE%, and %% is a percent sign."}
                },
                "required": ["key"]
              },
              "append": {"type": "boolean", "default": true, "description": "False replaces a header of this name."}
            },
            "required": ["header"]
          }
        }
      }
    }
    """#
