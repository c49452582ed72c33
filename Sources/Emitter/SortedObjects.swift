internal import APIResources
internal import ConfigStores
internal import HashTreeCollections
internal import Synchronization

/// References to the objects of a snapshot in order, by kind, namespace and label. Each list is made when it is first asked for, so
/// that a thousand selectors over ten thousand objects look at each object a few times and not ten million; an edit that leaves the
/// heads of objects as they are leaves the lists too.
final class SortedObjects: Sendable {
    private struct Lists: Sendable {
        var all: [ResourceRef]
        var namespaces: [String: [ResourceRef]]?
        var labels: [Label: [ResourceRef]]?
    }

    private struct Label: Hashable {
        var key: String
        var value: String
    }

    private let kinds: Mutex<[Kind: Lists]>

    init() { kinds = Mutex([:]) }
    private init(_ kinds: sending [Kind: Lists]) { self.kinds = Mutex(kinds) }

    func has(_ kind: Kind) -> Bool { kinds.withLock { $0[kind] != nil } }

    func without(_ kind: Kind) -> SortedObjects {
        var kept = kinds.withLock { $0 }
        kept[kind] = nil
        return SortedObjects(kept)
    }

    func all(_ kind: Kind, of snapshot: Snapshot) -> [ResourceRef] {
        with(kind, snapshot) { $0.all }
    }

    func namespace(_ namespace: String, _ kind: Kind, of snapshot: Snapshot) -> [ResourceRef] {
        with(kind, snapshot) { lists in
            let known = lists.namespaces ?? Dictionary(grouping: lists.all) { $0.namespace }
            lists.namespaces = known
            return known[namespace] ?? []
        }
    }

    func label(_ key: String, _ value: String, _ kind: Kind, of snapshot: Snapshot) -> [ResourceRef] {
        with(kind, snapshot) { lists in
            if lists.labels == nil {
                var known: [Label: [ResourceRef]] = [:]
                for ref in lists.all {
                    for (key, value) in snapshot[kind][ref]?.object.labels ?? [:] { known[Label(key: key, value: value), default: []].append(ref) }
                }
                lists.labels = known
            }
            return lists.labels?[Label(key: key, value: value)] ?? []
        }
    }

    private func with(_ kind: Kind, _ snapshot: Snapshot, _ read: (inout Lists) -> [ResourceRef]) -> [ResourceRef] {
        kinds.withLock { kinds in
            read(&kinds[kind, default: Lists(all: snapshot[kind].keys.sorted())])
        }
    }
}
