internal import APIResources
internal import ConfigTree
internal import PluginHost

/// Reads how plugins are used, and puts them in their order.
enum PluginPolicies {
    /// By the name of the plugin.
    static func read(
        _ configuration: PluginsSettings?, sources: PluginSources, search: PluginSearch, previous: PluginSet?, settings: ObjectID?,
        _ problems: inout [PluginProblem]
    ) -> [String: PluginPolicy] {
        var policies: [String: PluginPolicy] = [:]
        let names = Set(search.plugins.map(\.name))
        for name in Deployment.optional where names.contains(name) && !search.others.contains(name) && !sources.enabled.contains(name) {
            policies[name] = PluginPolicy(off: "is off; to use it, start Sluice with '--enable-plugin \(name)'")
        }
        for name in sources.enabled.subtracting(names).sorted() {
            problems.append(
                PluginProblem(.error, "there is no plugin '\(name)' to enable; optional ones are \(Deployment.optional.sorted().joined(separator: ", "))")
            )
        }
        for use in configuration?.uses ?? [] {
            guard let plugin = search.plugins.first(where: { $0.name == use.name }) else {
                // One that could not be opened has its own message.
                if use.file == nil, use.enabled != false, !search.failures.contains(where: { LoadedPlugin.name(ofLibrary: $0.path) == use.name }) {
                    problems.append(PluginProblem(.error, at: use.value, of: settings, missing(use.name, names)))
                }
                continue
            }
            policies[use.name] = policy(use, plugin, policies[use.name], previous, settings, &problems)
        }
        for entry in configuration?.order ?? [] {
            guard let name = entry.text, name != "*", !names.contains(name) else { continue }
            problems.append(PluginProblem(.error, at: entry, of: settings, missing(name, names)))
        }
        return policies
    }

    private static func policy(
        _ use: PluginsSettings.PluginUse, _ plugin: LoadedPlugin, _ usual: PluginPolicy?, _ previous: PluginSet?, _ settings: ObjectID?,
        _ problems: inout [PluginProblem]
    ) -> PluginPolicy {
        var policy = usual ?? PluginPolicy()
        switch use.enabled {
        case true: policy.off = nil
        case false: policy.off = "is off; to use it, set 'enabled: true' at \(use.value["enabled"]?.position.description ?? "its entry")"
        case nil: break
        }
        policy.reach = PluginPolicy.Reach(
            gateways: Set(use.gateways(defaultNamespace: "gloo-system").map(\.description)), proxies: Set(use.proxies)
        )
        if let filters = use.filters, let stage = filters["stage"]?.text {
            policy.filterPlace = PluginPolicy.FilterPlace(
                stage: stage, place: filters["place"]?.text ?? "During", weight: Int32(truncatingIfNeeded: filters["weight"]?.int64 ?? 0)
            )
        }
        guard let value = use.settings else { return policy }
        let found = mistakes(in: value, of: plugin)
        for mistake in found { problems.append(PluginProblem(.error, at: nil, of: settings, mistake.description)) }
        if found.isEmpty {
            policy.settings = value
        } else if let before = previous?.plugin(plugin.name)?.policy.settings, mistakes(in: before, of: plugin).isEmpty {
            policy.settings = before
        } else {
            policy.off = "is off, since its settings are wrong: \(found[0].description)"
        }
        return policy
    }

    private static func mistakes(in value: ConfigValue, of plugin: LoadedPlugin) -> [ConfigProblem] {
        guard let schema = plugin.schema[key: OptionScope.settings.rawValue] else {
            return [ConfigProblem(at: value, "the plugin '\(plugin.name)' has no settings")]
        }
        do {
            return try Schema.compile(schema).validate(value).filter { $0.severity == .error }
        } catch {
            return [ConfigProblem(at: value, "the plugin's schema of its settings is not one: \(error)")]
        }
    }

    private static func missing(_ name: String, _ names: Set<String>) -> String {
        let hint = Suggestion.closest(to: name, among: names.sorted()).map { "; did you mean '\($0)'?" } ?? "; sluice plugins list shows those there are"
        return "there is no plugin '\(name)'\(hint)"
    }

    /// Plugins as they contribute: those that `order` names, and where it says `*` the others.
    static func ordered(_ plugins: [LoadedPlugin], _ configuration: PluginsSettings?) -> [LoadedPlugin] {
        let order = (configuration?.order ?? []).compactMap(\.text)
        guard !order.isEmpty else { return plugins }
        let named = Set(order)
        let rest = plugins.filter { !named.contains($0.name) }.sorted { $0.name < $1.name }
        var result: [LoadedPlugin] = []
        for name in order.contains("*") ? order : order + ["*"] {
            for plugin in name == "*" ? rest : plugins.filter({ $0.name == name }) where !result.contains(where: { $0 === plugin }) {
                result.append(plugin)
            }
        }
        return result
    }
}
