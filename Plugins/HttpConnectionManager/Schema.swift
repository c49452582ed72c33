let schema: StaticString = #"""
    {
      "httpListener": {
        "httpConnectionManagerSettings": {
          "type": "object",
          "description": "How the listener speaks HTTP.",
          "additionalProperties": false,
          "oneOf": [{"not": {}}, {"required": ["properCaseHeaderKeyFormat"]}, {"required": ["preserveCaseHeaderKeyFormat"]}],
          "properties": {
            "skipXffAppend": {"type": "boolean", "description": "Do not append the client's address to x-forwarded-for."},
            "via": {"type": "string", "format": "line", "description": "Appended to the header 'via' of requests and responses."},
            "xffNumTrustedHops": {"type": "integer", "format": "uint32", "description": "How many proxies in front, as x-forwarded-for lists them, are believed."},
            "useRemoteAddress": {"type": "boolean", "description": "True for an edge proxy: the client's address is that of the connection, not what headers say."},
            "generateRequestId": {"type": "boolean", "description": "Give each request an x-request-id; on unless false."},
            "preserveExternalRequestId": {"type": "boolean", "description": "Keep an x-request-id that the client sends."},
            "uuidRequestIdConfig": {
              "type": "object",
              "description": "What the x-request-id carries besides being unique.",
              "additionalProperties": false,
              "properties": {
                "packTraceReason": {"type": "boolean", "description": "Write into the ID why a request is traced; on unless false."},
                "useRequestIdForTraceSampling": {"type": "boolean", "description": "Let the ID decide which requests are traced; on unless false."}
              }
            },
            "proxy100Continue": {"type": "boolean", "description": "Pass 'Expect: 100-continue' on to the upstream in place of answering it."},
            "streamIdleTimeout": {"type": "string", "format": "duration", "description": "For a stream on which nothing moves; 0s is no limit. Envoy's own default is 5m."},
            "idleTimeout": {"type": "string", "format": "duration", "description": "For a connection without requests; 0s is no limit. Envoy's own default is 1h."},
            "requestTimeout": {"type": "string", "format": "duration", "description": "Until the whole request has arrived; 0s is no limit."},
            "requestHeadersTimeout": {"type": "string", "format": "duration", "description": "Until the request's headers have arrived; 0s is no limit."},
            "drainTimeout": {"type": "string", "format": "duration", "description": "How long a connection that is to close still takes requests. Envoy's own default is 5s."},
            "delayedCloseTimeout": {"type": "string", "format": "duration", "description": "How long Envoy waits for the client to close first. Envoy's own default is 1s."},
            "maxConnectionDuration": {"type": "string", "format": "duration", "description": "A connection's whole life; 0s is no limit."},
            "maxStreamDuration": {"type": "string", "format": "duration", "description": "A stream's whole life; 0s is no limit."},
            "maxRequestHeadersKb": {"type": "integer", "format": "uint32", "minimum": 1, "maximum": 8192, "description": "Size of all headers of a request. Envoy's own default is 60."},
            "maxHeadersCount": {"type": "integer", "format": "uint32", "minimum": 1, "description": "Number of headers of a request. Envoy's own default is 100."},
            "maxRequestsPerConnection": {"type": "integer", "format": "uint32", "description": "After so many requests a connection is closed; 0 is no limit."},
            "headersWithUnderscoresAction": {
              "type": "string", "enum": ["ALLOW", "REJECT_REQUEST", "DROP_HEADER"], "default": "ALLOW",
              "description": "What becomes of a request with an underscore in a header's name, which some servers take for a dash."
            },
            "serverName": {"type": "string", "format": "line", "description": "The header 'server' of responses. Envoy's own default is envoy."},
            "serverHeaderTransformation": {
              "type": "string", "enum": ["OVERWRITE", "APPEND_IF_ABSENT", "PASS_THROUGH"], "default": "OVERWRITE",
              "description": "What becomes of the upstream's 'server' header."
            },
            "stripAnyHostPort": {"type": "boolean", "description": "Take the port off the Host header before routes are chosen."},
            "acceptHttp10": {"type": "boolean", "description": "Serve HTTP/1.0 requests."},
            "defaultHostForHttp10": {"type": "string", "format": "line", "description": "The host of HTTP/1.0 requests that name none."},
            "allowChunkedLength": {"type": "boolean", "description": "Accept requests with both Transfer-Encoding and Content-Length, and drop the latter."},
            "enableTrailers": {"type": "boolean", "description": "Pass trailers of HTTP/1 on."},
            "properCaseHeaderKeyFormat": {"type": "boolean", "description": "Write the names of response headers as Content-Type (HTTP/1)."},
            "preserveCaseHeaderKeyFormat": {"type": "boolean", "description": "Write the names of headers in the case in which they came (HTTP/1)."},
            "tracing": {"$ref": "#/$defs/tracing"},
            "forwardClientCertDetails": {
              "type": "string", "enum": ["SANITIZE", "FORWARD_ONLY", "APPEND_FORWARD", "SANITIZE_SET", "ALWAYS_FORWARD_ONLY"], "default": "SANITIZE",
              "description": "What becomes of the header x-forwarded-client-cert."
            },
            "setCurrentClientCertDetails": {
              "type": "object",
              "description": "What of the client's certificate goes into x-forwarded-client-cert, with APPEND_FORWARD and SANITIZE_SET.",
              "additionalProperties": false,
              "properties": {
                "subject": {"type": "boolean", "description": "The subject of the certificate."},
                "cert": {"type": "boolean", "description": "The certificate in PEM, URL encoded."},
                "chain": {"type": "boolean", "description": "The whole chain in PEM, URL encoded."},
                "dns": {"type": "boolean", "description": "The subject alternative names that are DNS names."},
                "uri": {"type": "boolean", "description": "The subject alternative name that is a URI."}
              }
            },
            "upgrades": {
              "type": "array",
              "description": "Protocols that a connection may change to. WebSocket is allowed unless it is switched off here.",
              "items": {
                "type": "object",
                "additionalProperties": false,
                "oneOf": [{"required": ["websocket"]}, {"required": ["connect"]}],
                "properties": {"websocket": {"$ref": "#/$defs/upgrade", "description": "WebSocket."}, "connect": {"$ref": "#/$defs/upgrade", "description": "Tunnels by the method CONNECT."}}
              }
            },
            "pathWithEscapedSlashesAction": {
              "type": "string", "enum": ["IMPLEMENTATION_SPECIFIC_DEFAULT", "KEEP_UNCHANGED", "REJECT_REQUEST", "UNESCAPE_AND_REDIRECT", "UNESCAPE_AND_FORWARD"],
              "description": "What becomes of a request whose path has %2F or %5C in it."
            },
            "codecType": {"type": "string", "enum": ["AUTO", "HTTP1", "HTTP2"], "default": "AUTO", "description": "The version of HTTP that is spoken; AUTO finds out."},
            "mergeSlashes": {"type": "boolean", "description": "Read // in a path as /."},
            "normalizePath": {"type": "boolean", "default": true, "description": "Resolve . and .. in paths before routes are chosen."},
            "http2ProtocolOptions": {
              "type": "object",
              "description": "Limits of HTTP/2.",
              "additionalProperties": false,
              "properties": {
                "maxConcurrentStreams": {"type": "integer", "minimum": 1, "maximum": 2147483647, "description": "Of one connection."},
                "initialStreamWindowSize": {"type": "integer", "minimum": 65535, "maximum": 2147483647, "description": "Bytes that a client may send on a stream before it waits."},
                "initialConnectionWindowSize": {"type": "integer", "minimum": 65535, "maximum": 2147483647, "description": "Bytes that a client may send on a connection before it waits."},
                "overrideStreamErrorOnInvalidHttpMessage": {"type": "boolean", "description": "An invalid message ends its stream and not the connection."}
              }
            },
            "internalAddressConfig": {
              "type": "object",
              "description": "Which clients are internal, so that their x-envoy headers are believed.",
              "additionalProperties": false,
              "properties": {
                "unixSockets": {"type": "boolean", "description": "Clients of Unix sockets."},
                "cidrRanges": {
                  "type": "array",
                  "description": "Clients with these addresses.",
                  "items": {
                    "type": "object",
                    "additionalProperties": false,
                    "properties": {
                      "addressPrefix": {"type": "string", "description": "An address, 10.0.0.0."},
                      "prefixLen": {"type": "integer", "minimum": 0, "maximum": 128, "description": "How many of its bits count; 0 is every address."}
                    },
                    "required": ["addressPrefix"]
                  }
                }
              }
            }
          }
        },
        "router": {
          "type": "object",
          "description": "Envoy's router, the end of the filter chain.",
          "additionalProperties": false,
          "properties": {
            "suppressEnvoyHeaders": {"type": "boolean", "description": "Add no x-envoy headers, such as x-envoy-upstream-service-time, to requests and responses."}
          }
        }
      },
      "$defs": {
        "upgrade": {
          "type": "object",
          "additionalProperties": false,
          "properties": {"enabled": {"type": "boolean", "default": true, "description": "False switches it off; a route may say otherwise."}}
        },
        "tracing": {
          "type": "object",
          "description": "Spans of requests, and where they are sent. The stock plugin 'tracing' acts on it.",
          "additionalProperties": false,
          "oneOf": [
            {"not": {}}, {"required": ["zipkinConfig"]}, {"required": ["datadogConfig"]}, {"required": ["openTelemetryConfig"]}, {"required": ["openCensusConfig"]}
          ],
          "properties": {
            "requestHeadersForTags": {
              "type": "array",
              "description": "Headers of the request whose values become tags, under the header's name.",
              "items": {"type": "string", "format": "header-name", "minLength": 1}
            },
            "environmentVariablesForTags": {
              "type": "array",
              "description": "Variables of Envoy's environment whose values become tags.",
              "items": {
                "type": "object",
                "additionalProperties": false,
                "properties": {
                  "tag": {"type": "string", "minLength": 1, "description": "Unless it is given, the name of the variable."},
                  "name": {"type": "string", "minLength": 1, "description": "Of the variable."},
                  "defaultValue": {"type": "string", "description": "Where there is no such variable."}
                },
                "required": ["name"]
              }
            },
            "literalsForTags": {
              "type": "array",
              "description": "Tags with a value that is always the same.",
              "items": {
                "type": "object",
                "additionalProperties": false,
                "properties": {"tag": {"type": "string", "minLength": 1, "description": "The name."}, "value": {"type": "string", "minLength": 1, "description": "The value."}},
                "required": ["tag", "value"]
              }
            },
            "verbose": {"type": "boolean", "description": "Note events of streams in the span."},
            "tracePercentages": {
              "type": "object",
              "description": "Which share of the requests is traced; 100 unless said otherwise.",
              "additionalProperties": false,
              "properties": {
                "clientSamplePercentage": {"type": "number", "minimum": 0, "maximum": 100, "default": 100, "description": "Of those with the header x-client-trace-id."},
                "randomSamplePercentage": {"type": "number", "minimum": 0, "maximum": 100, "default": 100, "description": "Of all others."},
                "overallSamplePercentage": {"type": "number", "minimum": 0, "maximum": 100, "default": 100, "description": "Of those that are left after the other two."}
              }
            },
            "zipkinConfig": {
              "type": "object",
              "additionalProperties": false,
              "oneOf": [{"required": ["collectorUpstreamRef"]}, {"required": ["clusterName"]}],
              "properties": {
                "collectorUpstreamRef": {"$ref": "#/$defs/collector"},
                "clusterName": {"$ref": "#/$defs/cluster"},
                "collectorEndpoint": {"type": "string", "format": "line", "minLength": 1, "description": "The path of the collector, /api/v2/spans."},
                "collectorEndpointVersion": {
                  "type": "string", "enum": ["HTTP_JSON", "HTTP_PROTO"], "default": "HTTP_JSON",
                  "description": "How spans are written. Version 1 of Zipkin's format is gone from Envoy."
                },
                "traceId128bit": {"type": "boolean", "description": "New traces get IDs of 128 bits in place of 64."},
                "sharedSpanContext": {"type": "boolean", "default": true, "description": "Client and server use one span."}
              },
              "required": ["collectorEndpoint"]
            },
            "datadogConfig": {
              "type": "object",
              "additionalProperties": false,
              "oneOf": [{"required": ["collectorUpstreamRef"]}, {"required": ["clusterName"]}],
              "properties": {
                "collectorUpstreamRef": {"$ref": "#/$defs/collector"},
                "clusterName": {"$ref": "#/$defs/cluster"},
                "serviceName": {"type": "string", "minLength": 1, "description": "The name of this service in traces."},
                "collectorHostname": {"type": "string", "format": "line", "description": "The Host header of requests to the agent; otherwise the cluster's name."}
              },
              "required": ["serviceName"]
            },
            "openTelemetryConfig": {
              "type": "object",
              "additionalProperties": false,
              "oneOf": [{"required": ["collectorUpstreamRef"]}, {"required": ["clusterName"]}],
              "properties": {
                "collectorUpstreamRef": {"$ref": "#/$defs/collector"},
                "clusterName": {"$ref": "#/$defs/cluster"},
                "serviceName": {"type": "string", "description": "The name of this service in traces; unless it is given, that of the listener."},
                "grpcService": {
                  "type": "object",
                  "description": "How the collector is called.",
                  "additionalProperties": false,
                  "properties": {"authority": {"type": "string", "format": "line", "description": "The :authority of the calls to the collector."}}
                }
              }
            },
            "openCensusConfig": {"type": "object", "x-sluice-refused": "OpenCensus is gone from Envoy; send spans to an OpenTelemetry collector with 'openTelemetryConfig'"}
          }
        },
        "collector": {
          "type": "object",
          "description": "The upstream that takes the spans.",
          "additionalProperties": false,
          "properties": {"name": {"type": "string", "minLength": 1}, "namespace": {"type": "string"}},
          "required": ["name"]
        },
        "cluster": {"type": "string", "minLength": 1, "description": "A cluster of the proxy's own bootstrap that takes the spans."}
      }
    }
    """#
