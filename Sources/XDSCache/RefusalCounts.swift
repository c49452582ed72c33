internal import Synchronization
package import EnvoyResources

/// How often proxies refused what objects of the configuration made, since the start. Written where a refusal is traced, read by metrics.
package final class RefusalCounts: Sendable {
    /// An object, in the words of its manifest. What is traced to no object has empty names.
    package struct Key: Hashable, Sendable, Comparable {
        package var type: ResourceType
        package var kind: String
        package var namespace: String
        package var name: String

        package init(_ type: ResourceType, kind: String = "", namespace: String = "", name: String = "") {
            self.type = type
            self.kind = kind
            self.namespace = namespace
            self.name = name
        }

        package static func < (a: Key, b: Key) -> Bool { (a.type, a.kind, a.namespace, a.name) < (b.type, b.kind, b.namespace, b.name) }
    }

    /// Objects that are counted one by one: labels of metrics must not grow without end. Further ones count as no object.
    private static let limit = 1_000
    private let counts = Mutex<[Key: Int]>([:])

    package init() {}

    package func add(_ keys: some Sequence<Key>) {
        counts.withLock { counts in
            for key in keys {
                let isCounted = counts[key] != nil || counts.count < Self.limit
                counts[isCounted ? key : Key(key.type), default: 0] += 1
            }
        }
    }

    package var all: [Key: Int] { counts.withLock { $0 } }
}
