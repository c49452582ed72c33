let schema: StaticString = #"""
    {
      "httpListener": {
        "admissionControl": {
          "type": "object",
          "description": "Refuse (503) a share of the requests while too many fail. Each thread of a proxy counts for itself, over all upstreams of the listener.",
          "additionalProperties": false,
          "properties": {
            "enabled": {"type": "boolean", "default": true, "description": "False: refuse nothing."},
            "samplingWindow": {"type": "string", "format": "duration", "default": "30s", "examples": ["1s", "10s", "1h"], "description": "Over which time requests are counted; from 1s to 1h, in whole seconds."},
            "aggression": {"type": "number", "minimum": 1, "maximum": 1000, "default": 1, "description": "How fast the share grows below the threshold: 1 is linear, larger is faster."},
            "srThreshold": {"type": "number", "minimum": 1, "maximum": 100, "default": 95, "description": "Percent of the requests that have to succeed; below it some are refused."},
            "rpsThreshold": {"type": "integer", "format": "uint32", "default": 0, "description": "Requests a second below which none is refused."},
            "maxRejectionProbability": {"type": "number", "minimum": 0, "maximum": 100, "default": 80, "description": "Percent of the requests that are refused at most."},
            "successCriteria": {
              "type": "object",
              "description": "What counts as a success.",
              "additionalProperties": false,
              "properties": {
                "httpSuccessStatus": {
                  "type": "array",
                  "description": "Ranges of status codes; all below 500, if not set.",
                  "items": {
                    "type": "object",
                    "additionalProperties": false,
                    "properties": {
                      "start": {"type": "integer", "minimum": 100, "maximum": 599, "description": "The first status."},
                      "end": {"type": "integer", "minimum": 101, "maximum": 600, "description": "The first status behind the range."}
                    },
                    "required": ["start", "end"]
                  }
                },
                "grpcSuccessStatus": {
                  "type": "array", "items": {"type": "integer", "minimum": 0, "maximum": 16},
                  "description": "Codes of gRPC; if not set, those that tell of no fault of the server: OK, CANCELLED, UNKNOWN and the like."
                }
              }
            }
          }
        }
      },
      "virtualHost": {"admissionControl": {"$ref": "#/$defs/place"}},
      "route": {"admissionControl": {"$ref": "#/$defs/place"}},
      "$defs": {
        "place": {
          "type": "object",
          "description": "Whether the listener's control holds here. A route's word counts before its virtual host's.",
          "additionalProperties": false,
          "properties": {"disabled": {"type": "boolean", "description": "True: no request is refused here, nor counted. False: the listener's control, though the virtual host has none."}},
          "required": ["disabled"]
        }
      }
    }
    """#
