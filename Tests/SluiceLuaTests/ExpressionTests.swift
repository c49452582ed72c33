import SluiceLua
import Testing

@Suite("Regular expressions for Lua") struct ExpressionTests {
    @Test("an expression becomes the table of its parts", arguments: [
        ("", "{{}}", 0),
        ("abc", #"{{"abc"}}"#, 0),
        (#"a\.b|c"#, #"{{"a.b"},{"c"}}"#, 0),
        ("ab*", #"{{"a",{"r","[b]",0,-1,false}}}"#, 0),
        (".*?", #"{{{"r","[^\n]",0,-1,true}}}"#, 0),
        ("(?s).", #"{{{"s","."}}}"#, 0),
        ("(?i)aé1", #"{{{"s","[Aa]"},"\195\1691"}}"#, 0),
        ("(a(?:b)+)(?P<n>c){2,3}", #"{{{"g",1,{{"a",{"q",1,-1,false,{{"b"}}}}}},{"q",2,3,false,{{{"g",2,{{"c"}}}}}}}}"#, 2),
        (#"^[\w.-]+\b$"#, #"{{{"^"},{"r","[%-%.0-9A-Z%_a-z]",1,-1,false},{"b",true},{"$"}}}"#, 0),
        (#"[^\]%^]\x41\\"#, #"{{{"s","[^%%%]%^]"},"A\\"}}"#, 0),
        ("[[:digit:]a]{3}", #"{{{"r","[0-9a]",3,3,false}}}"#, 0),
        (#"(.)(?!\1)(?=x)"#, #"{{{"g",1,{{{"s","[^\n]"}}}},{"=",false,{{{"\\",1}}}},{"=",true,{{"x"}}}}}"#, 1),
        ("a{x}", #"{{"a{x}"}}"#, 0),
        (#"\x00-\xff"#, #"{{"\000-\255"}}"#, 0),
    ])
    func parts(_ text: String, _ lua: String, _ groups: Int) throws {
        let expression = try Expression(text)
        #expect(expression.lua == lua)
        #expect(expression.groups == groups)
    }

    @Test("what is wrong, or not possible, is told with its place", arguments: [
        ("(a", "column 1: '(' without ')'"),
        ("a)", "column 2: ')' without '('; write '\\)' for the character"),
        ("[a", "column 1: '[' without ']'"),
        ("é*+", "column 2: a repetition of a repetition; put the first into a group, '(?:...)'"),
        ("a|*", "column 3: there is nothing to repeat before this; write '\\' before it for the character"),
        ("^*", "column 2: there is nothing to repeat before this; write '\\' before it for the character"),
        ("[z-a]", "column 2: the range is the wrong way round"),
        ("a{3,1}", "column 2: '{3,1}' is the wrong way round"),
        ("a{1,2000}", "column 2: more than 1000 repetitions"),
        ("((a{1}b){900}){900}", "column 1: the expression is too large, repetitions counted out; make it smaller"),
        (#"\p{L}"#, "column 1: '\\p' is not possible here"),
        (#"(a)\2"#, "column 4: '\\2' refers to a group that is not there"),
        ("(?<=a)b", "column 2: looking back, '(?<=' and '(?<!', is not possible here"),
        ("(?m)a", "column 3: of flags only 'i' and 's' can be used here"),
        ("a(?i)b", "column 3: this kind of group is not possible here; '(...)' and '(?:...)' are, and flags such as '(?i)' at the beginning"),
        ("[é]", "column 2: only ASCII can stand in brackets, since bytes are compared; write '(?:a|b)' of whole characters"),
        ("[[:letters:]]", "column 2: '[:' needs the name of a set, as in '[[:alpha:]]'"),
        (#"a\"#, "column 2: '\\' at the end; write '\\\\' for the character"),
    ])
    func mistakes(_ text: String, _ words: String) {
        #expect(performing: { _ = try Expression(text) }, throws: { ($0 as? ScriptProblem)?.words == words })
    }

    @Test("groups in groups are bounded")
    func depth() {
        #expect(throws: ScriptProblem.self) { try Expression(String(repeating: "(", count: 5000)) }
        #expect(throws: ScriptProblem.self) { try Expression(String(repeating: "((((a{900}){900}){900}){900})", count: 20)) }
    }
}
