import APIResources
import ConfigTree
import Emitter
import EnvoyResources
import EnvoyTranslation
import HashTreeCollections
import Syncer
import Testing
import TranslationHarness

/// Objects that tests are made of.
enum Example {
    static let gateway = object("gateway.solo.io/v1", "Gateway", "web", "bindPort: 80, httpGateway: {}")
    static let secureGateway = object("gateway.solo.io/v1", "Gateway", "secure", "bindPort: 443, ssl: true, httpGateway: {}")

    static func object(_ apiVersion: String, _ kind: String, _ name: String, _ spec: String) -> String {
        "{apiVersion: \(apiVersion), kind: \(kind), metadata: {name: \(name)}, spec: {\(spec)}}"
    }

    static func service(_ name: String, options: String = "", routes: String = "{directResponseAction: {status: 200}}", tls: String = "") -> String {
        object("gateway.solo.io/v1", "VirtualService", name, "\(tls)virtualHost: {domains: [\(name).example], \(options)routes: [\(routes)]}")
    }

    static func upstream(_ name: String, port: Int) -> String {
        object("gloo.solo.io/v1", "Upstream", name, "static: {hosts: [{addr: 10.0.0.1, port: \(port)}]}")
    }

    static func secret(_ chain: Int) -> String {
        "{apiVersion: gloo.solo.io/v1, kind: Secret, metadata: {name: tls}, tls: {certChain: \"\(TestCertificates.chains[chain])\", privateKey: \"\(TestCertificates.keys[chain])\"}}"
    }
}

@Suite struct LastGoodTests {
    private static let role = "gloo-system~gateway-proxy"
    private static let badOptions = "options: {cors: {allowMethods: [GET]}}, "

    @Test("a virtual host whose options turn bad goes on as it was, and recovers")
    func virtualHost() throws {
        var running = try Running(keepsLastGood: true)
        running.apply([("gw", Example.gateway), ("vs", Example.service("shop"))])
        let good = running.snapshots.flat
        running.apply("vs", Example.service("shop", options: Self.badOptions))
        #expect(running.snapshots.flat == good)
        #expect(running.told[ObjectID(.virtualService, ResourceRef(namespace: "gloo-system", name: "shop"))]?.state == .rejected)
        running.apply("vs", Example.service("shop", routes: "{directResponseAction: {status: 201}}"))
        #expect(running.snapshots.flat != good)
        #expect(running.told[ObjectID(.virtualService, ResourceRef(namespace: "gloo-system", name: "shop"))]?.state == .accepted)
    }

    @Test("a filter chain whose secret goes keeps its certificate, and takes the new one when there is one")
    func filterChain() throws {
        var running = try Running(keepsLastGood: true)
        let service = Example.service("shop", tls: "sslConfig: {secretRef: {name: tls}}, ")
        running.apply([("gw", Example.secureGateway), ("vs", service), ("secret", Example.secret(0))])
        let listener = running.snapshots[Self.role]?.listeners["listener-::-443"]
        let good = running.snapshots[Self.role]?[.secret]["tls:certificate/gloo-system/tls"]
        #expect(listener != nil && good != nil)
        running.apply("secret", nil)
        #expect(running.snapshots[Self.role]?[.secret]["tls:certificate/gloo-system/tls"]?.version == good?.version)
        #expect(running.told[ObjectID(.virtualService, ResourceRef(namespace: "gloo-system", name: "shop"))]?.state == .rejected)
        running.apply("secret", Example.secret(1))
        let new = running.snapshots[Self.role]?[.secret]["tls:certificate/gloo-system/tls"]
        #expect(new != nil && new?.version != good?.version)
        // The listener names the certificate and does not hold it.
        #expect(running.snapshots[Self.role]?.listeners["listener-::-443"]?.version == listener?.version)
        #expect(running.told[ObjectID(.virtualService, ResourceRef(namespace: "gloo-system", name: "shop"))]?.state == .accepted)
    }

    @Test("a cluster that turns bad goes on as it was, and routes to it stay")
    func cluster() throws {
        var running = try Running(keepsLastGood: true)
        running.apply([
            ("gw", Example.gateway), ("vs", Example.service("shop", routes: "{routeAction: {single: {upstream: {name: a}}}}")), ("up", Example.upstream("a", port: 80)),
        ])
        let good = running.snapshots.flat
        // Refused by the schema; then accepted by it and refused by a plugin.
        for bad in [Example.object("gloo.solo.io/v1", "Upstream", "a", "statik: {}"), Example.object("gloo.solo.io/v1", "Upstream", "a", "static: {hosts: [{addr: 'a b', port: 80}]}")] {
            running.apply("up", bad)
            #expect(running.snapshots.flat == good)
            #expect(running.told[ObjectID(.upstream, ResourceRef(namespace: "gloo-system", name: "a"))]?.state == .rejected)
        }
        running.apply("up", Example.upstream("a", port: 81))
        #expect(running.snapshots.flat["gloo-system~gateway-proxy cluster a_gloo-system"] != good["gloo-system~gateway-proxy cluster a_gloo-system"])
        running.apply("up", nil)
        #expect(running.snapshots.flat["gloo-system~gateway-proxy cluster a_gloo-system"] == nil)
    }

