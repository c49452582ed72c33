import EnvoyResources
import XDSCache

/// A streaming method of the discovery services: which form of the protocol, and which type if only one.
struct DiscoveryMethod {
    var dialect: XDSDialect
    var onlyType: ResourceType?

    init?(path: String) {
        guard let method = Self.paths[path] else { return nil }
        self = method
    }

    private init(dialect: XDSDialect, onlyType: ResourceType?) {
        self.dialect = dialect
        self.onlyType = onlyType
    }

    private static let paths: [String: DiscoveryMethod] = {
        let services: [(service: String, type: ResourceType?, stream: String?, delta: String?)] = [
            ("discovery.v3.AggregatedDiscoveryService", nil, "StreamAggregatedResources", "DeltaAggregatedResources"),
            ("listener.v3.ListenerDiscoveryService", .listener, "StreamListeners", "DeltaListeners"),
            ("route.v3.RouteDiscoveryService", .route, "StreamRoutes", "DeltaRoutes"),
            ("route.v3.VirtualHostDiscoveryService", .virtualHost, nil, "DeltaVirtualHosts"),
            ("cluster.v3.ClusterDiscoveryService", .cluster, "StreamClusters", "DeltaClusters"),
            ("endpoint.v3.EndpointDiscoveryService", .endpoint, "StreamEndpoints", "DeltaEndpoints"),
            ("secret.v3.SecretDiscoveryService", .secret, "StreamSecrets", "DeltaSecrets"),
            ("extension.v3.ExtensionConfigDiscoveryService", .extensionConfig, "StreamExtensionConfigs", "DeltaExtensionConfigs"),
            ("runtime.v3.RuntimeDiscoveryService", .runtime, "StreamRuntime", "DeltaRuntime"),
        ]
        // Servers that Envoy asks, and that ask for their configuration in turn. Gloo's know the aggregated service by a name of its own;
        // its messages have the fields of Envoy's.
        var paths: [String: DiscoveryMethod] = [
            "/solo.io.xds.SoloDiscoveryService/StreamAggregatedResources": DiscoveryMethod(dialect: .stateOfTheWorld, onlyType: nil),
            "/solo.io.xds.SoloDiscoveryService/DeltaAggregatedResources": DiscoveryMethod(dialect: .delta, onlyType: nil),
            "/enterprise.gloo.solo.io.ExtAuthDiscoveryService/StreamExtAuthConfig":
                DiscoveryMethod(dialect: .stateOfTheWorld, onlyType: .extAuthConfig),
            "/enterprise.gloo.solo.io.ExtAuthDiscoveryService/DeltaExtAuthConfig": DiscoveryMethod(dialect: .delta, onlyType: .extAuthConfig),
            "/ratelimit.config.ratelimit.v3.RateLimitConfigDiscoveryService/StreamRlsConfigs":
                DiscoveryMethod(dialect: .stateOfTheWorld, onlyType: .rateLimitConfig),
            "/ratelimit.service.ratelimit.v3.RateLimitConfigDiscoveryService/StreamRlsConfigs":
                DiscoveryMethod(dialect: .stateOfTheWorld, onlyType: .rateLimitConfig),
        ]
        for (service, type, stream, delta) in services {
            if let stream { paths["/envoy.service.\(service)/\(stream)"] = DiscoveryMethod(dialect: .stateOfTheWorld, onlyType: type) }
            if let delta { paths["/envoy.service.\(service)/\(delta)"] = DiscoveryMethod(dialect: .delta, onlyType: type) }
        }
        return paths
    }()
}
