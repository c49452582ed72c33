import ConfigTree
import Testing

func yaml(_ text: String) throws -> ConfigValue {
    try YAML.parseOne(text, file: "a.yaml").root
}

func yamlError(_ text: String) -> String {
    do throws(ConfigError) {
        _ = try YAML.parseOne(text, file: "a.yaml")
        return "no error"
    } catch {
        return "\(error)"
    }
}

@Suite struct YAMLTests {
    @Test("values know their kind, key, place and path")
    func places() throws {
        let root = try yaml(
            """
            spec:
              virtualHost:
                domains: ["a.com", 'b.com']
                routes:
                - matchers:
                  - prefix: /é/x   # a comment
                    headers: {x-a: 1}
                - name: two
            """
        )
        let host = try #require(root["spec"]?["virtualHost"])
        let route = try #require(host["routes"]?[at: 0])
        let prefix = try #require(route["matchers"]?[at: 0]?["prefix"])
        #expect(prefix.text == "/é/x")
        #expect("\(prefix.position)" == "a.yaml:6:17")
        #expect("\(prefix.keyPosition)" == "a.yaml:6:9")
        #expect(prefix.path == "spec.virtualHost.routes[0].matchers[0].prefix")
        #expect(host["routes"]?[at: 1]?["name"]?.path == "spec.virtualHost.routes[1].name")
        #expect("\(try #require(host["domains"]?[at: 1]).position)" == "a.yaml:3:24")
        #expect(host["domains"]?[at: 1]?.isQuoted == true)
        #expect(host["routes"]?.count == 2)
        #expect(host["routes"]?.elements.map(\.kind) == [.map, .map])
        #expect(host.entries.map(\.key) == ["domains", "routes"])
        #expect(prefix.parent?.parent?.key == "matchers")
    }

    @Test("a member is found in both spellings, the exact one first")
    func spellings() throws {
        let root = try yaml("prefix_rewrite: /a\nhttp2_protocol_options: {}\nnumRetries: 1\nnum_retries: 2\nmax_1: x\nprefix_Other: y\nnothing: null")
        #expect(root["prefixRewrite"]?.text == "/a")
        #expect(root["http2ProtocolOptions"]?.kind == .map)
        #expect(root["numRetries"]?.int64 == 1)
        #expect(root["max1"]?.text == "x")
        #expect(root["prefixOther"] == nil)
        #expect(root["nothing"] == nil)
        #expect(root[key: "nothing"]?.isNull == true)
        #expect(root[key: "prefixRewrite"] == nil)
        #expect(root[key: "prefix_rewrite"]?.text == "/a")
    }

    @Test("aliases and merge keys stand for what they name; own entries win, then the earlier merge")
    func aliases() throws {
        let root = try yaml(
            """
            base: &base {timeout: 5s, retries: &n 3}
            more: &more {timeout: 9s, host: x}
            one:
              <<: *base
              retries: 7
            two:
              <<: [*base, *more]
              list: &l [1, 2]
            three: *l
            *n : key
            """.replacing("three: *l", with: "three: [*n]")
        )
        #expect(root["one"]?["timeout"]?.text == "5s")
        #expect(root["one"]?["retries"]?.int64 == 7)
        #expect(root["one"]?.count == 2)
        #expect(root["two"]?["timeout"]?.text == "5s")
        #expect(root["two"]?["host"]?.text == "x")
        #expect(root["two"]?["list"]?.elements.map(\.int64) == [1, 2])
        #expect(root["two"]?["list"]?[at: 1]?.path == "two.list[1]")
        #expect(root["three"]?[at: 0]?.int64 == 3)
        #expect(root[key: "3"]?.text == "key")
    }

    @Test("a page of nested aliases is refused before it fills the memory")
    func billionLaughs() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for n in 1...30 { text += "a\(n): &a\(n) [" + Array(repeating: "*a\(n - 1)", count: 9).joined(separator: ", ") + "]\n" }
        #expect(yamlError(text).contains("aliases stand for more than 200000 values"))
    }

    @Test("nesting is limited, also by way of aliases", arguments: [1000, 200])
    func depth(_ depth: Int) {
        let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        #expect(yamlError(text).contains("nested"))
        let half = "a: &a " + String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
        let twice = half + "\nb: " + String(repeating: "[", count: 100) + "*a" + String(repeating: "]", count: 100)
        #expect(yamlError(twice).contains("nested more than 128 deep"))
    }

    @Test(
        "mistakes are named with their place",
        arguments: [
            ("a: 1\nb: 2\na: 3\n", "a.yaml:3:1: 'a' is already set in line 1"),
            ("a:\n\tb: 1\n", "a.yaml:2:1: a tab may not be used for indentation; use spaces"),
            ("a: @x\n", "a.yaml:1:4: a value without quotes may not begin with '@'"),
            ("a: b: c\n", "a.yaml:1:5: a ':' is not expected here; mend the indentation, or put the value in quotes"),
            ("a: [1, 2\nb: 3\n", "a.yaml:2:2: expected ',' or ']'"),
            ("a: \"x\n", "a.yaml:2:1: the text ends inside a value in quotes"),
            ("a: *nope\n", "a.yaml:1:4: alias '*nope' has no anchor '&nope' before it"),
            ("a: &a [*a]\n", "a.yaml:1:8: alias '*a' stands inside the value that it names"),
            ("? [a]\n: b\n", "a.yaml:1:3: a key must be plain text"),
            ("a: 1\n<<: 2\n", "a.yaml:2:1: '<<' takes a map or a list of maps"),
            ("a: 1\n---\nb: 2\n", "a.yaml:3:1: only one document is expected here"),
            ("# nothing\n", "a.yaml:1:1: the text is empty"),
        ]
    )
    func mistakes(_ text: String, _ message: String) {
        #expect(yamlError(text) == message)
    }

    @Test("bytes that are not UTF-8 are refused with their place")
    func notUTF8() throws {
        let results = YAML.parse(Array("a: 1\nb: x".utf8) + [0xFF, 0x0A], file: "a.yaml")
        #expect(throws: ConfigError(ConfigProblem(at: ConfigPosition(file: "a.yaml", line: 2, column: 5), "the text is not UTF-8"))) {
            try results[0].get()
        }
    }

    @Test("a broken document hides neither those before it nor those after it")
    func stream() throws {
        let text = "%YAML 1.1\n# one\n---\na: 1\n---\nb: [\n--- # three\nc: 3\n---\n---\n'd': |\n  x\n   --- y\n...\n"
        let results = YAML.parse(text, file: "a.yaml")
        #expect(results.count == 4)
        #expect(try results[0].get().root["a"]?.position.line == 4)
        #expect(throws: ConfigError.self) { try results[1].get() }
        #expect(try results[2].get().root["c"]?.position == ConfigPosition(file: "a.yaml", line: 8, column: 4))
        #expect(try results[3].get().root["d"]?.text == "x\n --- y\n")
    }

    @Test("tags, block text, byte order mark and Windows line ends are read")
    func forms() throws {
        let root = try yaml("\u{FEFF}a: !!str 12\r\nb: >-\r\n  one\r\n  two\r\nc: ~\r\nd:\r\n")
        #expect(root["a"]?.isQuoted == true)
        #expect(root["b"]?.text == "one two")
        #expect(root["c"] == nil)
        #expect(root["d"] == nil)
        #expect(root.count == 4)
    }
}
