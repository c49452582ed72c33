import ConfigTree
import Foundation
import PluginHost
import Testing

@Suite("Loading a plugin")
struct LoadingTests {
    /// The line that the operator reads.
    private func failure(_ path: String) -> String {
        do throws(LoadFailure) {
            let plugin = try LoadedPlugin.load(path)
            return "loaded \(plugin.name)"
        } catch {
            return "\(error)"
        }
    }

    @Test("a well-made plugin is loaded with all it says of itself")
    func wellMade() throws {
        let path = try Fixture.library("loading")
        let plugin = try LoadedPlugin.load(path)
        #expect(plugin.path == path)
        #expect(plugin.name == "loading")
        #expect(plugin.version == "1.0.0")
        #expect(plugin.summary == "For the tests.")
        #expect(plugin.abi == (1, 2))
        #expect(plugin.hooks.map(\.option) == ["probe"])
        #expect(plugin.hooks.map(\.phase) == [.route])
    }

    @Test(
        "what is wrong with the inside of a library is said in one line",
        arguments: [
            (["ENTRY=another"], "it has no symbol 'sluice_plugin'; a plugin exports that function (see sluice_plugin.h)"),
            (["REFUSES"], "it refuses a host of ABI 1.2"),
            (["MAJOR=2"], "it is built for ABI 2.2 and this program speaks 1.2; rebuild it against the header of this program"),
            (["MAJOR=2", "DESCRIPTOR_SIZE=16"], "it is built for ABI 2.2 and this program speaks 1.2; rebuild it against the header of this program"),
            (["DESCRIPTOR_SIZE=88"], "its descriptor has 88 bytes, fewer than ABI 1.0 has (96)"),
            (["NAME=TEXT(\"Loud Name\")"], "its name is 'Loud Name'; a plugin's name has lower-case letters, digits, '-' and '_'"),
            (["NAME={0}"], "its name is ''; a plugin's name has lower-case letters, digits, '-' and '_'"),
            (["NAME={(const uint8_t *)\"x\",-1}"], "its name says that it is 18446744073709551615 bytes long"),
            (["SCHEMA=TEXT(\"[]\")"], "its options schema is not a JSON object"),
            (
                ["SCHEMA=TEXT(\"{\\\"routes\\\": {}}\")"],
                "its options schema names the place 'routes'; options stand in: upstream, serviceSpec, weightedDestination, destinationSpec, route, virtualHost,"
                    + " httpListener, tcpListener, listener, sslConfig, settings"
            ),
            (["PHASE=42"], "the hook for option 'probe' names phase 42, which ABI 1.2 does not have"),
            (["PHASE=42", "MINOR=3"], "the hook for option 'probe' names phase 42, which ABI 1.2 does not have; it is built for ABI 1.3"),
            (["SIGNATURE=\"ppppuu\""], "the hook for option 'probe' has signature \"ppppuu\", phase 'route' of ABI 1.2 wants \"ppppu\""),
            (["SIGNATURE=\"ppppuu\"", "MINOR=7"], "the hook for option 'probe' has signature \"ppppuu\", phase 'route' of ABI 1.2 wants \"ppppu\""),
            (["FUNCTION=NULL"], "the hook for option 'probe' has no function"),
            (["HOOKS=NULL", "HOOK_COUNT=3"], "it announces 3 hooks and names none"),
            (["HOOK_COUNT=-1"], "it announces 18446744073709551615 hooks"),
            (["HOOK_SIZE=8"], "hook 0 has 8 bytes, fewer than ABI 1.0 has (64)"),
            (["HOOK_SIZE=8", "MINOR=7"], "hook 0 has 8 bytes, fewer than ABI 1.0 has (64)"),
        ] as [([String], String)]
    )
    func wrongInside(defines: [String], reason: String) throws {
        let path = try Fixture.library("loading", defines: defines)
        #expect(failure(path) == "plugin \(path) is not loaded: \(reason)")
    }

    @Test("an options schema that is not JSON is shown at its place")
    func schemaNotJSON() throws {
        let path = try Fixture.library("loading", defines: ["SCHEMA=TEXT(\"{oops\")"])
        let line = failure(path)
        #expect(line.hasPrefix("plugin \(path) is not loaded: its options schema is not JSON: the options schema of plugin 'loading':1:2: "), "\(line)")
    }

