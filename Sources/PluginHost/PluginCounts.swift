/// How often a plugin was called, with what result, and how long it took.
package struct PluginCounts: Sendable, Hashable {
    package var calls: UInt64 = 0
    /// Errors that it reported to users, and its own failures.
    package var errors: UInt64 = 0
    /// Its own failures among them: it said so, or broke the rules of the ABI.
    package var failures: UInt64 = 0
    /// Spent in its hooks, in nanoseconds: one call of `sampling` is timed, and stands for the others.
    package var nanoseconds: UInt64 = 0

    /// A look at the clock costs a fifth of a call, so that not every call is worth one.
    static let sampling: UInt64 = 16

    package init() {}

    package mutating func add(_ other: PluginCounts) {
        calls += other.calls
        errors += other.errors
        failures += other.failures
        nanoseconds += other.nanoseconds
    }
}
