let schema: StaticString = #"""
    {
      "upstream": {
        "connectionConfig": {
          "type": "object",
          "description": "Connections to the upstream's hosts. What is said of HTTP the stock plugin 'protocoloptions' acts on.",
          "additionalProperties": false,
          "properties": {
            "connectTimeout": {"type": "string", "format": "duration", "default": "5s", "description": "Until a connection is there; longer than 0s."},
            "perConnectionBufferLimitBytes": {
              "type": "integer", "format": "uint32", "default": 1048576, "description": "How much Envoy reads ahead and holds for one connection."
            },
            "tcpKeepalive": {
              "type": "object",
              "description": "Find out that a silent host is gone. What is not set is as the system has it; {} is all of that.",
              "additionalProperties": false,
              "properties": {
                "keepaliveProbes": {"type": "integer", "minimum": 0, "maximum": 127, "description": "Probes without an answer until the connection is given up; 0 is not set."},
                "keepaliveTime": {"type": "string", "format": "duration", "description": "Silence until the first probe, in whole seconds (rounded up); 0s is no keepalive."},
                "keepaliveInterval": {"type": "string", "format": "duration", "description": "Between probes, in whole seconds (rounded up); 0s is no keepalive."}
              }
            },
            "maxRequestsPerConnection": {
              "type": "integer", "format": "uint32", "description": "After so many requests a connection is closed; 1 is no reuse, and 0 no limit."
            },
            "commonHttpProtocolOptions": {
              "type": "object",
              "description": "Limits of HTTP in every version.",
              "additionalProperties": false,
              "properties": {
                "idleTimeout": {"type": "string", "format": "duration", "default": "1h", "description": "A connection without requests is closed after this time; 0s is never."},
                "maxHeadersCount": {"type": "integer", "format": "uint32", "description": "Headers of a response; 0 is Envoy's own limit, 100."},
                "maxStreamDuration": {"type": "string", "format": "duration", "description": "The whole life of a request and its response; 0s is no limit."},
                "headersWithUnderscoresAction": {
                  "type": "string", "enum": ["ALLOW", "REJECT_REQUEST", "DROP_HEADER"], "default": "ALLOW",
                  "description": "Part of Gloo's API. Envoy looks at requests of clients only, by the gateway's option of this name."
                }
              }
            },
            "http1ProtocolOptions": {
              "type": "object",
              "description": "HTTP/1.1 with the upstream.",
              "additionalProperties": false,
              "properties": {
                "enableTrailers": {"type": "boolean", "description": "Pass trailers on; the gateway has to do so too."},
                "properCaseHeaderKeyFormat": {"type": "boolean", "description": "Write the names of request headers as Content-Type."},
                "preserveCaseHeaderKeyFormat": {"type": "boolean", "description": "Write the names of headers in the case in which they came."},
                "overrideStreamErrorOnInvalidHttpMessage": {"type": "boolean", "description": "Keep the connection open after an invalid message where that is possible."}
              },
              "oneOf": [
                {"not": {"anyOf": [{"required": ["properCaseHeaderKeyFormat"]}, {"required": ["preserveCaseHeaderKeyFormat"]}]}},
                {"required": ["properCaseHeaderKeyFormat"]}, {"required": ["preserveCaseHeaderKeyFormat"]}
              ]
            }
          }
        },
        "circuitBreakers": {
          "type": "object",
          "description": "How much one proxy asks of the upstream at once. What is over a limit is answered 503 (with x-envoy-overloaded), or not tried again.",
          "additionalProperties": false,
          "properties": {
            "maxConnections": {"type": "integer", "format": "uint32", "default": 1024, "description": "Connections to all hosts together."},
            "maxPendingRequests": {"type": "integer", "format": "uint32", "default": 1024, "description": "Requests that wait for a connection."},
            "maxRequests": {"type": "integer", "format": "uint32", "default": 1024, "description": "Requests under way at once; 0 lets none through."},
            "maxRetries": {"type": "integer", "format": "uint32", "default": 3, "description": "Repetitions under way at once."}
          }
        },
        "ignoreHealthOnHostRemoval": {"type": "boolean", "description": "A host that is taken off the list is dropped at once, though health checks still find it well."},
        "respectDnsTtl": {"type": "boolean", "description": "Look names up again when their answer says so, in place of 'dnsRefreshRate'."},
        "dnsRefreshRate": {"type": "string", "format": "duration", "default": "5s", "description": "How often the hosts' names are looked up; longer than 1ms."}
      }
    }
    """#
