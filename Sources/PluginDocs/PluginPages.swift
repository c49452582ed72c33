internal import ConfigTree
package import PluginHost

/// Pages about plugins for people, in Markdown, made of what the plugins publish: descriptions, schemas, hooks.
package struct PluginPages {
    private let plugins: [LoadedPlugin]

    package init(_ plugins: [LoadedPlugin]) { self.plugins = plugins.sorted { $0.name < $1.name } }

    /// The page of one plugin.
    ///
    /// - Parameters:
    ///   - example: objects in YAML that show it; nil when there are none.
    ///   - exampleFile: how the page names the file of the example.
    package func page(_ plugin: LoadedPlugin, example: String?, exampleFile: String) -> String {
        var text = "# \(plugin.name)\n\n\(plugin.summary)\n"
        for section in sections(of: plugin) { text += "\n" + section }
        let foreign = foreignOptions(of: plugin)
        if !foreign.isEmpty {
            text += "\n## Options of other plugins\n\nIt also acts on \(foreign.map { "`\($0.option)`, which [\($0.owner)](\($0.owner).md) describes" }.joined(separator: "; ")).\n"
        }
        if let example {
            let folder = exampleFile.split(separator: "/").dropLast().joined(separator: "/")
            text += "\n## Example\n\n[\(exampleFile)](../../\(exampleFile)); `sluice run \(folder)` serves it.\n\n```yaml\n\(example.hasSuffix("\n") ? example : example + "\n")```\n"
        }
        return text + "\n" + Self.notice
    }

    /// The list of all, with links.
    package func index() -> String {
        var text = "# Stock plugins\n\nEach of these is a shared library that comes with Sluice; its page has every option with type, default and meaning, and an example.\n\n"
        text += "| Plugin | What it does | Options |\n|---|---|---|\n"
        for plugin in plugins {
            let names = sortedUnique(own(plugin).map(\.name) + foreignOptions(of: plugin).map(\.option))
            text += "| [\(plugin.name)](\(plugin.name).md) | \(Markdown.cell(plugin.summary)) | \(names.map { "`\($0)`" }.joined(separator: ", ")) |\n"
        }
        return text + "\n" + Self.notice
    }

    /// Options, and members of options, without a description.
    package var undescribed: [(plugin: String, field: String)] {
        plugins.flatMap { plugin in
            own(plugin).flatMap { option in
                let isDescribed = option.written[key: "description"] != nil || option.schema[key: "description"] != nil
                return (isDescribed ? [] : ["\(option.name)"]) + FieldTable(of: option.written).undescribed.map { "\(option.name): \($0)" }
            }
            .map { (plugin.name, $0) }
        }
    }

    private static let notice = "<!-- Written by `sluice plugins docs`; what is wrong here is mended in the plugin's schema. -->\n"

    private struct OwnOption {
        let name: String
        let place: OptionScope
        let written: ConfigValue
        let schema: ConfigValue
    }

    private func own(_ plugin: LoadedPlugin) -> [OwnOption] {
        OptionScope.allCases.flatMap { place in
            (plugin.schema[key: place.rawValue]?.members ?? .none).map { option in
                OwnOption(name: option.key ?? "", place: place, written: option, schema: SchemaReference.resolve(option))
            }
        }
    }

    /// One for each option; places where it is the same share one.
    private func sections(of plugin: LoadedPlugin) -> [String] {
        let all = own(plugin)
        var seen: [(name: String, index: Int)] = []
        return all.compactMap { option in
            guard !seen.contains(where: { $0 == (option.name, option.schema.index) }) else { return nil }
            seen.append((option.name, option.schema.index))
            let same = all.filter { $0.name == option.name && $0.schema.index == option.schema.index }
            let isOnly = all.allSatisfy { $0.name != option.name || $0.schema.index == option.schema.index }
            return section(option, places: same.map(\.place), isOnly: isOnly)
        }
    }

    private func section(_ option: OwnOption, places: [OptionScope], isOnly: Bool) -> String {
        var text = "## `\(option.name)`\(isOnly ? "" : " of \(places.map(Self.shortName).joined(separator: ", "))")\n\n"
        let description = option.written[key: "description"]?.text ?? option.schema[key: "description"]?.text
        text += ([description].compactMap { $0.map(Markdown.cell) } + FieldTable.exclusions(option.schema)).joined(separator: " ") + "\n\n"
        text += "Stands in: \(places.map(Self.words).joined(separator: "; ")).\n"
        let standard = option.schema[key: "default"].map { " Default: `\($0.text ?? "")`." } ?? ""
        if TypeText.type(of: option.schema) != "object" || !standard.isEmpty { text += "\nType: \(TypeText.of(option.schema)).\(standard)\n" }
        let table = FieldTable(of: option.written)
        if !table.rows.isEmpty {
            text += "\n| Field | Type | Default | What it does |\n|---|---|---|---|\n" + table.rows.joined(separator: "\n") + "\n"
        }
        if !table.refusals.isEmpty {
            text += "\nOf Gloo's fields these are refused:\n\n| Field | Why, and what to do |\n|---|---|\n" + table.refusals.joined(separator: "\n") + "\n"
        }
        return text
    }

    /// Options that a hook waits for and another plugin describes.
    private func foreignOptions(of plugin: LoadedPlugin) -> [(option: String, owner: String)] {
        let mine = Set(own(plugin).map(\.name))
        return sortedUnique(plugin.hooks.compactMap(\.option)).filter { !mine.contains($0) }.compactMap { option in
            plugins.first { other in other.name != plugin.name && own(other).contains { $0.name == option } }.map { (option, $0.name) }
        }
    }

    private func sortedUnique(_ names: [String]) -> [String] { Set(names).sorted() }

    private static func shortName(_ place: OptionScope) -> String {
        switch place {
        case .upstream: "upstreams"
        case .weightedDestination: "weighted destinations"
        case .destinationSpec: "destinations"
        case .route: "routes"
        case .virtualHost: "virtual hosts"
        case .httpListener: "HTTP gateways"
        case .tcpListener: "TCP gateways"
        case .listener: "gateways"
        case .sslConfig: "virtual services"
        case .settings: "the plugin's settings"
        }
    }

    private static func words(_ place: OptionScope) -> String {
        switch place {
        case .upstream: "`spec` of an Upstream"
        case .weightedDestination: "`options` of a weighted destination (`routeAction.multi.destinations[]`)"
        case .destinationSpec: "`destinationSpec` of a destination (`routeAction.single`, `routeAction.multi.destinations[].destination`)"
        case .route: "`options` of a route, and of a RouteOption"
        case .virtualHost: "`virtualHost.options` of a VirtualService, and `options` of a VirtualHostOption"
        case .httpListener: "`httpGateway.options` of a Gateway"
        case .tcpListener: "`tcpGateway.options` of a Gateway"
        case .listener: "`options` of a Gateway, HTTP or TCP"
        case .sslConfig: "`spec` of a VirtualService, and TCP hosts"
        case .settings: "the settings of the plugin"
        }
    }
}
