internal import SluicePlugin

/// Upstreams whose hosts are written down: addresses (STATIC) or names that Envoy resolves (STRICT_DNS).
let plugin = Plugin(
    name: "upstreamstatic",
    version: "1.0.0",
    description: "Upstreams with a list of hosts, by address or by DNS name.",
    schema: schema,
    hooks: [
        .upstream("static") { upstream, option in
            UpstreamHosts(static: option)?.write(to: upstream.envoy, name: upstream.name)
            writeSubsets(option["subsetSpec"], to: upstream.envoy)
        }
    ]
)

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }

let schema: StaticString = #"""
    {
      "upstream": {
        "static": {
          "type": "object",
          "description": "A fixed list of hosts.",
          "additionalProperties": false,
          "properties": {
            "hosts": {
              "type": "array",
              "description": "The hosts.",
              "minItems": 1,
              "items": {
                "type": "object",
                "additionalProperties": false,
                "properties": {
                  "addr": {"type": "string", "minLength": 1, "examples": ["10.0.0.1", "::1", "shop.internal"], "description": "An IP address or a DNS name."},
                  "port": {"type": "integer", "minimum": 1, "maximum": 65535, "description": "On which it listens."},
                  "sniAddr": {"type": "string", "format": "line", "maxLength": 255, "description": "Server name for TLS with this host; its own name when not set."},
                  "loadBalancingWeight": {"type": "integer", "minimum": 1, "maximum": 4294967295, "description": "Its share of the requests beside the weights of the others; 1 unless it is given."},
                  "labels": {"type": "object", "additionalProperties": {"type": "string"}, "description": "By which 'subsetSpec' and the 'subset' of destinations tell hosts. Not in Gloo, where pods have labels."},
                  "healthCheckConfig": {"x-sluice-refused": "'healthCheckConfig' is Gloo's, and this version of Sluice does not handle it yet; remove it"}
                },
                "required": ["addr", "port"]
              }
            },
            "useTls": {"type": "boolean", "description": "Speak TLS to the hosts; implied by port 443. The upstream's sslConfig says more."},
            "autoSniRewrite": {"type": "boolean", "default": true, "description": "Send each host's name as server name."},
            "subsetSpec": {
              "type": "object",
              "description": "Parts of the hosts that destinations can ask for by the labels in their 'subset'. In Gloo of Kubernetes and Consul only.",
              "additionalProperties": false,
              "properties": {
                "selectors": {
                  "type": "array",
                  "description": "By which labels together subsets are told; a destination names just the labels of one of these.",
                  "items": {
                    "type": "object",
                    "additionalProperties": false,
                    "properties": {
                      "keys": {"type": "array", "minItems": 1, "items": {"type": "string", "minLength": 1}, "description": "Names of the labels."},
                      "singleHostPerSubset": {"type": "boolean", "description": "No two hosts have the same labels, which takes less memory."}
                    },
                    "required": ["keys"]
                  }
                },
                "fallbackPolicy": {"type": "string", "enum": ["ANY_ENDPOINT", "DEFAULT_SUBSET", "NO_FALLBACK"], "default": "ANY_ENDPOINT", "description": "Where requests go for which there is no subset: anywhere, to 'defaultSubset', or nowhere (503)."},
                "defaultSubset": {
                  "type": "object",
                  "description": "The hosts for 'DEFAULT_SUBSET'.",
                  "additionalProperties": false,
                  "properties": {"values": {"type": "object", "additionalProperties": {"type": "string"}, "description": "Labels of the hosts."}}
                }
              }
            },
            "serviceSpec": {"type": "object", "description": "Functions of the upstream, which the 'destinationSpec' of routes names.", "x-sluice-hole": "serviceSpec", "additionalProperties": false}
          },
          "required": ["hosts"]
        }
      }
    }
    """#
