internal import SluicePlugin

/// Headers that choose clusters, taken off what clients send.
let plugin = Plugin(
    name: "sanitizeclusterheader",
    version: "1.0.0",
    description: "Takes headers that choose a cluster off the requests of clients.",
    schema: #"""
        {
          "httpListener": {
            "sanitizeClusterHeader": {
              "type": ["array", "boolean"],
              "description": "Headers to take off requests before a route is chosen, so that only filters of the proxy, such as an auth server, can set them: those that 'clusterHeader' of routes names. Gloo takes true and finds the names itself; here they are written.",
              "items": {"type": "string", "format": "header-name", "minLength": 1, "examples": ["x-cluster"]}
            }
          }
        }
        """#,
    hooks: [
        .httpConnectionManager("sanitizeClusterHeader") { manager, option in
            if option.bool == true {
                return option.error("a plugin does not see which headers the routes name; write them, as in 'sanitizeClusterHeader: [x-cluster]'")
            }
            for name in option.elements {
                guard let text = name.text, !isChangeable(header: text) else { continue }
                return name.error("'\(text.string)' is a part of every request and cannot be taken off")
            }
            guard option.count > 0 else { return }
            manager.envoy.earlyHeaderMutationExtensions { extensions in
                extensions.name("envoy.http.early_header_mutation.header_mutation")
                    .typedConfig(HttpEarlyHeaderMutationHeaderMutation.HeaderMutation.self) { out in
                        for name in option.elements { if let text = name.text { out.mutations { $0.remove(text) } } }
                    }
            }
        }
    ]
)

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
