let schema: StaticString = #"""
    {
      "listener": {
        "accessLoggingService": {
          "type": "object",
          "description": "What is written of each request, and where.",
          "additionalProperties": false,
          "properties": {
            "accessLog": {
              "type": "array",
              "items": {
                "type": "object",
                "additionalProperties": false,
                "oneOf": [{"required": ["fileSink"]}, {"required": ["grpcService"]}, {"required": ["openTelemetryService"]}],
                "properties": {
                  "fileSink": {
                    "type": "object",
                    "description": "A file in the proxy.",
                    "additionalProperties": false,
                    "oneOf": [{"not": {}}, {"required": ["stringFormat"]}, {"required": ["jsonFormat"]}],
                    "properties": {
                      "path": {"type": "string", "format": "line", "minLength": 1, "x-sluice-path": "write", "description": "Of the file; /dev/stdout is the proxy's output."},
                      "stringFormat": {"type": "string", "description": "A line, with its line break, in which Envoy replaces operators such as %REQ(x-id)% and %RESPONSE_CODE%. Unless a format is given, Envoy has one of its own."},
                      "jsonFormat": {"type": "object", "x-kubernetes-preserve-unknown-fields": true, "description": "An object that becomes a line of JSON; operators are replaced in its texts."}
                    },
                    "required": ["path"]
                  },
                  "grpcService": {
                    "type": "object",
                    "description": "A service of Envoy's access log protocol.",
                    "additionalProperties": false,
                    "oneOf": [{"required": ["staticClusterName"]}, {"required": ["upstreamRef"]}],
                    "properties": {
                      "logName": {"type": "string", "minLength": 1, "description": "Tells the service which log it is."},
                      "staticClusterName": {"$ref": "#/$defs/cluster"},
                      "upstreamRef": {"$ref": "#/$defs/upstream"},
                      "authority": {"$ref": "#/$defs/authority"},
                      "additionalRequestHeadersToLog": {"$ref": "#/$defs/headers", "description": "Headers of the request that the service is told, besides what Envoy tells by itself."},
                      "additionalResponseHeadersToLog": {"$ref": "#/$defs/headers", "description": "Headers of the response that the service is told, besides what Envoy tells by itself."},
                      "additionalResponseTrailersToLog": {"$ref": "#/$defs/headers", "description": "Trailers of the response that the service is told."}
                    },
                    "required": ["logName"]
                  },
                  "openTelemetryService": {
                    "type": "object",
                    "description": "A collector of OpenTelemetry logs, by gRPC.",
                    "additionalProperties": false,
                    "oneOf": [{"required": ["staticClusterName"]}, {"required": ["upstreamRef"]}],
                    "properties": {
                      "logName": {"type": "string", "minLength": 1, "description": "The label log_name of all records."},
                      "staticClusterName": {"$ref": "#/$defs/cluster"},
                      "upstreamRef": {"$ref": "#/$defs/upstream"},
                      "authority": {"$ref": "#/$defs/authority"},
                      "body": {"type": "string", "description": "The body of a record, with operators."},
                      "attributes": {"type": "object", "additionalProperties": {"type": "string"}, "description": "Attributes of a record; operators are replaced in their values."},
                      "resourceAttributes": {"type": "object", "additionalProperties": {"type": "string"}, "description": "Attributes of the proxy, the same for all records."},
                      "disableBuiltinLabels": {"type": "boolean", "description": "Leave out log_name, zone_name, cluster_name and node_name."}
                    },
                    "required": ["logName"]
                  },
                  "filter": {"$ref": "#/$defs/filter"}
                }
              }
            }
          }
        }
      },
      "$defs": {
        "cluster": {"type": "string", "minLength": 1, "description": "A cluster of the proxy's own bootstrap."},
        "upstream": {
          "type": "object",
          "description": "The upstream that takes the log; it has to speak HTTP/2.",
          "additionalProperties": false,
          "properties": {"name": {"type": "string", "minLength": 1}, "namespace": {"type": "string"}},
          "required": ["name"]
        },
        "authority": {"type": "string", "format": "line", "description": "The :authority of the calls; otherwise the cluster's name."},
        "headers": {"type": "array", "items": {"type": "string", "format": "header-name", "minLength": 1}},
        "filter": {
          "type": "object",
          "description": "Which requests are logged; all unless it is given.",
          "additionalProperties": false,
          "oneOf": [
            {"required": ["statusCodeFilter"]}, {"required": ["durationFilter"]}, {"required": ["notHealthCheckFilter"]}, {"required": ["traceableFilter"]},
            {"required": ["runtimeFilter"]}, {"required": ["andFilter"]}, {"required": ["orFilter"]}, {"required": ["headerFilter"]},
            {"required": ["responseFlagFilter"]}, {"required": ["grpcStatusFilter"]}
          ],
          "properties": {
            "statusCodeFilter": {"$ref": "#/$defs/comparing", "description": "By the status of the response."},
            "durationFilter": {"$ref": "#/$defs/comparing", "description": "By the time from the first byte to the last, in milliseconds."},
            "notHealthCheckFilter": {"type": "object", "additionalProperties": false, "description": "All but health checks."},
            "traceableFilter": {"type": "object", "additionalProperties": false, "description": "Requests that are traced."},
            "runtimeFilter": {
              "type": "object",
              "description": "A share of the requests.",
              "additionalProperties": false,
              "properties": {
                "runtimeKey": {"$ref": "#/$defs/runtimeKey"},
                "percentSampled": {
                  "type": "object",
                  "description": "The share where the proxy's runtime says nothing; 0 unless it is given.",
                  "additionalProperties": false,
                  "properties": {
                    "numerator": {"type": "integer", "format": "uint32", "description": "Of so many requests; more than the denominator is all."},
                    "denominator": {"type": "string", "enum": ["HUNDRED", "TEN_THOUSAND", "MILLION"], "default": "HUNDRED", "description": "Out of so many."}
                  }
                },
                "useIndependentRandomness": {"type": "boolean", "description": "Draw lots for each request, in place of deciding by its x-request-id."}
              },
              "required": ["runtimeKey"]
            },
            "andFilter": {"$ref": "#/$defs/filters", "description": "All of these."},
            "orFilter": {"$ref": "#/$defs/filters", "description": "Any of these."},
            "headerFilter": {
              "type": "object",
              "description": "By a header of the request.",
              "additionalProperties": false,
              "properties": {
                "header": {
                  "type": "object",
                  "additionalProperties": false,
                  "oneOf": [
                    {"not": {}}, {"required": ["exactMatch"]}, {"required": ["safeRegexMatch"]}, {"required": ["rangeMatch"]},
                    {"required": ["presentMatch"]}, {"required": ["prefixMatch"]}, {"required": ["suffixMatch"]}
                  ],
                  "properties": {
                    "name": {"type": "string", "format": "header-name", "minLength": 1, "description": "Of the header."},
                    "exactMatch": {"type": "string", "description": "The whole value."},
                    "safeRegexMatch": {
                      "type": "object",
                      "description": "An expression that matches the value.",
                      "additionalProperties": false,
                      "properties": {
                        "regex": {"type": "string", "format": "regex", "minLength": 1, "description": "RE2 syntax; matches the whole value."},
                        "googleRe2": {"type": "object", "description": "Read for Gloo's sake; Envoy has one engine.", "x-kubernetes-preserve-unknown-fields": true}
                      },
                      "required": ["regex"]
                    },
                    "rangeMatch": {
                      "type": "object",
                      "description": "A whole number from start up to, and without, end.",
                      "additionalProperties": false,
                      "properties": {"start": {"type": "integer", "format": "int64", "description": "The first number that matches; 0 unless it is given."}, "end": {"type": "integer", "format": "int64", "description": "The first that does not; 0 unless it is given."}}
                    },
                    "presentMatch": {"type": "boolean", "description": "Whether the header is there. Asked for when nothing else is."},
                    "prefixMatch": {"type": "string", "minLength": 1, "description": "How the value begins."},
                    "suffixMatch": {"type": "string", "minLength": 1, "description": "How the value ends."},
                    "invertMatch": {"type": "boolean", "description": "Take the requests that do not match."}
                  },
                  "required": ["name"]
                }
              },
              "required": ["header"]
            },
            "responseFlagFilter": {
              "type": "object",
              "description": "Responses with one of these flags of Envoy's; with none given, with any.",
              "additionalProperties": false,
              "properties": {"flags": {"type": "array", "description": "As they stand in %RESPONSE_FLAGS%.", "items": {"type": "string", "enum": ["LH", "UH", "UT", "LR", "UR", "UF", "UC", "UO", "NR", "DI", "FI", "RL", "UAEX", "RLSE", "DC", "URX", "SI", "IH", "DPE", "UMSDR", "RFCF", "NFCF", "DT", "UPE", "NC", "OM"]}}}
            },
            "grpcStatusFilter": {
              "type": "object",
              "description": "Responses with one of these gRPC statuses; where there is none, it is taken from the HTTP status.",
              "additionalProperties": false,
              "properties": {
                "statuses": {"type": "array", "description": "By their names.", "items": {"type": "string", "enum": ["OK", "CANCELED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED"]}},
                "exclude": {"type": "boolean", "description": "All but these."}
              }
            }
          }
        },
        "filters": {
          "type": "object",
          "additionalProperties": false,
          "properties": {"filters": {"type": "array", "minItems": 2, "items": {"$ref": "#/$defs/filter"}}},
          "required": ["filters"]
        },
        "comparing": {
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "comparison": {
              "type": "object",
              "description": "How the number is compared, and with what.",
              "additionalProperties": false,
              "properties": {
                "op": {"type": "string", "enum": ["EQ", "GE", "LE"], "default": "EQ", "description": "Equal, greater or equal, less or equal."},
                "value": {
                  "type": "object",
                  "description": "What it is compared with.",
                  "additionalProperties": false,
                  "properties": {
                    "defaultValue": {"type": "integer", "format": "uint32", "description": "What is compared with, where the proxy's runtime says nothing."},
                    "runtimeKey": {"$ref": "#/$defs/runtimeKey"}
                  },
                  "required": ["runtimeKey"]
                }
              },
              "required": ["value"]
            }
          },
          "required": ["comparison"]
        },
        "runtimeKey": {"type": "string", "minLength": 1, "description": "A name of the proxy's runtime under which the value can be changed; any name will do."}
      }
    }
    """#
