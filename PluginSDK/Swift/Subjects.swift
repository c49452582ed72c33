/// One call of a hook: the way to the host, and the output. Valid until the hook returns; do not keep it.
public struct Call {
    public let host: UnsafePointer<sluice_host>
    public let handle: OpaquePointer
    public let output: WireOutput
    /// How many errors were reported in this call.
    @usableFromInline let errors: UnsafeMutablePointer<Int>

    @inlinable
    init(host: UnsafePointer<sluice_host>, handle: OpaquePointer, output: WireOutput, errors: UnsafeMutablePointer<Int>) {
        self.host = host
        self.handle = handle
        self.output = output
        self.errors = errors
    }

    @inlinable
    public func fact(_ fact: sluice_fact) -> sluice_text_host { host.pointee.fact(handle, fact) }
}

/// What a hook contributes to: a part of the Envoy configuration that is being written.
public protocol Subject {
    var call: Call { get }
    init(call: Call)
}

extension Subject {
    /// The subject's name in Envoy.
    @inlinable
    public var name: sluice_text_host { call.fact(sluice_fact(SLUICE_FACT_NAME)) }

    /// The namespace of the object in which the option stands: the default of references in it.
    @inlinable
    public var namespace: sluice_text_host { call.fact(sluice_fact(SLUICE_FACT_NAMESPACE)) }

    /// Another option of the same subject.
    @inlinable
    public func option(_ name: StaticString) -> Option {
        Option(call: call, value: call.host.pointee.option(call.handle, name.utf8Start, name.utf8CodeUnitCount))
    }

    /// The plugin's settings in this deployment.
    @inlinable
    public var settings: Option { Option(call: call, value: call.host.pointee.settings(call.handle)) }

    /// Declares that what this hook writes into the field replaces what others wrote or will write there.
    @inlinable
    public func replace(field number: UInt32) { call.host.pointee.replace(call.handle, number) }

    /// The spec of the object that `reference` (`{name, namespace}`) names; absent when there is none, or none that is valid.
    @inlinable
    public func find(_ kind: StaticString, _ reference: Option) -> Option {
        guard let name = reference["name"].text else { return Option(call: call, value: 0) }
        let namespace = reference["namespace"].text ?? sluice_text_host(bytes: nil, length: 0)
        return Option(
            call: call,
            value: call.host.pointee.find(
                call.handle,
                kind.utf8Start, kind.utf8CodeUnitCount,
                namespace.bytes, namespace.length,
                name.bytes, name.length
            )
        )
    }

    /// The spec of the Settings that count in this deployment, in whatever namespace they are; absent when there are none.
    @inlinable
    public var glooSettings: Option {
        let kind: StaticString = "Settings"
        let name: StaticString = "default"
        return Option(
            call: call,
            value: call.host.pointee.find(call.handle, kind.utf8Start, kind.utf8CodeUnitCount, nil, 0, name.utf8Start, name.utf8CodeUnitCount)
        )
    }
}

public struct UpstreamSubject: Subject {
    public let call: Call
    @inlinable public init(call: Call) { self.call = call }
    /// The cluster to append to.
    @inlinable public var envoy: Cluster.Cluster { Cluster.Cluster(call.output) }
}

public struct WeightedDestinationSubject: Subject {
    public let call: Call
    @inlinable public init(call: Call) { self.call = call }
    @inlinable public var envoy: Route.WeightedCluster.ClusterWeight { Route.WeightedCluster.ClusterWeight(call.output) }
}

public struct RouteSubject: Subject {
    public let call: Call
    @inlinable public init(call: Call) { self.call = call }
    /// The route to append to.
    @inlinable public var envoy: Route.Route { Route.Route(call.output) }

    /// True when the route sends requests on, rather than redirecting or answering itself. Envoy keeps one action a route, so
    /// write into `envoy.route` only then.
    @inlinable public var routesToDestination: Bool {
        let action = call.fact(sluice_fact(SLUICE_FACT_ACTION))
        return action.length == 5
    }
}

public struct VirtualHostSubject: Subject {
    public let call: Call
    @inlinable public init(call: Call) { self.call = call }
    @inlinable public var envoy: Route.VirtualHost { Route.VirtualHost(call.output) }
}

public struct HttpConnectionManagerSubject: Subject {
    public let call: Call
    @inlinable public init(call: Call) { self.call = call }
    @inlinable public var envoy: FiltersNetworkHttpConnectionManager.HttpConnectionManager {
        FiltersNetworkHttpConnectionManager.HttpConnectionManager(call.output)
    }
}

/// Where the connections of a TCP host go on to.
public struct TcpProxySubject: Subject {
    public let call: Call
    @inlinable public init(call: Call) { self.call = call }
    @inlinable public var envoy: FiltersNetworkTcpProxy.TcpProxy { FiltersNetworkTcpProxy.TcpProxy(call.output) }
}

public struct FilterChainSubject: Subject {
    public let call: Call
    @inlinable public init(call: Call) { self.call = call }
    @inlinable public var envoy: Listener.FilterChain { Listener.FilterChain(call.output) }
}

public struct ListenerSubject: Subject {
    public let call: Call
    @inlinable public init(call: Call) { self.call = call }
    @inlinable public var envoy: Listener.Listener { Listener.Listener(call.output) }
}

/// Where an HTTP filter stands in the chain.
public enum Stage: Int32, Sendable {
    case fault, cors, waf, authN, authZ, rateLimit, accepted, outAuth, route
}

public enum Place: Int32, Sendable {
    case before = -1
    case during = 0
    case after = 1
}

public struct HttpFilterSubject: Subject {
    public let call: Call
    @inlinable public init(call: Call) { self.call = call }

    /// Adds one filter. Its name is also the key of its per-route configuration, which switches on one that is disabled; names are
    /// unique in a listener.
    ///
    /// When `write` reports an error the filter is not added: it would be one with a part missing.
    @inlinable
    public func add<Configuration: WireMessage>(
        _ name: some WireText, stage: Stage, place: Place = .during, weight: Int32 = 0, isDisabled: Bool = false,
        _: Configuration.Type, _ write: (Configuration) -> Void = { _ in }
    ) {
        let (start, errors) = (call.output.count, call.errors.pointee)
        let filter = FiltersNetworkHttpConnectionManager.HttpFilter(call.output).name(name).typedConfig(Configuration.self, write)
        guard call.errors.pointee == errors else { return call.output.truncate(to: start) }
        if isDisabled { filter.disabled(true) }
        call.host.pointee.add_http_filter(call.handle, call.output, stage.rawValue, place.rawValue, weight)
    }
}
