internal import APIResources
internal import ConfigTree
internal import Emitter
internal import EnvoyWire

/// Where a destination of the API leads: to the cluster of an upstream.
struct Destination {
    /// The upstream; of a Kubernetes or Consul service, the one that discovery makes of it, by Gloo's name for it.
    let upstream: ResourceRef
    private let kind: Kind
    /// Where the reference stands.
    let place: ConfigValue
    /// Labels that an endpoint must carry.
    let subset: ConfigValue?

    /// - Parameter namespace: of references that name none.
    init?(_ value: ConfigValue, namespace: String) {
        subset = value["subset"]?["values"]
        if let reference = value["upstream"] {
            guard let ref = ResourceRef(reference, namespace: namespace) else { return nil }
            (upstream, kind, place) = (ref, .upstream, reference)
        } else if let kube = value["kube"] {
            guard let service = ResourceRef(kube["ref"], namespace: namespace) else { return nil }
            let port = kube["port"]?.uint32 ?? 0
            upstream = ResourceRef(namespace: service.namespace, name: "kube-svc:\(service.namespace)-\(service.name)-\(port)")
            (kind, place) = (.kubernetes, kube)
        } else if let consul = value["consul"] {
            let name = consul["serviceName"]?.text ?? ""
            upstream = ResourceRef(namespace: namespace, name: "consul-svc:\(name)")
            (kind, place) = (.consul, consul)
        } else {
            return nil
        }
    }

    private enum Kind {
        case upstream, kubernetes, consul
    }

    /// What it is called in messages.
    private var words: String {
        switch kind {
        case .upstream: "Upstream '\(upstream)'"
        case .kubernetes: "Kubernetes Service '\(upstream.namespace)/\(place["ref"]?["name"]?.text ?? "")' with port \(place["port"]?.text ?? "0")"
        case .consul: "Consul service '\(place["serviceName"]?.text ?? "")'"
        }
    }

    /// Why there is no cluster for it, in words; nil when there is one. What is read is noted.
    func problem(_ reader: SnapshotReader, hasCluster: (ResourceRef) -> Bool) -> String? {
        reader.noteExistence(.upstream, upstream)
        if hasCluster(upstream) { return nil }
        let id = ObjectID(.upstream, upstream)
        if kind != .upstream, reader.snapshot[id] == nil {
            let type = kind == .kubernetes ? "an Upstream of type 'kube'" : "a static Upstream"
            return "\(words) is not known: this version reads neither Kubernetes nor Consul; write \(type) for it and name that"
        }
        return "\(words) \(reader.snapshot[id] == nil ? reader.whyMissing(id) : "cannot be translated; its own status says why")"
    }

    /// What is wrong with the subset, in words: the upstream must declare one with just these keys.
    func subsetProblem(_ reader: SnapshotReader) -> String? {
        guard let subset, let object = reader.object(.upstream, upstream) else { return nil }
        let wanted = Set(subset.members.compactMap(\.key))
        let selectors = object.spec.members.lazy.compactMap { $0["subsetSpec"]?["selectors"] }.flatMap { Array($0.elements) }
        if selectors.contains(where: { Set($0["keys"]?.elements.compactMap(\.text) ?? []) == wanted }) { return nil }
        return "\(words) declares no subset by \(wanted.sorted().map { "'\($0)'" }.joined(separator: ", ")); add it to its 'subsetSpec.selectors'"
    }

    func writeSubset(to metadata: Core.Metadata) {
        metadata.filterMetadata("envoy.lb" as StaticString) { labels in
            for label in subset?.members ?? .none { labels.fields(label.key ?? "") { $0.stringValue(label.wire) } }
        }
    }

    static func appendClusterName(_ ref: ResourceRef, to name: inout [UInt8]) {
        name.append(contentsOf: ref.name.utf8)
        name.append(UInt8(ascii: "_"))
        name.append(contentsOf: ref.namespace.utf8)
    }

    var clusterName: [UInt8] {
        var name: [UInt8] = []
        Self.appendClusterName(upstream, to: &name)
        return name
    }
}
