let schema: StaticString = #"""
    {
      "listener": {
        "networkLocalRatelimit": {
          "type": "object",
          "description": "How many connections the listener takes in each proxy; those above it are closed at once.",
          "additionalProperties": false,
          "properties": {
            "maxTokens": {"type": "integer", "format": "uint32", "minimum": 1, "description": "Connections that may come at once."},
            "tokensPerFill": {"type": "integer", "format": "uint32", "minimum": 1, "default": 1, "description": "How many more may come after each 'fillInterval', up to 'maxTokens' at once."},
            "fillInterval": {"type": "string", "format": "duration", "default": "1s", "description": "At least 50ms."}
          },
          "required": ["maxTokens"]
        }
      },
      "virtualHost": {"ratelimitBasic": {"$ref": "#/$defs/limits"}},
      "route": {"ratelimitBasic": {"$ref": "#/$defs/limits"}},
      "$defs": {
        "limits": {
          "type": "object",
          "description": "Answer 429 to a client that sends too many requests. Each proxy counts for itself, by the client's address: where clients reach the proxy directly set 'httpConnectionManagerSettings.useRemoteAddress', or they choose their address with x-forwarded-for. A route's limits replace its virtual host's; none ('{}') is no limit.",
          "additionalProperties": false,
          "properties": {
            "anonymousLimits": {"$ref": "#/$defs/limit", "description": "Of requests without an Authorization header; of all requests where there are no 'authorizedLimits'."},
            "authorizedLimits": {"$ref": "#/$defs/limit", "description": "Of requests with an Authorization header. Whether it is right is not looked at here."}
          }
        },
        "limit": {
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "unit": {"type": "string", "enum": ["SECOND", "MINUTE", "HOUR", "DAY"], "description": "Of time."},
            "requestsPerUnit": {"type": "integer", "format": "uint32", "minimum": 1, "description": "At once, and then as many again over each unit of time, evenly."}
          },
          "required": ["unit", "requestsPerUnit"]
        }
      }
    }
    """#
