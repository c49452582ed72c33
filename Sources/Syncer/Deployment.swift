package import APIResources
internal import ConfigTree
internal import Emitter
package import PluginHost

/// What a control plane runs with: its plugins, and the schemas that they and the core make together.
package struct Deployment: Sendable {
    package let plugins: PluginSet
    package let schemas: APISchemas
    /// Plugins that were found and cannot take part, in words.
    package let problems: [String]

    /// - Parameters:
    ///   - folders: of plugins, besides the stock ones.
    ///   - stock: the folder of the stock plugins; nil when there is none.
    package init(stock: String?, folders: [String]) throws {
        var set = PluginSet.load(folders: (stock.map { [$0] } ?? []) + folders)
        var problems = set.failures.map(\.description)
        if let schemas = try? APISchemas(options: set.plugins.flatMap(Self.options)) {
            plugins = set
            self.schemas = schemas
            self.problems = problems
            return
        }
        // A plugin whose option another one has taken, or whose schema is not one, is left out; the others serve.
        var schemas = try APISchemas(options: [])
        var kept: [LoadedPlugin] = []
        for plugin in set.plugins {
            do {
                schemas = try APISchemas(options: (kept + [plugin]).flatMap(Self.options))
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