    @Test("a plugin without hooks and options is a plugin")
    func empty() throws {
        let path = try Fixture.library("loading", defines: ["HOOKS=NULL", "HOOK_COUNT=0", "SCHEMA=TEXT(\"{}\")"])
        #expect(try LoadedPlugin.load(path).hooks.isEmpty)
    }

    // MARK: Files

    @Test("a file that is no library")
    func noLibrary() throws {
        let path = try Fixture.folder("text") + "/libsluice_text.so"
        try "This is a text.".write(toFile: path, atomically: true, encoding: .utf8)
        let line = failure(path)
        #expect(line.hasPrefix("plugin \(path) is not loaded: it cannot be opened as a shared library: \(path): "), "\(line)")
    }

    @Test("no file, and a folder in its place")
    func noFile() throws {
        let folder = try Fixture.folder("folder")
        #expect(failure("\(folder)/missing.so") == "plugin \(folder)/missing.so is not loaded: there is no such file")
        #expect(failure("\(folder)/a/b.so") == "plugin \(folder)/a/b.so is not loaded: there is no such file")
        #expect(failure(folder) == "plugin \(folder) is not loaded: it is not a file")
    }

    @Test("a file that everybody may write to")
    func writableFile() throws {
        let path = try Fixture.folder("writable-file") + "/libsluice_x.so"
        try FileManager.default.copyItem(atPath: try Fixture.library("loading"), toPath: path)
        try FileManager.default.setAttributes([.posixPermissions: 0o757], ofItemAtPath: path)
        #expect(failure(path) == "plugin \(path) is not loaded: everybody may write to it; take that away with: chmod o-w \(path)")
    }

    @Test("a file in a folder that everybody may write to, and a link that leads there")
    func writableFolder() throws {
        let folder = try Fixture.folder("writable-folder")
        let path = folder + "/libsluice_x.so"
        try FileManager.default.copyItem(atPath: try Fixture.library("loading"), toPath: path)
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder)
        let remedy = "everybody may write to its folder; take that away with: chmod o-w \(folder)"
        #expect(failure(path) == "plugin \(path) is not loaded: \(remedy)")
        let link = try Fixture.folder("link") + "/libsluice_x.so"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        #expect(failure(link) == "plugin \(link) is not loaded: \(remedy)")
        // Where only its owner can replace a file, as in /tmp, it is loaded.
        try FileManager.default.setAttributes([.posixPermissions: 0o1777], ofItemAtPath: folder)
        #expect(failure(path) == "loaded loading")
    }

    // MARK: Compatibility

    @Test("a plugin of a newer minor version, with longer structs, runs with what this host has")
    func newerMinor() throws {
        let plugin = try LoadedPlugin.load(try Fixture.library("newer"))
        #expect(plugin.abi == (1, 7))
        #expect(plugin.hooks.map(\.option) == ["first", "second"])
        let writer = SubjectWriter(PluginSet(plugins: [plugin]))
        #expect(writer.subject(.route, try yaml("{second: 1, first: 1}")).said == ["first", "second"])
    }

    @Test("a plugin built with the header of ABI 1.0 loads and runs")
    func oldestHeader() throws {
        let plugin = try LoadedPlugin.load(try Fixture.library("values", header: Fixture.oldestHeader))
        #expect(plugin.abi == (1, 0))
        let writer = SubjectWriter(PluginSet(plugins: [plugin]))
        #expect(writer.subject(.route, try yaml("nested: [[1, 2], [3]]")).said == ["66"])
    }

    @Test("the header of this version is kept as it was released")
    func frozenHeader() throws {
        let now = try String(contentsOf: Fixture.header.appending(path: "sluice_plugin.h"), encoding: .utf8)
        func number(_ name: String) throws -> Int { Int(try #require(now.firstMatch(of: try Regex("#define SLUICE_ABI_\(name) ([0-9]+)"))?[1].substring)) ?? -1 }
        let version = "\(try number("MAJOR")).\(try number("MINOR"))"
        let released = try String(contentsOf: Fixture.folder.appending(path: "ABI/\(version)/sluice_plugin.h"), encoding: .utf8)
        #expect(
            now == released,
            """
            PluginSDK/C/include/sluice_plugin.h still says ABI \(version) and differs from Tests/PluginHostTests/ABI/\(version)/sluice_plugin.h.
            Only words changed: copy it there. Something was added: raise SLUICE_ABI_MINOR, leave ABI/\(version) alone, and keep the new
            header beside it. Anything else breaks plugins that exist: do not.
            """
        )
    }
}
