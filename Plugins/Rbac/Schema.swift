let schema: StaticString = #"""
    {
      "virtualHost": {"rbac": {"$ref": "#/$defs/rbac"}},
      "route": {"rbac": {"$ref": "#/$defs/rbac"}},
      "$defs": {
        "rbac": {
          "type": "object",
          "description": "Which requests may pass (others get 403), by path, method and the claims of verified JSON Web Tokens. A route's policies replace its virtual host's. Where there are none at all, 'rbac.requireRbac' of the Settings decides.",
          "additionalProperties": false,
          "properties": {
            "disable": {"type": "boolean", "description": "True: no check here, whatever the virtual host or the Settings say."},
            "shadow": {"type": "boolean", "description": "True: only count what would have been refused (http.<listener>.rbac.shadow_denied), and let it pass. An addition to Gloo's."},
            "policies": {
              "type": "object",
              "description": "A request passes when one of them allows it; without any, none passes.",
              "additionalProperties": {"$ref": "#/$defs/policy"}
            }
          }
        },
        "policy": {
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "principals": {
              "type": "array", "minItems": 1,
              "description": "Who: one of them is enough.",
              "items": {
                "type": "object",
                "additionalProperties": false,
                "properties": {"jwtPrincipal": {"$ref": "#/$defs/jwtPrincipal"}},
                "required": ["jwtPrincipal"]
              }
            },
            "permissions": {
              "type": "object",
              "description": "What: everything, if not set.",
              "additionalProperties": false,
              "properties": {
                "pathPrefix": {"type": "string", "description": "The path begins with it; any path, if not set."},
                "methods": {"type": "array", "items": {"type": "string", "format": "header-name", "minLength": 1}, "description": "One of these methods, in upper case; any, if not set."}
              }
            },
            "nestedClaimDelimiter": {"type": "string", "description": "Cuts the names of claims into steps: with '.', 'a.b' is the claim 'b' within 'a'. Not set: names are whole."}
          },
          "required": ["principals"]
        },
        "jwtPrincipal": {
          "type": "object",
          "description": "Who has a token that Envoy has verified.",
          "additionalProperties": false,
          "properties": {
            "claims": {"type": "object", "additionalProperties": {"type": "string"}, "description": "All of them, with these values. Without any, every token of the provider is enough."},
            "provider": {"type": "string", "examples": ["idp"], "description": "The JWT provider that has verified the token, by its name in 'jwtStaged'. Not set: any of those in the same options; a route has to name one."},
            "matcher": {
              "type": "string", "enum": ["EXACT_STRING", "BOOLEAN", "LIST_CONTAINS"], "default": "EXACT_STRING",
              "description": "How the values of the claims are compared: as texts, as true and false, or as one of a list of texts."
            }
          }
        }
      }
    }
    """#
