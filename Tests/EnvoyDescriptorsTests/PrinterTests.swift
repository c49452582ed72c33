import EnvoyDescriptors
import Testing

@Suite("Printing")
struct PrinterTests {
    @Test("strings that YAML would take for something else stand in quotes", arguments: [
        "", "y", "No", "on", "null", "~", "1", "1.5", "0x1F", "1e3", "-1", ".5", "1:30", "a: b", "a #b", "#a", "*", "&a", "!x", "- a",
        "a:", " a", "a ", "@x", "%x", "`x", "{a}", "[a]", "a,b", "'a'", "\"a\"", "=", "<<", "?", "|", ">", "a\tb", "\u{85}", ".inf",
    ])
    func quoted(text: String) {
        #expect(ProtoJSON.string(text).yaml().hasPrefix("\""))
    }

    @Test("ordinary words, paths, hosts and durations stand bare", arguments: [
        "envoy.filters.http.router", "/api/v1", "5s", "0.250s", "outbound|".replacing("|", with: "_"), "STRICT_DNS", "a b", "http://x",
    ])
    func bare(text: String) {
        #expect(ProtoJSON.string(text).yaml() == text + "\n")
    }

    @Test("blocks, lists in lists and remarks")
    func layout() throws {
        let json = try ProtoJSON(json: #"{"a":{"b":[{"c":"x","d":[]},[1,[2]],"y"],"e":{}},"text":"l1\n\n l2\n","keep":"a\n\n","on":null}"#)
        #expect(
            json.yaml { $0.key == "b" || $0.key == "c" ? "by\n\($0.key)" : nil } == """
                a:
                  b:  # by b
                  - c: x  # by c
                    d: []
                  -
                    - 1
                    -
                      - 2
                  - "y"
                  e: {}
                text: |
                  l1

                   l2
                keep: |+
                  a

                "on": null

                """
        )
    }

    @Test("pretty JSON and what has to be escaped")
    func json() {
        let json = ProtoJSON.object([.init("a", .array([.number("1"), .string("\"\\\n\u{1}é")])), .init("b", .object([]))])
        #expect(json.compactJSON == #"{"a":[1,"\"\\\n\u0001é"],"b":{}}"#)
        #expect(json.prettyJSON == "{\n  \"a\": [\n    1,\n    \"\\\"\\\\\\n\\u0001é\"\n  ],\n  \"b\": {}\n}\n")
    }
}
