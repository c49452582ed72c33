internal import APIResources
internal import ConfigTree
internal import Crypto
internal import Foundation
internal import PluginHost

/// Finds the files of a deployment's plugins and opens those that may be opened.
///
/// A file that was opened before and has not changed is not opened again. One that has changed is another library; if it cannot be used,
/// the one that was opened from the same place goes on.
struct PluginSearch {
    private(set) var plugins: [LoadedPlugin] = []
    private(set) var failures: [LoadFailure] = []
    /// Names of those that were not found among the stock ones.
    private(set) var others: Set<String> = []

    private let previous: PluginSet?
    private let settings: ObjectID?
    /// What is said about a plugin, by its name.
    private let uses: [String: PluginsSettings.PluginUse]

    init(_ sources: PluginSources, _ configuration: PluginsSettings?, previous: PluginSet?, settings: ObjectID?, _ problems: inout [PluginProblem]) {
        self.previous = previous
        self.settings = settings
        uses = Dictionary((configuration?.uses ?? []).map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        // Files that were named go before those that are found, and folders in the order in which they were named.
        for use in uses.values.sorted(by: { $0.name < $1.name }) {
            guard let file = use.file, let path = file.text else { continue }
            open(Self.path(path, beside: file), expected: use.name, &problems)
        }
        if let stock = sources.stock { look(in: stock, isStock: true, at: nil, &problems) }
        for folder in sources.folders { look(in: folder, at: nil, &problems) }
        for folder in configuration?.searchPath ?? [] {
            if let path = folder.text { look(in: Self.path(path, beside: folder), at: folder, &problems) }
        }
    }

    /// Paths are relative to the file in which they stand.
    static func path(_ path: String, beside value: ConfigValue) -> String {
        path.hasPrefix("/") ? path : URL(filePath: value.document.file).deletingLastPathComponent().appending(path: path).standardizedFileURL.path
    }

    private mutating func look(in folder: String, isStock: Bool = false, at value: ConfigValue?, _ problems: inout [PluginProblem]) {
        do throws(LoadFailure) {
            for path in try LoadedPlugin.libraries(in: folder) { open(path, isStock: isStock, &problems) }
        } catch {
            if let value { problems.append(PluginProblem(.error, at: value, of: settings, error.reason)) } else { failures.append(error) }
        }
    }

    /// - Parameter expected: the name under which the operator speaks of it, if the file was named.
    private mutating func open(_ path: String, expected: String? = nil, isStock: Bool = false, _ problems: inout [PluginProblem]) {
        let name = expected ?? LoadedPlugin.name(ofLibrary: path)
        do throws(LoadFailure) {
            if let pin = uses[name]?.sha256, let digest = pin.text { try Self.check(path, digest.lowercased()) }
            let plugin = try LoadedPlugin.load(path, unless: previous?.plugins ?? [])
            if let expected, plugin.name != expected {
                throw LoadFailure(path, "it calls itself '\(plugin.name)', and its entry in 'byName' is '\(expected)'")
            }
            // The name of the file is no promise: the pin is of the name that the plugin has.
            if plugin.name != name, let digest = uses[plugin.name]?.sha256?.text { try Self.check(path, digest.lowercased()) }
            add(plugin, isStock: isStock)
        } catch {
            if let before = previous?.plugins.first(where: { $0.path == path }) {
                failures.append(LoadFailure(path, "\(error.reason); the one that was loaded before goes on"))
                add(before, isStock: isStock)
            } else if let file = uses[name]?.file, expected != nil {
                problems.append(PluginProblem(.error, at: file, of: settings, error.description))
            } else if let pin = uses[name]?.sha256, error.isPin {
                problems.append(PluginProblem(.error, at: pin, of: settings, error.description))
            } else {
                failures.append(error)
            }
        }
    }

    private mutating func add(_ plugin: LoadedPlugin, isStock: Bool) {
        if let other = plugins.first(where: { $0.name == plugin.name }) {
            // Who names a file for a stock plugin means to replace it.
            if other.path != plugin.path, !(isStock && uses[plugin.name]?.file != nil) {
                failures.append(LoadFailure(plugin.path, "a plugin with the name '\(plugin.name)' is loaded already, from \(other.path)"))
            }
            return
        }
        plugins.append(plugin)
        if !isStock { others.insert(plugin.name) }
    }

    private static func check(_ path: String, _ digest: String) throws(LoadFailure) {
        guard let bytes = try? Data(contentsOf: URL(filePath: path)) else { throw LoadFailure(path, "it cannot be read") }
        let found = SHA256.hash(data: bytes).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        guard found == digest else {
            throw LoadFailure(path, "its SHA-256 is \(found), and 'sha256' says \(digest); if the file is the right one, correct 'sha256'", isPin: true)
        }
    }
}
