internal import SluiceLua

let schema = #"""
    {
      "httpListener": {
        "dlp": {
          "type": "object",
          "description": "Mask what must not be seen in responses. Their bodies are held in memory as a whole, within the listener's buffer limit; those that cannot be read are answered with status 502.",
          "additionalProperties": false,
          "properties": {
            "dlpRules": {
              "type": "array",
              "description": "The first whose matcher takes a request counts.",
              "items": {
                "type": "object",
                "additionalProperties": false,
                "properties": {"matcher": {"$ref": "#/$defs/matcher"}, "actions": {"$ref": "#/$defs/actions"}}
              }
            },
            "enabledFor": {"$ref": "#/$defs/enabledFor"}
          }
        }
      },
      "virtualHost": {"dlp": {"$ref": "#/$defs/dlp"}},
      "route": {"dlp": {"$ref": "#/$defs/dlp"}},
      "$defs": {
        "dlp": {
          "type": "object",
          "description": "Mask what must not be seen in responses. Their bodies are held in memory as a whole, within the listener's buffer limit; those that cannot be read are answered with status 502. The nearest place counts alone: route, virtual host, listener; '{}' masks nothing.",
          "additionalProperties": false,
          "properties": {"actions": {"$ref": "#/$defs/actions"}, "enabledFor": {"$ref": "#/$defs/enabledFor"}}
        },
        "enabledFor": {"enum": ["RESPONSE_BODY", "ACCESS_LOGS", "ALL"], "default": "RESPONSE_BODY", "description": "Only RESPONSE_BODY is possible: stock Envoy cannot mask its access log."},
        "actions": {
          "type": "array",
          "description": "One after the other, each on what the one before left.",
          "items": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
              "actionType": {
                "enum": ["CUSTOM", "SSN", "MASTERCARD", "VISA", "AMEX", "DISCOVER", "JCB", "DINERS_CLUB", "CREDIT_CARD_TRACKERS", "ALL_CREDIT_CARDS", "ALL_CREDIT_CARDS_COMBINED", "KEYVALUE"],
                "default": "CUSTOM",
                "description": "What is masked, three quarters of it by X. CUSTOM: what 'customAction' says."
              },
              "customAction": {
                "type": "object",
                "description": "What is masked, and how.",
                "additionalProperties": false,
                "properties": {
                  "name": {"type": "string", "description": "For the log."},
                  "regex": {"type": "array", "items": {"type": "string", "minLength": 1}, "description": "What is masked; 'regexActions' is the newer form."},
                  "regexActions": {
                    "type": "array",
                    "description": "What is masked.",
                    "items": {
                      "type": "object",
                      "additionalProperties": false,
                      "properties": {
                        "regex": {"type": "string", "minLength": 1, "description": "Looked for all over the body, byte by byte, with a bound on the work."},
                        "subgroup": {"type": "integer", "format": "uint32", "description": "Which group of it is masked. Default 0, all of it."}
                      },
                      "required": ["regex"]
                    }
                  },
                  "maskChar": {"type": "string", "description": "What stands for a letter or digit. Default 'X'."},
                  "percent": {
                    "type": "object",
                    "additionalProperties": false,
                    "description": "How much of it, from the left. Default 75.",
                    "properties": {"value": {"type": "number", "minimum": 0, "maximum": 100, "description": "Of 100."}}
                  }
                }
              },
              "keyValueAction": {"x-sluice-refused": "it masks headers and metadata of access logs, which stock Envoy cannot; let the log have only fields that may be seen, with 'stringFormat' or 'jsonFormat'"},
              "shadow": {"type": "boolean", "description": "Mask nothing, and log where it would. Default false."}
            }
          }
        },
        \#(requestMatcherSchema)
      }
    }
    """#
