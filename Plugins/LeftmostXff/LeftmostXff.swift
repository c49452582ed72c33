internal import SluicePlugin

/// The client's address from the left end of x-forwarded-for.
let plugin = Plugin(
    name: "leftmostxff",
    version: "1.0.0",
    description: "Takes the first address of x-forwarded-for for the client's.",
    schema: #"""
        {
          "httpListener": {
            "leftmostXffAddress": {
              "type": "boolean",
              "default": false,
              "description": "Take the first address of x-forwarded-for for the client's, however many proxies added theirs. Only behind a proxy that takes the header off requests of clients: others could say any address. Not with 'useRemoteAddress' and 'xffNumTrustedHops' of 'httpConnectionManagerSettings'."
            }
          }
        }
        """#,
    hooks: [
        .httpConnectionManager("leftmostXffAddress") { manager, option in
            guard option.bool == true else { return }
            // Envoy refuses either together with a detection of its own.
            let settings = manager.option("httpConnectionManagerSettings")
            if settings["useRemoteAddress"].bool == true {
                return option.error("'leftmostXffAddress' and 'httpConnectionManagerSettings.useRemoteAddress' each say where the client's address is; remove one of them")
            }
            if let hops = settings["xffNumTrustedHops"].int, hops > 0 {
                return option.error("'leftmostXffAddress' and 'httpConnectionManagerSettings.xffNumTrustedHops' each say where the client's address is; remove one of them")
            }
            manager.envoy.originalIpDetectionExtensions { extensions in
                extensions.name("envoy.http.original_ip_detection.xff").typedConfig(HttpOriginalIpDetectionXff.XffConfig.self) { detection in
                    // Envoy goes from right to left as long as it trusts an address. Trusting all of them ends at the first.
                    detection.xffTrustedCidrs { trusted in
                        trusted.cidrs { $0.addressPrefix("0.0.0.0").prefixLen(0) }
                        trusted.cidrs { $0.addressPrefix("::").prefixLen(0) }
                    }
                }
            }
        }
    ]
)

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
