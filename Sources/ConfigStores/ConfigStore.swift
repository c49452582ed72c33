package import APIResources

/// What changed in a store since its last change.
package struct StoreChange: Sendable {
    /// New objects, and objects whose content is another.
    package var upserted: [ConfigObject]
    package var removed: [ObjectID]
    /// Everything that is wrong now, not only what is new: an empty list means that all is well.
    package var problems: [StoreProblem]
    /// Files that cannot be read, or not as a whole, now; of each, the objects that serve as they were in it before.
    package var unreadable: [String: Set<ObjectID>]
    /// True for the first change, which holds all there is.
    package var isInitial: Bool

    package init(
        upserted: [ConfigObject], removed: [ObjectID] = [], problems: [StoreProblem] = [], unreadable: [String: Set<ObjectID>] = [:],
        isInitial: Bool = false
    ) {
        self.upserted = upserted
        self.removed = removed
        self.problems = problems
        self.unreadable = unreadable
        self.isInitial = isInitial
    }
}

/// Why a store cannot begin.
package struct StoreError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable { case missing, unreadable, notAFolder, noWatch }

    package var code: Code
    package var message: String
    package var description: String { message }

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

/// A place that objects come from: files, Kubernetes, Consul.
///
/// The first change holds all objects; then one change follows the other, in order, each against the one before. One loop consumes them.
/// A store that loses its source keeps what it has, and says so in `problems`.
package protocol ConfigStore: Sendable {
    /// Begins to list and watch. The stream ends when the consumer stops, or the task that consumes it is cancelled. Call it once.
    func changes() throws -> AsyncStream<StoreChange>
}
