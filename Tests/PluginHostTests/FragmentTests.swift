import ConfigTree
import EnvoyWire
import PluginHost
import Testing

@Suite("Joining fragments")
struct FragmentTests {
    /// Two plugins, `first` and `second`, that write what they are told.
    private func writer() throws -> SubjectWriter {
        SubjectWriter(
            try loaded(
                try Fixture.library("writes", defines: ["NAME=\"first\""]), try Fixture.library("writes", defines: ["NAME=\"second\""])
            )
        )
    }

    private func hex(_ write: (Route.Route) -> Void) -> String {
        let digits = Array("0123456789abcdef")
        return wireBytes(Route.Route.self, write).map { "\(digits[Int($0 >> 4)])\(digits[Int($0 & 15)])" }.joined()
    }

    /// What becomes of a route to which the two plugins write; what they replace is the number of a field.
    private func result(
        first: (Route.Route) -> Void = { _ in }, firstReplaces: Int? = nil,
        second: (Route.Route) -> Void = { _ in }, secondReplaces: Int? = nil,
        core: (WireOutput) -> Void = coreRoute
    ) throws -> (json: String, reports: [String], origins: [String]) {
        func option(_ body: (Route.Route) -> Void, _ replaces: Int?) -> String {
            "{bytes: '\(hex(body))'\(replaces.map { ", replace: \($0)" } ?? "")}"
        }
        let writer = try writer()
        writer.traces = true
        let result = writer.subject(
            .route, try yaml("first: \(option(first, firstReplaces))\nsecond: \(option(second, secondReplaces))"), core: core
        )
        let origins = writer.origins.map { "\($0.plugin) \($0.range)" }
        return (try result.json(), result.reports, origins)
    }

    private let core = #""match":{"prefix":"/"},"name":"shop-route-0","route":{"cluster":"pets"}"#

