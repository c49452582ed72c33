package import HashTreeCollections

/// The kinds of resource that Envoy, and servers that Envoy asks, ask for by xDS. The order of the cases is the order in which an aggregated stream sends
/// them: what is named comes before what names it (clusters and their endpoints before listeners and routes).
package enum ResourceType: UInt8, CaseIterable, Sendable, Hashable, Comparable {
    case secret
    case cluster
    case endpoint
    case listener
    case route
    /// Named `<route configuration>/<name>`, and `VirtualHost.name` is the same text: Envoy's subscription covers a name space, which is
    /// what stands before the last slash, and it takes away by `VirtualHost.name` what `removed_resources` names.
    case virtualHost
    case extensionConfig
    case runtime
    /// Limits, for the open-source rate limit server.
    case rateLimitConfig
    /// Checks, for Gloo's auth server.
    case extAuthConfig

    package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

    package var typeURL: String {
        switch self {
        case .secret: "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret"
        case .cluster: "type.googleapis.com/envoy.config.cluster.v3.Cluster"
        case .endpoint: "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment"
        case .listener: "type.googleapis.com/envoy.config.listener.v3.Listener"
        case .route: "type.googleapis.com/envoy.config.route.v3.RouteConfiguration"
        case .virtualHost: "type.googleapis.com/envoy.config.route.v3.VirtualHost"
        case .extensionConfig: "type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig"
        case .runtime: "type.googleapis.com/envoy.service.runtime.v3.Runtime"
        case .rateLimitConfig: "type.googleapis.com/ratelimit.config.ratelimit.v3.RateLimitConfig"
        case .extAuthConfig: "type.googleapis.com/enterprise.gloo.solo.io.ExtAuthConfig"
        }
    }

    /// Its bytes hold passwords or keys: they are sent to those who may have them, and shown to nobody.
    package var holdsSecrets: Bool { self == .secret || self == .extAuthConfig }

    package init?(typeURL: some StringProtocol) {
        guard let match = Self.allCases.first(where: { $0.typeURL == typeURL }) else { return nil }
        self = match
    }
}

/// One Envoy resource, as the wire bytes of its message.
///
/// The bytes are kept in the parts they were made of (a RouteConfiguration is its own fields and then one part a virtual
/// host), so that a change of one part copies none of the others. Joined in order they are the message.
package final class EnvoyResource: Sendable {
    package let name: String
    /// Equal bytes have equal versions, over restarts of the control plane too: it is a hash of the parts' bytes.
    package let version: UInt64
    package let parts: [[UInt8]]
    /// Length of the joined parts in bytes.
    package let count: Int
    /// Other names by which it may be asked for: of a virtual host `<route configuration>/<domain>`, wildcards as Envoy writes them.
    /// Part of the resource: who changes them changes the bytes, and so the version.
    package let aliases: [String]

    package init(name: String, version: UInt64, parts: [[UInt8]], aliases: [String] = []) {
        self.name = name
        self.version = version
        self.parts = parts
        self.aliases = aliases
        self.count = parts.reduce(0) { $0 + $1.count }
    }

    /// The whole message in one piece. Copies every byte: for sending, and for people.
    package func joined() -> [UInt8] {
        if parts.count == 1 { return parts[0] }
        var bytes = [UInt8]()
        bytes.reserveCapacity(count)
        for part in parts { bytes.append(contentsOf: part) }
        return bytes
    }
}

/// Everything one role of proxies is to have, at one moment. A value: copying it is O(1).
package struct EnvoySnapshot: Sendable {
    package typealias Resources = TreeDictionary<String, EnvoyResource>

    package var clusters: Resources = [:]
    package var endpoints: Resources = [:]
    package var listeners: Resources = [:]
    package var routes: Resources = [:]
    package var others: [ResourceType: Resources] = [:]

    package init() {}

    package subscript(type: ResourceType) -> Resources {
        get {
            switch type {
            case .cluster: clusters
            case .endpoint: endpoints
            case .listener: listeners
            case .route: routes
            default: others[type] ?? [:]
            }
        }
        set {
            switch type {
            case .cluster: clusters = newValue
            case .endpoint: endpoints = newValue
            case .listener: listeners = newValue
            case .route: routes = newValue
            default: others[type] = newValue
            }
        }
    }
}

/// The names that differ between two snapshots of one role: added, changed and removed alike.
package typealias ChangedNames = [ResourceType: Set<String>]
