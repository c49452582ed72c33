internal import SluicePlugin

/// Adds and removes request and response headers on routes, virtual hosts and weighted destinations.
let plugin = Plugin(
    name: "headers",
    version: "1.0.0",
    description: "Adds and removes request and response headers.",
    schema: schema,
    hooks: [
        .weightedDestination("headerManipulation") { destination, option in
            contribute(to: destination.envoy, option, of: destination)
        },
        .route("headerManipulation") { route, option in contribute(to: route.envoy, option, of: route) },
        .virtualHost("headerManipulation") { virtualHost, option in contribute(to: virtualHost.envoy, option, of: virtualHost) },
    ]
)

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
