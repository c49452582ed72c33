import APIResources
import ConfigStores
import ConfigTree
import Emitter
import EnvoyTranslation
import Testing
import TranslationHarness

@testable import Syncer

@Suite struct ObjectStatusTests {
    private func problem(_ severity: ConfigSeverity, line: Int, _ message: String) -> ConfigProblem {
        ConfigProblem(severity, at: ConfigPosition(file: "a.yaml", line: line, column: 1), message)
    }

    @Test("errors reject, warnings warn, nothing accepts")
    func states() {
        #expect(ObjectStatus([]).state == .accepted)
        #expect(ObjectStatus([problem(.warning, line: 1, "w")]).state == .warning)
        #expect(ObjectStatus([problem(.warning, line: 1, "w"), problem(.error, line: 2, "e")]).state == .rejected)
    }

    @Test("errors come first, each message once, in the order of their places whatever order they came in")
    func messages() {
        let problems = [problem(.warning, line: 1, "w"), problem(.error, line: 3, "b"), problem(.error, line: 3, "a"), problem(.error, line: 2, "c"), problem(.error, line: 3, "b")]
        let messages = ["a.yaml:2:1: c", "a.yaml:3:1: a", "a.yaml:3:1: b", "a.yaml:1:1: warning: w"]
        #expect(ObjectStatus(problems).messages == messages)
        #expect(ObjectStatus(problems.reversed()).messages == messages)
    }

    @Test("the manifest reads back, whatever the message holds")
    func yaml() throws {
        let id = ObjectID(.virtualService, ResourceRef(namespace: "team", name: "shop"))
        let message = "a \"word\"\n\\ and a tab\t\u{1}"
        let text = ObjectStatus([problem(.error, line: 1, message)]).yaml(of: id, reporter: "gloo-system")
        let root = try YAML.parseOne(text, file: "status.yaml").root
        #expect(root["kind"]?.text == "VirtualService")
        #expect(root["metadata"]?["namespace"]?.text == "team")
        let status = root["status"]?["statuses"]?[key: "gloo-system"]
        #expect(status?["state"]?.text == "Rejected")
        #expect(status?["reason"]?.text == "a.yaml:1:1: \(message)")
        #expect(status?["messages"]?[at: 0]?.text == "a.yaml:1:1: \(message)")
    }
}

@Suite struct ReporterTests {
    private var store = MemoryStore()
    private var emitter: Emitter
    private var reporter = Reporter()

    private static let table = ObjectID(.routeTable, ResourceRef(namespace: "gloo-system", name: "t"))
    private static let service = ObjectID(.virtualService, ResourceRef(namespace: "gloo-system", name: "s"))
    private static let unit = Reporter.Source.unit(.virtualService(service.ref))

    init() throws {
        emitter = try Stock.emitter()
        _ = emitter.apply(store.write("s.yaml", "apiVersion: gateway.solo.io/v1\nkind: VirtualService\nmetadata: {name: s}\nspec: {virtualHost: {}}\n"))
        writeTable("")
        reporter.noteChanged(emitter.takeReportChanges())
        _ = reporter.takeChanges(emitter)
    }

    private mutating func writeTable(_ prefix: String, labels: String = "") {
        let text = "\(prefix)apiVersion: gateway.solo.io/v1\nkind: RouteTable\nmetadata: {\(labels)name: t}\nspec: {routes: [{delegateAction: {}}]}\n"
        _ = emitter.apply(store.write("t.yaml", text))
    }

    private func report() throws -> Report {
        let route = try #require(emitter.snapshot[Self.table]?.spec["routes"]?[at: 0])
        return Report(.error, Self.service, owner: Self.table, at: route, "is wrong")
    }

    @Test("a report of a unit replaces its earlier ones, and none takes them back")
    mutating func replaces() throws {
        reporter.set(Self.unit, [try report()])
        #expect(reporter.takeChanges(emitter).map(\.1?.messages) == [["t.yaml:4:17: RouteTable gloo-system/t: is wrong (spec.routes[0])"]])
        reporter.set(Self.unit, [try report()])
        #expect(reporter.takeChanges(emitter).isEmpty, "the same again is nothing new")
        reporter.set(Self.unit, [])
        #expect(reporter.takeChanges(emitter).map(\.1?.state) == [.accepted])
    }

    @Test("a unit's silence does not take back what another one says")
    mutating func sources() throws {
        reporter.set(Self.unit, [try report()])
        reporter.set(.unit(.layout), [Report(.warning, Self.service, "is alone")])
        _ = reporter.takeChanges(emitter)
        reporter.set(Self.unit, [])
        #expect(reporter.takeChanges(emitter).map(\.1?.messages) == [["s.yaml:1:1: warning: is alone"]])
    }

    @Test("when the lines of another object's document move, the status that shows a place in it is told anew")
    mutating func moved() throws {
        reporter.set(Self.unit, [try report()])
        _ = reporter.takeChanges(emitter)
        writeTable("# a word\n")
        reporter.noteChanged(emitter.takeReportChanges())
        #expect(reporter.takeChanges(emitter).map(\.1?.messages) == [["t.yaml:5:17: RouteTable gloo-system/t: is wrong (spec.routes[0])"]])
    }

    @Test("a place is found by its path when nodes come before it")
    mutating func path() throws {
        reporter.set(Self.unit, [try report()])
        _ = reporter.takeChanges(emitter)
        writeTable("# a word\n", labels: "labels: {a: b}, ")
        reporter.noteChanged(emitter.takeReportChanges())
        #expect(reporter.takeChanges(emitter).map(\.1?.messages) == [["t.yaml:5:17: RouteTable gloo-system/t: is wrong (spec.routes[0])"]])
    }

    @Test("an object that is gone has no status")
    mutating func gone() {
        _ = emitter.apply(store.write("t.yaml", nil))
        reporter.noteChanged(emitter.takeReportChanges())
        let changes = reporter.takeChanges(emitter)
        #expect(changes.map(\.0) == [Self.table])
        #expect(changes.first?.1 == nil)
    }
}
