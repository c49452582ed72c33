/// One plugin, as operators see it: `/plugins`, and `sluice plugins list --server`.
package struct PluginReport: Codable, Sendable, Hashable {
    package var name: String
    package var version: String
    package var description: String
    package var file: String
    package var abi: String
    package var enabled: Bool
    /// Why it is not.
    package var reason: String?
    package var hooks: [Hook]
    /// How often its hooks were called since the start.
    package var calls: UInt64
    /// Errors that it reported, and its own failures.
    package var errors: UInt64
    /// Its own failures.
    package var failures: UInt64
    /// In its hooks; estimated from one call of sixteen.
    package var seconds: Double

    package struct Hook: Codable, Sendable, Hashable {
        package var phase: String
        /// Empty: every subject of the phase.
        package var option: String

        package init(phase: String, option: String) {
            self.phase = phase
            self.option = option
        }
    }

    package init(
        name: String, version: String, description: String, file: String, abi: String, enabled: Bool, reason: String?, hooks: [Hook],
        calls: UInt64 = 0, errors: UInt64 = 0, failures: UInt64 = 0, seconds: Double = 0
    ) {
        self.name = name
        self.version = version
        self.description = description
        self.file = file
        self.abi = abi
        self.enabled = enabled
        self.reason = reason
        self.hooks = hooks
        self.calls = calls
        self.errors = errors
        self.failures = failures
        self.seconds = seconds
    }
}

/// The body of `/plugins`.
package struct PluginsReport: Codable, Sendable {
    package var plugins: [PluginReport]

    package init(plugins: [PluginReport]) { self.plugins = plugins }
}
