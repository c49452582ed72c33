import APIResources
import ConfigStores
import ConfigTree
import Emitter
import GatewayTranslation
import Testing
import TranslationHarness

@Suite struct DelegationTests {
    @Test("a virtual service reads the tables on its way, found and not found, and no others")
    func reads() throws {
        var store = MemoryStore()
        var emitter = try Stock.emitter()
        func write(_ name: String, _ kind: String, _ spec: String) {
            _ = emitter.apply(store.write(name, "{apiVersion: gateway.solo.io/v1, kind: \(kind), metadata: {name: \(name)}, spec: {\(spec)}}"))
        }
        write("s", "VirtualService", "virtualHost: {routes: [{delegateAction: {ref: {name: a}}}, {delegateAction: {ref: {name: gone}}}]}")
        write("a", "RouteTable", "routes: [{delegateAction: {ref: {name: b}}}, {directResponseAction: {status: 200}}]")
        write("b", "RouteTable", "routes: [{directResponseAction: {status: 201}}]")
        write("c", "RouteTable", "routes: []")
        func id(_ kind: Kind, _ name: String) -> ObjectID { ObjectID(kind, ResourceRef(namespace: "gloo-system", name: name)) }
        let reader = SnapshotReader(emitter.snapshot)
        let resolved = Delegation.resolve(virtualService: try #require(emitter.snapshot[id(.virtualService, "s")]), reader)
        #expect(reader.reads == [.object(id(.routeTable, "a")), .object(id(.routeTable, "b")), .object(id(.routeTable, "gone")), .heads(.kind(.settings))])
        #expect(resolved.routes.map(\.owner.id) == [id(.routeTable, "b"), id(.routeTable, "a")], "depth first, in order")
        #expect(resolved.routes.map { $0.inherited?.tables.map(\.id.ref.name) } == [["a", "b"], ["a"]])
        #expect(resolved.reports.map(\.message) == ["RouteTable 'gloo-system/gone' does not exist; the route is left out"])
    }
}
