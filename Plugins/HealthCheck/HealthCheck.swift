internal import SluicePlugin

/// A path on which the proxy itself tells a load balancer in front that it is alive.
let plugin = Plugin(
    name: "healthcheck",
    version: "1.0.0",
    description: "Answers health checks of a load balancer in front, without asking an upstream.",
    schema: #"""
        {
          "httpListener": {
            "healthCheck": {
              "type": "object",
              "description": "Requests of this path are answered by the proxy: 200 while it serves, 503 while it drains.",
              "additionalProperties": false,
              "properties": {"path": {"type": "string", "format": "line", "minLength": 1, "examples": ["/healthz", "/health?full=1"], "description": "The whole path, with its query if there is one: /healthz."}},
              "required": ["path"]
            }
          }
        }
        """#,
    hooks: [
        .httpFilter("healthCheck") { filters, healthCheck in
            guard let path = healthCheck["path"].text else { return }
            guard path.bytes[0] == UInt8(ascii: "/") else {
                return healthCheck["path"].error("no request has a path without a slash in front; write '/\(path.string)'")
            }
            filters.add("envoy.filters.http.health_check", stage: .authZ, place: .after, FiltersHttpHealthCheck.HealthCheck.self) { filter in
                filter.passThroughMode(false)
                filter.headers { $0.name(":path").stringMatch { $0.exact(path) } }
            }
        }
    ]
)

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
