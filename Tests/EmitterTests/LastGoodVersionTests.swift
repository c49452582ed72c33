import APIResources
import ConfigStores
import ConfigTree
import Emitter
import Testing
import TranslationHarness

@Suite struct LastGoodVersionTests {
    private static let id = ObjectID(.upstream, ResourceRef(namespace: "gloo-system", name: "a"))
    private static let bad = upstream(port: "none")

    private static func upstream(port: String, metadata: String = "") -> String {
        "apiVersion: gloo.solo.io/v1\nkind: Upstream\nmetadata: {name: a\(metadata)}\nspec:\n  static: {hosts: [{addr: 10.0.0.1, port: \(port)}]}\n"
    }

    /// A control plane that has accepted an object; then its file says something else.
    private func before(_ text: String, then: String?) throws -> [LastGoodVersion] {
        var store = MemoryStore()
        var emitter = try Stock.emitter()
        _ = emitter.apply(store.write("a.yaml", text))
        if let then { _ = emitter.apply(store.write("a.yaml", then)) }
        return emitter.lastGood
    }

    /// One that starts after it.
    private func after(_ versions: [LastGoodVersion]) throws -> Emitter {
        var emitter = try Stock.emitter()
        emitter.remember(versions)
        return emitter
    }

    private func refused() throws -> [LastGoodVersion] { try before(Self.upstream(port: "80"), then: Self.bad) }

    private func change(_ text: String) -> StoreChange {
        var store = MemoryStore()
        return store.write("a.yaml", text)
    }

    @Test("only what serves in place of a newer form is kept")
    func onlyOutdated() throws {
        var store = MemoryStore()
        var emitter = try Stock.emitter()
        _ = emitter.apply(store.write("a.yaml", Self.upstream(port: "80")))
        #expect(emitter.lastGood.isEmpty)
        #expect(emitter.takeLastGoodChange() == false)
        _ = emitter.apply(store.write("a.yaml", Self.bad))
        #expect(emitter.lastGood.map(\.id) == [Self.id])
        #expect(emitter.takeLastGoodChange() == true)
        #expect(emitter.servedMeanwhile(Self.id) != nil)
        _ = emitter.apply(store.write("a.yaml", Self.upstream(port: "nothing")))
        #expect(emitter.takeLastGoodChange() == false, "refused again: what serves is the same")
        _ = emitter.apply(store.write("a.yaml", Self.upstream(port: "81")))
        #expect(emitter.lastGood.isEmpty)
        #expect(emitter.takeLastGoodChange() == true)
        #expect(emitter.servedMeanwhile(Self.id) == nil)
    }

    @Test("an object that was never accepted has nothing to serve")
    func neverAccepted() throws {
        var emitter = try Stock.emitter()
        _ = emitter.apply(change(Self.bad))
        #expect(emitter.lastGood.isEmpty && emitter.servedMeanwhile(Self.id) == nil)
    }

    @Test("after a restart a refused object is served as it was, metadata included")
    func restart() throws {
        let metadata = ", labels: {l: 'yes'}, annotations: {n: '1'}, creationTimestamp: '2024-01-02T00:00:00Z', generation: 3"
        let versions = try before(Self.upstream(port: "80", metadata: metadata), then: Self.bad)
        var emitter = try after(versions)
        let changes = emitter.apply(change(Self.bad))
        #expect(changes.objects == [Self.id] && changes.existence == [Self.id] && changes.heads.contains(.kind(.upstream)))
        let served = try #require(emitter.servedMeanwhile(Self.id))
        #expect(served.spec["static"]?["hosts"]?[at: 0]?["port"]?.int64 == 80)
        #expect(served.labels == ["l": "yes"] && served.annotations == ["n": "1"])
        #expect(served.creationTimestamp == "2024-01-02T00:00:00Z" && served.generation == 3)
        #expect(!emitter.snapshot.rejected.contains(Self.id))
        #expect(emitter.problems[Self.id]?.isEmpty == false)
        #expect(emitter.lastGood == versions, "the same is kept on")
    }

    @Test("an accepted object does not care what was kept, and it is forgotten")
    func accepted() throws {
        var emitter = try after(try refused())
        _ = emitter.apply(change(Self.upstream(port: "81")))
        #expect(emitter.snapshot[Self.id]?.spec["static"]?["hosts"]?[at: 0]?["port"]?.int64 == 81)
        #expect(emitter.lastGood.isEmpty)
        #expect(emitter.takeLastGoodChange() == true)
    }

