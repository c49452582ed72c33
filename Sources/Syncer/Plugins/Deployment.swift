package import APIResources
package import ConfigTree
package import Emitter
package import PluginHost

/// What a control plane runs with: its plugins, how each is used, and the schemas that they and the core make together.
package struct Deployment: Sendable {
    package let plugins: PluginSet
    package let schemas: APISchemas
    /// What is wrong with plugins, or with what is said about them.
    package let problems: [PluginProblem]
    /// Where plugins come from, besides what is in the Settings.
    package let sources: PluginSources
    /// Where a change may bring other plugins, or the same in another form.
    let watchedFolders: [String]
    let watchedFiles: [String]
    /// The `plugins` of the Settings that were taken into account; 0 for none.
    private let settingsVersion: UInt64

    /// Stock plugins that give whoever writes a route more than his route: with Envoy's own API he can read files of the proxy, or take
    /// its filters away.
    package static let optional: Set<String> = ["envoypatch"]

    /// - Parameters:
    ///   - folders: of plugins, besides the stock ones.
    ///   - stock: the folder of the stock plugins; nil when there is none.
    ///   - enabled: names of optional stock plugins.
    package init(stock: String?, folders: [String], enabled: Set<String> = []) throws {
        try self.init(PluginSources(stock: stock, folders: folders, enabled: enabled))
    }

    /// - Parameters:
    ///   - settings: the Settings that count.
    ///   - previous: the deployment before this one. Its plugins stay loaded, and go on where a new form of them cannot be used.
    /// - Throws: when the core's own schema is not one.
    package init(_ sources: PluginSources, settings: StoredObject? = nil, previous: Deployment? = nil) throws {
        self.sources = sources
        settingsVersion = Self.version(of: settings)
        var problems: [PluginProblem] = []
        var configuration = settings.flatMap { Settings($0.spec).plugins }
        if let file = sources.file {
            if let ignored = configuration {
                problems.append(PluginProblem(.warning, at: ignored.value, of: settings?.id, "these plugins do not count: those of '\(file.path)' (--plugins) do"))
            }
            configuration = file.configuration(previous?.sources.file, &problems)
        }
        let search = PluginSearch(sources, configuration, previous: previous?.plugins, settings: settings?.id, &problems)
        var plugins = PluginPolicies.ordered(search.plugins, configuration)
        var policies = PluginPolicies.read(configuration, sources: sources, search: search, previous: previous?.plugins, settings: settings?.id, &problems)

        for plugin in plugins {
            let policy = policies[plugin.name]
            guard let crash = sources.crashes.last(where: { $0.isOf(plugin, settings: policy?.settings) }), policy?.off == nil else { continue }
            policies[plugin.name, default: PluginPolicy()].off = crash.reason
            problems.append(PluginProblem(.error, "plugin '\(plugin.name)' \(crash.reason)"))
        }

        // A plugin whose option another one has taken, or whose schema is not one, is left out; the others serve.
        func schemas(_ plugins: [LoadedPlugin]) throws -> APISchemas {
            let on = plugins.filter { policies[$0.name]?.off == nil }
            let off = plugins.filter { policies[$0.name]?.off != nil }
            return try APISchemas(
                options: on.flatMap { Self.options(of: $0) }, off: off.flatMap { Self.options(of: $0, reason: policies[$0.name]?.off ?? "") }
            )
        }
        if let all = try? schemas(plugins) {
            self.schemas = all
        } else {
            var kept: [LoadedPlugin] = []
            var result = try schemas([])
            for plugin in plugins {
                do {
                    result = try schemas(kept + [plugin])
                    kept.append(plugin)
                } catch {
                    problems.append(PluginProblem(.error, "plugin \(plugin.path) is not used: \(error)"))
                    policies[plugin.name] = nil
                }
            }
            plugins = kept
            self.schemas = result
        }
        watchedFolders = [sources.stock].compactMap(\.self) + sources.folders + (configuration?.searchPath ?? []).compactMap { folder in
            folder.text.map { PluginSearch.path($0, beside: folder) }
        }
        watchedFiles = [sources.file?.path].compactMap(\.self) + (configuration?.uses ?? []).compactMap(\.file).compactMap { file in
            file.text.map { PluginSearch.path($0, beside: file) }
        }
        let set = PluginSet(plugins: plugins, failures: search.failures, policies: policies, previous: previous?.plugins)
        problems += set.failures.map { PluginProblem(.error, $0.description) }
        self.plugins = set
        self.problems = problems
    }

    /// The deployment that Settings ask for; nil when it is this one.
    package func following(_ settings: StoredObject?) throws -> Deployment? {
        guard Self.version(of: settings) != settingsVersion else { return nil }
        return try Deployment(sources, settings: settings, previous: self)
    }

    /// The same, looked for anew: files of plugins, or of what is said about them, have changed.
    package func again(_ settings: StoredObject?) throws -> Deployment {
        var sources = sources
        sources.file = sources.file.map { PluginsFile(path: $0.path) }
        return try Deployment(sources, settings: settings, previous: self)
    }

    /// Problems that the status of the Settings tells.
    package var reports: [Report] {
        problems.compactMap { problem in problem.settings.map { Report(problem.severity, $0, at: problem.value, problem.message) } }
    }

    private static func version(of settings: StoredObject?) -> UInt64 {
        settings.flatMap { Settings($0.spec).plugins?.value.contentHash() } ?? 0
    }

    private static func options(of plugin: LoadedPlugin, reason: String = "") -> [APISchemas.Option] {
        OptionScope.allCases.filter { $0 != .settings }.flatMap { scope in
            (plugin.schema[key: scope.rawValue]?.members ?? .none).map { option in
                APISchemas.Option(name: option.key ?? "", hole: scope.rawValue, schema: option, owner: plugin.name, reason: reason)
            }
        }
    }
}

/// Where a deployment's plugins come from, besides what is in the Settings.
package struct PluginSources: Sendable {
    /// The folder of the stock plugins; nil when there is none.
    package var stock: String?
    /// Further folders, of the command line.
    package var folders: [String]
    /// Optional stock plugins to use, of the command line.
    package var enabled: Set<String>
    package var file: PluginsFile?
    /// What crashed before the start.
    package var crashes: [CrashRecord] = []

    package init(stock: String?, folders: [String] = [], enabled: Set<String> = [], file: PluginsFile? = nil) {
        self.stock = stock
        self.folders = folders
        self.enabled = enabled
        self.file = file
    }
}

/// Something wrong with a plugin, or with what an operator says about plugins.
package struct PluginProblem: Sendable {
    package let severity: ConfigSeverity
    /// Where it is said; nil where nothing written is at fault.
    package let value: ConfigValue?
    /// The Settings, where it is said there: their status tells it.
    package let settings: ObjectID?
    package let message: String

    init(_ severity: ConfigSeverity, at value: ConfigValue? = nil, of settings: ObjectID? = nil, _ message: String) {
        self.severity = severity
        self.value = value
        self.settings = settings
        self.message = message
    }

    /// With its place.
    package var description: String { value.map { ConfigProblem(severity, at: $0, message).description } ?? message }
}
