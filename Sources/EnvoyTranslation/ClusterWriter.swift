internal import APIResources
internal import ConfigStores
internal import ConfigTree
internal import Emitter
internal import EnvoyWire
internal import PluginHost

/// One cluster; without a resource when the upstream cannot be translated.
struct ClusterUnit {
    var part: [UInt8]?
    var hash: UInt64 = 0
    /// Options that filters of listeners wait for.
    var used = OptionSet()
    /// What plugins added.
    var resources: [PluginCall.AddedResource] = []
    var reports: [Report] = []
    var origins: [Origin] = []
}

/// Writes the cluster of an upstream. What kind of cluster it is, a plugin says.
enum ClusterWriter {
    /// Fields of Cluster that the core asks about.
    private enum Field {
        static let type: UInt32 = 2
        static let connectTimeout: UInt32 = 4
        static let clusterType: UInt32 = 38
    }

    static func write(_ upstream: StoredObject, _ subject: SubjectWriter) -> ClusterUnit {
        var unit = ClusterUnit()
        var name: [UInt8] = []
        Destination.appendClusterName(upstream.id.ref, to: &name)
        let cluster = Scratch()
        let envoy = Cluster.Cluster(cluster.output)
        envoy.name(name)
        subject.contribute(
            .upstream, to: cluster.output, from: 0,
            facts: SubjectFacts(name: name, namespace: upstream.id.ref.namespace, cluster: name),
            options: [upstream.spec]
        )
        if subject.traces { cluster.note(subject.origins) }
        for said in subject.reports {
            unit.reports.append(Report(said.severity, upstream.id, at: said.at, said.message))
        }
        if subject.reports.contains(where: \.isError) { return unit }
        guard subject.isWritten(Field.type) || subject.isWritten(Field.clusterType) else {
            unit.reports.append(
                Report(.error, upstream.id, at: upstream.spec, "no loaded plugin knows this type of upstream; write one of the types, such as 'static'")
            )
            return unit
        }
        // Gloo's default; Envoy's own is the same, but not promised.
        if !subject.isWritten(Field.connectTimeout) { envoy.connectTimeout(seconds: 5) }
        if subject.traces { cluster.note(from: 0, upstream.spec) }
        unit.part = cluster.bytes
        unit.hash = WireHash.hash(cluster.bytes)
        unit.origins = cluster.origins
        unit.used = subject.usedByFilters
        unit.resources = subject.resources
        return unit
    }
}
