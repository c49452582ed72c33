internal import SluicePlugin

/// Parts of Envoy's own API, for what no other option offers: laid over what Sluice makes of an object.
///
/// Off unless somebody enables it: who may write a patch may read files of the proxy, and take filters away.
let plugin = Plugin(
    name: "envoypatch",
    version: "1.0.0",
    description: "Lays parts of Envoy's own API over what is generated, and adds HTTP filters as Envoy has them.",
    schema: schema,
    hooks: [
        .upstream("envoyPatch") { lay($1, "envoy.config.cluster.v3.Cluster", over: $0) },
        .weightedDestination("envoyPatch") {
            lay($1, "envoy.config.route.v3.WeightedCluster.ClusterWeight", over: $0, keeping: ["weight", "clusterHeader"])
        },
        // One table holds the routes of many: what Envoy refuses of a match or a domain, it refuses to all of them.
        .route("envoyPatch") { lay($1, "envoy.config.route.v3.Route", over: $0, keeping: ["match"]) },
        .virtualHost("envoyPatch") { lay($1, "envoy.config.route.v3.VirtualHost", over: $0, keeping: ["domains", "matcher"]) },
        .listener("envoyListenerPatch") { lay($1, "envoy.config.listener.v3.Listener", over: $0, keeping: ["address"]) },
        .tcpProxy("envoyTcpProxyPatch") { lay($1, "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy", over: $0) },
        .httpConnectionManager("envoyConnectionManagerPatch") { manager, patch in
            guard !patch["httpFilters"].isPresent else {
                return patch["httpFilters"].error("these would stand behind the router, which Envoy refuses; write them into 'envoyHttpFilters'")
            }
            lay(patch, "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager", over: manager)
        },
        .httpFilter("envoyHttpFilters", addFilters),
    ],
    minorVersion: 2
)

/// - Parameter fields: beside the name, by which Envoy and Sluice find an object again.
private func lay(_ patch: Option, _ type: StaticString, over subject: some Subject, keeping fields: [StaticString] = []) {
    for field in ["name"] + fields where patch[field].isPresent {
        return patch[field].error("'\(field)' cannot be patched, since others go by it; it is written in the object itself")
    }
    subject.overlay()
    _ = subject.encode(type, patch)
}

/// All, or none: one that is missing might be the one that refuses.
private func addFilters(_ filters: HttpFilterSubject, _ list: Option) {
    var names: [[UInt8]] = []
    var isSound = true
    for element in list.elements where !isUsable(element["filter"], filters, &names) { isSound = false }
    guard isSound else { return }
    for (index, element) in list.elements.enumerated() {
        guard write(element["filter"], to: filters) else { return }
        let stage = FilterStage(element["filterStage"], standard: FilterStage(stage: .route))
        // In the order of the list, where they stand at one place.
        filters.addWritten(stage: stage.stage, place: stage.place, weight: Int32(truncatingIfNeeded: index))
    }
}

private func isUsable(_ filter: Option, _ filters: HttpFilterSubject, _ names: inout [[UInt8]]) -> Bool {
    guard let name = filter["name"].text, !name.isEmpty else {
        filter.error("a filter needs a 'name'; it is also the key of its per-route configuration")
        return false
    }
    let type = filter["typedConfig"]["@type"].string ?? ""
    if type.hasSuffix("envoy.extensions.filters.http.router.v3.Router") || name == "envoy.filters.http.router" {
        filter.error("the router is there already, as the last one; 'router' has its settings")
        return false
    }
    guard !names.contains(name.array) else {
        filter["name"].error("two filters have the name '\(name.string)'")
        return false
    }
    names.append(name.array)
    defer { filters.call.output.pointee.length = 0 }
    return write(filter, to: filters)
}

private func write(_ filter: Option, to filters: HttpFilterSubject) -> Bool {
    filters.encode("envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter", filter)
}

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
