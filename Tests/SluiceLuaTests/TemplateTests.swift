import SluiceLua
import Testing

@Suite("Templates for Lua") struct TemplateTests {
    @Test("text without expressions is text, whatever it is", arguments: [
        ("plain", #""plain""#),
        ("", #""""#),
        ("{# said to nobody #}x", #""x""#),
        ("\"]]..os.exit()--\\\n\u{0}1é", #""\"]]..os.exit()--\\\n\0001\195\169""#),
        ("{ { %} }} #}", #""{ { %} }} #}""#),
    ])
    func plain(_ text: String, _ lua: String) throws {
        #expect(try Template(text, isAdvanced: false).lua == lua)
    }

    /// The statements of a template, without the function around them.
    private static func statements(_ text: String, isAdvanced: Bool = false) throws -> String {
        let lua = try Template(text, isAdvanced: isAdvanced).lua
        let lines = lua.split(separator: "\n")
        #expect(lines.prefix(2) == ["function(c)", "local o={size=0}"] && lines.suffix(2) == ["return R.concat(o)", "end"])
        return lines.dropFirst(2).dropLast(2).joined(separator: " ")
    }

    @Test("values become calls of the library", arguments: [
        ("{{ a.b.0 }}", #"R.put(o,R.var(c,"a","b","0"))"#),
        ("{{ a/b }}", #"R.put(o,R.var(c,"a","b"))"#),
        ("{{ 1 + 2 * 3 ^ 2 }}", "R.put(o,R.add(1,R.mul(2,R.pow(3,2))))"),
        ("{{ (1 - 2) / 3 % 4 }}", "R.put(o,R.mod(R.div(R.sub(1,2),3),4))"),
        ("{{ not a == 1 and b or c }}", #"R.put(o,(((not R.truth(R.eq(R.var(c,"a"),1))) and R.truth(R.var(c,"b"))) or R.truth(R.var(c,"c"))))"#),
        ("{{ a > 1.5 }}", #"R.put(o,R.lt(R.float(1.5),R.var(c,"a")))"#),
        ("{{ \"x\" in [1, true, null, {\"k\": -2}] }}", #"R.put(o,R.contains("x",R.list(1,true,R.null,R.map("k",-2))))"#),
        ("{{ default(a.b, \"\\u00e9\\n\") }}", #"R.put(o,R.default(R.opt(c,"a","b"),"\195\169\n"))"#),
        ("{{ header(\":path\") }}", #"R.put(o,R.header(c,":path"))"#),
        ("{{ isNumber(a) }}", #"R.put(o,R.is(R.var(c,"a"),"any number"))"#),
        ("{{ body }}", #"R.put(o,R.default(R.opt(c,"body"),R.body(c)))"#),
        ("{% set a = 1 %}{{- a -}}  x", #"c.vars["a"]=1 R.put(o,R.var(c,"a")) R.put(o,"x")"#),
        ("a\n## if a\nb\n## endif\n", #"R.put(o,"a\n") if R.truth(R.var(c,"a")) then R.put(o,"b\n") end"#),
    ])
    func values(_ text: String, _ lua: String) throws {
        #expect(try Self.statements(text) == lua)
    }

    @Test("names of advanced templates have slashes between their levels, and dots where there are none")
    func advanced() throws {
        #expect(try Self.statements("{{ a/b.c }}{{ a.b }}", isAdvanced: true) == #"R.put(o,R.var(c,"a","b.c")) R.put(o,R.var(c,"a","b"))"#)
    }

    @Test("branches and loops become those of Lua")
    func blocks() throws {
        #expect(
            try Self.statements("{% if a %}1{% else if b %}2{% else %}3{% endif %}{% for x in l %}{{ x }}{% endfor %}{% for k, v in m %}{{ k }}{% endfor %}")
                == #"if R.truth(R.var(c,"a")) then R.put(o,"1") elseif R.truth(R.var(c,"b")) then R.put(o,"2") else R.put(o,"3") end "#
                + #"R.each(c,R.var(c,"l"),"x",function() R.put(o,R.var(c,"x")) end) R.pairs(c,R.var(c,"m"),"k","v",function() R.put(o,R.var(c,"k")) end)"#
        )
    }

    @Test("a mistake is told with its place and what to do", arguments: [
        ("{{ a", "column 1: '}}' is missing"),
        ("{{ a b }}", "column 6: '}}' should stand here"),
        ("é\n {{ ( }}", "line 2, column 7: a value should stand here"),
        ("{{ upper() }}", "column 4: 'upper' takes 1 argument, and there are 0"),
        ("{{ substring(a) }}", "column 4: 'substring' takes 2 or 3 arguments, and there is 1"),
        ("{{ a | upper }}", "column 6: '|' is not Inja's; call the function, as in 'upper(name)'"),
        ("{{ a[0] }}", "column 5: '[' does not follow a name in Inja; write 'a.0' or 'at(a, ...)'"),
        ("{{ 'a' }}", "column 4: text stands in double quotes: \"...\""),
        ("{{ a..b }}", "column 4: 'a..b' has an empty part"),
        ("{{ clusterMetadata(\"a\") }}", "column 4: 'clusterMetadata' cannot be called: stock Envoy does not show a cluster's metadata to scripts; write the value into the template"),
        ("{{ 1234567890123456 }}", "column 4: a number of more than 15 digits"),
        ("{{ 1e999 }}", "column 4: a number that is too large"),
        ("{{ \"a }}", "column 4: a text without a '\"' at its end"),
        ("{# a", "column 1: '{#' without '#}'"),
        ("{% if a %}", "column 1: 'if' without 'endif'"),
        ("x{% endif %}", "column 2: 'endif' without 'if'"),
        ("{% else %}", "column 1: 'else' without 'if'"),
        ("{% endfor %}", "column 1: 'endfor' without 'for'"),
        ("{% if a %}{% else %}{% else %}{% endif %}", "column 21: something follows 'else'; only 'endif' can"),
        ("{% for a in b %}{% endif %}", "column 17: 'endif' inside of a 'for' that is not ended; write 'endfor' before it"),
        ("{% for a b %}", "column 10: 'in' is missing, as in '{% for item in list %}'"),
        ("{% for loop in b %}", "column 8: 'for' needs a name of letters, digits and '_' that is not 'loop'"),
        ("{% include \"a\" %}", "column 4: 'include' needs other templates, and there are none here; write the text itself"),
        ("{% while a %}", "column 4: a statement begins with 'if', 'else', 'endif', 'for', 'endfor' or 'set'"),
        ("## set a = 1 b\n", "column 14: the end of the line should stand here"),
    ])
    func mistakes(_ text: String, _ words: String) {
        #expect(performing: { _ = try Template(text, isAdvanced: false) }, throws: { ($0 as? ScriptProblem)?.words == words })
    }

    @Test("what Lua could not compile is refused here: too many pieces, too deep, too wide")
    func bounds() {
        let many = String(repeating: "{{ a }}", count: 1001)
        let deep = String(repeating: "{% if a %}", count: 20) + String(repeating: "{% endif %}", count: 20)
        let brackets = "{{ " + String(repeating: "(", count: 40) + "1" + String(repeating: ")", count: 40) + " }}"
        let long = "{{ 1" + String(repeating: " + 1", count: 100) + " }}"
        let wide = "{{ [" + String(repeating: "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ", count: 20) + String(repeating: "]", count: 20) + "] }}"
        let powers = "{{ 2" + String(repeating: " ^ 2", count: 5000) + " }}"
        for text in [many, deep, brackets, long, wide, powers] {
            #expect(throws: ScriptProblem.self, "\(text.prefix(40))") { try Template(text, isAdvanced: false) }
        }
    }
}
