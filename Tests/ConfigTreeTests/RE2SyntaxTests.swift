import ConfigTree
import EnvoyDescriptors
import EnvoyValidation
import Testing
import TranslationHarness

@Suite struct RE2SyntaxTests {
    /// The bad direction: one such expression makes a proxy refuse a whole table.
    @Test("what RE2 refuses is refused")
    func refused() {
        for pattern in RE2Expressions.refused { #expect(RE2Syntax.problem(pattern) != nil, "'\(pattern)' is accepted") }
    }

    /// Refused although RE2 would take them: rare, and telling them from others would need RE2 itself.
    static let tooStrict: Set = [
        // A repetition after a switch of flags, or after an empty quotation, is one of what stands before it.
        "a(?i)*", "a(?i)+b", "a*(?i)*", "a(?i){2}", #"a\Q\E*"#, #"a*\Q\E*"#,
        // Older versions of RE2 refuse one name for two groups.
        "(?P<n>a)(?P<n>b)", "(?P<n>a)(?<n>b)", "(?P<n>a)|(?P<n>b)", "(?<n>a)(?<n>b)",
    ]

    @Test("what RE2 takes is taken")
    func accepted() {
        for pattern in RE2Expressions.accepted where !Self.tooStrict.contains(pattern) {
            #expect(RE2Syntax.problem(pattern) == nil, "'\(pattern)' is refused: \(RE2Syntax.problem(pattern) ?? "")")
        }
    }

    @Test("a message says what is wrong in words that follow 'the regular expression'")
    func words() {
        #expect(RE2Syntax.problem("a(") == "has a '(' without its ')'")
        #expect(RE2Syntax.problem("(?=a)") == "looks ahead '(?=', which RE2 cannot")
        #expect(RE2Syntax.problem("a**") == "repeats a repetition ('*' after another one); put the first into a group (?:...)")
        #expect(RE2Syntax.problem(#"(a)\1"#) == #"refers back with '\1', which RE2 cannot"#)
        #expect(RE2Syntax.problem("a{1000}") == "is too large: compiled it has up to 1004 instructions, and Envoy takes 1000")
        #expect(RE2Syntax.problem("[z-a]") == "has the range 'z-a', whose end comes before its beginning")
    }

    @Test("a real Envoy takes everything that is accepted", .enabled(if: RealEnvoy.check != nil))
    func envoy() throws {
        let routes = (RE2Expressions.accepted + RE2Expressions.refused).filter { RE2Syntax.problem($0) == nil }.map { pattern in
            ProtoJSON.object([
                .init("match", .object([.init("safeRegex", .object([.init("regex", .string(pattern))]))])),
                .init("directResponse", .object([.init("status", .number("200"))])),
            ])
        }
        var resources = EnvoyCheck.Resources()
        resources.listeners = [Self.listener(routes)]
        #expect(try RealEnvoy.check?.problems(role: "re2", resources) == [])
    }

    private static func listener(_ routes: [ProtoJSON]) -> ProtoJSON {
        func object(_ members: (String, ProtoJSON)...) -> ProtoJSON { .object(members.map { .init($0.0, $0.1) }) }
        let host = object(("name", .string("all")), ("domains", .array([.string("*")])), ("routes", .array(routes)))
        let router = object(("@type", .string("type.googleapis.com/envoy.extensions.filters.http.router.v3.Router")))
        let manager = object(
            ("@type", .string("type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager")),
            ("statPrefix", .string("http")), ("routeConfig", object(("virtualHosts", .array([host])))),
            ("httpFilters", .array([object(("name", .string("envoy.filters.http.router")), ("typedConfig", router))]))
        )
        let filter = object(("name", .string("envoy.filters.network.http_connection_manager")), ("typedConfig", manager))
        let address = object(("address", .string("127.0.0.1")), ("portValue", .number("20000")))
        return object(
            ("name", .string("re2")), ("address", object(("socketAddress", address))),
            ("filterChains", .array([object(("filters", .array([filter])))]))
        )
    }
}
