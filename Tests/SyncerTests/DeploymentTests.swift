import APIResources
import ConfigStores
import ConfigTree
import Emitter
import Foundation
import PluginHost
@testable import Syncer
import Testing
import TranslationHarness

@Suite("What a deployment says about its plugins")
struct DeploymentTests {
    private let stock = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path

    /// The deployment of Settings with these plugins.
    private func deployment(_ plugins: String, folders: [String] = [], previous: Deployment? = nil) throws -> Deployment {
        let base = try Deployment(stock: stock, folders: folders)
        let spec = plugins.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)" }.joined(separator: "\n")
        var store = MemoryStore()
        var emitter = Emitter(ObjectChecker(base.schemas))
        _ = emitter.apply(
            store.write("settings.yaml", "apiVersion: gloo.solo.io/v1\nkind: Settings\nmetadata: {name: default}\nspec:\n  plugins:\n\(spec)\n")
        )
        let problems = emitter.problems.values.joined().map(\.description)
        guard emitter.snapshot.settings != nil else { throw HarnessFailure("\(problems)") }
        return try Deployment(base.sources, settings: emitter.snapshot.settings, previous: previous)
    }

    private func folder(_ files: [String: String]) throws -> String {
        let folder = NSTemporaryDirectory() + "sluice-deployment-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        for (name, source) in files { try FileManager.default.copyItem(atPath: "\(stock)/\(source)", toPath: "\(folder)/\(name)") }
        return folder
    }

    @Test("plugins stand in the order that is asked for, the others by name")
    func order() throws {
        #expect(try deployment("order: [tls, '*', cors]").plugins.plugins.map(\.name).first == "tls")
        #expect(try deployment("order: [tls, '*', cors]").plugins.plugins.map(\.name).last == "cors")
        let names = try deployment("order: [routing, cors]").plugins.plugins.map(\.name)
        #expect(names.prefix(2) == ["routing", "cors"])
        #expect(Array(names.dropFirst(2)) == names.dropFirst(2).sorted())
    }

    @Test("a plugin that is off stays known, and its options say so")
    func off() throws {
        let deployment = try deployment("byName:\n  cors: {enabled: false}\n  envoypatch: {enabled: true}")
        #expect(deployment.problems.isEmpty)
        #expect(deployment.plugins.plugin("cors")?.policy.off == "is off; to use it, set 'enabled: true' at settings.yaml:7:23")
        #expect(deployment.plugins.plugin("envoypatch")?.policy.off == nil)
        let route = try YAML.parseOne("options: {cors: {allowOrigin: ['*']}}\n", file: "r.yaml").root
        #expect(
            deployment.schemas.route.validate(route).map(\.message).contains(
                "'cors' is an option of the plugin 'cors', which is off; to use it, set 'enabled: true' at settings.yaml:7:23"
            )
        )
    }

    @Test("names that are no plugin's are told with what was meant", arguments: ["order: [corz]", "byName: {corz: {enabled: true}}"])
    func unknownName(plugins: String) throws {
        let problems = try deployment(plugins).problems
        #expect(problems.map(\.message) == ["there is no plugin 'corz'; did you mean 'cors'?"])
        #expect(problems.first?.settings?.ref.name == "default")
        #expect(problems.first?.description.hasPrefix("settings.yaml:6:") == true)
    }

    @Test("settings of a plugin that takes none switch it off; those of before go on when new ones are wrong")
    func settings() throws {
        let wrong = try deployment("byName: {cors: {settings: {a: 1}}}")
        #expect(wrong.problems.map(\.message) == ["settings.yaml:6:31: the plugin 'cors' has no settings (spec.plugins.byName.cors.settings)"])
        #expect(wrong.plugins.plugin("cors")?.policy.off?.hasPrefix("is off, since its settings are wrong") == true)
    }

    @Test("where filters stand, and for whom a plugin is")
    func policies() throws {
        let use = "{gateways: [{name: public}, {name: a, namespace: team}], proxies: [inner], filters: {stage: AuthZ, place: After, weight: -3}}"
        let policy = try #require(try deployment("byName: {cors: \(use)}").plugins.plugin("cors")?.policy)
        #expect(policy.reach == PluginPolicy.Reach(gateways: ["gloo-system/public", "team/a"], proxies: ["inner"]))
        #expect(policy.filterPlace == PluginPolicy.FilterPlace(stage: "AuthZ", place: "After", weight: -3))
        #expect(throws: HarnessFailure.self) { try deployment("byName: {cors: {filters: {stage: Authz}}}") }
    }

    @Test("the second plugin of a name is refused, and a folder that is missing is told")
    func twoOfOneName() throws {
        let folder = try folder(["libsluice_b.so": "libsluice_cors.so", "other.so": "libsluice_cors.so", "libsluice_c.txt": "libsluice_cors.so"])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let all = try Deployment(stock: stock, folders: [folder, "\(folder)/nowhere"])
        #expect(
            all.problems.map(\.message) == [
                "plugin \(folder)/libsluice_b.so is not loaded: a plugin with the name 'cors' is loaded already, from \(stock)/libsluice_cors.so",
                "plugin \(folder)/nowhere is not loaded: there is no such folder",
            ]
        )
        // Who names the file means it.
        let named = try deployment("byName: {cors: {file: \(folder)/libsluice_b.so}}")
        #expect(named.problems.isEmpty)
        #expect(named.plugins.plugin("cors")?.plugin.path == "\(folder)/libsluice_b.so")
        let other = try deployment("byName: {csrf: {file: \(folder)/libsluice_b.so}}").problems.map(\.description)
        #expect(other.count == 1)
        #expect(other.first?.contains("it calls itself 'cors', and its entry in 'byName' is 'csrf'") == true)
    }

    @Test("a file whose digest is not the one that is asked for is not opened")
    func pin() throws {
        let zeros = String(repeating: "0", count: 64)
        let problems = try deployment("byName: {cors: {sha256: '\(zeros)'}}").problems.map(\.description)
        let message = try #require(problems.first)
        #expect(message.hasPrefix("settings.yaml:6:29: plugin \(stock)/libsluice_cors.so is not loaded: its SHA-256 is "))
        let digest = try #require(message.firstMatch(of: /SHA-256 is ([0-9a-f]{64})/)).output.1
        let pinned = try deployment("byName: {cors: {sha256: '\(digest.uppercased())'}}")
        #expect(pinned.problems.isEmpty)
        #expect(pinned.plugins.plugin("cors") != nil)
        // The one that runs goes on while the file is another.
        let later = try deployment("byName: {cors: {sha256: '\(zeros)'}}", previous: pinned)
        #expect(later.plugins.plugin("cors")?.plugin === pinned.plugins.plugin("cors")?.plugin)
        #expect(later.problems.first?.message.contains("the one that was loaded before goes on") == true)
    }

    @Test("what is loaded is not loaded again, and options keep their numbers")
    func reuse() throws {
        let first = try deployment("order: ['*']")
        let second = try deployment("order: [tls, '*']\nbyName: {cors: {enabled: false}}", previous: first)
        #expect(second.plugins.plugin("tls")?.plugin === first.plugins.plugin("tls")?.plugin)
        for option in ["cors", "csrf", "sslConfig"] { #expect(second.plugins.number(of: option) == first.plugins.number(of: option)) }
    }

    @Test("a file of plugins goes before the Settings, and one with mistakes leaves things as they are")
    func file() throws {
        let folder = try folder([:])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = "\(folder)/plugins.yaml"
        try "byName: {cors: {enabled: false}}\n".write(toFile: path, atomically: true, encoding: .utf8)
        let first = try Deployment(PluginSources(stock: stock, file: PluginsFile(path: path)))
        #expect(first.plugins.plugin("cors")?.policy.off == "is off; to use it, set 'enabled: true' at \(path):1:26")
        try "byName: {cors: {enable: false}}\n".write(toFile: path, atomically: true, encoding: .utf8)
        let second = try first.again(nil)
        #expect(second.plugins.plugin("cors")?.policy.off != nil)
        #expect(second.problems.map(\.message) == [
            "\(path):1:17: unknown field 'enable'; did you mean 'enabled'? (byName.cors)", "\(path): the plugins go on as the file said before",
        ])
        #expect(try Deployment(PluginSources(stock: stock, file: PluginsFile(path: "\(folder)/none"))).problems.map(\.message) == ["\(folder)/none: there is no such file"])
    }
}
