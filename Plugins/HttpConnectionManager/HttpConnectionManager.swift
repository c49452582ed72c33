internal import SluicePlugin

/// How a listener speaks HTTP: time limits, addresses, headers, protocol versions and upgrades; and Envoy's own headers.
///
/// The schema of `httpConnectionManagerSettings` is whole here, `tracing` in it too, which the plugin Tracing acts on: an option has one
/// schema, and may have the hooks of several plugins.
let plugin = Plugin(
    name: "httpconnectionmanager",
    version: "1.0.0",
    description: "Sets how a listener speaks HTTP: time limits, client addresses, header rules, protocol versions and upgrades.",
    schema: schema,
    hooks: [
        .httpConnectionManager("httpConnectionManagerSettings") { manager, settings in
            write(settings, to: manager.envoy)
            writeConnection(settings, to: manager.envoy)
            writeClient(settings, to: manager.envoy)
            writeUpgrades(settings["upgrades"], to: manager.envoy)
        },
        .httpFilter("router") { filters, router in
            guard let suppress = router["suppressEnvoyHeaders"].bool else { return }
            // The host knows the router by its name, and puts it at the end of the chain in place of its own.
            filters.add("envoy.filters.http.router", stage: .route, place: .after, FiltersHttpRouter.Router.self) { $0.suppressEnvoyHeaders(suppress) }
        },
    ]
)

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
