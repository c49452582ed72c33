/// The option, the same in the three places where it may stand.
let schema: StaticString = #"""
    {
      "weightedDestination": {"headerManipulation": {"$ref": "#/$defs/headerManipulation"}},
      "route": {"headerManipulation": {"$ref": "#/$defs/headerManipulation"}},
      "virtualHost": {"headerManipulation": {"$ref": "#/$defs/headerManipulation"}},
      "$defs": {
        "headerManipulation": {
          "type": "object",
          "description": "Headers to add to or remove from requests and responses.",
          "additionalProperties": false,
          "properties": {
            "requestHeadersToAdd": {
              "type": "array",
              "description": "Added to the request before it is sent to the upstream.",
              "items": {
                "type": "object",
                "additionalProperties": false,
                "properties": {
                  "header": {"$ref": "#/$defs/header", "description": "Name and value."},
                  "headerSecretRef": {"$ref": "#/$defs/ref"},
                  "append": {"$ref": "#/$defs/append"}
                },
                "oneOf": [{"required": ["header"]}, {"required": ["headerSecretRef"]}]
              }
            },
            "requestHeadersToRemove": {"type": "array", "items": {"type": "string"}, "description": "Removed from the request."},
            "responseHeadersToAdd": {
              "type": "array",
              "description": "Added to the response before it is sent to the client.",
              "items": {
                "type": "object",
                "additionalProperties": false,
                "properties": {"header": {"$ref": "#/$defs/header", "description": "Name and value."}, "append": {"$ref": "#/$defs/append"}},
                "required": ["header"]
              }
            },
            "responseHeadersToRemove": {"type": "array", "items": {"type": "string"}, "description": "Removed from the response."}
          }
        },
        "header": {
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "key": {"type": "string", "description": "The header's name."},
            "value": {"type": "string", "description": "The value; %OPERATORS% of Envoy are replaced, %% is a percent sign."}
          },
          "required": ["key"]
        },
        "append": {
          "type": "boolean",
          "default": true,
          "description": "Add to a header that is there already; false replaces it."
        },
        "ref": {
          "type": "object",
          "description": "A Secret of the header kind; all its headers are added.",
          "additionalProperties": false,
          "properties": {"name": {"type": "string"}, "namespace": {"type": "string"}},
          "required": ["name"]
        }
      }
    }
    """#
