internal import SluicePlugin

/// Upstreams whose hosts are written down: addresses (STATIC) or names that Envoy resolves (STRICT_DNS).
let plugin = Plugin(
    name: "upstreamstatic",
    version: "1.0.0",
    description: "Upstreams with a list of hosts, by address or by DNS name.",
    schema: schema,
    hooks: [.upstream("static", contribute)]
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
                  "healthCheckConfig": {"x-sluice-refused": "'healthCheckConfig' is Gloo's, and this version of Sluice does not handle it yet; remove it"}
                },
                "required": ["addr", "port"]
              }
            },
            "useTls": {"type": "boolean", "description": "Speak TLS to the hosts; implied by port 443. The upstream's sslConfig says more."},
            "autoSniRewrite": {"type": "boolean", "default": true, "description": "Send each host's name as server name."},
            "serviceSpec": {"type": "object", "description": "Functions of the upstream, which the 'destinationSpec' of routes names.", "x-sluice-hole": "serviceSpec", "additionalProperties": false}
          },
          "required": ["hosts"]
        }
      }
    }
    """#
