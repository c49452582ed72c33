import EnvoyResources
import HashTreeCollections

/// The resources of one type that a stream is served at the moment.
struct ServedContent {
    let resources: EnvoySnapshot.Resources
    /// What `early` names are served from.
    var newer: EnvoySnapshot.Resources?
    /// Names of routes and tables that were asked for the first time while their type waits for listeners: nothing relies on older ones.
    var early: Set<String> = []
    /// Of endpoints only: the clusters, any of which may wait for its endpoints.
    var clusters: EnvoySnapshot.Resources?

    subscript(name: String) -> EnvoyResource? {
        if let newer, early.contains(name) || name.nameSpace.map(early.contains) == true { return newer[name] }
        return resources[name]
    }

    /// What is said of endpoints that do not exist to someone whose cluster does: that there are none. Envoy waits for an answer before
    /// it uses the cluster, and its listeners with it.
    func placeholder(_ name: String) -> EnvoyResource? {
        guard let clusters, clusters[name] != nil, resources[name] == nil else { return nil }
        // ClusterLoadAssignment: cluster_name = 1
        var bytes: [UInt8] = [1 << 3 | 2]
        var length = name.utf8.count
        while length >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: length) | 0x80)
            length >>= 7
        }
        bytes.append(UInt8(length))
        bytes += name.utf8
        return EnvoyResource(name: name, version: Self.placeholderVersion, parts: [bytes])
    }

    static let placeholderVersion: UInt64 = 0x6e6f_2065_6e64_7074
}
