let schema: StaticString = #"""
    {
      "httpListener": {
        "ratelimitServer": {
          "type": "object",
          "description": "The server that is asked about requests to virtual hosts and routes with limits, by envoy.service.ratelimit.v3; in place of 'ratelimitServer' of the Settings.",
          "additionalProperties": false,
          "properties": {
            "ratelimitServerRef": {
              "type": "object",
              "description": "The Upstream of the server. It has to have 'useHttp2', since it is asked by gRPC.",
              "additionalProperties": false,
              "properties": {
                "name": {"type": "string", "minLength": 1},
                "namespace": {"type": "string", "description": "That of the object with the option, if not set."}
              },
              "required": ["name"]
            },
            "requestTimeout": {"type": "string", "format": "duration", "default": "100ms", "description": "Until the server has answered; at least 1ms."},
            "denyOnFail": {"type": "boolean", "default": false, "description": "Answer requests with 500 when the server cannot be reached or fails; else they pass."},
            "enableXRatelimitHeaders": {"type": "boolean", "default": false, "description": "Tell clients their limit with X-RateLimit-Limit, -Remaining and -Reset."},
            "rateLimitBeforeAuth": {"type": "boolean", "default": false, "description": "Ask this server before the auth server, where 'ratelimit' or 'rateLimitConfigs' asks for limits. Then what the auth server finds out cannot be a part of them."},
            "grpcService": {
              "type": "object",
              "description": "How the server is asked.",
              "additionalProperties": false,
              "properties": {"authority": {"type": "string", "format": "line", "maxLength": 16384, "description": "The :authority of calls; the name of the cluster if not set."}}
            }
          },
          "required": ["ratelimitServerRef"]
        }
      },
      "virtualHost": {
        "ratelimit": {"$ref": "#/$defs/hostLimits", "description": "What the rate limit server is told about each request, before or after the auth server as 'rateLimitBeforeAuth' says. Where it finds too many, the answer is 429."},
        "ratelimitEarly": {"$ref": "#/$defs/hostLimits", "description": "As 'ratelimit', before the auth server."},
        "ratelimitRegular": {"$ref": "#/$defs/hostLimits", "description": "As 'ratelimit', after the auth server."},
        "rateLimitConfigs": {"$ref": "#/$defs/configs", "description": "As 'ratelimit', by the 'rateLimits' of RateLimitConfigs."},
        "rateLimitEarlyConfigs": {"$ref": "#/$defs/configs", "description": "As 'rateLimitConfigs', before the auth server."},
        "rateLimitRegularConfigs": {"$ref": "#/$defs/configs", "description": "As 'rateLimitConfigs', after the auth server."}
      },
      "route": {
        "ratelimit": {"$ref": "#/$defs/routeLimits", "description": "What the rate limit server is told about each request, before or after the auth server as 'rateLimitBeforeAuth' says. Where it finds too many, the answer is 429. Only for routes with a 'routeAction'."},
        "ratelimitEarly": {"$ref": "#/$defs/routeLimits", "description": "As 'ratelimit', before the auth server."},
        "ratelimitRegular": {"$ref": "#/$defs/routeLimits", "description": "As 'ratelimit', after the auth server."},
        "rateLimitConfigs": {"$ref": "#/$defs/configs", "description": "As 'ratelimit', by the 'rateLimits' of RateLimitConfigs."},
        "rateLimitEarlyConfigs": {"$ref": "#/$defs/configs", "description": "As 'rateLimitConfigs', before the auth server."},
        "rateLimitRegularConfigs": {"$ref": "#/$defs/configs", "description": "As 'rateLimitConfigs', after the auth server."}
      },
      "$defs": {
        "hostLimits": {
          "type": "object",
          "additionalProperties": false,
          "properties": {"rateLimits": {"$ref": "#/$defs/limits"}}
        },
        "routeLimits": {
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "includeVhRateLimits": {"type": "boolean", "default": false, "description": "All limits of the virtual host count too. Else they count only for routes that have none of any kind themselves."},
            "rateLimits": {"$ref": "#/$defs/limits"}
          }
        },
        "configs": {
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "refs": {
              "type": "array",
              "description": "What each of them tells begins with generic_key '<namespace>.<name>', in the domain 'crd'.",
              "items": {
                "type": "object",
                "description": "A RateLimitConfig.",
                "additionalProperties": false,
                "properties": {
                  "name": {"type": "string", "minLength": 1},
                  "namespace": {"type": "string", "description": "That of the object with the option, if not set."}
                },
                "required": ["name"]
              }
            }
          }
        },
        "limits": {
          "type": "array",
          "description": "The server is asked about all of these, in the domain 'custom'; one that is over its limit is enough.",
          "items": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
              "actions": {"type": "array", "items": {"$ref": "#/$defs/action"}, "description": "A list of keys and values, in this order. Where the request lacks one of them nothing of it is sent, and it limits nothing."},
              "setActions": {"type": "array", "items": {"$ref": "#/$defs/action"}, "description": "A set of keys and values, for servers that know sets: first comes generic_key 'solo.setDescriptor.uniqueValue'. Headers and metadata that the request lacks are left out."},
              "limit": {
                "type": "object",
                "description": "A limit that goes with them, in place of the server's.",
                "additionalProperties": false,
                "properties": {
                  "dynamicMetadata": {
                    "type": "object",
                    "description": "In the metadata of the request: {requests_per_unit: 10, unit: MINUTE}.",
                    "additionalProperties": false,
                    "properties": {"metadataKey": {"$ref": "#/$defs/metadataKey"}},
                    "required": ["metadataKey"]
                  }
                },
                "required": ["dynamicMetadata"]
              }
            }
          }
        },
        "action": {
          "type": "object",
          "description": "What of a request becomes a key and a value.",
          "additionalProperties": false,
          "oneOf": [
            {"required": ["sourceCluster"]}, {"required": ["destinationCluster"]}, {"required": ["requestHeaders"]}, {"required": ["remoteAddress"]},
            {"required": ["genericKey"]}, {"required": ["headerValueMatch"]}, {"required": ["metadata"]}
          ],
          "properties": {
            "sourceCluster": {"type": "object", "additionalProperties": false, "properties": {}, "description": "source_cluster: the cluster of the proxy itself, 'cluster' of its node."},
            "destinationCluster": {"type": "object", "additionalProperties": false, "properties": {}, "description": "destination_cluster: '<name>_<namespace>' of the upstream."},
            "requestHeaders": {
              "type": "object",
              "description": "The value of a header.",
              "additionalProperties": false,
              "properties": {
                "headerName": {"type": "string", "minLength": 1, "format": "header-name", "description": "Also ':path', ':method' and ':authority'."},
                "descriptorKey": {"type": "string", "minLength": 1, "description": "Its key."}
              },
              "required": ["headerName", "descriptorKey"]
            },
            "remoteAddress": {"type": "object", "additionalProperties": false, "properties": {}, "description": "remote_address: the client's. Where clients reach the proxy directly set 'httpConnectionManagerSettings.useRemoteAddress', or they choose it with x-forwarded-for."},
            "genericKey": {
              "type": "object",
              "description": "generic_key: always this value.",
              "additionalProperties": false,
              "properties": {"descriptorValue": {"type": "string", "minLength": 1}},
              "required": ["descriptorValue"]
            },
            "headerValueMatch": {
              "type": "object",
              "description": "header_match: this value, for requests whose headers match.",
              "additionalProperties": false,
              "properties": {
                "descriptorValue": {"type": "string", "minLength": 1},
                "expectMatch": {"type": "boolean", "default": true, "description": "False is for requests that do not match."},
                "headers": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/header"}, "description": "All of them have to match."}
              },
              "required": ["descriptorValue", "headers"]
            },
            "metadata": {
              "type": "object",
              "description": "A value that a filter has found out, or that stands in the route's 'envoyMetadata'.",
              "additionalProperties": false,
              "properties": {
                "descriptorKey": {"type": "string", "minLength": 1, "description": "Its key."},
                "metadataKey": {"$ref": "#/$defs/metadataKey"},
                "defaultValue": {"type": "string", "description": "Where there is none."},
                "source": {"type": "string", "enum": ["DYNAMIC", "ROUTE_ENTRY"], "default": "DYNAMIC", "description": "DYNAMIC is of the request, by a filter before this one; ROUTE_ENTRY of the route."}
              },
              "required": ["descriptorKey", "metadataKey"]
            }
          }
        },
        "metadataKey": {
          "type": "object",
          "description": "Where the value stands.",
          "additionalProperties": false,
          "properties": {
            "key": {"type": "string", "minLength": 1, "description": "The namespace, such as envoy.filters.http.jwt_authn."},
            "path": {
              "type": "array",
              "description": "From there on, a name for each map.",
              "minItems": 1,
              "items": {"type": "object", "additionalProperties": false, "properties": {"key": {"type": "string", "minLength": 1}}, "required": ["key"]}
            }
          },
          "required": ["key", "path"]
        },
        "header": {
          "type": "object",
          "description": "Without any match: the header is there.",
          "additionalProperties": false,
          "oneOf": [
            {"not": {}}, {"required": ["exactMatch"]}, {"required": ["regexMatch"]}, {"required": ["rangeMatch"]}, {"required": ["presentMatch"]},
            {"required": ["prefixMatch"]}, {"required": ["suffixMatch"]}
          ],
          "properties": {
            "name": {"type": "string", "minLength": 1, "format": "header-name"},
            "exactMatch": {"type": "string"},
            "regexMatch": {"type": "string", "minLength": 1, "format": "regex", "description": "RE2, for the whole value."},
            "rangeMatch": {
              "type": "object",
              "description": "Whole numbers from start, below end.",
              "additionalProperties": false,
              "properties": {"start": {"type": "integer", "format": "int64", "default": 0}, "end": {"type": "integer", "format": "int64", "default": 0}}
            },
            "presentMatch": {"type": "boolean", "description": "False is for requests without the header."},
            "prefixMatch": {"type": "string", "minLength": 1},
            "suffixMatch": {"type": "string", "minLength": 1},
            "invertMatch": {"type": "boolean", "default": false, "description": "The opposite of the above."}
          },
          "required": ["name"]
        }
      }
    }
    """#
