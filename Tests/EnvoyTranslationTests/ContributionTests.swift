import APIResources
import ConfigTree
import Emitter
import EnvoyResources
import EnvoyTranslation
import Syncer
import Testing
import TranslationHarness

/// To which proxies an object contributes, as its status shows it.
@Suite struct ContributionTests {
    private static func id(_ kind: Kind, _ name: String) -> ObjectID { ObjectID(kind, ResourceRef(namespace: "gloo-system", name: name)) }
    private static let shop = id(.virtualService, "shop")
    private static let table = id(.routeTable, "t")

    private static func gateway(_ name: String, port: Int, proxies: String, http: String = "httpGateway: {}") -> String {
        Example.object("gateway.solo.io/v1", "Gateway", name, "bindPort: \(port), proxyNames: [\(proxies)], \(http)")
    }

    private static let delegating = Example.service("shop", routes: "{delegateAction: {ref: {name: t}}}")
    private static let routeTable = Example.object("gateway.solo.io/v1", "RouteTable", "t", "routes: [{directResponseAction: {status: 200}}]")

    private func states(_ running: Running, _ id: ObjectID) -> [String] {
        running.told[id]?.proxies.map { "\($0.key.replacing("*v1.Proxy.", with: "").replacing("_gloo-system", with: "")) \($0.state.rawValue)" } ?? []
    }

    @Test("gateway, virtual service and the tables below it show each of their proxies")
    func proxies() throws {
        var running = try Running()
        running.apply([("gw", Self.gateway("web", port: 80, proxies: "b, a")), ("vs", Self.delegating), ("rt", Self.routeTable), ("up", Example.upstream("u", port: 80))])
        for id in [Self.id(.gateway, "web"), Self.shop, Self.table] { #expect(states(running, id) == ["a Accepted", "b Accepted"]) }
        #expect(running.told[Self.id(.upstream, "u")]?.proxies.isEmpty == true)
    }

    @Test("who is no longer served, or no longer used, contributes to nothing")
    func changes() throws {
        var running = try Running()
        running.apply([("gw", Self.gateway("web", port: 80, proxies: "a")), ("vs", Self.delegating), ("rt", Self.routeTable)])
        running.apply("gw", Self.gateway("web", port: 80, proxies: "a, b"))
        #expect(states(running, Self.table) == ["a Accepted", "b Accepted"])
        running.apply("gw", Self.gateway("web", port: 80, proxies: "b"))
        for id in [Self.id(.gateway, "web"), Self.shop, Self.table] { #expect(states(running, id) == ["b Accepted"]) }
        running.apply("vs", Example.service("shop"))
        #expect(states(running, Self.table).isEmpty && states(running, Self.shop) == ["b Accepted"])
        running.apply("vs", Self.delegating)
        #expect(states(running, Self.table) == ["b Accepted"])
        running.apply("gw", nil)
        #expect(states(running, Self.table).isEmpty && states(running, Self.shop).isEmpty)
    }

    @Test("a table that two virtual services use stays in a proxy while one of them is there")
    func shared() throws {
        var running = try Running()
        running.apply([
            ("gw", Self.gateway("web", port: 80, proxies: "a")), ("vs", Self.delegating), ("other", Self.delegating.replacing("shop", with: "other")), ("rt", Self.routeTable),
        ])
        running.apply("vs", nil)
        #expect(states(running, Self.table) == ["a Accepted"])
        running.apply("other", nil)
        #expect(states(running, Self.table).isEmpty)
    }

    @Test("a matchable gateway shows the proxies of the gateway that takes it")
    func matchable() throws {
        var running = try Running()
        let child = Example.object("gateway.solo.io/v1", "MatchableHttpGateway", "child", "matcher: {}, httpGateway: {}")
        let hybrid = Self.gateway("web", port: 80, proxies: "a", http: "hybridGateway: {delegatedHttpGateways: {ref: {name: child, namespace: gloo-system}}}")
        running.apply([("gw", hybrid), ("child", child), ("vs", Example.service("shop"))])
        #expect(states(running, Self.id(.matchableHttpGateway, "child")) == ["a Accepted"])
        #expect(states(running, Self.shop) == ["a Accepted"])
        running.apply("gw", Self.gateway("web", port: 80, proxies: "a"))
        #expect(states(running, Self.id(.matchableHttpGateway, "child")).isEmpty)
    }

    @Test("what is wrong in a proxy is said of that proxy, with the reason")
    func rejected() throws {
        var running = try Running()
        running.apply([
            ("gw", Self.gateway("web", port: 80, proxies: "a")), ("gw2", Self.gateway("other", port: 81, proxies: "b")),
            ("vs", Example.service("shop", options: "options: {cors: {allowMethods: [GET]}}, ")), ("fine", Example.service("fine")),
        ])
        #expect(states(running, Self.shop) == ["a Rejected", "b Rejected"])
        #expect(running.told[Self.shop]?.proxies[0].reason == running.told[Self.shop]?.reason)
        #expect(states(running, Self.id(.virtualService, "fine")) == ["a Accepted", "b Accepted"])
        // One proxy's refusal is not the other's.
        running.reporter.set(.refusal(role: "gloo-system~b", .route, name: "r"), [Report(.error, Self.id(.virtualService, "fine"), "proxy 'x' refuses it")])
        #expect(running.reporter.takeChanges(running.emitter).map { $0.1?.proxies.map(\.state) } == [[.accepted, .rejected]])
    }

    @Test("an edit of one route among many virtual services changes no other's proxies")
    func cost() throws {
        var running = try Running()
        running.apply([("gw", Example.gateway)] + (0..<50).map { ("vs-\($0)", Example.service("s\($0)")) })
        #expect(running.translation?.roles.count == 51)
        running.apply("vs-7", Example.service("s7", routes: "{directResponseAction: {status: 204}}"))
        #expect(running.translation?.roles.isEmpty == true)
    }
}
