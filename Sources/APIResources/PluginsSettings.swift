package import ConfigTree

/// `plugins` of the Settings, or a `--plugins` file: which plugins a deployment uses, and how.
package struct PluginsSettings: Sendable {
    package let value: ConfigValue
    package init(_ value: ConfigValue) { self.value = value }

    package var searchPath: [ConfigValue] { value["searchPath"].map { Array($0.elements) } ?? [] }
    package var order: [ConfigValue] { value["order"].map { Array($0.elements) } ?? [] }
    /// The entries of `byName`, in the order of the text; each knows its name as `key`.
    package var uses: [PluginUse] { (value["byName"]?.members ?? .none).map { PluginUse(name: $0.key ?? "", value: $0) } }

    package struct PluginUse: Sendable {
        package let name: String
        package let value: ConfigValue

        /// Nil where nothing is said: then the stock plugins have their usual state, and others are on.
        package var enabled: Bool? { value["enabled"]?.bool }
        package var file: ConfigValue? { value["file"] }
        package var sha256: ConfigValue? { value["sha256"] }
        package var settings: ConfigValue? { value["settings"] }
        package var proxies: [String] { (value["proxies"]?.elements ?? .none).compactMap(\.text) }
        package var filters: ConfigValue? { value["filters"] }

        package func gateways(defaultNamespace: String) -> [ResourceRef] {
            (value["gateways"]?.elements ?? .none).compactMap { gateway in
                gateway["name"]?.text.map { ResourceRef(namespace: gateway["namespace"]?.text ?? defaultNamespace, name: $0) }
            }
        }
    }
}

extension Settings {
    package var plugins: PluginsSettings? { spec?["plugins"].map(PluginsSettings.init) }
}
