let schema: StaticString = #"""
    {
      "virtualHost": {"jwt": {"$ref": "#/$defs/check"}, "jwtStaged": {"$ref": "#/$defs/stages"}},
      "route": {"jwt": {"$ref": "#/$defs/routeCheck"}, "jwtStaged": {"$ref": "#/$defs/routeStages"}},
      "$defs": {
        "stages": {
          "type": "object",
          "description": "Which JSON Web Tokens requests must carry, and when they are checked. What does not carry one is answered 401.",
          "additionalProperties": false,
          "properties": {
            "beforeExtAuth": {"$ref": "#/$defs/check", "description": "Checked before 'extauth'."},
            "afterExtAuth": {"$ref": "#/$defs/check", "description": "Checked after 'extauth'."}
          }
        },
        "routeStages": {
          "type": "object",
          "description": "In place of the virtual host's, stage by stage.",
          "additionalProperties": false,
          "properties": {
            "beforeExtAuth": {"$ref": "#/$defs/routeCheck", "description": "In place of 'beforeExtAuth' of the virtual host."},
            "afterExtAuth": {"$ref": "#/$defs/routeCheck", "description": "In place of 'afterExtAuth' of the virtual host."}
          }
        },
        "check": {
          "type": "object",
          "description": "The older form of 'jwtStaged.afterExtAuth'.",
          "additionalProperties": false,
          "properties": {
            "providers": {"$ref": "#/$defs/providers"},
            "allowMissingOrFailedJwt": {"$ref": "#/$defs/allowMissingOrFailedJwt"},
            "validationPolicy": {"$ref": "#/$defs/validationPolicy"}
          }
        },
        "routeCheck": {
          "type": "object",
          "description": "In place of what the virtual host says.",
          "additionalProperties": false,
          "oneOf": [{"not": {}}, {"required": ["disable"]}, {"required": ["providers"]}],
          "properties": {
            "disable": {"type": "boolean", "description": "True: no tokens are checked here."},
            "providers": {"$ref": "#/$defs/providers"},
            "allowMissingOrFailedJwt": {"$ref": "#/$defs/allowMissingOrFailedJwt"},
            "validationPolicy": {"$ref": "#/$defs/validationPolicy"}
          }
        },
        "providers": {
          "type": "object",
          "description": "Who issues tokens, by a name of your own; a valid token of one of them is enough.",
          "additionalProperties": {"$ref": "#/$defs/provider"}
        },
        "allowMissingOrFailedJwt": {"type": "boolean", "description": "True: requests without a token, or with one that is not valid, pass too, but without its claims."},
        "validationPolicy": {
          "type": "string", "enum": ["REQUIRE_VALID", "ALLOW_MISSING", "ALLOW_MISSING_OR_FAILED"], "default": "REQUIRE_VALID",
          "description": "The same in finer steps, as later versions of Gloo have it: ALLOW_MISSING lets requests without a token pass, and none with a bad one."
        },
        "provider": {
          "type": "object",
          "description": "One issuer of tokens.",
          "additionalProperties": false,
          "properties": {
            "jwks": {
              "type": "object",
              "description": "The keys with which the issuer signs.",
              "additionalProperties": false,
              "oneOf": [{"required": ["local"]}, {"required": ["remote"]}],
              "properties": {
                "local": {
                  "type": "object",
                  "description": "Keys that are written here.",
                  "additionalProperties": false,
                  "properties": {"key": {"type": "string", "minLength": 1, "examples": ["{\"kty\": \"oct\", \"k\": \"c2VjcmV0\"}", "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE3MyFumaJMZVeiljDX6nnWtIJknZH\nTke7UHQl3dwnfdVXsXb5GGYCAASb11c3KP5VUSlVTVHh1Q1jPJWOtUqkIw==\n-----END PUBLIC KEY-----\n"], "description": "Public keys in PEM (RSA, EC, Ed25519), a JSON Web Key, or a set of them."}},
                  "required": ["key"]
                },
                "remote": {
                  "type": "object",
                  "description": "Fetched by each proxy.",
                  "additionalProperties": false,
                  "properties": {
                    "url": {"type": "string", "minLength": 1, "examples": ["https://idp.example/.well-known/jwks.json"], "description": "Of the set of keys: https://idp.example/.well-known/jwks.json."},
                    "upstreamRef": {
                      "type": "object",
                      "description": "The Upstream that is asked. Not set: the host of the URL, with TLS for https; its certificate must be of an authority in /etc/ssl/certs/ca-certificates.crt of the proxy.",
                      "additionalProperties": false,
                      "properties": {
                        "name": {"type": "string", "minLength": 1, "description": "Of the Upstream."},
                        "namespace": {"type": "string", "description": "That of the object with the option, if not set."}
                      },
                      "required": ["name"]
                    },
                    "cacheDuration": {"type": "string", "format": "duration", "default": "5m", "description": "How long keys are used before they are fetched again; 1ms at least. A change of routes fetches them, too."},
                    "asyncFetch": {
                      "type": "object",
                      "description": "Fetch keys before the first request needs them: Envoy puts a change of routes into effect when it has them, or could not get them.",
                      "additionalProperties": false,
                      "properties": {"fastListener": {"type": "boolean", "description": "True: changes do not wait for the keys."}}
                    }
                  },
                  "required": ["url"]
                }
              }
            },
            "audiences": {"type": "array", "items": {"type": "string"}, "description": "The token must be for one of these ('aud'). None: for whomever."},
            "issuer": {"type": "string", "description": "The token must say this as 'iss'. Not set: whatever it says."},
            "tokenSource": {
              "type": "object",
              "description": "Where the token stands. Not set: the header Authorization with 'Bearer ', and the query parameter access_token.",
              "additionalProperties": false,
              "properties": {
                "headers": {
                  "type": "array",
                  "description": "Headers, the first that has a token first.",
                  "items": {
                    "type": "object",
                    "additionalProperties": false,
                    "properties": {
                      "header": {"type": "string", "format": "header-name", "minLength": 1, "description": "Its name."},
                      "prefix": {"type": "string", "format": "line", "description": "What stands before the token: 'Bearer '."}
                    },
                    "required": ["header"]
                  }
                },
                "queryParams": {"type": "array", "items": {"type": "string", "minLength": 1}, "description": "Parameters of the query."}
              }
            },
            "keepToken": {"type": "boolean", "description": "True: upstreams get the token as well."},
            "claimsToHeaders": {
              "type": "array",
              "description": "Claims that upstreams get as headers. What a client sends in these headers is taken off.",
              "items": {
                "type": "object",
                "additionalProperties": false,
                "properties": {
                  "claim": {"type": "string", "minLength": 1, "description": "Dots lead into claims that are objects, unless the name is a URL."},
                  "header": {"type": "string", "format": "header-name", "minLength": 1, "description": "That is set to the claim."},
                  "append": {"type": "boolean", "description": "True has no effect, with a warning: Envoy never keeps what a client sends in such a header."}
                },
                "required": ["claim", "header"]
              }
            },
            "clockSkewSeconds": {"type": "integer", "format": "uint32", "default": 60, "description": "By how many seconds clocks may differ when 'exp' and 'nbf' are looked at. 0 is 60."},
            "attachFailedStatusToMetadata": {"type": "string", "description": "The key of metadata 'envoy.filters.http.jwt_authn' under which a failure is told, for access logs and rules."}
          }
        }
      }
    }
    """#
