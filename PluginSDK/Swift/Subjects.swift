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

    /// Lays what this hook writes over all that others write: scalars are replaced, lists grow, messages unite. Needs a host of ABI 1.2.
    @inlinable
    public func overlay() { call.host.pointee.overlay(call.handle) }

    /// Appends to the subject the message of Envoy's API that stands as JSON in `option`. Needs a host of ABI 1.2.
    ///
    /// - Returns: false when it is none of that type, which is reported at its place.
    @inlinable
    public func encode(_ type: StaticString, _ option: Option) -> Bool {
        call.host.pointee.encode(call.handle, type.utf8Start, type.utf8CodeUnitCount, option.value, call.output) == 1
    }

    /// Adds a cluster for the proxies that get the subject. Needs a host of ABI 1.2.
    ///
    /// - Parameter name: begins with the plugin's own and a colon, and says what the content depends on: hooks that need the same cluster
    ///   add it each, and what is added under one name must be equal.
    public func addCluster(_ name: String, _ write: (Cluster.Cluster) -> Void) {
        add(sluice_resource(SLUICE_RESOURCE_CLUSTER), name, wireBytes(Cluster.Cluster.self) { write($0.name(name)) })
    }

    /// Adds an internal listener, as `addCluster` adds a cluster.
    public func addListener(_ name: String, _ write: (Listener.Listener) -> Void) {
        add(sluice_resource(SLUICE_RESOURCE_LISTENER), name, wireBytes(Listener.Listener.self) { write($0.name(name)) })
    }

    /// Adds a secret that Envoy asks for by its name (SDS over ADS), as `addCluster` adds a cluster.
    public func addSecret(_ name: String, _ write: (TransportSocketsTls.Secret) -> Void) {
        add(sluice_resource(SLUICE_RESOURCE_SECRET), name, wireBytes(TransportSocketsTls.Secret.self) { write($0.name(name)) })
    }

    private func add(_ type: sluice_resource, _ name: String, _ message: [UInt8]) {
        var name = name
        name.withUTF8 { name in
            message.withUnsafeBufferPointer { call.host.pointee.add_resource(call.handle, type, name.baseAddress, name.count, $0.baseAddress, $0.count) }
        }
    }

    /// The spec of the object that `reference` (`{name, namespace}`) names; absent when there is none, or none that is valid.
    @inlinable
    public func find(_ kind: StaticString, _ reference: Option) -> Option {
        guard let name = reference["name"].text else { return Option(call: call, value: 0) }
        return find(kind, name: name, namespace: reference["namespace"].text ?? sluice_text_host(bytes: nil, length: 0))
    }

    /// The same by name and namespace; an empty namespace is that of the object in which the option stands.
    @inlinable
    public func find(_ kind: StaticString, name: sluice_text_host, namespace: sluice_text_host) -> Option {
        Option(
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

/// A subject below an HTTP listener.
public protocol RoutedSubject: Subject {
    /// The settings of a filter of the listener, here and below; they switch on one that is disabled.
    func configureFilter<Configuration: WireMessage>(_ name: StaticString, _: Configuration.Type, _ write: (Configuration) -> Void)
}

extension RoutedSubject {
    /// An option of the HTTP listener above; absent when it has none. Needs a host of ABI 1.2.
    @inlinable
    public func listenerOption(_ name: StaticString) -> Option {
        Option(call: call, value: call.host.pointee.listener_option(call.handle, name.utf8Start, name.utf8CodeUnitCount))
    }
}

/// A subject with a destination of its own.
public protocol DestinedSubject: RoutedSubject {}

extension DestinedSubject {
    /// The spec of the Upstream that it leads to; absent when there is none, or not a single one. Needs a host of ABI 1.2.
    public var destination: Option {
        let name = call.fact(sluice_fact(SLUICE_FACT_UPSTREAM))
        let namespace = call.fact(sluice_fact(SLUICE_FACT_UPSTREAM_NAMESPACE))
        guard !name.isEmpty else { return Option(call: call, value: 0) }
        return find("Upstream", name: name, namespace: namespace)
    }

    /// The namespace of that Upstream: the default of references in it.
    @inlinable
    public var destinationNamespace: sluice_text_host { call.fact(sluice_fact(SLUICE_FACT_UPSTREAM_NAMESPACE)) }

    /// The spec of the object that a reference in that Upstream names: as `find`, but in the Upstream's namespace where it says none.
    public func findBesideDestination(_ kind: StaticString, _ reference: Option) -> Option {
        guard let name = reference["name"].text else { return Option(call: call, value: 0) }
        let namespace = reference["namespace"].text.flatMap { $0.isEmpty ? nil : $0 } ?? destinationNamespace
        return Option(
            call: call,
            value: call.host.pointee.find(
                call.handle, kind.utf8Start, kind.utf8CodeUnitCount, namespace.bytes, namespace.length, name.bytes, name.length
            )
        )
    }
}

public struct UpstreamSubject: Subject {
    public let call: Call
    @inlinable public init(call: Call) { self.call = call }
    /// The cluster to append to.
    @inlinable public var envoy: Cluster.Cluster { Cluster.Cluster(call.output) }
}

public struct WeightedDestinationSubject: DestinedSubject {
    public let call: Call
    @inlinable public init(call: Call) { self.call = call }
    @inlinable public var envoy: Route.WeightedCluster.ClusterWeight { Route.WeightedCluster.ClusterWeight(call.output) }

    public func configureFilter<Configuration: WireMessage>(_ name: StaticString, _ type: Configuration.Type, _ write: (Configuration) -> Void) {
        envoy.typedPerFilterConfig(name, type, write)
    }
}

public struct RouteSubject: DestinedSubject {
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

    public func configureFilter<Configuration: WireMessage>(_ name: StaticString, _ type: Configuration.Type, _ write: (Configuration) -> Void) {
        envoy.typedPerFilterConfig(name, type, write)
    }
}

public struct VirtualHostSubject: RoutedSubject {
    public let call: Call
    @inlinable public init(call: Call) { self.call = call }
    @inlinable public var envoy: Route.VirtualHost { Route.VirtualHost(call.output) }

    public func configureFilter<Configuration: WireMessage>(_ name: StaticString, _ type: Configuration.Type, _ write: (Configuration) -> Void) {
        envoy.typedPerFilterConfig(name, type, write)
    }
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

/// What connections go through before the HTTP connection manager or the TCP proxy.
public struct NetworkFilterSubject: Subject {
    public let call: Call
    @inlinable public init(call: Call) { self.call = call }

    /// Adds one filter; small weights come first.
    @inlinable
    public func add<Configuration: WireMessage>(
        _ name: StaticString, weight: Int32 = 0, _: Configuration.Type, _ write: (Configuration) -> Void = { _ in }
    ) {
        _ = Listener.Filter(call.output).name(name).typedConfig(Configuration.self, write)
        call.host.pointee.add_network_filter(call.handle, call.output, weight)
    }
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
        addWritten(stage: stage, place: place, weight: weight)
    }

    /// Adds the filter that has been written to the output.
    @inlinable
    public func addWritten(stage: Stage, place: Place = .during, weight: Int32 = 0) {
        call.host.pointee.add_http_filter(call.handle, call.output, stage.rawValue, place.rawValue, weight)
    }
}
