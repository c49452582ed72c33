import Emitter
import EnvoyDescriptors
import EnvoyTranslation
import EnvoyValidation
import Testing
import TranslationHarness

/// The plugin's reading of Lua against LuaJIT's own, in a real Envoy.
@Suite struct LuaSyntaxTests {
    static let right = [
        "", "x=1;;y=2", ";x=1", "goto a ::a::", "while true do break x=1 end", "do return end x=1", "return 1;", "return", "f\n(1)", "print\n\"x\"",
        "x=0b101", "x=1LL", "x=0xFFull", "x=0x1p4", "x=0x.8p1", "x=1i", "x=.5", "x=5.", "x=1e-5", "x='\\u{41}\\x41\\065\\z  \n b\\\nc'", "x=1 y=2", "x='\\''",
        "local t={1,2;3,}", "t={[1]=2,a=3,f(),...}", "a.b:c'x'{}", "(a).b=1", "('x'):rep(1)", "function a.b:c(d, ...) return ... end", "\u{e4}=1",
        "x=[==[a]]]==]", "x=[[\n]]", "--[==[ x ]] ]==] y=1", "--x", "-- [[ x", "x=#{}..-2^-2", "x=not not nil == true", "local a,b", "local a,b=1",
        "local function f() end", "for i=1,2 do end", "for i=1,2,3 do break end", "for a,b in pairs({}) do end", "repeat local z=1 until z==1",
        "if x then else end", "if x then elseif y then elseif z then else end", "x=a..b..c", "x,y.z,w[1]=1,2", "f{...}", "x=function(...) return function() end end",
        "if x then goto c end local y ::c::", "do goto a end ::a::", "::a:: do ::a:: end", "goto a; do ::b:: goto b end ::a::", "x=a<b and c>=d or e~=f",
        "return f(x)(y)[z]:w()", "x={f=function() end, ['y']=1}", "a['b'].c(1).d=2", "x='\r'; y=2".replacing("'\r'", with: "1\r\n"),
    ]

    static let wrong = [
        "local goto=1", "break", "x=1//2", "x=1&2", "x='\\q'", "x='\\300'", "x='\\xg1'", "x='\\u{}'", "local function f() return ... end", "goto b", "::a:: ::a::",
        "x=3x", "x=0x", "x=1..2", "x=1e", "x=1e+", "x=0b12", "x=1.5LL", "a:b=1", "(a)=1", "f()=1", "function a:b.c() end", "x=[=a", "--[[ x", "x=[[a",
        "if x then else elseif y then end", "if x", "for i=1,2,3,4 do end", "for i=1 do end", "for a.b in x do end", "local a=", "local function a.b() end",
        "x=~1", "x=1!=2", "x=\"a", "x='a\nb'", "@", "{}", "\"x\":y()", "x = 1 = 2", "x,f()=1", "goto=1", "x=goto", "continue", "a=1 local", "x=", "x", "end",
        "function f(a,) end", "function f(..., a) end", "f(", "f(1,)", "x={1,,2}", "x={[1] 2}", "x={a", "until x", "while x end", "do do end", "do goto a end do ::a:: end",
        "return 1 x=2", "x.1=2", "a.b:c", "x=a:b", "local x<const> = 1", "x = function f() end", "return return", "x==1", "-- a\n\nx = = 1", "if x then return end end",
    ]

    /// As a function that nobody calls, since Envoy runs what stands outside.
    private static func whole(_ script: String) -> String { "local function f(...)\n\(script)\nend\n" }

    private static func filter(_ name: String, _ script: String) -> ProtoJSON {
        .object([
            .init("name", .string(name)),
            .init(
                "typedConfig",
                .object([
                    .init("@type", .string("type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua")),
                    .init("defaultSourceCode", .object([.init("inlineString", .string(script))])),
                ])
            ),
        ])
    }

    /// A listener with a filter for each script.
    private static func resources(_ scripts: [String]) throws -> EnvoyCheck.Resources {
        let manager = "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"
        let router = try ProtoJSON(json: #"{"name": "router", "typedConfig": {"@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}"#)
        let filters = scripts.enumerated().map { filter("lua.\($0)", $1) } + [router]
        let hcm = ProtoJSON.object([
            .init("@type", .string(manager)), .init("statPrefix", .string("http")), .init("httpFilters", .array(filters)),
            .init("routeConfig", .object([.init("name", .string("none"))])),
        ])
        let chain = ProtoJSON.object([.init("filters", .array([.object([.init("name", .string("http")), .init("typedConfig", hcm)])]))])
        var resources = EnvoyCheck.Resources()
        resources.listeners = [
            .object([
                .init("name", .string("lua")), .init("filterChains", .array([chain])),
                .init("address", try ProtoJSON(json: #"{"socketAddress": {"address": "127.0.0.1", "portValue": 20000}}"#)),
            ])
        ]
        return resources
    }

    /// What the plugin says of a script; empty when nothing.
    private static func told(_ script: String) throws -> String {
        var store = MemoryStore()
        var emitter = try Stock.emitter()
        let source = ProtoJSON.string(script).compactJSON
        let gateway = "{apiVersion: gateway.solo.io/v1, kind: Gateway, metadata: {name: g}, spec: {bindPort: 80, httpGateway: {options: {lua: {source: \(source)}}}}}\n"
        _ = emitter.apply(store.write("input.yaml", gateway))
        let translated = Translated(emitter: emitter, translation: try Stock.translator().translate(emitter.snapshot, nil))
        let text = try translated.text(showing: [])
        return text.contains("Accepted") ? "" : text
    }

    @Test("scripts that LuaJIT reads are taken", .enabled(if: RealEnvoy.check != nil))
    func taken() throws {
        let envoy = try #require(RealEnvoy.check)
        for script in Self.right { #expect(try Self.told(Self.whole(script)) == "", "\(script)") }
        #expect(try envoy.problems(role: "lua", Self.resources(Self.right.map(Self.whole))) == [])
    }

    @Test("scripts that LuaJIT does not read are refused, with the line", .enabled(if: RealEnvoy.check != nil))
    func refused() throws {
        let envoy = try #require(RealEnvoy.check)
        for script in Self.wrong {
            #expect(try Self.told(Self.whole(script)).contains(#/line \d+ of the script: /#), "\(script)")
            #expect(try !envoy.problems(role: "lua", Self.resources([Self.whole(script)])).isEmpty, "\(script)")
        }
        #expect(try Self.told("-- a\n\nx = = 1").contains("line 3 of the script: '=' is not expected here"))
    }

    @Test("deep nesting ends with a message", arguments: ["(", "{", "x=function() ", "do ", "-- \n((((f("])
    func deep(_ part: String) throws {
        #expect(try Self.told("x=" + String(repeating: part, count: 100_000 / part.count)).contains("of the script: "))
    }
}
