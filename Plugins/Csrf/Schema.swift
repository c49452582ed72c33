let schema: StaticString = #"""
    {
      "httpListener": {"csrf": {"$ref": "#/$defs/csrf"}},
      "virtualHost": {"csrf": {"$ref": "#/$defs/csrf"}},
      "route": {"csrf": {"$ref": "#/$defs/csrf"}},
      "weightedDestination": {"csrf": {"$ref": "#/$defs/csrf"}},
      "$defs": {
        "csrf": {
          "type": "object",
          "description": "Refuse (403) POST, PUT, PATCH and DELETE whose Origin, or else Referer, is not the host that is asked. The policy of the nearest place counts, alone: weighted destination, route, virtual host, listener.",
          "additionalProperties": false,
          "properties": {
            "filterEnabled": {"$ref": "#/$defs/share", "description": "Of how many requests the origin is checked; not set is none."},
            "shadowEnabled": {"$ref": "#/$defs/share", "description": "Of how many requests, beside those, the origin is only checked and counted."},
            "additionalOrigins": {
              "type": "array",
              "description": "Further origins, as host and port without a scheme, that are let through.",
              "items": {
                "type": "object",
                "additionalProperties": false,
                "properties": {
                  "exact": {"type": "string", "description": "The whole origin."},
                  "prefix": {"type": "string", "minLength": 1, "description": "How the origin begins."},
                  "suffix": {"type": "string", "minLength": 1, "description": "How the origin ends."},
                  "safeRegex": {
                    "type": "object",
                    "description": "An expression that matches the origin.",
                    "additionalProperties": false,
                    "properties": {
                      "regex": {"type": "string", "format": "regex", "minLength": 1, "description": "RE2 syntax; matches the whole origin."},
                      "googleRe2": {"type": "object", "description": "Read for Gloo's sake; Envoy has one engine.", "x-kubernetes-preserve-unknown-fields": true}
                    },
                    "required": ["regex"]
                  },
                  "ignoreCase": {"type": "boolean", "description": "Upper and lower case are alike; not for 'safeRegex'."}
                },
                "oneOf": [{"required": ["exact"]}, {"required": ["prefix"]}, {"required": ["suffix"]}, {"required": ["safeRegex"]}]
              }
            }
          }
        },
        "share": {
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "defaultValue": {
              "type": "object",
              "description": "A share: 'numerator' of 'denominator'.",
              "additionalProperties": false,
              "properties": {
                "numerator": {"type": "integer", "format": "uint32", "description": "Not set is 0. More than the denominator is all."},
                "denominator": {"enum": ["HUNDRED", "TEN_THOUSAND", "MILLION"], "default": "HUNDRED", "description": "Out of so many requests."}
              }
            },
            "runtimeKey": {"type": "string", "format": "line", "description": "Of Envoy's runtime, by which the share can be changed in the running proxy."}
          }
        }
      }
    }
    """#
