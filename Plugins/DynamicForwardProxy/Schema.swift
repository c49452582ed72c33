internal import SluicePlugin

let schema = #"""
    {
      "httpListener": {
        "dynamicForwardProxy": {
          "type": "object",
          "description": "Lets routes of this listener go to whatever host a request names ('routeAction.dynamicForwardProxy'), and says how such hosts are looked up. Who can reach such a route reaches through it what the proxy can: guard it.",
          "additionalProperties": false,
          "properties": {
            "dnsCacheConfig": {
              "type": "object",
              "description": "The cache of names.",
              "additionalProperties": false,
              "properties": {
                "dnsLookupFamily": {"type": "string", "enum": ["V4_ONLY", "V6_ONLY", "AUTO", "V4_PREFERRED", "ALL"], "default": "V4_ONLY", "description": "Which addresses are asked for. AUTO is IPv6, and IPv4 where there is none."},
                "dnsRefreshRate": {"type": "string", "format": "duration", "default": "60s", "description": "How often a name is looked up again until an answer says a time of its own, which counts from 5s on; at least 1ms."},
                "hostTtl": {"type": "string", "format": "duration", "default": "300s", "description": "A name that nobody has asked for during this time is forgotten; longer than 0s."},
                "maxHosts": {"type": "integer", "format": "uint32", "minimum": 1, "default": 1024, "description": "Names held at once; requests for more are answered 503."},
                "dnsFailureRefreshRate": {
                  "type": "object",
                  "description": "How soon a name is looked up again that was not found; without it, as 'dnsRefreshRate' says.",
                  "additionalProperties": false,
                  "properties": {
                    "baseInterval": {"type": "string", "format": "duration", "description": "Until the first repetition; longer than 1ms, and from there on longer each time."},
                    "maxInterval": {"type": "string", "format": "duration", "description": "The longest time; ten times 'baseInterval', if not set."}
                  },
                  "required": ["baseInterval"]
                },
                "dnsCacheCircuitBreaker": {
                  "type": "object",
                  "description": "How much waits for DNS at once.",
                  "additionalProperties": false,
                  "properties": {"maxPendingRequests": {"type": "integer", "format": "uint32", "default": 1024, "description": "Requests that wait for an answer; more are answered 503."}}
                },
                "caresDns": {
                  "type": "object",
                  "description": "Which servers are asked.",
                  "additionalProperties": false,
                  "properties": {
                    "resolvers": {
                      "type": "array",
                      "description": "DNS servers; those of the proxy's system, if none.",
                      "items": {
                        "type": "object",
                        "additionalProperties": false,
                        "properties": {
                          "socketAddress": {
                            "type": "object",
                            "description": "Where the server listens.",
                            "additionalProperties": false,
                            "properties": {
                              "address": {"type": "string", "examples": ["10.0.0.53", "::1"], "description": "An IP address."},
                              "portValue": {"type": "integer", "minimum": 1, "maximum": 65535, "default": 53, "description": "Its port."}
                            },
                            "required": ["address"]
                          },
                          "pipe": {"x-sluice-refused": "Envoy asks DNS servers by IP only; write a 'socketAddress'"}
                        },
                        "required": ["socketAddress"]
                      }
                    },
                    "dnsResolverOptions": {
                      "type": "object",
                      "description": "How they are asked.",
                      "additionalProperties": false,
                      "properties": {
                        "useTcpForDnsLookups": {"type": "boolean", "description": "Ask over TCP rather than UDP."},
                        "noDefaultSearchDomain": {"type": "boolean", "description": "Take names as they are, and try no domains of the system behind them."}
                      }
                    }
                  }
                },
                "appleDns": {"x-sluice-refused": "the resolver of Apple's systems is in no Envoy for Linux; remove it, or write 'caresDns'"},
                "preresolveHostnames": {
                  "type": "array",
                  "description": "Names that are looked up before the first request asks for them.",
                  "items": {
                    "type": "object",
                    "additionalProperties": false,
                    "properties": {
                      "address": {"type": "string", "minLength": 1, "examples": ["a.example", "b.example"], "description": "The name."},
                      "portValue": {"type": "integer", "minimum": 1, "maximum": 65535, "description": "The port that requests for it go to."}
                    },
                    "required": ["address", "portValue"]
                  }
                },
                "dnsQueryTimeout": {"type": "string", "format": "duration", "default": "5s", "description": "How long one look-up may last; 0s is as long as it takes."}
              }
            },
            "saveUpstreamAddress": {"type": "boolean", "description": "Keep the address that was found where filters and access logs see it, as 'envoy.stream.upstream_address' of the filter state."},
            "sslConfig": \#(tls)
          }
        }
      },
      "$defs": {
        \#(UpstreamTls.definitions)
      }
    }
    """#

/// As for upstreams, but for what every host has its own of.
private let tls = #"""
    {
      "type": "object",
      "description": "TLS towards all these hosts. Each is asked for by its own name, which must be in its certificate.",
      "additionalProperties": false,
      "properties": {
        "secretRef": {"$ref": "#/$defs/secretRef", "description": "A Secret of the TLS kind. Its namespace has to be named: routes of several namespaces share the connections."},
        "sslFiles": {"$ref": "#/$defs/sslFiles"},
        "sds": {"x-sluice-refused": "'sds' is Gloo's, and this version of Sluice does not handle it yet; put the certificate into a Secret and name it under 'secretRef'"},
        "sni": {"x-sluice-refused": "each host is asked for by its own name; remove it"},
        "verifySubjectAltName": {"$ref": "#/$defs/names", "description": "Names one of which each certificate has to have, beside the host's own; needs a root CA."},
        "parameters": {"$ref": "#/$defs/parameters"},
        "alpnProtocols": {"type": "array", "description": "Protocols to agree on, in order of preference; 'allow_empty' alone is none.", "items": {"type": "string", "examples": ["http/1.1", "allow_empty"]}},
        "allowRenegotiation": {"type": "boolean", "default": false, "description": "Let hosts ask for a new handshake, which TLS 1.3 does not have."}
      },
      "oneOf": [{"required": ["secretRef"]}, {"required": ["sslFiles"]}, {"not": {}}]
    }
    """#
