import APIResources
import ConfigStores
import ConfigTree
import Emitter
import EnvoyTranslation
import Foundation
import GatewayTranslation
import Testing
import TranslationHarness

/// Trees of route tables that nobody means: too many, too deep, too large.
@Suite struct DelegationLimitTests {
    private var store = MemoryStore()
    private var emitter: Emitter

    init() throws { emitter = try Stock.emitter() }

    private static func id(_ kind: Kind, _ name: String) -> ObjectID { ObjectID(kind, ResourceRef(namespace: "gloo-system", name: name)) }

    private static func table(_ name: String, _ routes: String) -> String {
        "{apiVersion: gateway.solo.io/v1, kind: RouteTable, metadata: {name: \(name), labels: {team: red}}, spec: {routes: [\(routes)]}}\n---\n"
    }

    private static func service(_ routes: String) -> String {
        "{apiVersion: gateway.solo.io/v1, kind: VirtualService, metadata: {name: s}, spec: {virtualHost: {routes: [\(routes)]}}}\n---\n"
    }

    private static let gateway = "{apiVersion: gateway.solo.io/v1, kind: Gateway, metadata: {name: g}, spec: {bindPort: 80, httpGateway: {}}}\n---\n"

    @discardableResult
    private mutating func write(_ file: String, _ text: String) -> SnapshotChanges { emitter.apply(store.write(file, text)) }

    private func resolve(_ reader: SnapshotReader? = nil, maximumVisits: Int = Delegation.maximumVisits) throws -> ResolvedVirtualHost {
        let service = try #require(emitter.snapshot[Self.id(.virtualService, "s")])
        return Delegation.resolve(virtualService: service, reader ?? SnapshotReader(emitter.snapshot), maximumVisits: maximumVisits)
    }

    private func errors(_ resolved: ResolvedVirtualHost) -> [String] { resolved.reports.filter { $0.severity == .error }.map(\.message) }

    // MARK: Many

    @Test("10,000 tables below one virtual service are each read once, and an edit of one runs a handful of units", arguments: ["selector", "ref"])
    mutating func manyTables(_ way: String) throws {
        let count = 10_000
        write("tables", (0..<count).map { Self.table("t\($0)", "{matchers: [{prefix: /\($0)}], directResponseAction: {status: 200}}") }.joined())
        let refs = (0..<count).map { "{delegateAction: {ref: {name: t\($0)}}}" }.joined(separator: ", ")
        write("service", Self.gateway + Self.service(way == "ref" ? refs : "{delegateAction: {selector: {labels: {team: red}}}}"))
        let reader = SnapshotReader(emitter.snapshot)
        let resolved = try resolve(reader)
        #expect(resolved.routes.count == count && resolved.reports.isEmpty)
        // And Settings; by selector, which tables there are.
        #expect(reader.reads.count == count + (way == "ref" ? 1 : 2))

        let translator = try Stock.translator()
        _ = translator.translate(emitter.snapshot, nil)
        // One file for the edited table: the others do not change.
        let changes = write("extra", Self.table("extra", "{matchers: [{prefix: /extra}], directResponseAction: {status: 200}}"))
        let unitCount = translator.translate(emitter.snapshot, changes).unitCount
        #expect(unitCount <= 6, "\(unitCount) units")
        #expect(try resolve().routes.count == count + (way == "ref" ? 0 : 1))
    }

    @Test("an object of more than 1 MB is read and resolved like any other")
    mutating func largeObject() throws {
        let count = 12_000
        let text = Self.table(
            "large",
            (0..<count).map { "{name: route-number-\($0), matchers: [{prefix: /some/place/\($0)}], directResponseAction: {status: 200}}" }.joined(separator: ",\n")
        )
        #expect(text.utf8.count > 1_000_000)
        write("large", text + Self.service("{delegateAction: {ref: {name: large}}}"))
        let resolved = try resolve()
        #expect(resolved.routes.count == count && resolved.reports.isEmpty)
        #expect(resolved.routes.last?.name == "_route:<unnamed-0>_rt:gloo-system_large_route:route-number-\(count - 1)")
    }

    // MARK: Deep

    @Test("a chain of 200 tables ends with an error at the limit, on a thread of 512 kB")
    mutating func deepChain() async throws {
        write(
            "tables",
            (0..<200).map { Self.table("t\($0)", "{delegateAction: {ref: {name: t\($0 + 1)}}}, {matchers: [{prefix: /\($0)}], directResponseAction: {status: 200}}") }.joined()
                + Self.service("{delegateAction: {ref: {name: t0}}}")
        )
        let snapshot = emitter.snapshot
        let service = try #require(snapshot[Self.id(.virtualService, "s")])
        let resolved = await withCheckedContinuation { (done: CheckedContinuation<ResolvedVirtualHost, Never>) in
            let thread = Thread { done.resume(returning: Delegation.resolve(virtualService: service, SnapshotReader(snapshot))) }
            thread.stackSize = 512 << 10
            thread.start()
        }
        #expect(resolved.routes.count == Delegation.maximumDepth)
        let last = Self.id(.routeTable, "t\(Delegation.maximumDepth - 1)")
        #expect(resolved.reports.map(\.object) == [last, Self.id(.virtualService, "s")])
        #expect(errors(resolved).allSatisfy { $0.contains("more than 64 tables below each other") })
        #expect(resolved.reports.last?.chain.count == Delegation.maximumDepth - 1)
    }

    // MARK: Multiplying

    /// Lower than the real one: how long a hundred million visits take is not what is asked.
    private static let limit = 20_000

    /// What the last of the tables holds, and how many routes come of it at most.
    static let endings = [
        ("{directResponseAction: {status: 200}}", limit),
        ("", 0),
        ("{matchers: [{prefix: /elsewhere}], directResponseAction: {status: 200}}", 0),
        ("{matchers: [{prefix: /a}], optionsConfigRefs: {delegateOptions: [{name: gone}]}, directResponseAction: {status: 200}}", limit),
    ]

    @Test("tables that each delegate ten times to the next end with an error, whatever comes of them", arguments: endings)
    mutating func multiplying(_ ending: String, _ most: Int) throws {
        // The last level is under /a, so that a route elsewhere is left out a hundred million times.
        func ten(_ next: Int) -> String { (0..<10).map { _ in "{matchers: [{prefix: /a}], delegateAction: {ref: {name: t\(next)}}}" }.joined(separator: ", ") }
        write("tables", (0..<8).map { Self.table("t\($0)", $0 < 7 ? ten($0 + 1) : ending) }.joined() + Self.service(ten(0)))
        let resolved = try resolve(maximumVisits: Self.limit)
        #expect(resolved.routes.count <= most)
        #expect(errors(resolved).count == 1 && errors(resolved)[0].contains("more than \(Self.limit) routes"))
        // One mistake is one report on the table and one on the virtual service, however often it is met.
        #expect(resolved.reports.count <= 3)
    }

    @Test("tables that all select each other end with an error, and each cycle is told once")
    mutating func everybodySelectsEverybody() throws {
        write("tables", (0..<12).map { Self.table("t\($0)", "{delegateAction: {selector: {labels: {team: red}}}}, {directResponseAction: {status: 200}}") }.joined()
            + Self.service("{delegateAction: {ref: {name: t0}}}"))
        let resolved = try resolve(maximumVisits: Self.limit)
        #expect(resolved.routes.count <= Self.limit)
        #expect(errors(resolved).contains { $0.contains("more than \(Self.limit) routes") })
        // Each of the 12 tables is told of each of the 12, and so is the virtual service.
        #expect(resolved.reports.count <= 3 * 12 * 12 + 1)
    }
}
