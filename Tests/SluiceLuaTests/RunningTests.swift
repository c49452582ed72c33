import EnvoyDescriptors
import EnvoyValidation
import SluiceLua
import Testing
import TranslationHarness

/// What templates and expressions do, in Envoy's own Lua: Envoy runs a script when it is asked whether a configuration with it is right.
@Suite("Scripts in Envoy", .enabled(if: RealEnvoy.check != nil)) struct RunningTests {
    static let data = #"""
        {"name": "ann", "n": 3, "f": 1.50, "big": 12345678901234567890, "l": [3, 1, 2], "m": {"x": {"y": "deep"}, "b": 2}, "t": true,
         "z": null, "e": [], "s": "a \"b\"\n\u00e9", "people": [{"n": "a", "age": 1}, {"n": "b", "age": 2}]}
        """#

    static let templates: [(String, String)] = [
        ("{{ name }} {{ n }} {{ f }} {{ big }} {{ l }} {{ m }} {{ t }} {{ z }}", #"ann 3 1.5 12345678901234567890 [3,1,2] {"b":2,"x":{"y":"deep"}} true null"#),
        ("{{ s }} {{ [s] }}", "a \"b\"\né [\"a \\\"b\\\"\\né\"]"),
        ("{{ m.x.y }} {{ l.0 }} {{ at(l, 1) }} {{ at(m, \"b\") }} {{ m/x/y }}", "deep 3 1 2 deep"),
        ("{{ n + 1 }} {{ n * 2 - 1 }} {{ n / 2 }} {{ 4 / 2 }} {{ n % 2 }} {{ 2 ^ 10 }} {{ f + 1 }} {{ 0 - n }}", "4 5 1.5 2.0 1 1024 2.5 -3"),
        ("{{ 1e21 }} {{ 1.5e-7 }} {{ 0.001 }} {{ 100000.0 }} {{ 1 / 3 }}", "1e+21 1.5e-07 0.001 100000.0 0.3333333333333333"),
        ("{% for p in people %}{{ loop.index1 }}/{{ p.n }}{% if not loop.is_last %}, {% endif %}{% endfor %}", "1/a, 2/b"),
        ("{% for k, v in m %}{{ loop.index }}{{ k }}={{ v }};{% endfor %}", #"0b=2;1x={"y":"deep"};"#),
        ("{% for p in people %}{% for q in people %}{{ loop.parent.index }}{{ loop.index }} {% endfor %}{% endfor %}", "00 01 10 11 "),
        ("{{ upper(name) }}{{ lower(\"ABC\") }}{{ capitalize(name) }}{{ length(l) }}{{ length(name) }}{{ length(m) }}", "ANNabcAnn332"),
        ("{{ sort(l) }}{{ max(l) }}{{ min(l) }}{{ first(l) }}{{ last(l) }}{{ join(l, \"-\") }}{{ range(3) }}", "[1,2,3]31323-1-2[0,1,2]"),
        ("{{ round(3.14159, 2) }} {{ round(3.6, 0) }} {{ int(\"42\") }} {{ float(\"2.5\") }} {{ odd(n) }} {{ even(n) }} {{ divisibleBy(9, n) }}", "3.14 4 42 2.5 true false true"),
        ("{{ exists(\"m.x.y\") }} {{ exists(\"q\") }} {{ existsIn(m, \"x\") }} {{ default(q, \"none\") }} {{ default(name, \"x\") }} {{ default(m.q.r, 5) }}", "true false true none ann 5"),
        ("{{ isString(name) }}{{ isArray(l) }}{{ isObject(m) }}{{ isNumber(f) }}{{ isFloat(n) }}{{ isInteger(big) }}{{ isBoolean(t) }}", "truetruetruetruefalsetruetrue"),
        ("{% if n > 2 and name == \"ann\" %}yes{% else if n %}maybe{% else %}no{% endif %}{% if 2 in l %}in{% endif %}{% if e or z %}full{% endif %}", "yesin"),
        ("{{ not (1 == 2) }} {{ \"a\" + \"b\" }} {{ \"a\" < \"b\" }} {{ n >= 3 }} {{ n != 3 }} {{ l == [3, 1, 2] }} {{ 1 == 1.0 }} {{ null < 1 }}", "true ab true true false true true true"),
        ("{{ substring(name, 1) }}|{{ substring(name, 0, 2) }}|{{ substring(name, 9) }}|{{ substring(name, 1, 0) }}|{{ substring(name, \"x\") }}", "nn|an||nn|"),
        ("{% set a = [1, \"x\", {\"k\": null}] %}{{ a }}{% set a = n %}{{ a }}{{ name }}", #"[1,"x",{"k":null}]3ann"#),
        ("{{- name -}}   x {%- if t -%} y {%- endif %} {#- c -#} z", "annxyz"),
        ("{{ replace(name, \"n\", \"mm\") }}{{ replace(\"a.b\", \".\", \"%1\") }}", "ammmma%1b"),
        ("{{ header(\"x-a\") }}{{ header(\"none\") }}{{ extraction(\"id\") }}{{ extraction(\"none\") }}{{ body }}", "A1idThe body"),
        // As much as is accepted.
        (String(repeating: "{% if t %}", count: 14) + "x" + String(repeating: "{% endif %}", count: 14), "x"),
        (String(repeating: "{% for p in people %}", count: 7) + "x" + String(repeating: "{% endfor %}", count: 7), String(repeating: "x", count: 128)),
        ("{{ 1" + String(repeating: " + 1", count: 58) + " }}", "59"),
        ("{{ " + String(repeating: "(", count: 14) + "1" + String(repeating: " + 1)", count: 14) + " }}", "15"),
        ("{{ length([1" + String(repeating: ", 1", count: 49) + "]) }}", "50"),
        ("{{ 1" + String(repeating: " ^ 1", count: 28) + " }}", "1"),
        (String(repeating: "{{ n }}", count: 1000), String(repeating: "3", count: 1000)),
        // What fails tells why.
        ("{{ missing.a }}", "! variable 'missing.a' not found"),
        ("{{ name + 1 }}", "! a number is needed, and there is a string"),
        ("{{ 1 / 0 }}", "! division by zero"),
        ("{{ first(e) }}", "! 'first' of an empty list"),
        ("{{ int(\"x\") }}", "! 'x' is no number"),
        ("{% for a in m %}{% endfor %}", "! 'for a in' needs a list, and there is a map"),
        ("{{ at(l, 7) }}", "! 'at' finds nothing at '7'"),
        ("{% set a = \"0123456789\" %}{% for i in range(30) %}{% set a = a + a %}{% endfor %}", "! the result is larger than 16777216 bytes"),
    ]

    @Test("a template says what it should")
    func templates() throws {
        var script = ""
        for (template, expected) in Self.templates {
            script += "check(\(luaText(template)), render(context(), \(try Template(template, isAdvanced: false).lua)), \(luaText(expected)))\n"
        }
        try Self.run(
            """
            local plain = render
            local function render(c, template)
              local ok, v = pcall(plain, c, template)
              return ok and v or "! " .. (type(v) == "table" and v.message or v)
            end
            local function context()
              return {hs = {getAtIndex = function(_, name) if name == "x-a" then return "A1" end end}, found = {id = "id"}, body = "The body", data = read(\(luaText(Self.data)))}
            end
            \(script)
            """
        )
    }

    /// Expression, text, group, and what it finds; nil is no match.
    static let expressions: [(String, String, Int, String?)] = [
        (".*", "abc", 0, "abc"), (".*", "a\nb", 0, nil), ("(?s).*", "a\nb", 0, "a\nb"), ("a|ab|abc", "abc", 0, "abc"), ("", "", 0, ""), ("", "a", 0, nil),
        ("a(\\d+)b(x|y)", "a123by", 1, "123"), ("a(\\d+)b(x|y)", "a123by", 2, "y"), ("(a)?b", "b", 1, ""), ("(a*)(a*)", "aaa", 1, "aaa"), ("(a*?)(a*)", "aaa", 1, ""),
        ("(?:(a)|(b))+", "aba", 2, "b"), ("(\\w+)@(\\w+)\\.com", "ann@example.com", 2, "example"), ("[^/]*/([^/]+)/?.*", "/pets/7", 1, "pets"), ("(?i)HeLLo", "hEllO", 0, "hEllO"),
        ("(..)\\1", "abab", 1, "ab"), ("(..)\\1", "abac", 0, nil), ("(?=.*\\d)\\w+", "abc1", 0, "abc1"), ("(?!a)\\w+", "abc", 0, nil), ("\\ba\\b.*", "a b", 0, "a b"),
        ("x{2,3}", "xxxx", 0, nil), ("x{2,}", "xxxx", 0, "xxxx"), ("(ab){2}", "abab", 1, "ab"), ("(?:ab?){1,3}?c", "aabac", 0, "aabac"), ("(|a)+b", "aab", 0, "aab"),
        ("[[:alpha:]]+[^[:alpha:]]", "ab1", 0, "ab1"), ("é+.", "ééx", 0, "ééx"), ("[\\x00-\\x1f]%", "\u{1}%", 0, "\u{1}%"), ("[]a]+", "]a", 0, "]a"), ("^a$", "a", 0, "a"),
        (String(repeating: "(", count: 19) + "a" + String(repeating: ")", count: 19), "a", 19, "a"),
        (String(repeating: "(?:(?=", count: 9) + "a" + String(repeating: "))", count: 9), "a", 0, nil),
        ("(?:a|b){700}", String(repeating: "ab", count: 350), 0, String(repeating: "ab", count: 350)), (String(repeating: "a?", count: 1400), "aaa", 0, "aaa"),
        ("(a+)+b", String(repeating: "a", count: 40), 0, "! a regular expression takes too long"), ("(.*)foo.*", String(repeating: "x", count: 200_000), 0, nil),
    ]

    @Test("an expression finds what it should")
    func expressions() throws {
        var script = ""
        for (text, subject, group, expected) in Self.expressions {
            let words = "\(text) in \(subject.prefix(20)), \(group)"
            script += "check(\(luaText(words)), attempt(R.regex(\(try Expression(text).lua)), \(luaText(subject)), \(group)), \(expected.map(luaText) ?? "nil"))\n"
        }
        try Self.run(
            """
            local function attempt(regex, s, group)
              local ok, v = pcall(regex, s, group)
              if ok then return v end
              return "! " .. v.message
            end
            \(script)
            """
        )
    }

    /// Expression, text, and the text with what is found in brackets.
    static let searches: [(String, String, String)] = [
        ("a", "banana", "b[a]n[a]n[a]"), ("\\bcat|dog\\b", "cat catdog concat hotdog", "[cat] [cat][dog] concat hot[dog]"), ("\\b\\d{3}\\b", "123 1234 x123 (456)", "[123] 1234 x123 ([456])"),
        ("a?b", "ab b aab", "[ab] [b] a[ab]"), ("^a", "aa", "[a]a"), ("(?i)x+", "xX-x", "[xX]-[x]"), ("-?\\b4", "-4 4 44 a4", "[-4] [4] [4]4 a4"), ("[^a-z]+", "ab12cd", "ab[12]cd"),
        ("é", "été", "[é]t[é]"),
    ]

    @Test("a search finds every place, and none twice")
    func search() throws {
        var script = ""
        for (text, subject, expected) in Self.searches {
            let lua = try #require(try Expression(text).search)
            script += "check(\(luaText(text)), bracketed(\(lua), \(luaText(subject))), \(luaText(expected)))\n"
        }
        #expect(try Expression("a*").search == nil)
        try Self.run(
            """
            local function bracketed(search, s)
              local parts, from = {}, 1
              search(s, 0, function(first, last)
                parts[#parts + 1] = sub(s, from, first - 1) .. "[" .. sub(s, first, last) .. "]"
                from = last + 1
              end)
              return concat(parts) .. sub(s, from)
            end
            \(script)
            """,
            library: maskingLibrary
        )
    }

    @Test("JSON is read and written as it should be")
    func json() throws {
        let long = String(repeating: "[", count: 501)
        let cases: [(String, String)] = [
            (#" {"b": 1, "a": [true, false, null, "x"], "b": 2} "#, #"{"a":[true,false,null,"x"],"b":2}"#), ("[]", "[]"), ("{}", "{}"), (#""\ud83d\ude00\/\u0001""#, "\"😀/\\u0001\""),
            ("[1e3, -0.5, 1E-2, 9007199254740993, -0]", "[1000.0,-0.5,0.01,9007199254740993,0]"), (#"{"a" 1}"#, "! something else than ':' at byte 6"),
            ("[1,]", "! something else than a value at byte 4"), ("{} x", "! something after the value at byte 4"), (#""a"#, "! a string without an end at byte 2"),
            (#""\ud83d""#, "! a wrong escape at byte 8"), (#""\udc00""#, "! half a character at byte 8"), ("01", "! something else than a value at byte 1"), ("nul", "! something else than a value at byte 1"),
            ("\"\n\"", "! a control character in a string at byte 2"), ("1e999", "! a number that is too large at byte 1"), (long, "! too many levels at byte 501"), ("", "! something else than a value at byte 1"),
        ]
        try Self.run(
            """
            local function again(text)
              local ok, v = pcall(read, text)
              if ok then return write(v) end
              return "! " .. string.gsub(v.message, "the body is not JSON: ", "")
            end
            """ + cases.map { "\ncheck(\(luaText(String($0.0.prefix(40)))), again(\(luaText($0.0))), \(luaText($0.1)))" }.joined()
        )
    }

    @Test("Lua reads whatever is accepted", arguments: SeededNumbers.seeds(2))
    func random(_ seed: UInt64) throws {
        var random = RandomScripts(seed: seed)
        var script = ""
        var accepted = 0
        for _ in 0..<400 {
            let (template, expression) = (random.template(), random.expression())
            if let lua = try? Template(template, isAdvanced: false).lua {
                accepted += 1
                // As they come, in a text of their own: one mistake must not hide the next.
                script += "compiles(\(luaText(template)), \(luaText("local R=... return " + lua)))\n"
            }
            if let lua = try? Expression(expression).lua {
                accepted += 1
                script += "compiles(\(luaText(expression)), \(luaText("local R=... return R.regex(\(lua))('abc', 0)")))\n"
            }
        }
        #expect(accepted > 200)
        try Self.run(
            """
            local function compiles(text, source)
              local f, problem = loadstring(source)
              local ok = f ~= nil
              if ok then ok, problem = pcall(f, R) end
              if not ok and type(problem) ~= "table" then check("SLUICE_SEED=\(seed) " .. text, problem, nil) end
            end
            \(script)
            """
        )
    }

    /// Runs a script behind the library, with `check(name, got, expected)`.
    private static func run(_ script: String, library: String = transformationLibrary) throws {
        let source = """
            \(library)
            local wrong = {}
            local function check(name, got, expected)
              if got ~= expected then wrong[#wrong + 1] = string.format("%q: %q and not %q", name, tostring(got), tostring(expected)) end
            end
            \(script)
            if #wrong > 0 then error((string.gsub(table.concat(wrong, " | "), "\\n", " "))) end
            """
        var resources = EnvoyCheck.Resources()
        resources.listeners = [listener(source)]
        let problems = try #require(RealEnvoy.check).problems(role: "lua", resources)
        #expect(problems.isEmpty, "\(problems.joined())")
    }

    private static func listener(_ source: String) -> ProtoJSON {
        func filter(_ name: String, _ type: String, _ members: ProtoJSON.Member...) -> ProtoJSON {
            .object([.init("name", .string(name)), .init("typedConfig", .object([.init("@type", .string("type.googleapis.com/envoy.extensions.filters.\(type)"))] + members))])
        }
        let lua = filter("lua", "http.lua.v3.Lua", .init("defaultSourceCode", .object([.init("inlineString", .string(source))])))
        let manager = filter(
            "manager", "network.http_connection_manager.v3.HttpConnectionManager", .init("statPrefix", .string("a")), .init("routeConfig", .object([.init("name", .string("a"))])),
            .init("httpFilters", .array([lua, filter("router", "http.router.v3.Router")]))
        )
        let address = ProtoJSON.object([.init("socketAddress", .object([.init("address", .string("127.0.0.1")), .init("portValue", .number("20000"))]))])
        return .object([
            .init("name", .string("lua")), .init("address", address),
            .init("filterChains", .array([.object([.init("filters", .array([manager]))])])),
        ])
    }
}
