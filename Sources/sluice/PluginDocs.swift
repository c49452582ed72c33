import ArgumentParser
import Foundation
import PluginDocs
import PluginHost
import Syncer

extension Plugins {
    struct Docs: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a page in Markdown for each plugin, and a list of them.",
            discussion: """
                What is on a page stands in the plugin: its description, the schema of its options, and the file example.yaml in its folder of sources.
                Run it after a change of a schema or an example; a test holds docs/plugins to what the plugins say.
                """
        )

        @Option(help: ArgumentHelp("Where the pages go.", valueName: "folder")) var out = "docs/plugins"
        @Option(help: ArgumentHelp("The sources of the plugins, with their examples.", valueName: "folder")) var sources = "Plugins"
        @Flag(help: "Write nothing; exit code 1, and the names of pages that would change.") var check = false
        @Option(name: .customLong("plugins-dir"), help: ArgumentHelp("Another folder with plugins. Repeatable.", valueName: "folder"))
        var folders: [String] = []

        func run() throws {
            let deployment = try Deployment(stock: StockPlugins.folder, folders: folders, enabled: Deployment.optional)
            for problem in deployment.problems { complain(problem.description) }
            let pages = PluginFolder(sources).pages(deployment.plugins.plugins)
            let there = ((try? FileManager.default.contentsOfDirectory(atPath: out)) ?? []).filter { $0.hasSuffix(".md") }
            let stale = there.filter { pages[$0] == nil }
            let changed = pages.filter { name, text in (try? String(contentsOfFile: "\(out)/\(name)", encoding: .utf8)) != text }
            if check {
                guard stale.isEmpty, changed.isEmpty else {
                    throw Failure("not what the plugins say: \((stale + changed.keys).sorted().joined(separator: ", ")); `sluice plugins docs` writes them")
                }
                return
            }
            try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
            for name in stale { try FileManager.default.removeItem(atPath: "\(out)/\(name)") }
            for (name, text) in changed { try Data(text.utf8).write(to: URL(filePath: "\(out)/\(name)")) }
            print("\(pages.count) pages in \(out), \(changed.count) of them new or changed, \(stale.count) removed")
        }
    }
}
