package import AdminServer
package import PluginHost

extension PluginReport {
    /// The plugins of a deployment, by name.
    ///
    /// - Parameter counts: by name, of those that were called.
    package static func all(_ deployment: Deployment, _ counts: [String: PluginCounts] = [:]) -> [PluginReport] {
        zip(deployment.plugins.plugins, deployment.plugins.policies).map { plugin, policy in
            let count = counts[plugin.name] ?? PluginCounts()
            return PluginReport(
                name: plugin.name, version: plugin.version, description: plugin.summary, file: plugin.path,
                abi: "\(plugin.abi.major).\(plugin.abi.minor)", enabled: policy.off == nil, reason: policy.off,
                hooks: plugin.hooks.map { Hook(phase: "\($0.phase)", option: $0.option ?? "") },
                calls: count.calls, errors: count.errors, failures: count.failures, seconds: Double(count.nanoseconds) / 1e9
            )
        }.sorted { $0.name < $1.name }
    }
}
