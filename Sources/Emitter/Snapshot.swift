package import APIResources
package import ConfigStores
package import ConfigTree
package import HashTreeCollections

/// One object as translation sees it: checked, and in the one form that its kind has.
package final class StoredObject: Sendable {
    package let object: ConfigObject
    /// The content; of a Kubernetes Secret or ConfigMap in the form of Gloo's kinds.
    package let spec: ConfigValue
    /// What is wrong with single routes, by the index of the route's value in its document. Such a route costs itself only.
    package let routeProblems: [Int: RouteProblem]
    /// A hash of what others see of the object without reading it: labels, domains, TLS. While it stays, nothing is selected anew.
    package let headVersion: UInt64

    package var id: ObjectID { object.id }
    package var version: UInt64 { object.contentVersion }

    init(_ object: ConfigObject, spec: ConfigValue, routeProblems: [Int: RouteProblem], headVersion: UInt64) {
        self.object = object
        self.spec = spec
        self.routeProblems = routeProblems
        self.headVersion = headVersion
    }
}

/// A route that was refused.
package struct RouteProblem: Sendable {
    /// Its matchers are sound: requests for it can be told from others, and are answered as the policy for invalid routes says.
    package let leavesMatchers: Bool
}

/// All objects at one moment. A value: copying is O(1), and two snapshots share what did not change between them.
package struct Snapshot: Sendable {
    private var kinds = [TreeDictionary<ResourceRef, StoredObject>](repeating: [:], count: Kind.allCases.count)
    /// Objects that exist and were refused, with nothing of an earlier version to serve.
    package internal(set) var rejected: TreeSet<ObjectID> = []
    /// The objects in order, put together when they are first asked for.
    private var lists = SortedObjects()

    package init() {}

    package subscript(kind: Kind) -> TreeDictionary<ResourceRef, StoredObject> { kinds[kind.index] }

    package subscript(id: ObjectID) -> StoredObject? { kinds[id.kind.index][id.ref] }

    mutating func set(_ object: StoredObject) {
        let before = kinds[object.id.kind.index].updateValue(object, forKey: object.id.ref)
        if before?.headVersion != object.headVersion { forget(object.id.kind) }
    }

    mutating func remove(_ id: ObjectID) {
        kinds[id.kind.index][id.ref] = nil
        forget(id.kind)
    }

    /// Another snapshot may go on with the lists as they are.
    private mutating func forget(_ kind: Kind) {
        if lists.has(kind) { lists = lists.without(kind) }
    }

    /// All objects of a kind, by reference.
    func sorted(_ kind: Kind) -> [StoredObject] { objects(kind, lists.all(kind, of: self)) }
    func sorted(_ kind: Kind, namespace: String) -> [StoredObject] { objects(kind, lists.namespace(namespace, kind, of: self)) }
    func sorted(_ kind: Kind, label key: String, value: String) -> [StoredObject] { objects(kind, lists.label(key, value, kind, of: self)) }

    private func objects(_ kind: Kind, _ refs: [ResourceRef]) -> [StoredObject] {
        refs.compactMap { kinds[kind.index][$0] }
    }

    /// In which the control plane lives: its Settings count before those of others.
    package internal(set) var homeNamespace = ""

    /// The Settings object that counts: of the control plane's namespace, or else of the first that has one.
    package var settings: StoredObject? {
        self[ObjectID(.settings, ResourceRef(namespace: homeNamespace, name: Settings.name))]
            ?? self[.settings].values.filter { $0.id.ref.name == Settings.name }.min { $0.id < $1.id }
    }
}

extension Kind {
    fileprivate var index: Int {
        switch self {
        case .gateway: 0
        case .matchableHttpGateway: 1
        case .virtualService: 2
        case .routeTable: 3
        case .virtualHostOption: 4
        case .routeOption: 5
        case .proxy: 6
        case .upstream: 7
        case .upstreamGroup: 8
        case .authConfig: 9
        case .rateLimitConfig: 10
        case .graphQLApi: 11
        case .secret: 12
        case .artifact: 13
        case .endpoint: 14
        case .settings: 15
        }
    }
}

/// What differs between two snapshots.
package struct SnapshotChanges: Sendable {
    /// Objects that came, went or have other content.
    package var objects: Set<ObjectID> = []
    /// Those of them that came or went.
    package var existence: Set<ObjectID> = []
    /// Of which an object came or went, or shows others something else.
    package var heads: Set<Heads> = []

    package init() {}

    package var isEmpty: Bool { objects.isEmpty }

    /// Notes everything under which others may have seen the object.
    mutating func noteHeads(of object: StoredObject) {
        heads.insert(.kind(object.id.kind))
        heads.insert(.namespace(object.id.kind, object.id.ref.namespace))
        for (key, value) in object.object.labels { heads.insert(.label(object.id.kind, key: key, value: value)) }
    }

    package mutating func formUnion(_ other: SnapshotChanges) {
        objects.formUnion(other.objects)
        existence.formUnion(other.existence)
        heads.formUnion(other.heads)
    }
}
