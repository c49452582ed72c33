import APIResources
import ConfigTree
import Emitter
import Testing
import TranslationHarness

@Suite struct SelectionTests {
    private var emitter: Emitter
    private var store = MemoryStore()

    init() throws { emitter = try Stock.emitter() }

    private mutating func table(_ name: String, labels: String = "", namespace: String = "one", routes: String = "[]") -> SnapshotChanges {
        let text = "{apiVersion: gateway.solo.io/v1, kind: RouteTable, metadata: {name: \(name), namespace: \(namespace), labels: {\(labels)}}, spec: {routes: \(routes)}}"
        return emitter.apply(store.write("\(namespace)-\(name)", text))
    }

    private func select(
        namespaces: [String] = [], labels: [(String, String)] = [], expressions: String = "[]"
    ) throws -> (names: [String], reads: Set<Read>) {
        let reader = SnapshotReader(emitter.snapshot)
        let conditions = try YAML.parseOne(expressions, file: "expressions").root.elements.map(LabelExpression.init)
        let found = reader.select(.routeTable, namespaces: namespaces, labels: labels, expressions: conditions)
        return (found.map { "\($0.id.ref)" }, reader.reads)
    }

    @Test("labels, namespaces and expressions narrow the choice; the answer is sorted")
    mutating func selects() throws {
        _ = table("b", labels: "team: red, rank: '2'")
        _ = table("a", labels: "team: red, rank: '7'", namespace: "two")
        _ = table("c", labels: "team: blue")
        #expect(try select().names == ["one/b", "one/c", "two/a"])
        #expect(try select(labels: [("team", "red")]).names == ["one/b", "two/a"])
        #expect(try select(namespaces: ["two", "one"], labels: [("team", "red"), ("rank", "7")]).names == ["two/a"])
        #expect(try select(namespaces: ["*"], expressions: "[{key: rank, operator: GreaterThan, values: ['3']}]").names == ["two/a"])
        #expect(try select(namespaces: ["two", "two"]).names == ["two/a"])
        #expect(try select(labels: [("team", "green")]).names.isEmpty)
    }

    @Test("what is noted is as narrow as the choice")
    mutating func reads() throws {
        _ = table("a", labels: "team: red")
        #expect(try select(labels: [("team", "red"), ("x", "y")]).reads == [.heads(.label(.routeTable, key: "team", value: "red"))])
        #expect(try select(namespaces: ["two", "one"]).reads == [.heads(.namespace(.routeTable, "one")), .heads(.namespace(.routeTable, "two"))])
        #expect(try select().reads == [.heads(.kind(.routeTable))])
    }

    @Test("an object that takes a label on, or puts it off, is a change for those who look for the label; its content is not")
    mutating func heads() throws {
        _ = table("a", labels: "team: red")
        let moved = table("a", labels: "team: blue")
        #expect(moved.heads.isSuperset(of: [.label(.routeTable, key: "team", value: "red"), .label(.routeTable, key: "team", value: "blue")]))
        #expect(try select(labels: [("team", "blue")]).names == ["one/a"])
        let edited = table("a", labels: "team: blue", routes: "[{directResponseAction: {status: 200}}]")
        #expect(edited.heads.isEmpty)
        let reader = SnapshotReader(emitter.snapshot)
        let found = reader.select(.routeTable, namespaces: [], labels: [("team", "blue")], expressions: [])
        #expect(found.first?.spec["routes"]?.count == 1, "the newest form, though the lists stayed")
        _ = emitter.apply(store.write("one-a", nil))
        #expect(try select(labels: [("team", "blue")]).names.isEmpty)
    }
}
