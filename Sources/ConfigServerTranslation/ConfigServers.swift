package import APIResources
package import Emitter
package import EnvoyResources

/// A kind of server that Envoy asks about requests, and that asks for its configuration in turn. The raw value is its role: what
/// `metadata.role`, the cluster or the id of its node says.
package enum ConfigServerRole: String, CaseIterable, Sendable, Hashable {
    case rateLimit = "ratelimit"
    case extAuth = "extauth"

    /// What the servers of this role are sent.
    package var type: ResourceType {
        switch self {
        case .rateLimit: .rateLimitConfig
        case .extAuth: .extAuthConfig
        }
    }

    /// - Parameters: of the node that connects.
    package init?(metadataRole: String?, cluster: String, id: String) {
        guard let role = (metadataRole.map { [$0] } ?? [cluster, id]).lazy.compactMap(Self.init).first else { return nil }
        self = role
    }
}

/// A unit of work here: what it says replaces what it said before.
package enum ConfigServerUnit: Hashable, Sendable {
    /// The limits of a RateLimitConfig.
    case limits(ResourceRef)
    /// The limits of the Settings.
    case settings
    /// The checks of an AuthConfig.
    case checks(ResourceRef)
}

/// What one run made.
package struct ConfigServerTranslation: Sendable {
    package var snapshots: [ConfigServerRole: EnvoySnapshot] = [:]
    package var changed: [ConfigServerRole: ChangedNames] = [:]
    package var reports: [ConfigServerUnit: [Report]] = [:]

    package init() {}
}

/// The configuration of servers that Envoy asks, beside the way to Envoy itself.
///
/// Nothing is done for a role before the first server of it has connected: where there is none, no Secret is read and no object is
/// told what such a server could not do.
package final class ConfigServers {
    private var rateLimits: RateLimitConfigs?
    private var checks: ExtAuthConfigs?

    package init() {}

    /// - Returns: false when the role is worked for already.
    package func start(_ role: ConfigServerRole) -> Bool {
        switch role {
        case .rateLimit where rateLimits == nil: rateLimits = RateLimitConfigs()
        case .extAuth where checks == nil: checks = ExtAuthConfigs()
        default: return false
        }
        return true
    }

    /// - Parameter changes: since the run before. A role that has just been started looks at everything.
    package func translate(_ snapshot: Snapshot, _ changes: SnapshotChanges) -> ConfigServerTranslation {
        var run = ConfigServerTranslation()
        if rateLimits != nil { rateLimits?.translate(snapshot, changes, &run) }
        if checks != nil { checks?.translate(snapshot, changes, &run) }
        return run
    }

    /// The objects that a resource was made of: whom a server's refusal is told.
    ///
    /// - Parameter message: in the server's words. Where it names some of the objects, the others have no part in it.
    package func owners(_ type: ResourceType, _ name: String, refusedWith message: String) -> [ObjectID] {
        let owners: [ObjectID]
        switch type {
        case .rateLimitConfig: owners = rateLimits?.owners(name) ?? []
        case .extAuthConfig: owners = checks?.owners(name) ?? []
        default: return []
        }
        let named = owners.filter { message.contains("\($0.ref.namespace).\($0.ref.name)") }
        return named.isEmpty ? owners : named
    }
}