    @Test("an object that is gone is not brought back, and neither is one that comes back refused later")
    func gone() throws {
        var emitter = try after(try refused())
        #expect(emitter.apply(StoreChange(upserted: [], isInitial: true)).isEmpty)
        #expect(emitter.lastGood.isEmpty)
        #expect(emitter.takeLastGoodChange() == true)
        _ = emitter.apply(change(Self.bad))
        #expect(emitter.snapshot[Self.id] == nil && emitter.snapshot.rejected.contains(Self.id))
    }

    @Test("a kept version that today's schemas refuse is not served, told once, and kept until the object is well")
    func unacceptable() throws {
        var emitter = try after([LastGoodVersion(id: Self.id, file: "a.yaml", content: "{metadata: {name: a}, spec: {static: 7}}")])
        _ = emitter.apply(change(Self.bad))
        #expect(emitter.snapshot[Self.id] == nil && emitter.servedMeanwhile(Self.id) == nil)
        #expect(emitter.takeUnusable().map(\.0) == [Self.id])
        _ = emitter.apply(change(Self.bad))
        #expect(emitter.takeUnusable().isEmpty)
        #expect(emitter.lastGood.count == 1)
        _ = emitter.apply(change(Self.upstream(port: "80")))
        #expect(emitter.lastGood.isEmpty)
    }

    @Test("text that is no such object is not served", arguments: ["", "{", "[]", "{metadata: {name: b}, spec: {}}"])
    func invalid(content: String) throws {
        var emitter = try after([LastGoodVersion(id: Self.id, file: "a.yaml", content: content)])
        _ = emitter.apply(change(Self.bad))
        #expect(emitter.snapshot[Self.id] == nil)
        #expect(emitter.takeUnusable().map(\.0) == [Self.id])
    }

    // MARK: Files that cannot be read

    /// A file that says nothing any more that can be read.
    private static let broken = StoreChange(
        upserted: [], problems: [StoreProblem(ConfigProblem(at: ConfigPosition(file: "a.yaml", line: 2, column: 1), "no YAML"))],
        unreadable: ["a.yaml": []], isInitial: true
    )

    @Test("an object whose file breaks is kept, and is served after a restart while the file is broken")
    func unreadable() throws {
        var store = MemoryStore()
        var emitter = try Stock.emitter()
        _ = emitter.apply(store.write("a.yaml", Self.upstream(port: "80")))
        var broken = Self.broken
        broken.unreadable = ["a.yaml": [Self.id]]
        _ = emitter.apply(broken)
        #expect(emitter.lastGood.map(\.id) == [Self.id] && emitter.servedMeanwhile(Self.id) != nil)

        var restarted = try after(emitter.lastGood)
        #expect(restarted.apply(Self.broken).existence == [Self.id])
        #expect(restarted.snapshot[Self.id] != nil && restarted.newest[Self.id] != nil)
        #expect(restarted.unreadableFile(of: Self.id) == "a.yaml")
        #expect(restarted.apply(Self.broken).isEmpty, "once is enough")
        #expect(restarted.lastGood == emitter.lastGood)
    }

    private func restarted() throws -> Emitter {
        var emitter = try after(try refused())
        _ = emitter.apply(Self.broken)
        #expect(emitter.snapshot[Self.id] != nil)
        return emitter
    }

    @Test("it goes when its file is gone, or mended without it")
    func mendedWithout() throws {
        var emitter = try restarted()
        let changes = emitter.apply(StoreChange(upserted: []))
        #expect(changes.existence == [Self.id])
        #expect(emitter.snapshot[Self.id] == nil && emitter.newest[Self.id] == nil && emitter.lastGood.isEmpty)
        #expect(emitter.takeReportChanges().contains(Self.id))
    }

    @Test("it stays when its file is mended to something that is refused, and is replaced by something that is not")
    func mended() throws {
        var emitter = try restarted()
        _ = emitter.apply(change(Self.bad))
        #expect(emitter.servedMeanwhile(Self.id) != nil && emitter.unreadableFile(of: Self.id) == nil)
        _ = emitter.apply(change(Self.upstream(port: "81")))
        #expect(emitter.servedMeanwhile(Self.id) == nil && emitter.lastGood.isEmpty)
    }

    @Test("another broken file brings nothing back")
    func otherFile() throws {
        var emitter = try after(try refused())
        _ = emitter.apply(StoreChange(upserted: [], unreadable: ["b.yaml": []], isInitial: true))
        #expect(emitter.snapshot[Self.id] == nil && emitter.lastGood.isEmpty)
    }
}
