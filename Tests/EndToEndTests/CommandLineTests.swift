import Foundation
import Glibc
import Testing

extension EndToEnd {
    @Suite struct CommandLine {
        private let examples = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../Examples").standardized.path

        private func sluice(_ arguments: String...) async throws -> (exit: ChildProcess.Exit, output: String, errors: String) {
            try await ChildProcess.run("sluice-\(arguments[0])", Place.sluice.get(), arguments)
        }

        private func folder(_ yaml: String) throws -> TemporaryFolder {
            let folder = try TemporaryFolder()
            try folder.write("config.yaml", yaml)
            return folder
        }

        /// What a user sees who made a mistake: an exit code, and one line that names what is wrong.
        private func expectOneLine(
            _ result: (exit: ChildProcess.Exit, output: String, errors: String), naming text: String,
            sourceLocation: SourceLocation = #_sourceLocation
        ) {
            #expect(result.exit != .code(0), sourceLocation: sourceLocation)
            if case .signal = result.exit { Issue.record("crashed: \(result)", sourceLocation: sourceLocation) }
            #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)", sourceLocation: sourceLocation)
            #expect(result.errors.contains(text), sourceLocation: sourceLocation)
        }

        @Test("a port in use is one line and an exit code")
        func portInUse() async throws {
            let taken = try await Upstream.start("taken")
            let folder = try folder(Edge.gateway("http", port: freePort()))
            expectOneLine(try await sluice("serve", folder.path, "--xds-port", "\(taken.port)"), naming: "\(taken.port)")
        }

        @Test("the pages about plugins are written, found unchanged, and told when they are not what plugins say")
        func pluginPages() async throws {
            let pages = try TemporaryFolder()
            func docs(_ more: String...) async throws -> (exit: ChildProcess.Exit, output: String, errors: String) {
                try await ChildProcess.run("sluice-plugins-docs", Place.sluice.get(), ["plugins", "docs", "--out", pages.path, "--sources", "\(examples)/../Plugins"] + more)
            }
            try pages.write("gone.md", "of a plugin that is no more")
            expectOneLine(try await docs("--check"), naming: "gone.md")
            #expect(try await docs().exit == .code(0))
            #expect(try await docs("--check").exit == .code(0))
            try pages.write("cors.md", "something else")
            expectOneLine(try await docs("--check"), naming: ": cors.md;")
        }

        @Test("a missing folder is one line and an exit code", arguments: ["serve", "run", "translate", "validate"])
        func missingFolder(command: String) async throws {
            expectOneLine(try await sluice(command, "/no/such/folder"), naming: "/no/such/folder")
        }

        @Test("patches of Envoy's API are refused with the way to allow them, and allowed by it")
        func optionalPlugin() async throws {
            let folder = try folder(
                "{apiVersion: gloo.solo.io/v1, kind: Upstream, metadata: {name: a}, spec: {static: {hosts: [{addr: 10.0.0.1, port: 80}]}, envoyPatch: {connectTimeout: 2s}}}"
            )
            let off = try await sluice("validate", folder.path)
            #expect(off.exit == .code(1))
            #expect((off.output + off.errors).contains("'envoyPatch' is an option of the plugin 'envoypatch', which is off; to use it, start Sluice with '--enable-plugin envoypatch'"))
            #expect(try await sluice("validate", folder.path, "--enable-plugin", "envoypatch").exit == .code(0))
            #expect(try await sluice("plugins", "list").output.contains("envoypatch is off; to use it, start Sluice with '--enable-plugin envoypatch'"))
        }

        @Test("a missing Envoy is one line and an exit code")
        func missingEnvoy() async throws {
            let folder = try folder(Edge.gateway("http", port: freePort()))
            expectOneLine(try await sluice("run", folder.path, "--xds-port", "0", "--envoy", "/no/such/envoy"), naming: "/no/such/envoy")
        }

        @Test("a plugin file that is not a plugin is named, and the gateway starts and serves")
        func brokenPlugin() async throws {
            let plugins = try TemporaryFolder()
            try plugins.write("libsluice_broken.so", "this is not a library")
            try await Edge.with("plugin", .init(arguments: ["--plugins-dir", plugins.path])) { edge in
                _ = try await edge.controlPlane.waitForLog("\(plugins.path)/libsluice_broken.so")
                try await edge.apply("plugin", virtualService("plugin", "- directResponseAction: {status: 200, body: here}"))
                #expect(try await edge.client().get("/", host: "plugin.test").body == "here")
            }
        }

        @Test("a state file that would be read as configuration is one line and an exit code")
        func stateFileInside() async throws {
            let folder = try folder(Edge.gateway("http", port: freePort()))
            expectOneLine(try await sluice("serve", folder.path, "--xds-port", "0", "--state-file", "\(folder.path)/state.json"), naming: "--state-file")
        }

