import ConfigTree
import EnvoyDescriptors
import EnvoyWire
import PluginHost
import Testing

@Suite("What a hook reaches beyond its subject")
struct ReachTests {
    private func writer() throws -> SubjectWriter {
        SubjectWriter(
            try loaded(try Fixture.library("reach")),
            encode: { type, value in
                guard let prefix = value["prefix"]?.text else { return .failure(.init("\(type) needs a prefix", at: value["at"] ?? value)) }
                return .success(wireBytes(Route.Route.self) { $0.match { $0.prefix(prefix) } })
            }
        )
    }

    @Test("text is told from numbers and booleans that look alike")
    func texts() throws {
        #expect(try writer().subject(.route, try yaml("texts: [shop, '5', 5, true, 'true', 1.5, [a], {a: b}, null, '']")).said == ["tt--t----t"])
    }

    @Test("options of the listener above are there below it, read as such, and nowhere else")
    func listenerOption() throws {
        let writer = try writer()
        let options = try yaml("surroundings: 1")
        writer.beginUnit(listenerOptions: try yaml("{above: sky}")) { _, _, _ in nil }
        _ = writer.subject(.route, try yaml("texts: []"))
        #expect(!writer.hasReadListener)
        let facts = SubjectFacts(name: [], namespace: "team", cluster: Array("pets_shop".utf8), upstream: ("pets", "shop"))
        #expect(writer.subject(.route, options, facts: facts).said == ["above 'sky' upstream 'pets' in 'shop'"])
        #expect(writer.hasReadListener)
        #expect(writer.subject(.listener, options).said == ["above '' upstream '' in ''"])
        writer.beginUnit { _, _, _ in nil }
        #expect(writer.subject(.route, options).said == ["above '' upstream '' in ''"])
    }

    @Test("resources are kept for the unit, by all of its subjects")
    func resources() throws {
        let writer = try writer()
        writer.beginUnit { _, _, _ in nil }
        for (type, name) in [(1, "reach:a"), (1, "reach:b"), (3, "reach:c")] {
            let result = writer.subject(.route, try yaml(#"add: {type: \#(type), name: "\#(name)", message: "\n\x07\#(name)"}"#))
            #expect(result.reports == [])
        }
        #expect(writer.resources.map(\.name) == ["reach:a", "reach:b", "reach:c"])
        #expect(writer.resources.map(\.kind) == [.cluster, .cluster, .secret])
        #expect(writer.resources.map(\.bytes) == ["a", "b", "c"].map { [10, 7] + Array("reach:\($0)".utf8) })
        writer.beginUnit { _, _, _ in nil }
        #expect(writer.resources == [])
    }

    @Test(
        "a resource of no type, under a foreign name, or with another message is a fault of the plugin",
        arguments: [
            (#"{type: 4, name: 'reach:a', message: "\n\x07reach:a"}"#, "it added a resource of type 4 named 'reach:a'; the types are 1 to 3, and the name begins with 'reach:'"),
            (#"{type: 1, name: 'other:a', message: "\n\x07other:a"}"#, "it added a resource of type 1 named 'other:a'; the types are 1 to 3, and the name begins with 'reach:'"),
            (#"{type: 1, name: 'reach:a', message: "\n\x07reach:b"}"#, "the message of the resource 'reach:a' is not protobuf with that name in field 1"),
            (#"{type: 1, name: 'reach:a', message: "\n\x47reach:a"}"#, "the message of the resource 'reach:a' is not protobuf with that name in field 1"),
            (#"{type: 1, name: 'reach:a'}"#, "the message of the resource 'reach:a' is not protobuf with that name in field 1"),
        ]
    )
    func wrongResource(option: String, fault: String) throws {
        let writer = try writer()
        writer.beginUnit { _, _, _ in nil }
        let result = writer.subject(.route, try yaml("add: \(option)"), core: coreRoute)
        #expect(result.said == [])
        #expect(writer.resources == [])
        #expect(result.reports == ["reach error test.yaml:1:6 plugin 'reach' breaks the rules of sluice_plugin.h: \(fault)"])
    }

    @Test("JSON becomes a message, or a report at its place")
    func encode() throws {
        let good = try writer().subject(.route, try yaml("encode: {prefix: /a}"))
        #expect(try good.json() == #"{"match":{"prefix":"/a"}}"#)
        let bad = try writer().subject(.route, try yaml("encode: {at: here}"))
        #expect(bad.said == ["no route"])
        #expect(bad.reports == ["reach error test.yaml:1:14 envoy.config.route.v3.Route needs a prefix"])
        let nobody = SubjectWriter(try loaded(try Fixture.library("reach"))).subject(.route, try yaml("encode: {prefix: /a}"))
        #expect(nobody.reports == ["reach error test.yaml:1:9 nobody here knows the message 'envoy.config.route.v3.Route'"])
    }

    @Test("a message goes into the hook's own output and no other")
    func elsewhere() throws {
        let result = try writer().subject(.route, try yaml("elsewhere: {prefix: /a}"))
        #expect(result.reports == ["reach error test.yaml:1:12 plugin 'reach' breaks the rules of sluice_plugin.h: it changed its output in another way than by appending"])
    }

    @Test("an overlay comes after everything, and may write what others have written")
    func overlay() throws {
        let writer = try writer()
        writer.traces = true
        let result = writer.subject(.route, try yaml("{overlay: {prefix: /over}, texts: [a]}"), core: coreRoute)
        #expect(result.reports == [])
        #expect(try result.json() == #"{"match":{"prefix":"/over"},"name":"shop-route-0","requestHeadersToRemove":["t"],"route":{"cluster":"pets"}}"#)
        #expect(writer.origins.map(\.plugin) == ["reach", "reach"])
        #expect(writer.isWritten(1))
    }

    @Test("network filters keep their weights")
    func networkFilters() throws {
        let result = try writer().subject(.networkFilter, try yaml("network: 2"))
        #expect(result.filters.map(\.weight) == [2, 1])
        #expect(result.filters.map(\.bytes) == [[10, 1, 99], [10, 1, 98]])
        #expect(result.reports == [])
    }
}
