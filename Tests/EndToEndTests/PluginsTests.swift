import Foundation
import Testing

extension EndToEnd {
    /// Plugins are configured while everything runs.
    @Suite("Plugins of a deployment")
    struct PluginsTests {
        private func settings(_ plugins: String) -> String {
            "apiVersion: gloo.solo.io/v1\nkind: Settings\nmetadata: {name: default}\nspec:\n  plugins: \(plugins)\n"
        }

        private let shop = virtualService(
            "shop", "- directResponseAction: {status: 200, body: here}",
            options: "headerManipulation: {responseHeadersToAdd: [{header: {key: x-shop, value: open}}]}"
        )

        @Test("a plugin that is switched off costs no request; its option is an error until it is on again")
        func offAndOn() async throws {
            try await Edge.with("plugins-off") { edge in
                try await edge.apply("shop", shop)
                #expect(try await edge.client().get("/", host: "shop.test").headers(named: "x-shop") == ["open"])
                try edge.folder.write("settings.yaml", settings("{byName: {headers: {enabled: false}}}"))
                let why = "'headerManipulation' is an option of the plugin 'headers', which is off"
                _ = try await edge.controlPlane.waitForLog(why)
                try await edge.apply("other", virtualService("other", "- directResponseAction: {status: 200, body: other}"))
                #expect(try await edge.client().get("/", host: "shop.test").headers(named: "x-shop") == ["open"])
                #expect(edge.statusFolder.read("virtualservices/default/shop.yaml")?.contains(why) == true)
                try edge.folder.write("settings.yaml", settings("{}"))
                try await edge.apply("shop", shop.replacingOccurrences(of: "value: open", with: "value: again"))
                #expect(try await edge.client().get("/", host: "shop.test").headers(named: "x-shop") == ["again"])
                #expect(!(edge.statusFolder.read("virtualservices/default/shop.yaml")?.contains(why) == true))
            }
        }

        @Test("a file of plugins counts when it is changed, and its mistakes are told")
        func file() async throws {
            let folder = try TemporaryFolder()
            try folder.write("plugins.yaml", "byName: {headers: {proxies: [another]}}\n")
            try await Edge.with("plugins-file", .init(arguments: ["--plugins", "\(folder.path)/plugins.yaml"])) { edge in
                try await edge.apply("shop", shop)
                _ = try await edge.controlPlane.waitForLog("is not to be used by gateway 'gloo-system/http' in proxy 'gateway-proxy'")
                try folder.write("plugins.yaml", "byName: {header: {}}\n")
                _ = try await edge.controlPlane.waitForLog("there is no plugin 'header'; did you mean 'headers'?")
                try await edge.apply("other", virtualService("other", "- directResponseAction: {status: 200, body: other}"))
                #expect(try await edge.client().get("/", host: "shop.test").headers(named: "x-shop") == ["open"])
            }
        }

        @Test("a running control plane says how often its plugins were called")
        func list() async throws {
            try await Edge.with("plugins-list", .init(files: ["settings.yaml": settings("{byName: {cors: {enabled: false}}}")])) { edge in
                try await edge.apply("shop", shop)
                let web = try await edge.controlPlane.waitForLog("web page on ")
                let listed = try await ChildProcess.run("sluice-plugins-list", Place.sluice.get(), ["plugins", "list", "--server", String(web)])
                #expect(listed.exit == .code(0))
                let headers = try #require(listed.output.split(separator: "\n").first { $0.hasPrefix("headers ") }).split(separator: " ")
                #expect(headers[3] == "on")
                #expect(try #require(Int(headers[4])) >= 1)
                #expect(listed.output.contains("\ncors is off; to use it, set 'enabled: true' at "))
                let json = try await ChildProcess.run("sluice-plugins-list", Place.sluice.get(), ["plugins", "list", "--server", String(web), "--output", "json"])
                #expect(json.output.contains("\"calls\" : "))
            }
        }

        @Test("filters stand where the deployment says")
        func filterPlace() async throws {
            let folder = try TemporaryFolder()
            try folder.write("gateway.yaml", Edge.gateway("http", port: 8080))
            try folder.write("shop.yaml", virtualService("shop", "- directResponseAction: {status: 200}", options: "cors: {allowOrigin: ['*']}\ncsrf: {filterEnabled: {defaultValue: {numerator: 100}}}"))
            func filters() async throws -> [String] {
                let output = try await ChildProcess.run("sluice-translate", Place.sluice.get(), ["translate", folder.path]).output
                return output.matches(of: /name: (envoy.filters.http.(?:cors|csrf|router))/).map { String($0.output.1) }.filter { !$0.isEmpty }
            }
            let usual = try await filters()
            try folder.write("settings.yaml", settings("{byName: {cors: {filters: {stage: Route, place: After, weight: 7}}}}"))
            let moved = try await filters()
            #expect(usual.firstIndex(of: "envoy.filters.http.cors")! < usual.firstIndex(of: "envoy.filters.http.csrf")!)
            #expect(moved.firstIndex(of: "envoy.filters.http.csrf")! < moved.firstIndex(of: "envoy.filters.http.cors")!)
            #expect(moved.last == "envoy.filters.http.router")
        }
    }
}
