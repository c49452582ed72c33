/// One registration: in which phase, for which option, what to do.
///
/// A hook without an option name is called for every subject of its phase; its `option` is then absent.
public struct Hook: Sendable {
    let phase: sluice_phase
    let option: StaticString?
    let body: @Sendable (Call, Option) -> Void

    /// A cluster; the option is a member of `Upstream.spec`.
    public static func upstream(_ option: StaticString?, _ body: @escaping @Sendable (UpstreamSubject, Option) -> Void) -> Hook {
        Hook(phase: sluice_phase(SLUICE_PHASE_UPSTREAM), option: option) { body(UpstreamSubject(call: $0), $1) }
    }

    /// One weighted destination of a route; the option is one of its options, or a member of its `destinationSpec`.
    public static func weightedDestination(
        _ option: StaticString?, _ body: @escaping @Sendable (WeightedDestinationSubject, Option) -> Void
    ) -> Hook {
        Hook(phase: sluice_phase(SLUICE_PHASE_WEIGHTED_DESTINATION), option: option) { body(WeightedDestinationSubject(call: $0), $1) }
    }

    /// A route, once for each of its matchers; the option is one of its options, a member of its destination's `destinationSpec`, or
    /// `dynamicForwardProxy` of its action (which is then an option of the route).
    public static func route(_ option: StaticString?, _ body: @escaping @Sendable (RouteSubject, Option) -> Void) -> Hook {
        Hook(phase: sluice_phase(SLUICE_PHASE_ROUTE), option: option) { body(RouteSubject(call: $0), $1) }
    }

    /// A virtual host.
    public static func virtualHost(_ option: StaticString?, _ body: @escaping @Sendable (VirtualHostSubject, Option) -> Void) -> Hook {
        Hook(phase: sluice_phase(SLUICE_PHASE_VIRTUAL_HOST), option: option) { body(VirtualHostSubject(call: $0), $1) }
    }

    /// The HTTP filters of a listener; called when the listener, anything under it, or an upstream carries the option.
    ///
    /// A hook that reports an error and adds no filter leaves the connections as they were served before, since without its filter
    /// something might pass that it should stop. Where there is a filter that is safe, add that beside the error: it is used.
    public static func httpFilter(_ option: StaticString?, _ body: @escaping @Sendable (HttpFilterSubject, Option) -> Void) -> Hook {
        Hook(phase: sluice_phase(SLUICE_PHASE_HTTP_FILTER), option: option) { body(HttpFilterSubject(call: $0), $1) }
    }

    /// The HTTP connection manager of a listener.
    public static func httpConnectionManager(
        _ option: StaticString?, _ body: @escaping @Sendable (HttpConnectionManagerSubject, Option) -> Void
    ) -> Hook {
        Hook(phase: sluice_phase(SLUICE_PHASE_HTTP_CONNECTION_MANAGER), option: option) {
            body(HttpConnectionManagerSubject(call: $0), $1)
        }
    }

    /// The TCP proxy of a TCP host.
    public static func tcpProxy(_ option: StaticString?, _ body: @escaping @Sendable (TcpProxySubject, Option) -> Void) -> Hook {
        Hook(phase: sluice_phase(SLUICE_PHASE_TCP_PROXY), option: option) { body(TcpProxySubject(call: $0), $1) }
    }

    /// The network filters of a listener, before its HTTP connection manager or TCP proxy. Needs a host of ABI 1.2.
    public static func networkFilter(_ option: StaticString?, _ body: @escaping @Sendable (NetworkFilterSubject, Option) -> Void) -> Hook {
        Hook(phase: sluice_phase(SLUICE_PHASE_NETWORK_FILTER), option: option) { body(NetworkFilterSubject(call: $0), $1) }
    }

    /// A filter chain with TLS; the option is `sslConfig`.
    public static func filterChain(_ option: StaticString?, _ body: @escaping @Sendable (FilterChainSubject, Option) -> Void) -> Hook {
        Hook(phase: sluice_phase(SLUICE_PHASE_FILTER_CHAIN), option: option) { body(FilterChainSubject(call: $0), $1) }
    }

    /// A listener.
    public static func listener(_ option: StaticString?, _ body: @escaping @Sendable (ListenerSubject, Option) -> Void) -> Hook {
        Hook(phase: sluice_phase(SLUICE_PHASE_LISTENER), option: option) { body(ListenerSubject(call: $0), $1) }
    }
}
