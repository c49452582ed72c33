internal import SluicePlugin

/// Copies of requests to another upstream, whose answers nobody sees.
let plugin = Plugin(
    name: "shadowing",
    version: "1.0.0",
    description: "Sends copies of requests to another upstream and ignores its answers.",
    schema: schema,
    hooks: [.route("shadowing", shadow)]
)

private func shadow(_ route: RouteSubject, _ shadowing: Option) {
    guard route.routesToDestination else {
        return shadowing.error("'shadowing' copies what goes to an upstream, and this route has no 'routeAction'; remove it")
    }
    let upstream = shadowing["upstream"]
    guard let name = upstream["name"].text else { return }
    let namespace = upstream["namespace"].text.flatMap { $0.isEmpty ? nil : $0 } ?? route.namespace
    if !route.find("Upstream", upstream).isPresent {
        // The route itself serves, and Envoy passes over a copy that has nowhere to go.
        upstream.warning("Upstream '\(namespace.string).\(name.string)' does not exist or is refused; nothing is copied to it until it is there")
    }
    route.envoy.route { action in
        action.requestMirrorPolicies { policy in
            policy.cluster(name.array + [UInt8(ascii: "_")] + namespace.array)
            policy.runtimeFraction { fraction in
                fraction.defaultValue { percent in
                    // In millionths, so that four digits after the point count, as in Gloo.
                    percent.numerator(UInt32(((shadowing["percentage"].double ?? 0) * 10_000).rounded())).denominator(.million)
                }
            }
        }
    }
}

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
