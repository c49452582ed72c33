import ConfigTree
import Testing

func json(_ text: String) throws -> ConfigValue {
    try JSON.parse(text, file: "a.json").root
}

@Suite struct JSONTests {
    @Test("all of JSON is read, with places")
    func everything() throws {
        let root = try json("{\n  \"a\": [1, -2.5e3, true, null, \"\\u00e9\\ud83d\\ude00\\n\"],\n  \"é\": {\"x\": {}, \"y\": []}, \"z\": 1}")
        let list = try #require(root["a"])
        #expect(list.elements.map(\.kind) == [.scalar, .scalar, .scalar, .null, .scalar])
        #expect(list[at: 1]?.double == -2500)
        #expect(list[at: 2]?.bool == true)
        #expect(list[at: 4]?.text == "é😀\n")
        #expect("\(try #require(list[at: 1]).position)" == "a.json:2:12")
        #expect("\(try #require(root["z"]).keyPosition)" == "a.json:3:28")
        #expect(root[key: "é"]?["x"]?.path == "[\"é\"].x")
        #expect(try json(" [] ").kind == .list)
        #expect(try json("[[],[[]]]").count == 2)
    }

    @Test(
        "mistakes are named with their place",
        arguments: [
            ("", "a.json:1:1: the text is empty; a JSON value was expected"),
            ("{\"a\": 1,}", "a.json:1:9: expected a key in double quotes, found '}'"),
            ("{\"a\" 1}", "a.json:1:6: expected ':' after a key, found '1'"),
            ("[1 2]", "a.json:1:4: expected ',' or ']', found '2'"),
            ("[1", "a.json:1:3: the text ends before a ']'"),
            ("[1]x", "a.json:1:4: nothing may follow the value, but here stands 'x'"),
            ("{\"a\": 1,\n \"b\": 2,\n \"a\": 3}", "a.json:3:2: 'a' is already set in line 1"),
            ("nul", "a.json:1:1: expected a value, found 'n'"),
            ("01", "a.json:1:1: a number may not begin with a zero"),
            ("-", "a.json:1:2: expected a digit, found the end"),
            ("1.", "a.json:1:3: expected a digit after '.', found the end"),
            ("\"\\ud800x\"", "a.json:1:2: half of a surrogate pair"),
            ("\"\\q\"", "a.json:1:2: '\\' may only stand before \" \\ / b f n r t u"),
            ("\"a\nb\"", "a.json:1:3: the string is not closed on its line"),
            ("\"é\t\"", "a.json:1:3: a control character in a string must be written as an escape"),
        ]
    )
    func mistakes(_ text: String, _ message: String) {
        do throws(ConfigError) {
            _ = try JSON.parse(text, file: "a.json")
            Issue.record("accepted: \(text)")
        } catch {
            #expect("\(error)" == message)
        }
    }

    @Test("depth and size are limited")
    func limits() {
        let deep = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
        #expect(throws: ConfigError.self) { try json(deep) }
        var limits = ConfigLimits()
        limits.bytes = 3
        #expect(throws: ConfigError.self) { try JSON.parse("[1,2]", file: "a.json", limits: limits) }
    }

    @Test("members of a big map are told apart, and doubles found")
    func bigMaps() throws {
        let members = (0..<2000).map { "\"key\($0)\": \($0)" }
        let root = try json("{" + members.joined(separator: ",") + "}")
        #expect(root["key1999"]?.int64 == 1999)
        #expect(throws: ConfigError.self) { try json("{" + (members + ["\"key7\": 0"]).joined(separator: ",") + "}") }
    }
}
