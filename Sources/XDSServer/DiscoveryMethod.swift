import EnvoyResources
import XDSCache

/// A method of the discovery services: which form of the protocol, and which type if only one.
struct DiscoveryMethod {
    var dialect: XDSDialect
    var onlyType: ResourceType?
    /// One request, one response.
    var isUnary = false

    init?(path: String) {
        guard let method = Self.paths[path] else { return nil }
        self = method
    }

    private init(dialect: XDSDialect, onlyType: ResourceType?, isUnary: Bool = false) {
        self.dialect = dialect
        self.onlyType = onlyType
        self.isUnary = isUnary
    }

    /// The services, and what their methods end with; a service without state of the world has its delta method alone.
    private static let services: [(service: String, type: ResourceType?, methods: String, hasWorld: Bool)] = [
        ("discovery.v3.AggregatedDiscoveryService", nil, "AggregatedResources", true),
        ("listener.v3.ListenerDiscoveryService", .listener, "Listeners", true),
        ("route.v3.RouteDiscoveryService", .route, "Routes", true),
        ("route.v3.VirtualHostDiscoveryService", .virtualHost, "VirtualHosts", false),
        ("cluster.v3.ClusterDiscoveryService", .cluster, "Clusters", true),
        ("endpoint.v3.EndpointDiscoveryService", .endpoint, "Endpoints", true),
        ("secret.v3.SecretDiscoveryService", .secret, "Secrets", true),
        ("extension.v3.ExtensionConfigDiscoveryService", .extensionConfig, "ExtensionConfigs", true),
        ("runtime.v3.RuntimeDiscoveryService", .runtime, "Runtime", true),
    ]

    /// As the health service knows them.
    static let serviceNames: Set<String> = Set(services.map { "envoy.service." + $0.service })

    private static let paths: [String: DiscoveryMethod] = {
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
        for (service, type, methods, hasWorld) in services {
            let prefix = "/envoy.service.\(service)/"
            paths[prefix + "Delta" + methods] = DiscoveryMethod(dialect: .delta, onlyType: type)
            guard hasWorld else { continue }
            paths[prefix + "Stream" + methods] = DiscoveryMethod(dialect: .stateOfTheWorld, onlyType: type)
            // There is no aggregated fetch: one response has one type.
            guard type != nil else { continue }
            paths[prefix + "Fetch" + methods] = DiscoveryMethod(dialect: .stateOfTheWorld, onlyType: type, isUnary: true)
        }
        return paths
    }()
}
