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
    let reference = shadowing["upstream"]
    guard let upstream = route.upstream(reference) else { return }
    if !upstream.exists {
        // The route itself serves, and Envoy passes over a copy that has nowhere to go.
        reference.warning("Upstream '\(upstream.words)' does not exist or is refused; nothing is copied to it until it is there")
    }
    route.envoy.route { action in
        action.requestMirrorPolicies { policy in
            policy.cluster(upstream.cluster)
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
