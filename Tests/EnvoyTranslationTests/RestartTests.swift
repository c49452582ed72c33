import APIResources
import ConfigTree
import Emitter
import EnvoyResources
import EnvoyTranslation
import HashTreeCollections
import Syncer
import Testing
import TranslationHarness

/// What units live on is kept over a restart of the control plane, and used by those alone that still fail.
@Suite struct RestartTests {
    private static let badOptions = "options: {cors: {allowMethods: [GET]}}, "
    private static let badUpstream = Example.object("gloo.solo.io/v1", "Upstream", "a", "static: {hosts: [{addr: 'a b', port: 80}]}")
    private static let shop = ObjectID(.virtualService, ResourceRef(namespace: "gloo-system", name: "shop"))
    private static let secure = Example.service("shop", tls: "sslConfig: {secretRef: {name: tls}}, ")

    /// Takes good files in, then others; and what another control plane makes of the same files after it.
    private func restarted(_ good: [(String, String?)], _ bad: [(String, String?)], remembers: Bool = true) throws -> (before: Running, after: Running) {
        var before = try Running(keepsLastGood: true)
        before.apply(good)
        before.apply(bad)
        var after = try Running(keepsLastGood: true)
        after.emitter.remember(before.emitter.lastGood)
        if remembers { after.translator.restoreLastGood(Array(before.translator.lastGood)) }
        let changed = Set(bad.map(\.0))
        after.apply(good.filter { !changed.contains($0.0) } + bad.filter { $0.1 != nil })
        return (before, after)
    }

    @Test("a virtual host whose options are wrong")
    func virtualHost() throws {
        var (before, after) = try restarted(
            [("gw", Example.gateway), ("vs", Example.service("shop", options: "options: {cors: {allowOrigin: ['*']}}, "))],
            [("vs", Example.service("shop", options: Self.badOptions))]
        )
        #expect(before.told[Self.shop]?.servedMeanwhile == [.virtualHost])
        #expect(after.snapshots.flat == before.snapshots.flat, "filters of the options that it uses included")
        #expect(after.told[Self.shop]?.state == .rejected)
        #expect(after.told[Self.shop]?.servedMeanwhile == [.virtualHost])
        #expect(Array(after.translator.lastGood) == Array(before.translator.lastGood), "kept on")
        after.apply("vs", Example.service("shop"))
        #expect(after.told[Self.shop]?.servesLastGood == false)
        #expect(after.translator.lastGood.isEmpty)
    }

    @Test("a filter chain whose secret is gone")
    func filterChain() throws {
        let (before, after) = try restarted(
            [("gw", Example.secureGateway), ("vs", Self.secure), ("secret", Example.secret(0))], [("secret", nil)]
        )
        #expect(after.snapshots.flat == before.snapshots.flat)
        #expect(after.snapshots.flat.keys.contains { $0.contains("listener-::-443") })
        #expect(after.told[Self.shop]?.servedMeanwhile == [.filterChain])
    }

    @Test("a cluster that a plugin refuses, and the routes that lead to it")
    func cluster() throws {
        let (before, after) = try restarted(
            [("gw", Example.gateway), ("vs", Example.service("shop", routes: "{routeAction: {single: {upstream: {name: a}}}}")), ("up", Example.upstream("a", port: 80))],
            [("up", Self.badUpstream)]
        )
        #expect(after.snapshots.flat == before.snapshots.flat)
        #expect(after.told[ObjectID(.upstream, ResourceRef(namespace: "gloo-system", name: "a"))]?.servedMeanwhile == [.cluster])
    }

    @Test("an object that is refused as a whole")
    func object() throws {
        let (before, after) = try restarted(
            [("gw", Example.gateway), ("vs", Example.service("shop"))], [("vs", Example.object("gateway.solo.io/v1", "VirtualService", "shop", "virtualHozt: {}"))]
        )
        #expect(after.snapshots.flat == before.snapshots.flat)
        #expect(after.told[Self.shop]?.servedMeanwhile == [.lastVersion(generation: nil)])
        #expect(after.told[Self.shop]?.lines.last == "served meanwhile: its last accepted version")
    }

    @Test("what succeeds, or is gone, does not use what was kept")
    func unused() throws {
        let good: [(String, String?)] = [("gw", Example.gateway), ("vs", Example.service("shop")), ("up", Example.upstream("a", port: 80))]
        var before = try Running(keepsLastGood: true)
        before.apply(good)
        before.apply([("vs", Example.service("shop", options: Self.badOptions)), ("up", Self.badUpstream)])
        var after = try Running(keepsLastGood: true)
        after.translator.restoreLastGood(Array(before.translator.lastGood))
        after.apply([("gw", Example.gateway), ("vs", Example.service("shop", routes: "{directResponseAction: {status: 204}}"))])
        var fresh = try Running(keepsLastGood: true)
        fresh.apply([("gw", Example.gateway), ("vs", Example.service("shop", routes: "{directResponseAction: {status: 204}}"))])
        #expect(after.snapshots.flat == fresh.snapshots.flat)
        #expect(after.translator.lastGood.isEmpty)
        // Gone for good: what comes back wrong later has no past.
        after.apply("up", Self.badUpstream)
        #expect(after.snapshots["gloo-system~gateway-proxy"]?.clusters.isEmpty == true)
    }

    @Test("options that no loaded plugin knows any more are not used: their filter would be missing")
    func pluginGone() throws {
        var before = try Running(keepsLastGood: true)
        before.apply([("gw", Example.gateway), ("vs", Example.service("shop"))])
        before.apply("vs", Example.service("shop", options: Self.badOptions))
        let unit = try #require(before.translator.lastGood.first)
        var after = try Running(keepsLastGood: true)
        after.translator.restoreLastGood([LastGoodUnit(unit.key, bytes: unit.bytes, options: ["nobodys"])])
        after.apply([("gw", Example.gateway), ("vs", Example.service("shop", options: Self.badOptions))])
        #expect(after.snapshots["gloo-system~gateway-proxy"]?.routes["listener-::-80-routes"]?.parts.count == 1)
        #expect(after.told[Self.shop]?.servesLastGood == false)
    }

    @Test("after any changes a control plane that starts on the same files serves what the one before it served", arguments: IncrementalTests.seeds.prefix(10))
    func equalsBefore(_ seed: UInt64) throws {
        var random = RandomConfiguration(seed: seed)
        var running = try Running(keepsLastGood: true)
        for step in 0..<IncrementalTests.steps {
            running.apply((0..<(step == 0 ? 30 : random.int(1...3))).map { _ in random.change() })
            guard step % 8 == 7 else { continue }
            var emitter = try Stock.emitter()
            emitter.remember(running.emitter.lastGood)
            _ = emitter.apply(running.store.all)
            #expect(emitter.lastGood == running.emitter.lastGood, "SLUICE_SEED=\(seed) step \(step)")
            let translator = try Stock.translator(keepsLastGood: true)
            translator.restoreLastGood(Array(running.translator.lastGood))
            let translation = translator.translate(emitter.snapshot, nil)
            #expect(Set(translator.lastGood) == Set(running.translator.lastGood), "SLUICE_SEED=\(seed) step \(step)")
            let (now, wanted) = (translation.snapshots.flat, running.snapshots.flat)
            let different = Set(now.keys).union(wanted.keys).filter { now[$0] != wanted[$0] }.sorted()
            #expect(different.isEmpty, "SLUICE_SEED=\(seed) step \(step)")
            if !different.isEmpty { return }
        }
    }
}
