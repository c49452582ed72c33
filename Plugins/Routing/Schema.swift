let schema: StaticString = #"""
    {
      "route": {
        "prefixRewrite": {"type": "string", "format": "line", "description": "Replaces the matched prefix, or the exact path, of the request's path."},
        "regexRewrite": {"$ref": "#/$defs/substitution"},
        "hostRewrite": {"type": "string", "format": "line", "description": "The Host header that the upstream sees."},
        "autoHostRewrite": {"type": "boolean", "description": "The upstream sees its own host name as Host header (DNS upstreams)."},
        "hostRewritePathRegex": {"$ref": "#/$defs/substitution"},
        "timeout": {"type": "string", "format": "duration", "description": "For the whole response; 0s is no limit. Envoy's own default is 15s."},
        "idleTimeout": {"type": "string", "format": "duration", "description": "For a stream on which nothing moves."},
        "maxStreamDuration": {
          "type": "object",
          "description": "Limits of a stream's life, also from gRPC's own timeout header.",
          "additionalProperties": false,
          "properties": {
            "maxStreamDuration": {"type": "string", "format": "duration"},
            "grpcTimeoutHeaderMax": {"type": "string", "format": "duration"},
            "grpcTimeoutHeaderOffset": {"type": "string", "format": "duration"}
          }
        },
        "retries": {"$ref": "#/$defs/retries"}
      },
      "virtualHost": {"retries": {"$ref": "#/$defs/retries"}},
      "$defs": {
        "substitution": {
          "type": "object",
          "description": "Where the path (without query) matches, what it becomes; \\1 is the first group.",
          "additionalProperties": false,
          "properties": {
            "pattern": {
              "type": "object",
              "additionalProperties": false,
              "properties": {
                "regex": {"type": "string", "format": "regex", "description": "RE2 syntax."},
                "googleRe2": {"type": "object", "description": "Read for Gloo's sake; Envoy has one engine.", "x-kubernetes-preserve-unknown-fields": true}
              },
              "required": ["regex"]
            },
            "substitution": {"type": "string", "format": "line"}
          },
          "required": ["pattern"]
        },
        "retries": {
          "type": "object",
          "description": "When and how often a request is sent again. A route's retries replace its virtual host's.",
          "additionalProperties": false,
          "properties": {
            "retryOn": {"type": "string", "description": "Conditions, separated by commas: 5xx, gateway-error, connect-failure, ..."},
            "numRetries": {"type": "integer", "format": "uint32", "default": 1},
            "perTryTimeout": {"type": "string", "format": "duration"},
            "retryBackOff": {
              "type": "object",
              "additionalProperties": false,
              "properties": {
                "baseInterval": {"type": "string", "format": "duration"},
                "maxInterval": {"type": "string", "format": "duration"}
              }
            }
          }
        }
      }
    }
    """#
