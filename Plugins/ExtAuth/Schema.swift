let schema: StaticString = #"""
    {
      "httpListener": {
        "extauth": {
          "type": "object",
          "description": "The server that is asked about requests to virtual hosts and routes with 'extauth'; in place of 'extauth' of the Settings.",
          "additionalProperties": false,
          "oneOf": [{"not": {}}, {"required": ["httpService"]}, {"required": ["grpcService"]}],
          "properties": {
            "extauthzServerRef": {
              "type": "object",
              "description": "The Upstream of the server.",
              "additionalProperties": false,
              "properties": {
                "name": {"type": "string", "minLength": 1},
                "namespace": {"type": "string", "description": "That of the object with the option, if not set."}
              },
              "required": ["name"]
            },
            "httpService": {
              "type": "object",
              "description": "Ask by HTTP: the server gets method, path, host and headers of each request, and lets it pass with 200.",
              "additionalProperties": false,
              "properties": {
                "pathPrefix": {"type": "string", "format": "line", "description": "Stands before the path of the request."},
                "request": {
                  "type": "object",
                  "description": "What the server is sent.",
                  "additionalProperties": false,
                  "properties": {
                    "allowedHeaders": {"$ref": "#/$defs/headers", "description": "Headers of the client that the server gets, besides Host, Content-Length and Authorization."},
                    "allowedHeadersRegex": {"type": "array", "items": {"type": "string", "format": "regex", "minLength": 1}, "description": "The same by expressions (RE2) that match the whole name, in lower case."},
                    "headersToAdd": {"type": "object", "additionalProperties": {"type": "string"}, "description": "Headers for the server alone, with their values; Envoy replaces operators such as %REQ(x-id)%."}
                  }
                },
                "response": {
                  "type": "object",
                  "description": "What of its answer is passed on.",
                  "additionalProperties": false,
                  "properties": {
                    "allowedUpstreamHeaders": {"$ref": "#/$defs/headers", "description": "Of an answer that lets the request pass: they replace the request's."},
                    "allowedUpstreamHeadersToAppend": {"$ref": "#/$defs/headers", "description": "The same, and they are added to the request's."},
                    "allowedClientHeaders": {"$ref": "#/$defs/headers", "description": "Of an answer that refuses the request: what the client gets. None is all."}
                  }
                }
              }
            },
            "grpcService": {
              "type": "object",
              "description": "Ask by envoy.service.auth.v3.Authorization; also without this member, unless 'httpService' is set.",
              "additionalProperties": false,
              "properties": {"authority": {"type": "string", "format": "line", "description": "The :authority of calls; the name of the cluster if not set."}}
            },
            "userIdHeader": {"type": "string", "format": "header-name", "description": "In which the server says who somebody is. It is taken off all requests of clients."},
            "requestTimeout": {"type": "string", "format": "duration", "default": "200ms", "description": "Until the server has answered."},
            "failureModeAllow": {"type": "boolean", "description": "Let requests pass when the server cannot be reached or fails."},
            "requestBody": {
              "type": "object",
              "description": "The server gets the body too.",
              "additionalProperties": false,
              "properties": {
                "maxRequestBytes": {"type": "integer", "format": "uint32", "default": 4096, "description": "Larger bodies are refused (413); 0 is 4096."},
                "allowPartialMessage": {"type": "boolean", "description": "Send the beginning of larger bodies in place of refusing them."},
                "packAsBytes": {"type": "boolean", "description": "By gRPC: as bytes, for bodies that are no text."}
              }
            },
            "clearRouteCache": {"type": "boolean", "description": "Choose the route again when the server has changed headers."},
            "statusOnError": {"type": "integer", "minimum": 0, "maximum": 511, "description": "Of the answer when the server cannot be reached or fails; 403 if not set."},
            "transportApiVersion": {"type": "string", "enum": ["V3"], "description": "Of Envoy's protocol; there is one."},
            "statPrefix": {"type": "string", "format": "line", "description": "Part of the names of the filter's counters."}
          },
          "required": ["extauthzServerRef"]
        }
      },
      "virtualHost": {"extauth": {"$ref": "#/$defs/extension"}},
      "route": {"extauth": {"$ref": "#/$defs/extension"}},
      "weightedDestination": {"extauth": {"$ref": "#/$defs/extension"}},
      "$defs": {
        "headers": {"type": "array", "items": {"type": "string", "format": "header-name", "minLength": 1}},
        "extension": {
          "type": "object",
          "description": "Whether the auth server is asked about requests. The nearest place counts: weighted destination, route, virtual host. Where none says so nobody is asked.",
          "additionalProperties": false,
          "oneOf": [{"not": {}}, {"required": ["disable"]}, {"required": ["customAuth"]}, {"required": ["configRef"]}],
          "properties": {
            "disable": {"type": "boolean", "description": "Ask nobody here."},
            "customAuth": {
              "type": "object",
              "description": "Ask the server of the listener or the Settings.",
              "additionalProperties": false,
              "properties": {
                "contextExtensions": {"type": "object", "additionalProperties": {"type": "string"}, "description": "Told to the server with each request, by gRPC only. Those of nearer places are added, and win."},
                "name": {"x-sluice-refused": "'name' is Gloo's, and this version of Sluice does not handle it yet: there is one auth server a listener; remove it"}
              }
            },
            "configRef": {"x-sluice-refused": "'configRef' is Gloo's, and this version of Sluice does not act on AuthConfigs yet; ask a server of your own, with 'customAuth'"}
          }
        }
      }
    }
    """#
