package import EnvoyResources
import HashTreeCollections
import Synchronization

/// A role's configuration, as the control plane sees it.
package struct RoleStatus: Sendable {
    package var name: String
    /// Of the newest publication.
    package var number: UInt64
    package var publishedAt: ContinuousClock.Instant
    /// How often it was published.
    package var publications: UInt64
    package var resources: [ResourceType: Int]
}

/// When the last publications of a role came, so that it can be told since when a proxy is behind.
struct PublicationTimes {
    private var recent: [(number: UInt64, at: ContinuousClock.Instant)] = []
    private(set) var count: UInt64 = 0

    /// Older ones are forgotten, half of them at a time: then a proxy's delay is told too short, and it is long all the same.
    private static let limit = 256

    mutating func add(_ number: UInt64, at now: ContinuousClock.Instant) {
        if recent.count == Self.limit { recent.removeFirst(Self.limit / 2) }
        recent.append((number, now))
        count += 1
    }

    var last: ContinuousClock.Instant? { recent.last?.at }

    /// When the first publication came that someone who has `number` does not have.
    func first(after number: UInt64) -> ContinuousClock.Instant? { recent.first { $0.number > number }?.at }
}

extension XDSCache {
    /// Every role with a configuration, by name.
    package func roleStatus() -> [RoleStatus] {
        let roles = state.withLock { state in
            state.roles.filter { !$0.value.isWithdrawn }.map { ($0.value.publication, $0.value.times) }
        }
        return roles.map { publication, times in
            RoleStatus(
                name: publication.role, number: publication.number, publishedAt: times.last ?? .now, publications: times.count,
                resources: Dictionary(uniqueKeysWithValues: ResourceType.allCases.map { ($0, publication.snapshot[$0].count) })
            )
        }
        .sorted { $0.name < $1.name }
    }
}
