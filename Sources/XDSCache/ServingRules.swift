package import EnvoyResources

/// What the protocol and Envoy ask of each kind of resource.
extension ResourceType {
    /// All cases, made once: `allCases` makes an array each time.
    static let inOrder = Array(allCases)

    /// Kinds that name others. They wait until what they name is in place, and go before what they stopped naming is taken away.
    package var isReferrer: Bool {
        switch self {
        case .listener, .route, .virtualHost, .extensionConfig: true
        case .secret, .cluster, .endpoint, .runtime, .rateLimitConfig, .extAuthConfig: false
        }
    }

    /// Kinds that rely on listeners too: a route may configure a filter that its listener is to bring.
    package var isTable: Bool { self == .route || self == .virtualHost }

    static let named: [ResourceType] = [.secret, .cluster, .endpoint]
    static let listening: [ResourceType] = [.listener, .extensionConfig]
    static let tables: [ResourceType] = [.route, .virtualHost]
    /// They name nothing, and nothing names them.
    static let independent: [ResourceType] = [.runtime, .rateLimitConfig, .extAuthConfig]

    /// In the state of the world a response lists every resource, and what it leaves out is deleted.
    package var isFullState: Bool {
        switch self {
        case .cluster, .listener, .rateLimitConfig, .extAuthConfig: true
        case .secret, .endpoint, .route, .virtualHost, .extensionConfig, .runtime: false
        }
    }

    /// A first request without names means "everything".
    package var hasLegacyWildcard: Bool { isFullState }

    /// What others may still name for a moment after it has gone from the configuration. A virtual host is not among them: it
    /// is part of a route table, and one that was deleted must stop answering at once.
    package var isKeptForGrace: Bool {
        switch self {
        case .secret, .cluster, .endpoint, .route, .extensionConfig: true
        case .listener, .virtualHost, .runtime, .rateLimitConfig, .extAuthConfig: false
        }
    }

    var index: Int { Int(rawValue) }
}

/// The times and sizes that a stream keeps to.
package struct ServingPolicy: Sendable {
    /// How long listeners and routes wait for the clusters they name to be confirmed. After it they go anyway: one dead
    /// backend must not hold up every other change. Envoy takes about a second to accept 1,500 new clusters.
    package var patience: Duration
    /// How long a removed cluster stays after the routes that stopped naming it were confirmed, for requests under way.
    package var grace: Duration
    /// A delta response is closed when it holds this many bytes. Under the 4 MiB that gRPC clients take by default, and small
    /// enough that a slow proxy holds little; one resource alone may be larger.
    package var responseBytes: Int
    /// How long a proxy keeps resources of a type without hearing of them; none: for ever. Proxies are told again after half of it. It is
    /// for what must not outlive the control plane (a fault that is injected for a test): anything else is to stay when that is away.
    package var ttl: [ResourceType: Duration]

    package init(
        patience: Duration = .seconds(10),
        grace: Duration = .seconds(2),
        responseBytes: Int = 1 << 20,
        ttl: [ResourceType: Duration] = [:]
    ) {
        self.patience = patience
        self.grace = grace
        self.responseBytes = responseBytes
        self.ttl = ttl
        // A virtual host without a body says that a name leads nowhere: Envoy takes no heart-beats there.
        self.ttl[.virtualHost] = nil
    }
}
