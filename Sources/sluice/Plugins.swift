import APIResources
import ArgumentParser
import ConfigTree
import Foundation
import PluginHost
import Syncer

struct Plugins: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the translation plugins.",
        subcommands: [List.self, Inspect.self, Docs.self],
        defaultSubcommand: List.self
    )

    struct Source: ParsableArguments {
        @Option(name: .customLong("plugins-dir"), help: ArgumentHelp("Another folder with plugins. Repeatable.", valueName: "folder"))
        var folders: [String] = []

        @Option(name: .customLong("enable-plugin"), help: .enablePlugin)
        var enabled: [String] = []

        @Option(help: "text, or json for programs.")
        var output = TextFormat.text

        func load() throws -> Deployment {
            let deployment = try Deployment(stock: StockPlugins.folder, folders: folders, enabled: Set(enabled))
            for problem in deployment.problems { complain(problem) }
            return deployment
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Name the plugins that are loaded, and those that cannot be.")
        @OptionGroup var source: Source

        func run() throws {
            let deployment = try source.load()
            let plugins = (deployment.plugins.plugins + deployment.off).sorted { $0.name < $1.name }
            let off = Set(deployment.off.map(\.name))
            if source.output == .json {
                print(try JSONText.of(plugins.map { describe($0, isOff: off.contains($0.name)) }))
                return
            }
            let rows = [["NAME", "VERSION", "ABI", "OPTIONS", "FILE"]]
                + plugins.map { plugin in
                    [
                        plugin.name, plugin.version, "\(plugin.abi.major).\(plugin.abi.minor)",
                        off.contains(plugin.name) ? "off, see --enable-plugin" : Array(Set(plugin.hooks.compactMap(\.option))).sorted().joined(separator: ","),
                        plugin.path,
                    ]
                }
            let widths = (0..<4).map { column in rows.map { $0[column].count }.max() ?? 0 }
            for row in rows {
                print(row.enumerated().map { $0 < 4 ? $1.padding(toLength: widths[$0], withPad: " ", startingAt: 0) : $1 }.joined(separator: "  "))
            }
        }
    }

    struct Inspect: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show one plugin: its hooks, and the schema of its options.")
        @Argument(help: "The plugin's name, or the path of its file.") var name: String
        @OptionGroup var source: Source

        func run() throws {
            let plugin: LoadedPlugin
            var isOff = false
            if name.contains("/") {
                do {
                    plugin = try LoadedPlugin.load(name)
                } catch {
                    throw Failure("\(error)")
                }
            } else {
                let deployment = try source.load()
                let plugins = deployment.plugins.plugins + deployment.off
                guard let found = plugins.first(where: { $0.name == name }) else {
                    throw Failure("there is no plugin '\(name)'; loaded are: \(plugins.map(\.name).joined(separator: ", "))")
                }
                plugin = found
                isOff = deployment.off.contains { $0.name == name }
            }
            if source.output == .json {
                print(try JSONText.of(describe(plugin, isOff: isOff)))
                return
            }
            print("\(plugin.name) \(plugin.version): \(plugin.summary)\nfile: \(plugin.path)\nABI: \(plugin.abi.major).\(plugin.abi.minor)\nhooks:")
            for hook in plugin.hooks { print("  \(hook.phase)  \(hook.option ?? "(every subject)")") }
            print("options, by place:\n\(try JSONText.of(JSONText.value(plugin.schema)))")
        }
    }
}

/// - Parameter isOff: it is optional, and not enabled.
private func describe(_ plugin: LoadedPlugin, isOff: Bool = false) -> [String: Any] {
    [
        "name": plugin.name, "version": plugin.version, "description": plugin.summary, "file": plugin.path, "enabled": !isOff,
        "abi": "\(plugin.abi.major).\(plugin.abi.minor)",
        "hooks": plugin.hooks.map { ["phase": "\($0.phase)", "option": $0.option ?? ""] },
        "options": JSONText.value(plugin.schema),
    ]
}

/// JSON for people and programs: indented, keys sorted.
enum JSONText {
    static func of(_ value: Any) throws -> String {
        String(decoding: try JSONSerialization.data(withJSONObject: value, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes, .fragmentsAllowed]), as: UTF8.self)
    }

    static func value(_ value: ConfigValue) -> Any {
        switch value.kind {
        case .null: NSNull()
        case .list: value.elements.map(Self.value)
        // Members that a schema only knows to refuse them are no options.
        case .map: Dictionary(value.entries.filter { $0.value["x-sluice-refused"] == nil }.map { ($0.key, Self.value($0.value)) }, uniquingKeysWith: { $1 })
        case .scalar: scalar(value)
        }
    }

    private static func scalar(_ value: ConfigValue) -> Any {
        if !value.isQuoted {
            if let bool = value.bool { return bool }
            if let number = value.int64 { return number }
            if let number = value.double { return number }
        }
        return value.text ?? ""
    }
}
