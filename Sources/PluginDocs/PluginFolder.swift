internal import Foundation
package import PluginHost

/// The sources of plugins, where their examples are: `Plugins/<Name>/example.yaml`.
package struct PluginFolder: Sendable {
    package let path: String

    package init(_ path: String) { self.path = path }

    /// The file of a plugin's example, whether it is there or not: the folder is the one whose name is the plugin's in lower case.
    package func exampleFile(of plugin: String) -> String? {
        let folders = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return folders.first { $0.lowercased() == plugin }.map { "\($0)/example.yaml" }
    }

    package func example(of plugin: String) -> String? {
        exampleFile(of: plugin).flatMap { try? String(contentsOfFile: "\(path)/\($0)", encoding: .utf8) }
    }

    /// Every page by the name of its file, README.md among them.
    package func pages(_ plugins: [LoadedPlugin]) -> [String: String] {
        let pages = PluginPages(plugins)
        var all = ["README.md": pages.index()]
        for plugin in plugins {
            all["\(plugin.name).md"] = pages.page(plugin, example: example(of: plugin.name), exampleFile: "Plugins/\(exampleFile(of: plugin.name) ?? "")")
        }
        return all
    }
}