        @Test("what serves in place of a mistake is kept where the system says", arguments: ["STATE_DIRECTORY", "XDG_STATE_HOME", "HOME"])
        func stateFolder(variable: String) async throws {
            let folder = try folder(Edge.gateway("http", port: freePort()))
            let state = try TemporaryFolder()
            // Empty ones count as not set.
            let environment = ["STATE_DIRECTORY": "", "XDG_STATE_HOME": ""].merging([variable: state.path]) { $1 }
            let process = try ChildProcess("state-\(variable)", Place.sluice.get(), ["serve", folder.path, "--xds-port", "0"], environment: environment)
            _ = try await process.waitForLog("xDS on ")
            try folder.write("config.yaml", "{")
            let place = [
                "STATE_DIRECTORY": /last-good\.json/, "XDG_STATE_HOME": /sluice\/[0-9a-f]{16}\/last-good\.json/,
                "HOME": /\.local\/state\/sluice\/[0-9a-f]{16}\/last-good\.json/,
            ][variable]
            try await eventually("the gateway is kept", context: { process.logTail }) {
                let files = try FileManager.default.subpathsOfDirectory(atPath: state.path)
                return try files.contains { file in try place?.wholeMatch(in: file) != nil }
            }
            #expect(await process.stop() == .code(0))
        }

        @Test("port 0 takes a free port and says which")
        func anyPort() async throws {
            let folder = try folder(Edge.gateway("http", port: freePort()))
            let process = try ChildProcess("any-port", Place.sluice.get(), ["serve", folder.path, "--xds-port", "0"])
            let address = try await process.waitForLog("xDS on ")
            #expect(address.wholeMatch(of: /127\.0\.0\.1:[1-9][0-9]+/) != nil, "\(address)")
            #expect(await process.stop() == .code(0))
        }

        @Test("the example is valid, to Sluice and to Envoy")
        func validExample() async throws {
            let result = try await ChildProcess.run(
                "sluice-validate-example", Place.sluice.get(), ["validate", "\(examples)/petstore", "--envoy"],
                environment: ["SLUICE_ENVOY": Place.envoy.get()]
            )
            #expect(result.exit == .code(0), "\(result.output)\(result.errors)")
        }

        @Test("validate names every mistake with file, line and column, as text and as JSON")
        func validate() async throws {
            let folder = try folder(
                Edge.gateway("http", port: freePort())
                    + virtualService("first", "- matchers: [{prefx: /}]\n  directResponseAction: {status: 200}")
                    + virtualService("second", "- directResponseAction: {status: two hundred}")
            )
            let text = try await sluice("validate", folder.path)
            #expect(text.exit == .code(1))
            let all = text.output + text.errors
            #expect(all.matches(of: /config\.yaml:[0-9]+:[0-9]+/).count >= 2, "\(all)")
            #expect(all.contains("prefx") && all.contains("two hundred"), "\(all)")

            let json = try await sluice("validate", folder.path, "--output", "json")
            #expect(json.exit == .code(1))
            #expect(throws: Never.self, "\(json.output)") { try JSONSerialization.jsonObject(with: Data(json.output.utf8)) }
        }

        @Test("translate prints what Envoy gets, one object or all, and explains it")
        func translate() async throws {
            let folder = try folder(
                Edge.gateway("http", port: 8080)
                    + virtualService(
                        "shop",
                        """
                        - matchers: [{prefix: /pets}]
                          routeAction: {single: {upstream: {name: pets}}}
                          options: {prefixRewrite: /animals}
                        """
                    )
                    + """
                    ---
                    apiVersion: gloo.solo.io/v1
                    kind: Upstream
                    metadata: {name: pets, namespace: default}
                    spec: {static: {hosts: [{addr: 127.0.0.1, port: 9000}]}}

                    """
            )
            let all = try await sluice("translate", folder.path)
            #expect(all.exit == .code(0), "\(all.errors)")
            for text in ["listener-127.0.0.1-8080", "shop.test", "/animals", "9000"] { #expect(all.output.contains(text), "\(text)") }

            let one = try await sluice("translate", folder.path, "--object", "Upstream/default/pets")
            #expect(one.output.contains("9000") && !one.output.contains("shop.test"))

            let explained = try await sluice("translate", folder.path, "--explain")
            #expect(explained.output.contains(/config\.yaml:[0-9]+/))

            let json = try await sluice("translate", folder.path, "--output", "json")
            #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(json.output.utf8)) }
        }

        @Test("the stock plugins are found, and each can be looked into")
        func plugins() async throws {
            let list = try await sluice("plugins", "list")
            #expect(list.exit == .code(0), "\(list.errors)")
            for name in ["routing", "headers", "cors", "upstreamstatic", "tls", "httpconnectionmanager", "grpcweb", "compression", "healthcheck", "accesslog", "tracing", "listener"] {
                #expect(list.output.lowercased().contains(name), "\(list.output)")
            }
            let cors = try await sluice("plugins", "inspect", "cors")
            #expect(cors.exit == .code(0), "\(cors.errors)")
            #expect(cors.output.contains("allowOrigin"))
        }

        @Test("version prints one line")
        func version() async throws {
            let version = try await sluice("version")
            #expect(version.exit == .code(0))
            #expect(version.output.split(separator: "\n").count == 1)
        }
    }
}
