internal import SluicePlugin

/// Parts of Envoy's own API, for what no other option offers: laid over what Sluice makes of an object.
let plugin = Plugin(
    name: "envoypatch",
    version: "1.0.0",
    description: "Lays parts of Envoy's own API over what is generated, and adds HTTP filters as Envoy has them.",
    schema: schema,
    hooks: [
        .upstream("envoyPatch") { lay($1, "envoy.config.cluster.v3.Cluster", over: $0) },
        .weightedDestination("envoyPatch") { lay($1, "envoy.config.route.v3.WeightedCluster.ClusterWeight", over: $0) },
        .route("envoyPatch") { lay($1, "envoy.config.route.v3.Route", over: $0) },
        .virtualHost("envoyPatch") { lay($1, "envoy.config.route.v3.VirtualHost", over: $0) },
        .listener("envoyListenerPatch") { lay($1, "envoy.config.listener.v3.Listener", over: $0) },
        .tcpProxy("envoyTcpProxyPatch") { lay($1, "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy", over: $0) },
        .httpConnectionManager("envoyConnectionManagerPatch") { manager, patch in
            for name in ["httpFilters", "http_filters"] as [StaticString] where patch[name].isPresent {
                return patch[name].error("these would stand behind the router, which Envoy refuses; write them into 'envoyHttpFilters'")
            }
            lay(patch, "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager", over: manager)
        },
        .httpFilter("envoyHttpFilters", addFilters),
    ],
    minorVersion: 2
)

/// The object's name is how Envoy and Sluice find it again.
private func lay(_ patch: Option, _ type: StaticString, over subject: some Subject) {
    if patch["name"].isPresent { return patch["name"].error("the name cannot be patched; it is the one that routes, listeners and Sluice itself know") }
    subject.overlay()
    _ = subject.encode(type, patch)
}

private func addFilters(_ filters: HttpFilterSubject, _ list: Option) {
    var names: [[UInt8]] = []
    for element in list.elements {
        let filter = element["filter"]
        guard let name = filter["name"].text, !name.isEmpty else {
            filter.error("a filter needs a 'name'; it is also the key of its per-route configuration")
            continue
        }
        if names.contains(name.array) || name == "envoy.filters.http.router" {
            filter["name"].error(names.contains(name.array) ? "two filters have this name" : "the router is there already; 'router' has its settings")
            continue
        }
        names.append(name.array)
        let start = filters.call.output.count
        // First of all fields, since filters that stand at one place are put in the order of their names.
        _ = FiltersNetworkHttpConnectionManager.HttpFilter(filters.call.output).name(name)
        guard filters.encode("envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter", filter) else {
            filters.call.output.pointee.length = start
            continue
        }
        let stage = FilterStage(element["filterStage"], otherwise: .route)
        filters.addWritten(stage: stage.stage, place: stage.place)
    }
}

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
