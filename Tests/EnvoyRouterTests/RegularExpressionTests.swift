import Testing

@testable import EnvoyRouter

@Suite struct RegularExpressionTests {
    private func matches(_ pattern: String, _ text: String) throws -> Bool { try RegularExpression(pattern).matches(text) }

    @Test(
        "an expression matches the whole text, as RE2 reads it",
        arguments: [
            ("a|ab", ["a", "ab"], ["abc", "b", ""]),
            ("/pets/[0-9]+", ["/pets/1", "/pets/42"], ["/pets/", "/pets/1/", "x/pets/1"]),
            ("^/a$", ["/a"], ["/ab"]),
            ("", [""], ["a"]),
            ("a{2,3}", ["aa", "aaa"], ["a", "aaaa"]),
            ("a{2,}", ["aa", "aaaaa"], ["a"]),
            ("a{,3}", ["a{,3}"], ["aa"]),
            ("(?i)PetS", ["pets", "PETS"], ["petz"]),
            ("(?i:a)b", ["Ab", "ab"], ["aB"]),
            ("(?i)(?:a|(?-i)b)c", ["Ac", "bC", "AC"], ["Bc"]),
            (".", ["a", "/"], ["", "\n", "ab"]),
            ("(?s).", ["\n"], []),
            ("[^a]", ["\n", "b"], ["a"]),
            (#"\s"#, [" ", "\t", "\n"], ["\u{b}", "x"]),
            ("[[:space:]]", ["\u{b}"], ["x"]),
            ("[[:^digit:]]+", ["ab"], ["a1"]),
            (#"[\w-]+"#, ["a-b_9"], ["a.b"]),
            (#"[^\d\s]"#, ["x"], ["1", " "]),
            ("[]a]", ["]", "a"], ["b"]),
            ("[a-c-e]+", ["a-e"], ["d"]),
            ("[[a]", ["[", "a"], ["b"]),
            ("[a-z&&[^b]]", ["a]", "&]", "[]"], ["a", "b"]),
            (#"\Qa*b\E+"#, ["a*b", "a*bb"], ["aab"]),
            (#"a\.b\/c"#, ["a.b/c"], ["axb/c"]),
            (#"\x41\x{42}\103"#, ["ABC"], ["abc"]),
            (#"\bfoo\b.*"#, ["foo", "foo bar"], ["food"]),
            ("(?U)a+", ["aaa"], [""]),
            (#"(?P<name>a)(?<other>b)"#, ["ab"], ["a"]),
            ("(a*)*b", ["aaab", "b"], ["aaa"]),
            ("(|a)+", ["", "aaa"], ["b"]),
            (#"\pL+"#, ["abc"], ["1"]),
            (#"\p{^Lu}"#, ["a", "1"], ["A"]),
            ("(?m)^a$", ["a"], ["a\nb"]),
            ("x*?y", ["y", "xxy"], ["x"]),
            // Each byte is a character of its own.
            ("é", ["é"], ["e"]), ("..", ["é", "ab"], ["日"]),
        ]
    )
    func whole(pattern: String, taken: [String], refused: [String]) throws {
        for text in taken { #expect(try matches(pattern, text), "\(pattern) should match '\(text)'") }
        for text in refused { #expect(try !matches(pattern, text), "\(pattern) should not match '\(text)'") }
    }

    @Test("an expression that takes a backtracking engine forever takes no time")
    func linear() throws {
        #expect(try !matches("(a+)+(a+)+(a+)+b", String(repeating: "a", count: 200)))
    }

    @Test("every match is replaced, with what its groups matched")
    func replacing() throws {
        func replace(_ text: String, _ pattern: String, _ substitution: String) throws -> String {
            try RegularExpression(pattern).replaceAll(in: text, with: substitution)
        }
        #expect(try replace("/service/foo/v1/api", "^/service/([^/]+)(/.*)$", #"\2/instance/\1"#) == "/v1/api/instance/foo")
        #expect(try replace("/xx/yy", "x|y", "z") == "/zz/zz")
        // What Envoy answered to this one.
        #expect(try replace("/emp/axxb", "x*", "-") == "-/-e-m-p-/-a-b-")
        #expect(try replace("aaa", "a+?", "b") == "bbb")
        #expect(try replace("abc", "(b)|(z)", #"[\1\2\\]"#) == #"a[b\]c"#)
        #expect(try replace("abc", "q", "z") == "abc")
    }

    @Test("what cannot be read says why", arguments: ["a(", "a)", "[a", #"a\"#, #"\x{100}"#, "*a", #"\y"#])
    func unreadable(pattern: String) {
        #expect(throws: UnreadableExpression.self) { try RegularExpression(pattern) }
    }
}