    @Test("a chain that lacks a filter goes on as it was, and is left out when it was never good")
    func filters() throws {
        func gateway(_ path: String) -> String {
            Example.object("gateway.solo.io/v1", "Gateway", "gateway-proxy", "bindPort: 80, httpGateway: {options: {healthCheck: {path: \(path)}}}")
        }
        var running = try Running(keepsLastGood: true)
        running.apply([("gw", gateway("/health")), ("vs", Example.service("shop"))])
        let good = running.snapshots[Self.role]?.listeners["listener-::-80"]
        #expect(good != nil)
        running.apply("gw", gateway("health"))
        #expect(running.snapshots[Self.role]?.listeners["listener-::-80"]?.version == good?.version)
        #expect(running.told[ObjectID(.gateway, ResourceRef(namespace: "gloo-system", name: "gateway-proxy"))]?.state == .rejected)
        var fresh = try Running(keepsLastGood: true)
        fresh.apply([("gw", gateway("health")), ("vs", Example.service("shop"))])
        #expect(fresh.snapshots[Self.role]?.listeners.isEmpty == true)
    }

    @Test("a virtual host that was never good is left out; its neighbours are not")
    func neverGood() throws {
        var running = try Running(keepsLastGood: true)
        running.apply([("gw", Example.gateway), ("a", Example.service("a", options: Self.badOptions)), ("b", Example.service("b"))])
        // The table's own fields, and one virtual host.
        #expect(running.snapshots[Self.role]?.routes["listener-::-80-routes"]?.parts.count == 2)
    }

    @Test("an object that is removed and comes back bad does not get its old form again")
    func nothingIsKeptForRemovedObjects() throws {
        var running = try Running(keepsLastGood: true)
        running.apply([("gw", Example.gateway), ("vs", Example.service("shop")), ("up", Example.upstream("a", port: 80))])
        running.apply([("vs", nil), ("up", nil)])
        running.apply([("vs", Example.service("shop", options: Self.badOptions)), ("up", Example.object("gloo.solo.io/v1", "Upstream", "a", "static: {hosts: [{addr: 'a b', port: 80}]}"))])
        #expect(running.snapshots[Self.role]?.routes["listener-::-80-routes"]?.parts.count == 1)
        #expect(running.snapshots[Self.role]?.clusters.isEmpty == true)
    }

    @Test("a proxy that no gateway names any more gets an empty configuration once")
    func abandonedProxy() throws {
        var running = try Running()
        running.apply([("gw", Example.gateway), ("vs", Example.service("shop")), ("up", Example.upstream("a", port: 80))])
        running.apply("gw", nil)
        #expect(running.snapshots[Self.role] != nil)
        #expect(running.snapshots.flat.isEmpty)
        #expect(running.translation?.changed[Self.role] == [
            .listener: ["listener-::-80"], .route: ["listener-::-80-routes"], .cluster: ["a_gloo-system"],
        ])
        running.apply("up", Example.upstream("a", port: 81))
        #expect(running.snapshots[Self.role] == nil)
        running.apply("gw", Example.gateway)
        #expect(running.snapshots.flat.count == 3)
    }
}

@Suite struct CostTests {
    private func thousand() throws -> Running {
        var running = try Running()
        var files: [(String, String?)] = [("gw", Example.gateway), ("up", Example.upstream("a", port: 80))]
        for number in 0..<1000 {
            files.append(("vs-\(number)", Example.service("s\(number)", routes: "{routeAction: {single: {upstream: {name: a}}}}, {delegateAction: {ref: {name: t\(number % 10)}}}")))
        }
        for number in 0..<10 {
            files.append(("rt-\(number)", Example.object("gateway.solo.io/v1", "RouteTable", "t\(number)", "routes: [{directResponseAction: {status: 200}}]")))
        }
        running.apply(files)
        return running
    }

    private func table(_ running: Running) throws -> EnvoyResource {
        try #require(running.snapshots["gloo-system~gateway-proxy"]?.routes["listener-::-80-routes"])
    }

    /// Whether two arrays are one piece of memory.
    private func isShared(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        a.withUnsafeBytes { a in b.withUnsafeBytes { b in a.baseAddress == b.baseAddress && a.count == b.count } }
    }

    @Test("one route changed among 1,000 virtual services runs two units, and leaves all other parts as they are")
    func oneRoute() throws {
        var running = try thousand()
        let before = try table(running)
        #expect(before.parts.count == 1001)
        running.apply("vs-7", Example.service("s7", routes: "{directResponseAction: {status: 204}}"))
        let after = try table(running)
        let unitCount = try #require(running.translation?.unitCount)
        #expect(unitCount == 2, "resolving the virtual service, and writing its virtual host")
        #expect(zip(before.parts.dropFirst(), after.parts.dropFirst()).count { !isShared($0, $1) } == 1)
        #expect(running.translation?.changed == ["gloo-system~gateway-proxy": [.route: ["listener-::-80-routes"]]])
    }

    @Test("a route table changes those who use it and no other")
    func oneTable() throws {
        var running = try thousand()
        let before = try table(running)
        running.apply("rt-3", Example.object("gateway.solo.io/v1", "RouteTable", "t3", "routes: [{directResponseAction: {status: 204}}]"))
        let after = try table(running)
        #expect(running.translation?.unitCount == 200)
        #expect(zip(before.parts.dropFirst(), after.parts.dropFirst()).count { !isShared($0, $1) } == 100)
    }

    @Test("an upstream's content is of no interest to routes that lead to it")
    func oneUpstream() throws {
        var running = try thousand()
        let before = try table(running)
        running.apply("up", Example.upstream("a", port: 81))
        #expect(running.translation?.unitCount == 1)
        #expect(try table(running) === before)
    }

    @Test("lines that move, and a status that is written, change nothing")
    func nothing() throws {
        var running = try thousand()
        running.apply("vs-7", "# a word\n" + Example.service("s7", routes: "{routeAction: {single: {upstream: {name: a}}}}, {delegateAction: {ref: {name: t7}}}"))
        #expect(running.translation == nil)
    }
}
