internal import SluicePlugin

let schema = #"""
    {
      "httpListener": {
        "extProc": {
          "type": "object",
          "description": "A server (envoy.service.ext_proc.v3.ExternalProcessor, by gRPC) that sees requests and responses on their way, and may change or answer them.",
          "additionalProperties": false,
          "properties": {
            "grpcService": {"$ref": "#/$defs/grpcService"},
            "filterStage": {"$ref": "#/$defs/filterStage", "description": "Where in the chain the filter stands; before AcceptedStage if not set."},
            "failureModeAllow": {"type": "boolean", "description": "Let requests pass when the server cannot be reached or fails; otherwise they are answered 500."},
            "processingMode": {"$ref": "#/$defs/processingMode"},
            "allowModeOverride": {"type": "boolean", "description": "The server may choose other modes for a request."},
            "allowedOverrideModes": {"type": "array", "items": {"$ref": "#/$defs/processingMode"}, "description": "The modes that it may choose; all, if not set."},
            "requestAttributes": {"$ref": "#/$defs/attributes"},
            "responseAttributes": {"$ref": "#/$defs/attributes"},
            "messageTimeout": {"type": "string", "format": "duration", "default": "200ms", "description": "Until the server has answered a message; at most 1h."},
            "maxMessageTimeout": {"type": "string", "format": "duration", "description": "How much time the server may ask for; at most 1h. Not set: none."},
            "statPrefix": {"type": "string", "format": "line", "description": "Part of the names of the filter's counters."},
            "mutationRules": {
              "type": "object",
              "description": "Which headers the server may change: all but those that route the request, if not set.",
              "additionalProperties": false,
              "properties": {
                "allowAllRouting": {"type": "boolean", "description": "Those too that route the request: :authority, :scheme, :method and host."},
                "allowEnvoy": {"type": "boolean", "description": "Those too that begin with x-envoy."},
                "disallowSystem": {"type": "boolean", "description": "None that begins with ':', nor host."},
                "disallowAll": {"type": "boolean", "description": "None but those of 'allowExpression'."},
                "allowExpression": {"$ref": "#/$defs/expression", "description": "Names of headers that may be changed whatever else is said, unless 'disallowExpression' says otherwise."},
                "disallowExpression": {"$ref": "#/$defs/expression", "description": "Names that may not."},
                "disallowIsError": {"type": "boolean", "description": "A change that is not allowed makes the request fail, in place of being left out."}
              }
            },
            "forwardRules": {
              "type": "object",
              "description": "Which headers the server is told; all, if not set.",
              "additionalProperties": false,
              "properties": {
                "allowedHeaders": {"$ref": "#/$defs/headers", "description": "None but these."},
                "disallowedHeaders": {"$ref": "#/$defs/headers", "description": "Not these."}
              }
            },
            "filterMetadata": {"type": "object", "x-kubernetes-preserve-unknown-fields": true, "description": "Values that access logs and other filters find with the filter's state."},
            "metadataContextNamespaces": {"$ref": "#/$defs/namespaces"},
            "typedMetadataContextNamespaces": {"$ref": "#/$defs/namespaces"},
            "metadataReceivingNamespaces": {"$ref": "#/$defs/receiving"},
            "observabilityMode": {"type": "boolean", "description": "Tell the server and wait for no answer: it sees everything and changes nothing."},
            "disableImmediateResponse": {"type": "boolean", "description": "The server may not answer requests itself."},
            "routeCacheAction": {"type": "string", "enum": ["DEFAULT", "CLEAR", "RETAIN"], "default": "DEFAULT", "description": "Choose the route again when headers of the request were changed: when the server asks for it, always, never."},
            "disableClearRouteCache": {"type": "boolean", "description": "Gloo's word for 'routeCacheAction: RETAIN'."},
            "statusOnError": {"type": "integer", "minimum": 100, "maximum": 511, "default": 500, "examples": [500, 503], "description": "Of the answer when the server cannot be reached or fails."},
            "asyncMode": {"x-sluice-refused": "'asyncMode' has no effect in Envoy; for a server that only looks on write 'observabilityMode: true'"}
          },
          "allOf": [{"oneOf": [{"not": {}}, {"required": ["routeCacheAction"]}, {"required": ["disableClearRouteCache"]}]}],
          "required": ["grpcService"]
        }
      },
      "virtualHost": {"extProc": {"$ref": "#/$defs/place"}},
      "route": {"extProc": {"$ref": "#/$defs/place"}},
      "$defs": {
        "place": {
          "type": "object",
          "description": "Whether and how requests of this place are processed. A route's word counts before its virtual host's; what overrides do not say is as the listener has it, and where the listener names no server one of their own is needed, or requests are answered 500.",
          "additionalProperties": false,
          "properties": {
            "disabled": {"type": "boolean", "description": "True: not at all."},
            "overrides": {
              "type": "object",
              "description": "What is other here. 'processingMode' is replaced as a whole.",
              "additionalProperties": false,
              "properties": {
                "processingMode": {"$ref": "#/$defs/processingMode"},
                "grpcService": {"$ref": "#/$defs/grpcService"},
                "requestAttributes": {"$ref": "#/$defs/attributes"},
                "responseAttributes": {"$ref": "#/$defs/attributes"},
                "grpcInitialMetadata": {"$ref": "#/$defs/initialMetadata"},
                "metadataContextNamespaces": {"$ref": "#/$defs/namespaces"},
                "typedMetadataContextNamespaces": {"$ref": "#/$defs/namespaces"},
                "metadataReceivingNamespaces": {"$ref": "#/$defs/receiving"},
                "failureModeAllow": {"type": "boolean", "description": "As on the listener."},
                "asyncMode": {"x-sluice-refused": "'asyncMode' has no effect in Envoy; for a server that only looks on write 'observabilityMode: true' on the listener"}
              }
            }
          },
          "oneOf": [{"not": {}}, {"required": ["disabled"]}, {"required": ["overrides"]}]
        },
        "grpcService": {
          "type": "object",
          "description": "The server.",
          "additionalProperties": false,
          "properties": {
            "extProcServerRef": {
              "type": "object",
              "description": "The Upstream of the server; it needs 'useHttp2'.",
              "additionalProperties": false,
              "properties": {
                "name": {"type": "string", "minLength": 1, "description": "Of the Upstream."},
                "namespace": {"type": "string", "description": "That of the object with the option, if not set."}
              },
              "required": ["name"]
            },
            "authority": {"type": "string", "format": "header-name", "description": "The :authority of calls; the name of the cluster if not set."},
            "timeout": {"type": "string", "format": "duration", "description": "Of the whole call, which lasts as long as the request; none if not set."},
            "initialMetadata": {"$ref": "#/$defs/initialMetadata"},
            "retryPolicy": {"x-sluice-refused": "'retryPolicy' is not written: a call that has begun to process a request cannot begin again; remove it"}
          },
          "required": ["extProcServerRef"]
        },
        "initialMetadata": {
          "type": "array",
          "description": "Headers of the call to the server.",
          "items": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
              "key": {"type": "string", "format": "header-name", "minLength": 1, "examples": ["x-shop"], "description": "The name of the header."},
              "value": {"type": "string", "format": "line", "examples": ["shop", "%REQ(x-id)%"], "description": "Envoy replaces operators such as %REQ(x-id)%."}
            },
            "required": ["key", "value"]
          }
        },
        "processingMode": {
          "type": "object",
          "description": "What is sent to the server. Not set: headers of requests and responses.",
          "additionalProperties": false,
          "properties": {
            "requestHeaderMode": {"$ref": "#/$defs/headerMode"},
            "responseHeaderMode": {"$ref": "#/$defs/headerMode"},
            "requestBodyMode": {"$ref": "#/$defs/bodyMode"},
            "responseBodyMode": {"$ref": "#/$defs/bodyMode"},
            "requestTrailerMode": {"$ref": "#/$defs/headerMode"},
            "responseTrailerMode": {"$ref": "#/$defs/headerMode"}
          }
        },
        "headerMode": {"type": "string", "enum": ["DEFAULT", "SEND", "SKIP"], "default": "DEFAULT", "description": "DEFAULT is SEND for headers and SKIP for trailers."},
        "bodyMode": {
          "type": "string", "enum": ["NONE", "STREAMED", "BUFFERED", "BUFFERED_PARTIAL", "FULL_DUPLEX_STREAMED"], "default": "NONE",
          "description": "In pieces, one at a time (STREAMED) or both ways at once (FULL_DUPLEX_STREAMED, which needs trailers too), whole (BUFFERED), or the beginning of a large one (BUFFERED_PARTIAL)."
        },
        "attributes": {"type": "array", "items": {"type": "string", "minLength": 1, "examples": ["request.path", "source.address", "xds.route_name"]}, "description": "Attributes of Envoy's that the server is told: request.path, source.address ..."},
        "namespaces": {"type": "array", "items": {"type": "string", "minLength": 1}, "description": "Namespaces of metadata that the server is told."},
        "receiving": {"type": "array", "items": {"type": "string", "minLength": 1}, "description": "Namespaces of metadata that the server may write."},
        "expression": {
          "type": "object",
          "description": "An expression that the name matches.",
          "additionalProperties": false,
          "properties": {
            "regex": {"type": "string", "format": "regex", "minLength": 1, "description": "RE2 syntax; matches the whole name, in lower case."},
            "googleRe2": {"type": "object", "description": "Read for Gloo's sake; Envoy has one engine.", "x-kubernetes-preserve-unknown-fields": true}
          },
          "required": ["regex"]
        },
        "headers": {
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "patterns": {
              "type": "array",
              "description": "Names of headers; one that fits is enough.",
              "items": {
                "type": "object",
                "additionalProperties": false,
                "properties": {
                  "exact": {"type": "string", "format": "header-name", "minLength": 1, "description": "The name of the header."},
                  "prefix": {"type": "string", "format": "header-name", "minLength": 1, "description": "The name begins with it."},
                  "suffix": {"type": "string", "format": "header-name", "minLength": 1, "description": "The name ends with it."},
                  "safeRegex": {"$ref": "#/$defs/expression"},
                  "ignoreCase": {"type": "boolean", "description": "Upper and lower case are alike; not for 'safeRegex'."}
                },
                "oneOf": [{"required": ["exact"]}, {"required": ["prefix"]}, {"required": ["suffix"]}, {"required": ["safeRegex"]}]
              }
            }
          }
        },
        "filterStage": \#(FilterStage.schema)
      }
    }
    """#
