import APIResources
import ArgumentParser
import ConfigStores
import Foundation
import Logging
import PluginHost
import Syncer

/// What every command that reads configuration takes.
struct Inputs: ParsableArguments {
    @Argument(help: "Folder of YAML and JSON files; sub-folders are read too.")
    var folder: String

    @Option(name: .customLong("plugins-dir"), help: ArgumentHelp("Another folder with plugins (libsluice_*.so), besides the stock ones. Repeatable.", valueName: "folder"))
    var pluginFolders: [String] = []

    @Option(name: .customLong("enable-plugin"), help: .enablePlugin)
    var enabledPlugins: [String] = []

    @Option(name: .customLong("plugins"), help: .pluginsFile)
    var pluginsFile: String?

    @Option(help: "Namespace in which gateways are read and proxies live, and of objects that name none.")
    var namespace = "gloo-system"

    func deployment(crashes: [CrashRecord] = []) throws -> Deployment {
        var sources = PluginSources(
            stock: StockPlugins.folder, folders: pluginFolders, enabled: Set(enabledPlugins), file: pluginsFile.map { PluginsFile(path: $0) }
        )
        sources.crashes = crashes
        return try Deployment(sources)
    }

    func store(logger: Logger? = nil) -> FileStore {
        FileStore(root: folder, defaultNamespace: namespace, logger: logger)
    }
}

/// Where the plugins lie that come with the program.
enum StockPlugins {
    /// Beside the executable, as after a build, or in `../lib/sluice/plugins`, as after an installation.
    static var folder: String? {
        let executable = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        let place = executable.deletingLastPathComponent()
        let installed = place.deletingLastPathComponent().appending(path: "lib/sluice/plugins")
        for folder in [place, installed] {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
            if names.contains(where: { $0.hasPrefix("libsluice_") && $0.hasSuffix(".so") }) { return folder.path }
        }
        return nil
    }
}

extension ArgumentHelp {
    static let pluginsFile = ArgumentHelp(
        "Which plugins are used, and how, in YAML: searchPath, order, byName; read again when it changes.",
        discussion: "In place of 'plugins' of the Settings, for an operator who leaves plugins to nobody else. docs/plugin-deployment.md describes it.",
        valueName: "file"
    )

    static let enablePlugin = ArgumentHelp(
        "An optional stock plugin to use: \(Deployment.optional.sorted().joined(separator: ", ")). Repeatable.",
        discussion: "Off by default is what lets the writer of a route do more than routing: 'envoypatch' can read files of the proxy and take filters away.",
        valueName: "name"
    )
}

/// For results that a program may read.
enum TextFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json
}

enum ResourceFormat: String, ExpressibleByArgument, CaseIterable {
    case yaml, json
}

enum LogLevel: String, ExpressibleByArgument, CaseIterable {
    case debug, info, warning, error

    func logger() -> Logger {
        var logger = Logger(label: "sluice") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = Logger.Level(rawValue: rawValue) ?? .info
        return logger
    }
}

extension URL {
    /// An absolute path without `.`, `..` and links, for comparing.
    static func canonical(_ path: String) -> String {
        URL(filePath: path).standardizedFileURL.resolvingSymlinksInPath().path
    }
}
