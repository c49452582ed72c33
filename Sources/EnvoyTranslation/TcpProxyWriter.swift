internal import APIResources
internal import ConfigTree
internal import Emitter
internal import EnvoyWire
internal import GatewayTranslation
internal import PluginHost

/// Writes the network filters of a TCP host: where its connections go.
struct TcpProxyWriter {
    let subject: SubjectWriter
    let reader: SnapshotReader
    let hasCluster: (ResourceRef) -> Bool
    private(set) var reports: [Report] = []

    init(_ subject: SubjectWriter, _ reader: SnapshotReader, hasCluster: @escaping (ResourceRef) -> Bool) {
        self.subject = subject
        self.reader = reader
        self.hasCluster = hasCluster
    }

    /// - Returns: false when the connections have nowhere to go; the filter chain is then left out.
    mutating func write(_ plan: TcpPlan, of listener: ListenerPlan, to chain: Scratch) -> Bool {
        let proxy = Scratch()
        let envoy = FiltersNetworkTcpProxy.TcpProxy(proxy.output)
        envoy.statPrefix(plan.statPrefix)
        let destination = plan.host["destination"]
        if let single = destination?["single"] {
            guard let target = cluster(single, plan.owner) else { return false }
            envoy.cluster(target.clusterName)
            if target.subset != nil { envoy.metadataMatch(target.writeSubset) }
        } else if let destinations = destination?["multi"]?["destinations"] {
            guard writeWeighted(destinations, plan.owner, envoy) else { return false }
        } else if let reference = destination?["upstreamGroup"] {
            guard let ref = ResourceRef(reference, namespace: plan.owner.id.ref.namespace) else { return false }
            guard let group = reader.object(.upstreamGroup, ref) else {
                return refuse(plan.owner, reference, "UpstreamGroup '\(ref)' \(reader.whyMissing(ObjectID(.upstreamGroup, ref)))")
            }
            guard let destinations = UpstreamGroup(group.spec).destinations else { return refuse(group, group.spec, "an UpstreamGroup needs 'destinations'") }
            guard writeWeighted(destinations, group, envoy) else { return false }
        } else if destination?["forwardSniClusterName"] != nil {
            // The filter before takes the server name for the cluster's; the proxy wants a name that is then replaced.
            envoy.cluster("" as StaticString)
            let filter = Scratch()
            Listener.Filter(filter.output).name("envoy.filters.network.sni_cluster")
                .typedConfig(FiltersNetworkSniCluster.SniCluster.self) { _ in }
            chain.embed(filter, field: 3)
        } else {
            return refuse(plan.owner, destination ?? plan.host, "a TCP host needs a destination: 'single', 'multi', 'upstreamGroup' or 'forwardSniClusterName'")
        }
        guard contribute(plan, listener, proxy) else { return false }
        chain.embed(.networkFilter("envoy.filters.network.tcp_proxy", FiltersNetworkTcpProxy.TcpProxy.typeURL, proxy), field: 3)
        return true
    }

    /// What plugins have to say of the host's connections.
    private mutating func contribute(_ plan: TcpPlan, _ listener: ListenerPlan, _ proxy: Scratch) -> Bool {
        let options = [plan.options?.value, listener.options].compactMap(\.self)
        guard !options.isEmpty else { return true }
        let name = plan.host["name"]?.text ?? ""
        subject.contribute(
            .tcpProxy, to: proxy.output, from: 0, facts: SubjectFacts(name: Array(name.utf8), namespace: plan.owner.id.ref.namespace), options: options
        )
        if subject.traces { proxy.note(subject.origins) }
        for said in subject.reports { reports.append(Report(said.severity, plan.owner.id, at: said.at, said.message)) }
        return !subject.reports.contains(where: \.isError)
    }

    private mutating func writeWeighted(_ destinations: ConfigValue, _ owner: StoredObject, _ envoy: FiltersNetworkTcpProxy.TcpProxy) -> Bool {
        var targets: [(Destination, UInt32)] = []
        for weighted in destinations.elements {
            guard let destination = weighted["destination"] else { continue }
            let weight = weighted["weight"]?.uint32 ?? 0
            // Envoy refuses a weight of nothing here; such a destination gets no connections anyway.
            guard weight > 0, let target = cluster(destination, owner) else { continue }
            targets.append((target, weight))
        }
        guard !targets.isEmpty else { return refuse(owner, destinations, "no destination can be used: give at least one that exists a 'weight'") }
        envoy.weightedClusters { clusters in
            for (target, weight) in targets {
                clusters.clusters { cluster in
                    cluster.name(target.clusterName).weight(weight)
                    if target.subset != nil { cluster.metadataMatch(target.writeSubset) }
                }
            }
        }
        return true
    }

    /// The destination when there is a cluster for it.
    private mutating func cluster(_ value: ConfigValue, _ owner: StoredObject) -> Destination? {
        guard let destination = Destination(value, namespace: owner.id.ref.namespace) else {
            _ = refuse(owner, value, "say where to: 'upstream: {name: ..., namespace: ...}'")
            return nil
        }
        if let problem = destination.problem(reader, hasCluster: hasCluster) {
            _ = refuse(owner, destination.place, problem)
            return nil
        }
        if let problem = destination.subsetProblem(reader) { reports.append(Report(.warning, owner.id, at: destination.subset, problem)) }
        return destination
    }

    private mutating func refuse(_ owner: StoredObject, _ value: ConfigValue, _ message: String) -> Bool {
        reports.append(Report(.error, owner.id, at: value, message))
        return false
    }
}
