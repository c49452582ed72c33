/// JSON Schemas of Gloo's matcher, the definitions `matcher` and `headerMatcher`, for `$defs` of plugins whose scripts match requests.
public let requestMatcherSchema = #"""
    "matcher": {
      "type": "object",
      "description": "A condition on requests; without a path it takes every one.",
      "additionalProperties": false,
      "properties": {
        "prefix": {"type": "string", "description": "Of the path, which begins with '/'."},
        "exact": {"type": "string", "description": "The whole path, without its query."},
        "regex": {"type": "string", "minLength": 1, "description": "Of the whole path, without its query."},
        "connectMatcher": {"type": "object", "description": "CONNECT requests.", "additionalProperties": false, "properties": {}},
        "caseSensitive": {"type": "boolean", "description": "Of 'prefix' and 'exact'. Default true."},
        "headers": {"type": "array", "items": {"$ref": "#/$defs/headerMatcher"}, "description": "Of the request; all must be so."},
        "queryParameters": {
          "type": "array",
          "description": "Of the path; all must be so.",
          "items": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
              "name": {"type": "string", "minLength": 1, "description": "Of the parameter."},
              "value": {"type": "string", "description": "Without it, the parameter must be there. It is compared as it stands in the request, not decoded."},
              "regex": {"type": "boolean", "description": "True reads the value as a regular expression."}
            },
            "required": ["name"]
          }
        },
        "methods": {"type": "array", "items": {"type": "string", "minLength": 1}, "description": "One of them must be the request's."}
      },
      "oneOf": [{"required": ["prefix"]}, {"required": ["exact"]}, {"required": ["regex"]}, {"required": ["connectMatcher"]}, {"not": {}}]
    },
    "headerMatcher": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "name": {"type": "string", "minLength": 1, "format": "header-name", "description": "Of the header, in small or capital letters."},
        "value": {"type": "string", "description": "Without it, the header must be there."},
        "regex": {"type": "boolean", "description": "True reads the value as a regular expression."},
        "invertMatch": {"type": "boolean", "description": "Takes what the rest does not."}
      },
      "required": ["name"]
    }
    """#
