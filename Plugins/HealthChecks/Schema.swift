let schema: StaticString = #"""
    {
      "upstream": {
        "healthChecks": {
          "type": "array",
          "description": "Checks that every host has to pass to get requests.",
          "items": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
              "timeout": {"type": "string", "format": "duration", "description": "An answer that takes longer is a failure; longer than 0s."},
              "interval": {"type": "string", "format": "duration", "description": "Between checks; longer than 0s."},
              "unhealthyThreshold": {"type": "integer", "format": "uint32", "description": "So many failures in a row take a host out; an HTTP status that is not expected takes it out at once."},
              "healthyThreshold": {"type": "integer", "format": "uint32", "description": "So many successes in a row take it in again; at the start one is enough."},
              "initialJitter": {"type": "string", "format": "duration", "description": "The first check waits for a random time up to this."},
              "intervalJitter": {"type": "string", "format": "duration", "description": "A random time up to this is added to each interval."},
              "intervalJitterPercent": {"type": "integer", "format": "uint32", "description": "A random share of the interval, up to so many percent, is added to each."},
              "reuseConnection": {"type": "boolean", "default": true, "description": "Use one connection for all checks of a host."},
              "noTrafficInterval": {"type": "string", "format": "duration", "default": "60s", "description": "Between checks while the upstream has never been used; longer than 0s."},
              "unhealthyInterval": {"type": "string", "format": "duration", "description": "Between checks of a host that is out; as 'interval' unless it is given."},
              "unhealthyEdgeInterval": {"type": "string", "format": "duration", "description": "Before the first check of a host that was just taken out; as 'unhealthyInterval' unless it is given."},
              "healthyEdgeInterval": {"type": "string", "format": "duration", "description": "Before the first check of a host that was just taken in; as 'interval' unless it is given."},
              "eventLogPath": {"type": "string", "format": "line", "x-sluice-path": "write", "description": "A file in the proxy's file system for what checks find; Envoy refuses the upstream when it cannot open it."},
              "alwaysLogHealthCheckFailures": {"type": "boolean", "description": "Log every failure, and not only the first."},
              "httpHealthCheck": {
                "type": "object",
                "description": "A request that has to be answered as expected.",
                "additionalProperties": false,
                "properties": {
                  "host": {"type": "string", "format": "line", "description": "The Host header; the cluster's name unless it is given."},
                  "path": {"type": "string", "format": "line", "minLength": 1, "description": "What is asked for, /healthz."},
                  "serviceName": {"type": "string", "description": "The answer's header x-envoy-upstream-healthchecked-cluster has to begin with it."},
                  "requestHeadersToAdd": {
                    "type": "array", "maxItems": 1000,
                    "description": "Headers of the request.",
                    "items": {
                      "type": "object",
                      "additionalProperties": false,
                      "properties": {
                        "header": {
                          "type": "object",
                          "description": "Name and value.",
                          "additionalProperties": false,
                          "properties": {"key": {"type": "string", "format": "header-name", "minLength": 1, "description": "The name."}, "value": {"type": "string", "format": "line", "description": "The value; Envoy replaces operators, and %% is a percent sign."}},
                          "required": ["key"]
                        },
                        "append": {"type": "boolean", "default": true, "description": "False replaces a header of this name."}
                      },
                      "required": ["header"]
                    }
                  },
                  "requestHeadersToRemove": {"type": "array", "description": "Headers of Envoy's own that are left out.", "items": {"type": "string", "format": "header-name", "minLength": 1}},
                  "useHttp2": {"type": "boolean", "description": "Ask by HTTP/2."},
                  "expectedStatuses": {
                    "type": "array",
                    "description": "Statuses of a healthy host; 200 alone unless any are given.",
                    "items": {
                      "type": "object",
                      "additionalProperties": false,
                      "properties": {
                        "start": {"type": "integer", "minimum": 100, "maximum": 599, "description": "The first that is expected."},
                        "end": {"type": "integer", "minimum": 101, "maximum": 600, "description": "The first that is not."}
                      },
                      "required": ["start", "end"]
                    }
                  },
                  "method": {"type": "string", "enum": ["METHOD_UNSPECIFIED", "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"], "default": "GET", "description": "Of the request."},
                  "responseAssertions": {"x-sluice-refused": "'responseAssertions' needs Gloo's own Envoy, which reads the body and headers of the answer; remove it, and let the status of the answer tell, with 'expectedStatuses'"}
                },
                "required": ["path"]
              },
              "tcpHealthCheck": {
                "type": "object",
                "description": "A connection that has to come about, and bytes that have to come back.",
                "additionalProperties": false,
                "properties": {
                  "send": {"$ref": "#/$defs/payload", "description": "Bytes to send; none unless it is given."},
                  "receive": {"type": "array", "description": "They have to come in this order; other bytes may stand between.", "items": {"$ref": "#/$defs/payload"}}
                }
              },
              "grpcHealthCheck": {
                "type": "object",
                "description": "gRPC's own health service (grpc.health.v1.Health); needs 'useHttp2'.",
                "additionalProperties": false,
                "properties": {
                  "serviceName": {"type": "string", "description": "The service that is asked about; the server as a whole unless it is given."},
                  "authority": {"type": "string", "format": "line", "description": "The :authority header; the cluster's name unless it is given."}
                }
              },
              "customHealthCheck": {
                "type": "object",
                "description": "A checker by its name in Envoy. Here that is envoy.health_checkers.redis.",
                "additionalProperties": false,
                "properties": {
                  "name": {"type": "string", "enum": ["envoy.health_checkers.redis"], "description": "Of the checker."},
                  "typedConfig": {
                    "type": "object",
                    "description": "What is asked.",
                    "additionalProperties": false,
                    "properties": {
                      "@type": {
                        "type": "string",
                        "description": "The message that this is; both are read alike.",
                        "enum": ["type.googleapis.com/envoy.extensions.health_checkers.redis.v3.Redis", "type.googleapis.com/envoy.config.health_checker.redis.v2.Redis"]
                      },
                      "key": {"type": "string", "description": "EXISTS of this key has to be false, in place of a PING."}
                    }
                  },
                  "config": {"x-sluice-refused": "'config' is gone from Envoy; write the same under 'typedConfig'"}
                },
                "required": ["name"]
              }
            },
            "oneOf": [{"required": ["httpHealthCheck"]}, {"required": ["tcpHealthCheck"]}, {"required": ["grpcHealthCheck"]}, {"required": ["customHealthCheck"]}],
            "required": ["timeout", "interval", "unhealthyThreshold", "healthyThreshold"]
          }
        },
        "outlierDetection": {
          "type": "object",
          "description": "Hosts whose answers fail get no requests for a while.",
          "additionalProperties": false,
          "properties": {
            "consecutive5xx": {"type": "integer", "format": "uint32", "default": 5, "description": "So many answers of 5xx in a row, or connections that fail, put a host out."},
            "interval": {"type": "string", "format": "duration", "description": "How often the numbers are looked at; longer than 0s."},
            "baseEjectionTime": {"type": "string", "format": "duration", "default": "30s", "description": "How long a host is out, times how often it was; longer than 0s."},
            "maxEjectionPercent": {"type": "integer", "minimum": 0, "maximum": 100, "description": "At most this share of the hosts is out at once, but always one; 10 unless it is given."},
            "enforcingConsecutive5xx": {"type": "integer", "minimum": 0, "maximum": 100, "description": "Chance that a host is put out for answers of 5xx in a row; 100 unless it is given."},
            "enforcingSuccessRate": {"type": "integer", "minimum": 0, "maximum": 100, "description": "Chance that a host is put out for its success rate; 100 unless it is given."},
            "successRateMinimumHosts": {"type": "integer", "format": "uint32", "default": 5, "description": "Success rates are compared when so many hosts have enough requests."},
            "successRateRequestVolume": {"type": "integer", "format": "uint32", "default": 100, "description": "Enough requests in an interval."},
            "successRateStdevFactor": {"type": "integer", "format": "uint32", "default": 1900, "description": "A host is put out whose rate is below the mean by so many thousandths of the standard deviation."},
            "consecutiveGatewayFailure": {"type": "integer", "format": "uint32", "default": 5, "description": "So many answers of 502, 503 or 504 in a row put a host out."},
            "enforcingConsecutiveGatewayFailure": {"type": "integer", "minimum": 0, "maximum": 100, "description": "Chance that a host is put out for gateway failures in a row; 0 unless it is given."},
            "splitExternalLocalOriginErrors": {"type": "boolean", "description": "Count what fails on the way (timeouts, connections) apart from what hosts answer."},
            "consecutiveLocalOriginFailure": {"type": "integer", "format": "uint32", "default": 5, "description": "So many failures on the way in a row put a host out; with 'splitExternalLocalOriginErrors'."},
            "enforcingConsecutiveLocalOriginFailure": {"type": "integer", "minimum": 0, "maximum": 100, "description": "Chance that a host is put out for failures on the way in a row; 100 unless it is given."},
            "enforcingLocalOriginSuccessRate": {"type": "integer", "minimum": 0, "maximum": 100, "description": "Chance that a host is put out for its rate of success on the way; 100 unless it is given."}
          },
          "required": ["interval"]
        }
      },
      "$defs": {
        "payload": {
          "type": "object",
          "additionalProperties": false,
          "properties": {"text": {"type": "string", "minLength": 1, "examples": ["50494e47", "00FF"], "description": "Bytes in hexadecimal: 50494e47 is PING."}},
          "required": ["text"]
        }
      }
    }
    """#
