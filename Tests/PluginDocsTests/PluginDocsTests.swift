import APIResources
import ConfigTree
import EnvoyTranslation
import EnvoyValidation
import Foundation
import HashTreeCollections
import PluginDocs
import PluginHost
import Syncer
import Testing
import TranslationHarness

@Suite struct PluginDocsTests {
    private static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized.path
    private static let sources = PluginFolder("\(repository)/Plugins")

    private func plugins() throws -> [LoadedPlugin] { try Stock.deployment.get().plugins.plugins }

    @Test("docs/plugins holds what the plugins say")
    func pages() throws {
        let pages = Self.sources.pages(try plugins())
        let folder = "\(Self.repository)/docs/plugins"
        let there = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".md") }
        for name in Set(there).union(pages.keys).sorted() {
            let text = try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
            #expect(text == pages[name], "docs/plugins/\(name) is not what the plugins say; `.build/debug/sluice plugins docs` writes it")
        }
    }

    @Test("every option, and every member of one, is described")
    func descriptions() throws {
        for (plugin, field) in PluginPages(try plugins()).undescribed {
            Issue.record("\(plugin): '\(field)' has no 'description' in the plugin's schema: say what it does, with unit and default")
        }
    }

    @Test("every plugin has an example that uses it and that runs without a word")
    func examples() throws {
        var port = 9000
        var all: [(name: String, resources: EnvoyCheck.Resources)] = []
        for plugin in try plugins() {
            guard let example = Self.sources.example(of: plugin.name) else {
                Issue.record(
                    """
                    plugin \(plugin.name) has no example: write Plugins/<its folder>/example.yaml, a whole configuration (a Gateway, a VirtualService, \
                    an Upstream where one is needed) that shows what it is for, and run `.build/debug/sluice plugins docs`
                    """
                )
                continue
            }
            let options = Set(plugin.hooks.compactMap(\.option))
            #expect(options.isEmpty || options.contains { example.contains("\($0):") }, "the example of \(plugin.name) uses none of \(options.sorted())")
            let made = try OneTranslation(example, file: "example.yaml")
            #expect(made.problems.map { "\($0.1)" } == [], "the example of \(plugin.name)")
            #expect(!made.translation.snapshots.isEmpty, "the example of \(plugin.name) makes nothing for a proxy")
            for snapshot in made.translation.snapshots.values {
                port += 1
                all.append((plugin.name, try EnvoyCheck.Resources(snapshot)))
            }
        }
        guard let envoy = RealEnvoy.check else { return }
        // One by one: they have names and ports in common.
        for (name, resources) in all {
            #expect(try envoy.problems(role: name, resources) == [], "the example of \(name)")
        }
    }
}
