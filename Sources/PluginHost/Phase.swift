package import EnvoyWire
internal import CSluicePlugin

/// The phases of the translation in which plugins contribute; the numbers are those of sluice_plugin.h.
package enum Phase: Int32, CaseIterable, Sendable {
    case upstream = 1
    case weightedDestination
    case route
    case virtualHost
    case httpFilter
    case httpConnectionManager
    case filterChain
    case listener
    case tcpProxy
    case networkFilter

    /// Arguments of a hook in this phase, by the minor version of the ABI that the plugin was built for.
    func signature(minor: UInt32) -> String { SLUICE_SIGNATURE_1_0 }

    /// Phases that are also called for options which stand below the listener.
    var isOfListener: Bool { self == .httpFilter || self == .httpConnectionManager || self == .listener }

    /// Phases in which a hook adds whole filters, in place of a fragment.
    var addsFilters: Bool { self == .httpFilter || self == .networkFilter }

    /// Phases below the HTTP listener, whose hooks may read its options.
    var seesListenerOptions: Bool { self == .virtualHost || self == .route || self == .weightedDestination }

    /// The place in the configuration where the phase's options stand, as `options_schema` names it.
    package var scope: OptionScope {
        switch self {
        case .upstream: .upstream
        case .weightedDestination: .weightedDestination
        case .route: .route
        case .virtualHost: .virtualHost
        case .httpFilter, .httpConnectionManager: .httpListener
        case .listener, .networkFilter: .listener
        case .filterChain: .sslConfig
        case .tcpProxy: .tcpListener
        }
    }

    /// The fields of the message that the phase's fragments join.
    package var fields: SubjectFields {
        switch self {
        case .upstream: .cluster
        case .weightedDestination: .clusterWeight
        case .route: .route
        case .virtualHost: .virtualHost
        // Filters are taken whole; who wrote which field of one is not asked.
        case .httpFilter, .networkFilter: .httpFilter
        case .httpConnectionManager: .httpConnectionManager
        case .filterChain: .filterChain
        case .listener: .listener
        case .tcpProxy: .tcpProxy
        }
    }
}

/// Where options stand; the raw values are the members of a plugin's `options_schema`.
package enum OptionScope: String, CaseIterable, Sendable {
    case upstream, serviceSpec, weightedDestination, destinationSpec, route, virtualHost, httpListener, tcpListener, listener, sslConfig, settings
}
