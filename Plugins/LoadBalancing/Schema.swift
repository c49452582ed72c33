let schema: StaticString = #"""
    {
      "upstream": {
        "loadBalancerConfig": {
          "type": "object",
          "description": "Which of the upstream's hosts gets the next request; by turns unless something else is given.",
          "additionalProperties": false,
          "properties": {
            "healthyPanicThreshold": {
              "type": "number", "minimum": 0, "maximum": 100, "default": 50,
              "description": "When a smaller percentage of the hosts is healthy, all get requests; 0 is never."
            },
            "updateMergeWindow": {
              "type": "string", "format": "duration", "default": "1s", "description": "Changes of hosts' health and weights within this time are taken together; 0s is each at once."
            },
            "roundRobin": {
              "type": "object",
              "description": "By turns.",
              "additionalProperties": false,
              "properties": {"slowStartConfig": {"$ref": "#/$defs/slowStart"}}
            },
            "leastRequest": {
              "type": "object",
              "description": "Of some hosts at random, that with the fewest requests under way.",
              "additionalProperties": false,
              "properties": {
                "choiceCount": {"type": "integer", "format": "uint32", "description": "How many hosts are looked at, 2 or more; 0 is not set, which is 2."},
                "slowStartConfig": {"$ref": "#/$defs/slowStart"}
              }
            },
            "random": {"type": "object", "description": "Any host.", "additionalProperties": false, "properties": {}},
            "ringHash": {
              "type": "object",
              "description": "By the hash that 'lbHash' of a route makes: equal ones go to one host, also when others come and go.",
              "additionalProperties": false,
              "properties": {
                "ringHashConfig": {
                  "type": "object",
                  "description": "The ring on which hosts stand.",
                  "additionalProperties": false,
                  "properties": {
                    "minimumRingSize": {"type": "integer", "minimum": 0, "maximum": 8388608, "description": "A larger ring follows the weights more closely; 0 is not set, which is 1024."},
                    "maximumRingSize": {"type": "integer", "minimum": 0, "maximum": 8388608, "description": "A smaller ring takes less memory; 0 is not set, which is 8388608."}
                  }
                }
              }
            },
            "maglev": {
              "type": "object",
              "description": "By the hash that 'lbHash' of a route makes, faster than 'ringHash'; more hashes move when hosts come and go.",
              "additionalProperties": false,
              "properties": {}
            },
            "localityWeightedLbConfig": {
              "type": "object", "description": "Share requests among localities by their weights.", "additionalProperties": false, "properties": {}
            }
          },
          "oneOf": [
            {"not": {"anyOf": [{"required": ["roundRobin"]}, {"required": ["leastRequest"]}, {"required": ["random"]}, {"required": ["ringHash"]}, {"required": ["maglev"]}]}},
            {"required": ["roundRobin"]}, {"required": ["leastRequest"]}, {"required": ["random"]}, {"required": ["ringHash"]}, {"required": ["maglev"]}
          ]
        }
      },
      "$defs": {
        "slowStart": {
          "type": "object",
          "description": "A new host gets its share of requests little by little.",
          "additionalProperties": false,
          "properties": {
            "slowStartWindow": {"type": "string", "format": "duration", "description": "How long that takes."},
            "aggression": {"type": "number", "exclusiveMinimum": 0, "default": 1, "description": "1 is evenly; more is faster at the start."},
            "minWeightPercent": {"type": "number", "minimum": 0, "maximum": 100, "default": 10, "description": "The share with which a host begins."}
          }
        }
      }
    }
    """#
