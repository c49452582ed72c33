internal import SluicePlugin

/// Routes to whatever host the request names, looked up by DNS when it arrives.
///
/// The gateway says how names are looked up (`dynamicForwardProxy` of its HTTP options), a route that it goes there
/// (`routeAction.dynamicForwardProxy`). Filter and cluster share a cache of names, which Envoy finds by its name: it must be set up
/// alike in both, so that name says what its settings are.
let plugin = Plugin(
    name: "dynamicforwardproxy",
    version: "1.0.0",
    description: "Routes to the host that the request names, looked up by DNS when it arrives.",
    schema: schema,
    hooks: [
        .httpFilter("dynamicForwardProxy") { filters, settings in
            // Without settings there is no route that this filter could serve: each of them has an error.
            guard settings.isPresent, isUsable(settings["dnsCacheConfig"]) else { return }
            guard areUsable(settings["sslConfig"], of: filters) else { return }
            let cache = cacheName(settings)
            filters.add(filterName, stage: .outAuth, FiltersHttpDynamicForwardProxy.FilterConfig.self) { out in
                out.dnsCacheConfig { write(settings["dnsCacheConfig"], name: cache, to: $0) }
                if settings["saveUpstreamAddress"].bool == true { out.saveUpstreamAddress(true) }
            }
        },
        .route("dynamicForwardProxy", contribute),
    ],
    minorVersion: 2
)

/// Also the key of the per-route configuration.
private let filterName: StaticString = "envoy.filters.http.dynamic_forward_proxy"

private func contribute(to route: RouteSubject, _ action: Option) {
    let settings = route.listenerOption("dynamicForwardProxy")
    guard settings.isPresent else {
        return action.error(
            "the gateway does not say how names are looked up; add 'dynamicForwardProxy: {}' to the options of its httpGateway, or leave this virtual service to gateways that have it"
        )
    }
    // A mistake there is the gateway's, and told there.
    guard isUsable(settings["dnsCacheConfig"], tells: false) else {
        return action.error("the 'dynamicForwardProxy' of the gateway has a mistake; its status says which")
    }
    let config = settings["sslConfig"]
    guard areUsable(config, of: route) else { return }
    let socket = config.isPresent ? UpstreamTls(config, of: route, plugin: plugin.name) : nil
    let name = cacheName(settings)
    route.addCluster(name) { write(settings, socket, to: $0, name: name) }
    route.envoy.route { $0.cluster(name) }
    if let host = action["hostRewrite"].text {
        route.envoy.typedPerFilterConfig(filterName, FiltersHttpDynamicForwardProxy.PerRouteConfig.self) { $0.hostRewriteLiteral(host) }
    } else if let header = action["autoHostRewriteHeader"].text {
        route.envoy.typedPerFilterConfig(filterName, FiltersHttpDynamicForwardProxy.PerRouteConfig.self) { $0.hostRewriteHeader(header) }
    }
}

/// Whether TLS can be had as it is written, or none is asked for; it is reported when it cannot.
private func areUsable(_ config: Option, of subject: some Subject) -> Bool {
    guard config.isPresent else { return true }
    let secret = config["secretRef"]
    if secret.isPresent, secret["namespace"].text?.isEmpty != false {
        secret.error("name the 'namespace' of the Secret as well: routes of several namespaces share these connections")
        return false
    }
    return UpstreamTls(config, of: subject, plugin: plugin.name) != nil
}

private func write(_ settings: Option, _ tls: UpstreamTls?, to cluster: Cluster.Cluster, name: String) {
    cluster.connectTimeout(seconds: 5).lbPolicy(.clusterProvided)
    cluster.clusterType { type in
        type.name("envoy.clusters.dynamic_forward_proxy").typedConfig(ClustersDynamicForwardProxy.ClusterConfig.self) { out in
            out.dnsCacheConfig { write(settings["dnsCacheConfig"], name: name, to: $0) }
        }
    }
    guard let tls else { return }
    cluster.transportSocket { tls.write(to: $0, sni: nil) }
    // Each host is asked for by its own name, and its certificate has to have it.
    cluster.typedExtensionProtocolOptions("envoy.extensions.upstreams.http.v3.HttpProtocolOptions", UpstreamsHttp.HttpProtocolOptions.self) { out in
        out.upstreamHttpProtocolOptions { $0.autoSni(true).autoSanValidation(true) }
        out.explicitHttpConfig { $0.httpProtocolOptions { _ in } }
    }
}

/// Of the cache and of the cluster: the settings tell it, so that two gateways with the same settings share them.
private func cacheName(_ settings: Option) -> String {
    var hash = WireHash()
    combine(settings["dnsCacheConfig"], into: &hash)
    combine(settings["sslConfig"], into: &hash)
    return "dynamicforwardproxy:\(hex(hash.finalize()))"
}

private func combine(_ option: Option, into hash: inout WireHash) {
    hash.combine(UInt64(UInt32(bitPattern: option.kind)))
    if let text = option.text { hash.combine(text) }
    hash.combine(UInt64(option.count))
    for element in option.elements {
        hash.combine(element.key)
        combine(element, into: &hash)
    }
}

private func hex(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
}

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
