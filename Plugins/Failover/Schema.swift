internal import SluicePlugin

let schema = #"""
    {
      "upstream": {
        "failover": {
          "type": "object",
          "description": "Hosts that take over when those of the upstream are down, which 'healthChecks' or 'outlierDetection' find out.",
          "additionalProperties": false,
          "properties": {
            "prioritizedLocalities": {
              "type": "array",
              "minItems": 1,
              "maxItems": 128,
              "description": "The first takes over from the upstream's own hosts, the second from the first, and so on.",
              "items": {
                "type": "object",
                "description": "Hosts of one rank.",
                "additionalProperties": false,
                "properties": {
                  "localityEndpoints": {
                    "type": "array", "minItems": 1,
                    "description": "Groups of hosts that take over together.",
                    "items": {"$ref": "#/$defs/locality"}
                  }
                },
                "required": ["localityEndpoints"]
              }
            },
            "policy": {
              "type": "object",
              "description": "When the next take over.",
              "additionalProperties": false,
              "properties": {
                "overprovisioningFactor": {
                  "type": "integer", "format": "uint32", "minimum": 1, "default": 140,
                  "description": "In percent: the next group begins to take requests when fewer hosts are well than 100 by this; 140 means below 71 %, 100 as soon as one is down."
                }
              }
            }
          },
          "required": ["prioritizedLocalities"]
        }
      },
      "$defs": {
        "locality": {
          "type": "object",
          "description": "Hosts in one place.",
          "additionalProperties": false,
          "properties": {
            "locality": {
              "type": "object",
              "description": "Where they are; for statistics, and for load balancing by place.",
              "additionalProperties": false,
              "properties": {"region": {"type": "string", "description": "Of a provider."}, "zone": {"type": "string", "description": "Of the region."}, "subZone": {"type": "string", "description": "Of the zone."}}
            },
            "lbEndpoints": {
              "type": "array", "minItems": 1,
              "description": "The hosts.",
              "items": {
                "type": "object",
                "additionalProperties": false,
                "properties": {
                  "address": {"type": "string", "minLength": 1, "examples": ["10.0.1.1", "::1", "far.example"], "description": "An IP address or a DNS name."},
                  "port": {"type": "integer", "minimum": 1, "maximum": 65535, "description": "On which it listens."},
                  "healthCheckConfig": {
                    "type": "object",
                    "description": "What the checks of 'healthChecks' do otherwise with this host.",
                    "additionalProperties": false,
                    "properties": {
                      "portValue": {"type": "integer", "minimum": 0, "maximum": 65535, "description": "Another port to check; 0 is the host's own."},
                      "hostname": {"type": "string", "format": "line", "description": "The Host of the check's request."},
                      "path": {"x-sluice-refused": "a path of its own for one host needs Gloo's own Envoy; all hosts are checked at the path in 'healthChecks'"},
                      "method": {"x-sluice-refused": "a method of its own for one host needs Gloo's own Envoy; all hosts are checked as 'healthChecks' says"}
                    }
                  },
                  "upstreamSslConfig": {"$ref": "#/$defs/tls", "description": "TLS with this host; without it, as with the upstream's own hosts."},
                  "loadBalancingWeight": {"type": "integer", "format": "uint32", "minimum": 1, "description": "Its share among the hosts of its group."}
                },
                "required": ["address", "port"]
              }
            },
            "loadBalancingWeight": {"type": "integer", "format": "uint32", "minimum": 1, "description": "The group's share, with 'localityWeightedLbConfig' of 'loadBalancerConfig'."}
          },
          "required": ["lbEndpoints"]
        },
        "tls": \#(UpstreamTls.schema),
        \#(UpstreamTls.definitions)
      }
    }
    """#
