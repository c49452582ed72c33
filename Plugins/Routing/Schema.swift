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
            "maxStreamDuration": {"type": "string", "format": "duration", "description": "From the first byte to the last; 0s is no limit."},
            "grpcTimeoutHeaderMax": {"type": "string", "format": "duration", "description": "Take the limit from the header grpc-timeout, up to this; 0s takes whatever it says."},
            "grpcTimeoutHeaderOffset": {"type": "string", "format": "duration", "description": "Wait so much less than grpc-timeout says, so that Envoy ends the request before its client does."}
          }
        },
        "retries": {"$ref": "#/$defs/retries"},
        "upgrades": {
          "type": "array",
          "description": "Protocols that requests of this route may change to; each at most once. A listener lets WebSocket through unless a route says otherwise.",
          "items": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
              "websocket": {"$ref": "#/$defs/upgrade", "description": "WebSocket connections."},
              "connect": {"$ref": "#/$defs/upgrade", "description": "Tunnels by the method CONNECT; the route's matcher is a 'connectMatcher'."}
            },
            "oneOf": [{"required": ["websocket"]}, {"required": ["connect"]}]
          }
        },
        "lbHash": {
          "type": "object",
          "description": "What of a request is hashed to choose a host, where the upstream balances by ringHash or maglev. Only for routes with a 'routeAction'.",
          "additionalProperties": false,
          "properties": {
            "hashPolicies": {
              "type": "array",
              "description": "Their hashes are combined, in this order.",
              "items": {
                "type": "object",
                "additionalProperties": false,
                "properties": {
                  "header": {"type": "string", "format": "header-name", "minLength": 1, "description": "The value of this request header."},
                  "cookie": {
                    "type": "object",
                    "description": "The value of a cookie, which can be made for clients that have none.",
                    "additionalProperties": false,
                    "properties": {
                      "name": {"type": "string", "format": "line", "minLength": 1, "description": "Of the cookie."},
                      "ttl": {"type": "string", "format": "duration", "description": "Set the cookie where it is missing, for so long; 0s is for the session. Without it no cookie is set."},
                      "path": {"type": "string", "format": "line", "description": "The path of the cookie that is set."}
                    },
                    "required": ["name"]
                  },
                  "sourceIp": {"type": "boolean", "description": "The address of the client."},
                  "terminal": {"type": "boolean", "description": "When this policy found something to hash, leave out those after it."}
                },
                "oneOf": [{"required": ["header"]}, {"required": ["cookie"]}, {"required": ["sourceIp"]}]
              }
            }
          }
        },
        "envoyMetadata": {
          "type": "object",
          "description": "Data that stands with the route, for Envoy's filters and access logs: by namespace, each with values of any form.",
          "additionalProperties": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}
        }
      },
      "virtualHost": {
        "retries": {"$ref": "#/$defs/retries"},
        "includeRequestAttemptCount": {"type": "boolean", "description": "Tell the upstream in x-envoy-attempt-count how often the request was sent."},
        "includeAttemptCountInResponse": {"type": "boolean", "description": "Tell the client in x-envoy-attempt-count how often its request was sent."},
        "stats": {
          "type": "object",
          "description": "Statistics beside those of the virtual host.",
          "additionalProperties": false,
          "properties": {
            "virtualClusters": {
              "type": "array",
              "description": "Requests that are counted together, as vhost.<virtual host>.vcluster.<name>. The first that matches counts.",
              "items": {
                "type": "object",
                "additionalProperties": false,
                "properties": {
                  "name": {"type": "string", "format": "line", "minLength": 1, "description": "Part of the statistics' name; dots become underscores."},
                  "pattern": {"type": "string", "format": "regex", "minLength": 1, "description": "Regular expression (RE2) that matches the whole path, query included."},
                  "method": {"type": "string", "description": "Only requests with this method."}
                },
                "required": ["name", "pattern"]
              }
            }
          }
        }
      },
      "$defs": {
        "upgrade": {
          "type": "object",
          "additionalProperties": false,
          "properties": {"enabled": {"type": "boolean", "description": "False forbids it. Not set is true."}}
        },
        "substitution": {
          "type": "object",
          "description": "Where the path (without query) matches, what it becomes; \\1 is the first group.",
          "additionalProperties": false,
          "properties": {
            "pattern": {
              "type": "object",
              "description": "What is replaced.",
              "additionalProperties": false,
              "properties": {
                "regex": {"type": "string", "format": "regex", "minLength": 1, "description": "RE2 syntax."},
                "googleRe2": {"type": "object", "description": "Read for Gloo's sake; Envoy has one engine.", "x-kubernetes-preserve-unknown-fields": true}
              },
              "required": ["regex"]
            },
            "substitution": {"type": "string", "format": "line", "description": "What takes its place; nothing unless it is given."}
          },
          "required": ["pattern"]
        },
        "retries": {
          "type": "object",
          "description": "When and how often a request is sent again. A route's retries replace its virtual host's.",
          "additionalProperties": false,
          "properties": {
            "retryOn": {"type": "string", "description": "Conditions, separated by commas: 5xx, gateway-error, connect-failure, ..."},
            "numRetries": {"type": "integer", "format": "uint32", "default": 1, "description": "How often a request is sent again at most."},
            "perTryTimeout": {"type": "string", "format": "duration", "description": "For each time it is sent; the route's timeout holds for all together."},
            "retryBackOff": {
              "type": "object",
              "description": "How long to wait before a retry: a random time that doubles with each, up to a limit.",
              "additionalProperties": false,
              "properties": {
                "baseInterval": {"type": "string", "format": "duration", "description": "At least 1ms; Envoy's own is 25ms."},
                "maxInterval": {"type": "string", "format": "duration", "description": "Not less than 'baseInterval', and ten times that if not set."}
              }
            }
          }
        }
      }
    }
    """#