    @Test("fields of two plugins unite, lists and maps too")
    func unite() throws {
        let found = try result(
            first: { $0.requestHeadersToRemove("a").route { $0.prefixRewrite("/x") }.typedPerFilterConfig("one", FiltersHttpCors.CorsPolicy.self) { _ in } },
            second: { $0.requestHeadersToRemove("b").route { $0.retryPolicy { $0.numRetries(2) } }.typedPerFilterConfig("two", FiltersHttpCors.CorsPolicy.self) { _ in } }
        )
        #expect(found.reports == [])
        let policy = #"{"@type":"type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy"}"#
        #expect(
            found.json == """
                {"match":{"prefix":"/"},"name":"shop-route-0","requestHeadersToRemove":["a","b"],\
                "route":{"cluster":"pets","prefixRewrite":"/x","retryPolicy":{"numRetries":2}},\
                "typedPerFilterConfig":{"one":\(policy),"two":\(policy)}}
                """
        )
    }

    @Test("a field that the core has written is the core's")
    func coreField() throws {
        let found = try result(first: { $0.name("other") })
        #expect(found.reports == ["first error test.yaml:1:8 plugin 'first' writes 'name', which 'sluice' has written; one of them has to go"])
        #expect(found.json == "{\(core)}")
    }

    @Test("a field that another plugin has written is that plugin's, one level into the route action as well")
    func pluginField() throws {
        let outer = try result(first: { $0.statPrefix("a") }, second: { $0.statPrefix("b") })
        #expect(outer.reports == ["second error test.yaml:2:9 plugin 'second' writes 'stat_prefix', which 'first' has written; one of them has to go"])
        #expect(outer.json == #"{\#(core),"statPrefix":"a"}"#)
        let inner = try result(first: { $0.route { $0.timeout(seconds: 1) } }, second: { $0.statPrefix("b").route { $0.timeout(seconds: 2) } })
        #expect(inner.reports == ["second error test.yaml:2:9 plugin 'second' writes 'route.timeout', which 'first' has written; one of them has to go"])
        #expect(!inner.json.contains("statPrefix"), "a refused fragment is refused whole")
    }

    @Test("a refused fragment leaves no claims behind")
    func refusedClaims() throws {
        let found = try result(first: { $0.statPrefix("a").name("other") }, second: { $0.statPrefix("b") })
        #expect(found.reports.count == 1)
        #expect(found.json == #"{\#(core),"statPrefix":"b"}"#)
    }

    @Test("a key of a map has one owner")
    func mapKey() throws {
        let write: (Route.Route) -> Void = { $0.typedPerFilterConfig("cors", FiltersHttpCors.CorsPolicy.self) { _ in } }
        let found = try result(first: write, second: write)
        #expect(
            found.reports == [
                "second error test.yaml:2:9 plugin 'second' writes 'typed_per_filter_config[cors]', which 'first' has written; one of them has to go"
            ]
        )
    }

    @Test("members of a oneof exclude each other: a redirect beside the core's route, two host rewrites")
    func oneof() throws {
        let redirect = try result(first: { $0.redirect { $0.hostRedirect("x") } })
        #expect(redirect.reports == ["first error test.yaml:1:8 plugin 'first' writes 'redirect', which 'sluice' has written; one of them has to go"])
        let hosts = try result(first: { $0.route { $0.hostRewriteLiteral("h") } }, second: { $0.route { $0.autoHostRewrite(true) } })
        #expect(
            hosts.reports == [
                "second error test.yaml:2:9 plugin 'second' writes 'route.auto_host_rewrite', which 'first' has written; one of them has to go"
            ]
        )
        let route = try result(first: { $0.route { $0.timeout(seconds: 1) } }, core: { Route.Route($0).redirect { $0.hostRedirect("x") } })
        #expect(route.reports == ["first error test.yaml:1:8 plugin 'first' writes 'route', which 'sluice' has written; one of them has to go"])
        #expect(route.json == #"{"redirect":{"hostRedirect":"x"}}"#)
    }

    @Test("who replaces a field has it, whether the other came before or comes after")
    func replace() throws {
        let later = try result(first: { $0.statPrefix("a").requestHeadersToRemove("h") }, second: { $0.statPrefix("b") }, secondReplaces: 19)
        #expect(later.reports == [])
        #expect(later.json == #"{\#(core.replacing("\"route\"", "\"requestHeadersToRemove\":[\"h\"],\"route\"")),"statPrefix":"b"}"#)
        let earlier = try result(first: { $0.statPrefix("a") }, firstReplaces: 19, second: { $0.statPrefix("b").requestHeadersToRemove("h") })
        #expect(earlier.reports == [])
        #expect(earlier.json == #"{\#(core.replacing("\"route\"", "\"requestHeadersToRemove\":[\"h\"],\"route\"")),"statPrefix":"a"}"#)
    }

    @Test("a replaced route makes room for an answer of the plugin's own")
    func replaceAction() throws {
        let found = try result(first: { $0.directResponse { $0.status(204) } }, firstReplaces: 2)
        #expect(found.reports == [])
        #expect(found.json == #"{"directResponse":{"status":204},"match":{"prefix":"/"},"name":"shop-route-0"}"#)
    }

    @Test("two plugins that replace one field are a conflict")
    func bothReplace() throws {
        let found = try result(first: { $0.statPrefix("a") }, firstReplaces: 19, second: { $0.statPrefix("b") }, secondReplaces: 19)
        #expect(found.reports == ["second error test.yaml:2:9 plugin 'second' writes 'stat_prefix', which 'first' has written; one of them has to go"])
        #expect(found.json == #"{\#(core),"statPrefix":"a"}"#)
    }

    @Test("origins tell whose bytes are where, also after a field was taken out")
    func origins() throws {
        let plain = try result(first: { $0.statPrefix("aa") }, second: { $0.requestHeadersToRemove("b") })
        #expect(plain.origins == ["first 24..<29", "second 29..<32"].map { $0.shifted(by: coreCount - 24) })
        let replaced = try result(first: { $0.requestHeadersToRemove("a").statPrefix("aa") }, second: { $0.statPrefix("b") }, secondReplaces: 19)
        #expect(replaced.origins == ["first 0..<3", "second 3..<7"].map { $0.shifted(by: coreCount) })
    }

    private var coreCount: Int {
        let buffer = WireBuffer()
        coreRoute(buffer.output)
        return buffer.count
    }

    @Test(
        "what is not protobuf is refused, and said to be",
        arguments: [
            ("62ff", "a field that begins before byte 1 does not end"), ("0a", "a field that begins before byte 1 does not end"),
            ("00", "at byte 0 no field begins"), ("07", "at byte 0 no field begins"),
            ("ffffffffffffffffffffff", "the number at byte 0 is too long"), ("0c", "at byte 1 a group ends that did not begin"),
            ("6801", "the field before byte 1 has the wrong wire type"), ("6a020aff", "a field that begins before byte 3 does not end"),
        ]
    )
    func garbage(bytes: String, what: String) throws {
        let result = try writer().subject(.route, try yaml("first: {bytes: '\(bytes)'}"), core: coreRoute)
        #expect(result.reports == ["first error test.yaml:1:8 plugin 'first' wrote something that is not protobuf: \(what)"])
        #expect(try result.json() == "{\(core)}")
    }

    @Test("filters keep their stages; those of a hook that failed are taken back")
    func filters() throws {
        let writer = try writer()
        let good = writer.subject(.httpFilter, try yaml("first: {add: [['0a0161', 1, 0, 5], ['0a0162', 8, -1, -3]]}"))
        #expect(good.reports == [])
        #expect(
            good.filters == [
                Result.Filter(stage: 1, place: 0, weight: 5, bytes: [10, 1, 0x61], plugin: "first"),
                Result.Filter(stage: 8, place: -1, weight: -3, bytes: [10, 1, 0x62], plugin: "first"),
            ]
        )
        #expect(good.bytes == [])
        let failed = writer.subject(.httpFilter, try yaml("{first: {add: [['0a0161', 1]], fail: true}, second: {add: [['0a0163', 2]]}}"))
        #expect(failed.filters.map(\.plugin) == ["second"])
        #expect(failed.reports == ["first error test.yaml:1:9 plugin 'first' failed for option 'first'; its log says more"])
    }

    @Test(
        "a filter that cannot be is refused",
        arguments: [
            ("['', 1, 0, 0]", "breaks the rules of sluice_plugin.h: it added a filter without having written one"),
            ("['0a0161', 9, 0, 0]", "breaks the rules of sluice_plugin.h: it added a filter at stage 9, place 0, which does not exist"),
            ("['0a0161', 1, 2, 0]", "breaks the rules of sluice_plugin.h: it added a filter at stage 1, place 2, which does not exist"),
            ("['0aff', 1, 0, 0]", "wrote something that is not protobuf: a field that begins before byte 1 does not end"),
        ]
    )
    func badFilter(filter: String, what: String) throws {
        let result = try writer().subject(.httpFilter, try yaml("first: {add: [\(filter)]}"))
        #expect(result.reports == ["first error test.yaml:1:8 plugin 'first' \(what)"])
        #expect(result.filters == [])
    }

    @Test("a listener-wide hook runs for options of the listener, and for those used below it")
    func listenerUses() throws {
        let writer = try writer()
        writer.beginUnit { _, _, _ in nil }
        _ = writer.subject(.route, try yaml("second: {bytes: ''}"))
        let used = writer.used
        let below = writer.subject(.httpFilter, listenerUses: used)
        #expect(below.reports == [] && below.filters == [], "called, with no option to read")
        let both = writer.subject(.httpFilter, try yaml("first: {add: [['0a0161', 1]]}"), listenerUses: used)
        #expect(both.filters.map(\.plugin) == ["first"])
        let number = try #require(try loaded(try Fixture.library("writes", defines: ["NAME=\"second\""])).number(of: "second"))
        #expect(number == 0)
        #expect(!used.contains(0) && used.contains(1))
        writer.beginUnit { _, _, _ in nil }
        #expect(writer.used == OptionSet())
    }

    @Test("an option that only routes know does not change what a listener depends on")
    func routeOnlyOptions() throws {
        let writer = SubjectWriter(try loaded(try Fixture.library("values")))
        _ = writer.subject(.route, try yaml("large: 1"))
        #expect(writer.used == OptionSet())
    }
}

extension String {
    fileprivate func replacing(_ part: String, _ other: String) -> String {
        guard let range = firstRange(of: part) else { return self }
        return String(self[..<range.lowerBound]) + other + String(self[range.upperBound...])
    }

    /// "name a..<b" with both numbers moved.
    fileprivate func shifted(by distance: Int) -> String {
        let words = split(separator: " ")
        let ends = words[1].split(separator: "..<").compactMap { Int($0) }
        return "\(words[0]) \(ends[0] + distance)..<\(ends[1] + distance)"
    }
}
