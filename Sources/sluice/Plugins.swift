import APIResources
import AdminServer
import ArgumentParser
import ConfigTree
import Foundation
import NIOCore
import PluginHost
import Syncer

struct Plugins: AsyncParsableCommand {
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

        @Option(name: .customLong("plugins"), help: .pluginsFile)
        var file: String?

        @Option(help: "text, or json for programs.")
        var output = TextFormat.text

        func load() throws -> Deployment {
            let deployment = try Deployment(
                PluginSources(stock: StockPlugins.folder, folders: folders, enabled: Set(enabled), file: file.map { PluginsFile(path: $0) })
            )
            for problem in deployment.problems { complain(problem.description) }
            return deployment
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Name the plugins that are loaded, and those that cannot be.",
            discussion: "With --server those of a running control plane, with how often each was called, with how many errors, and for how long."
        )
        @OptionGroup var source: Source

        @Option(help: ArgumentHelp("The web page of a running control plane, http://127.0.0.1:\(AdminServer.Configuration.usualPort) as a rule.", valueName: "url"))
        var server: String?

        func run() async throws {
            let plugins = if let server { try await Self.plugins(of: server) } else { PluginReport.all(try source.load()) }
            if source.output == .json {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
                return print(String(decoding: try encoder.encode(plugins), as: UTF8.self))
            }
            print(PluginTable.text(plugins, withCounts: server != nil), terminator: "")
        }

        private static func plugins(of server: String) async throws -> [PluginReport] {
            guard let url = URL(string: server) else { throw Failure("--server has the form http://<host>:<port>, not '\(server)'") }
            let body = try await AdminClient.get("/plugins", of: url)
            do {
                return try JSONDecoder().decode(PluginsReport.self, from: Data(body.readableBytesView)).plugins
            } catch {
                throw Failure("\(server) is no control plane of this version: its /plugins cannot be read (\(error))")
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
                let plugins = deployment.plugins.plugins
                guard let found = deployment.plugins.plugin(name) else {
                    throw Failure("there is no plugin '\(name)'; loaded are: \(plugins.map(\.name).joined(separator: ", "))")
                }
                plugin = found.plugin
                isOff = found.policy.off != nil
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
