import APIResources
import ConfigTree
import PluginHost
import Testing

@Suite("The table of Gloo's options")
struct GlooOptionsTests {
    private static func brought(by plugin: LoadedPlugin) -> Set<String> {
        var brought: Set<String> = []
        for scope in OptionScope.allCases where scope != .settings {
            for option in plugin.schema[key: scope.rawValue]?.members ?? .none { brought.insert("\(scope.rawValue).\(option.key ?? "")") }
        }
        return brought
    }

    /// Options that are Sluice's own.
    private static let additions: Set<String> = [
        "envoypatch httpListener.envoyConnectionManagerPatch", "envoypatch httpListener.envoyHttpFilters", "envoypatch listener.envoyListenerPatch",
        "envoypatch route.envoyPatch", "envoypatch tcpListener.envoyTcpProxyPatch", "envoypatch upstream.envoyPatch",
        "envoypatch virtualHost.envoyPatch", "envoypatch weightedDestination.envoyPatch", "gcp upstream.gcp",
    ]

    @Test("says of each of Gloo's options that a stock plugin brings which plugin that is, and of no other")
    func stock() {
        var said: [String: Set<String>] = [:]
        for (place, options) in GlooOptions.places {
            for (name, standing) in options {
                if case .stock(let plugin) = standing { said[plugin, default: []].insert("\(place).\(name)") }
            }
        }
        let plugins = StockPluginTests.set.plugins
        #expect(Set(said.keys).isSubset(of: plugins.map(\.name)))
        var more: Set<String> = []
        for plugin in plugins {
            let brought = Self.brought(by: plugin)
            let missing = said[plugin.name, default: []].subtracting(brought)
            #expect(missing.isEmpty, "\(plugin.name)")
            for option in brought.subtracting(said[plugin.name, default: []]) { more.insert("\(plugin.name) \(option)") }
        }
        #expect(more == Self.additions)
    }

    @Test("gives a refusal back as what it was made from")
    func refusals() {
        for options in GlooOptions.places.values {
            for (name, standing) in options {
                #expect(GlooOptions.standing(ofRefusal: GlooOptions.refusal(name, standing)) == standing, "\(name)")
            }
        }
        #expect(GlooOptions.standing(ofRefusal: "unknown field 'waf'") == nil)
    }

    @Test("yields to the plugins that are loaded")
    func yields() throws {
        let schemas = try APISchemas(options: [
            .init(name: "faults", hole: "route", schema: try yaml("{type: object, properties: {abort: {}}}"), owner: "mine")
        ])
        let route = try yaml("options: {faults: {abort: 1}, cors: {}, waf: {}}\ndirectResponseAction: {status: 200}", file: "r.yaml")
        #expect(
            schemas.route.validate(route).map { String($0.description.prefix(58)) } == [
                "r.yaml:1:31: no loaded plugin handles 'cors', and the stoc",
                "r.yaml:1:41: 'waf' cannot run on stock Envoy: the ModSecur",
            ]
        )
    }
}
