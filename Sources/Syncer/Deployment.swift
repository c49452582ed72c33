package import APIResources
internal import ConfigTree
internal import Emitter
package import PluginHost

/// What a control plane runs with: its plugins, and the schemas that they and the core make together.
package struct Deployment: Sendable {
    package let plugins: PluginSet
    package let schemas: APISchemas
    /// Stock plugins that are used only when somebody asks for them.
    package let off: [LoadedPlugin]
    /// Plugins that were found and cannot take part, in words.
    package let problems: [String]

    /// Stock plugins that give whoever writes a route more than his route: with Envoy's own API he can read files of the proxy, or take
    /// its filters away.
    package static let optional: Set<String> = ["envoypatch"]

    /// - Parameters:
    ///   - folders: of plugins, besides the stock ones.
    ///   - stock: the folder of the stock plugins; nil when there is none.
    ///   - enabled: names of optional stock plugins.
    package init(stock: String?, folders: [String], enabled: Set<String> = []) throws {
        let all = PluginSet.load(folders: (stock.map { [$0] } ?? []) + folders)
        off = all.plugins.filter { Self.optional.contains($0.name) && !enabled.contains($0.name) }
        let offNames = Set(off.map(\.name))
        let offOptions = off.flatMap(Self.options)
        var set = PluginSet(plugins: all.plugins.filter { !offNames.contains($0.name) }, failures: all.failures)
        var problems = set.failures.map(\.description)
        for name in enabled.subtracting(set.plugins.map(\.name)).sorted() {
            problems.append("there is no plugin '\(name)' to enable; optional ones are \(Self.optional.sorted().joined(separator: ", "))")
        }
        if let schemas = try? APISchemas(options: set.plugins.flatMap(Self.options), off: offOptions) {
            plugins = set
            self.schemas = schemas
            self.problems = problems
            return
        }
        // A plugin whose option another one has taken, or whose schema is not one, is left out; the others serve.
        var schemas = try APISchemas(options: [], off: offOptions)
        var kept: [LoadedPlugin] = []
        for plugin in set.plugins {
            do {
                schemas = try APISchemas(options: (kept + [plugin]).flatMap(Self.options), off: offOptions)
                kept.append(plugin)
            } catch {
                problems.append("plugin \(plugin.path) is not used: \(error)")
            }
        }
        if kept.count < set.plugins.count { set = PluginSet(plugins: kept, failures: set.failures) }
        plugins = set
        self.schemas = schemas
        self.problems = problems
    }

    private static func options(of plugin: LoadedPlugin) -> [APISchemas.Option] {
        OptionScope.allCases.filter { $0 != .settings }.flatMap { scope in
            (plugin.schema[key: scope.rawValue]?.members ?? .none).map { option in
                APISchemas.Option(name: option.key ?? "", hole: scope.rawValue, schema: option, owner: plugin.name)
            }
        }
    }
}
