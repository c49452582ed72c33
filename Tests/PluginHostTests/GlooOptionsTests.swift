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

    /// Options of the stock plugins that Gloo does not have, or not in this place.
    private static let additions: Set<String> = [
        "httpListener.admissionControl", "virtualHost.admissionControl", "route.admissionControl",
        "httpListener.bandwidthLimit", "virtualHost.bandwidthLimit", "route.bandwidthLimit",
        "httpListener.bodySizeLimit", "virtualHost.bodySizeLimit", "route.bodySizeLimit",
        "httpListener.dynamicModules",
        "httpListener.extProc", "virtualHost.extProc", "route.extProc",
        "httpListener.ipAccess", "virtualHost.ipAccess", "route.ipAccess",
        "httpListener.lua", "virtualHost.lua", "route.lua", "weightedDestination.lua",
        "virtualHost.grpcJsonTranscoder", "route.grpcJsonTranscoder",
        "httpListener.envoyConnectionManagerPatch", "httpListener.envoyHttpFilters", "listener.envoyListenerPatch", "tcpListener.envoyTcpProxyPatch",
        "upstream.envoyPatch", "virtualHost.envoyPatch", "route.envoyPatch", "weightedDestination.envoyPatch",
        "listener.networkLocalRatelimit", "upstream.gcp",
    ]

    @Test("says of each option of Gloo's that a stock plugin brings which plugin that is, and of no other")
    func stock() {
        var said: [String: Set<String>] = [:]
        for (place, options) in GlooOptions.places {
            for (name, standing) in options {
                if case .stock(let plugin) = standing { said[plugin, default: []].insert("\(place).\(name)") }
            }
        }
        let plugins = StockPluginTests.set.plugins
        #expect(Set(said.keys).isSubset(of: plugins.map(\.name)))
        for plugin in plugins { #expect(said[plugin.name] ?? [] == Self.brought(by: plugin).subtracting(Self.additions), "\(plugin.name)") }
        let all = plugins.reduce(into: Set<String>()) { $0.formUnion(Self.brought(by: $1)) }
        #expect(Self.additions.isSubset(of: all))
        for addition in Self.additions { #expect(!said.values.contains { $0.contains(addition) }, "\(addition)") }
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
