import ConfigTree
import Testing

@Suite struct SchemaTests {
    static let core = """
        {"type": "object", "properties": {
           "routes": {"type": "array", "maxItems": 3, "items": {"$ref": "#/$defs/Route"}},
           "domains": {"type": "array", "items": {"type": "string", "minLength": 1}},
           "labels": {"type": "object", "additionalProperties": {"type": "string"}},
           "anything": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}
         },
         "$defs": {
           "Route": {"type": "object", "required": ["matchers"], "properties": {
              "matchers": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/Matcher"}},
              "timeout": {"type": "string", "format": "duration"},
              "redirect": {"type": "object", "properties": {"responseCode": {"enum": ["MOVED_PERMANENTLY", "FOUND", "SEE_OTHER"]}}},
              "options": {"type": "object", "x-sluice-hole": "route", "properties": {"prefixRewrite": {"type": "string"}}},
              "children": {"type": "array", "items": {"$ref": "#/$defs/Route"}},
              "weight": {"type": "integer", "exclusiveMinimum": 0, "maximum": 100},
              "ratio": {"type": "number", "minimum": 0},
              "ssl": {"type": "boolean"}, "key": {"type": "string", "format": "byte"}, "port": {"type": "integer", "format": "uint32"}}},
           "Matcher": {"type": "object", "properties": {"prefix": {"type": "string"}, "exact": {"type": "string"}, "regex": {"type": "string"}},
              "oneOf": [{"required": ["prefix"]}, {"required": ["exact"]}, {"required": ["regex"]}, {"not": {}}]}
         }}
        """

    private func schema() throws -> Schema {
        var builder = SchemaBuilder(try JSON.parse(Self.core, file: "core.json").root)
        let plugin = try JSON.parse(
            ##"{"route": {"retries": {"$ref": "#/$defs/R"}}, "$defs": {"R": {"type": "object", "properties": {"numRetries": {"type": "integer", "format": "uint32"}, "retryOn": {"type": "string"}}}}}"##,
            file: "retries.json"
        )
        try builder.add("retries", schema: try #require(plugin.root["route"]?["retries"]), to: "route", owner: "retries")
        return try builder.build()
    }

    private func problems(_ text: String) throws -> [String] {
        try schema().validate(try yaml(text)).map(\.description)
    }

    @Test("what fits has no problems, in both spellings")
    func good() throws {
        let text = """
            domains: [a.com, 12]
            labels: {any.thing/x: 1, prefix_rewrite: b}
            anything: {goes: [here]}
            routes:
            - matchers: [{prefix: /}, {}]
              timeout: 1.5s
              redirect: {response_code: FOUND}
              options: {prefix_rewrite: /x, retries: {num_retries: '3', retryOn: 5xx}}
              weight: 100
              ratio: 0.5
              ssl: yes
              key: aGk=
              port: null
              children: [{matchers: [{exact: /y}]}]
            """
        #expect(try problems(text) == [])
    }

    @Test(
        "problems are worded for people",
        arguments: [
            ("matchers: [{prefx: /}]", "a.yaml:2:15: unknown field 'prefx'; did you mean 'prefix'? (routes[0].matchers[0])"),
            ("retries: {}", "a.yaml:2:3: unknown field 'retries'; it belongs inside 'options' (routes[0])"),
            ("options: {timeout: 1s}", "a.yaml:2:13: unknown field 'timeout'; it belongs one level up (routes[0].options)"),
            ("zzz: 1", "a.yaml:2:3: unknown field 'zzz' (routes[0])"),
            (
                "options: {retries: {numRetries: three}}",
                "a.yaml:2:35: 'retries.numRetries' must be a whole number from 0 to 4294967295, not 'three' (routes[0].options.retries.numRetries)"
            ),
            (
                "redirect: {responseCode: MOVED}",
                "a.yaml:2:28: 'redirect.responseCode' must be one of MOVED_PERMANENTLY, FOUND, SEE_OTHER, not 'MOVED'; did you mean 'MOVED_PERMANENTLY'? (routes[0].redirect.responseCode)"
            ),
            ("timeout: 5", "a.yaml:2:12: 'timeout' must be a duration such as 1.5s or 200ms, not '5' (routes[0].timeout)"),
            ("matchers: [{prefix: /, exact: /x}]", "a.yaml:2:26: 'prefix' and 'exact' exclude each other (routes[0].matchers[0])"),
            ("matchers: []", "a.yaml:2:13: 'matchers' must not be empty (routes[0].matchers)"),
            ("matchers: {}", "a.yaml:2:13: 'matchers' must be a list, not a map (routes[0].matchers)"),
            ("ssl: 'true'", "a.yaml:2:8: 'ssl' must be true without quotes (routes[0].ssl)"),
            ("ssl: maybe", "a.yaml:2:8: 'ssl' must be true or false, not 'maybe' (routes[0].ssl)"),
            ("weight: 0", "a.yaml:2:11: 'weight' must be a whole number above 0 and up to 100, not '0' (routes[0].weight)"),
            ("ratio: -1", "a.yaml:2:10: 'ratio' must be a number of at least 0, not '-1' (routes[0].ratio)"),
            ("key: '?'", "a.yaml:2:8: 'key' must be base64 (routes[0].key)"),
            (
                "options: {prefix_rewrite: /a, prefixRewrite: /b}",
                "a.yaml:2:33: 'prefixRewrite' is set twice, in both spellings of its name (routes[0].options)"
            ),
        ]
    )
    func wording(_ field: String, _ message: String) throws {
        let matchers = field.hasPrefix("matchers") ? "" : "\n  matchers: [{}]"
        #expect(try problems("routes:\n- \(field)\(matchers)") == [message])
    }

    @Test("what is missing is named where it should stand")
    func missing() throws {
        #expect(try problems("routes: [{matchers: null}]") == ["a.yaml:1:10: 'matchers' is missing (routes[0])"])
        #expect(try problems("routes: [null]") == ["a.yaml:1:10: 'routes[0]' must be a map, not nothing (routes[0])"])
        #expect(try problems("domains: ['']") == ["a.yaml:1:11: 'domains[0]' must not be empty (domains[0])"])
        #expect(try problems("[1]") == ["a.yaml:1:1: the value must be a map, not a list"])
    }

    @Test("definitions are schemas too, and members can be left to others")
    func definitions() throws {
        let matcher = try #require(try schema().definition("Matcher"))
        #expect(matcher.validate(try yaml("{prefix: /, metadata: {}, api_version: x}"), leavingOut: ["metadata", "apiVersion"]).isEmpty)
        #expect(try schema().definition("Nothing") == nil)
    }

    @Test("a value under another name or in a list is what a plugin's option is, once there is such an option")
    func options() throws {
        let core = """
            {"type": "object", "properties": {
               "own": {"type": "object", "x-sluice-hole": "chain"},
               "several": {"type": "array", "items": {"type": "object", "x-sluice-option": "chain/tls", "additionalProperties": false}}}}
            """
        var builder = SchemaBuilder(try JSON.parse(core, file: "core.json").root)
        let bare = try builder.build()
        #expect(try bare.validate(yaml("several: [{}, {a: 1}]")).map(\.description) == ["a.yaml:1:16: unknown field 'a' (several[1])"])

        let plugin = try json(##"{"tls": {"$ref": "#/$defs/T"}, "$defs": {"T": {"type": "object", "properties": {"a": {"type": "boolean"}}}}}"##)
        try builder.add("tls", schema: try #require(plugin["tls"]), to: "chain", owner: "tls")
        let schema = try builder.build()
        #expect(try schema.validate(yaml("{own: {tls: {a: true}}, several: [{a: false}]}")).isEmpty)
        #expect(try schema.validate(yaml("several: [{a: 1}]")).map(\.description) == ["a.yaml:1:15: 'a' must be true or false, not '1' (several[0].a)"])
    }

    @Test("a member that is known and cannot be set is refused in its own words, and is the last to be suggested")
    func refused() throws {
        let core = """
            {"type": "object", "properties": {"retry": {"type": "integer"}, "waf": {"x-sluice-refused": "no waf"}, "options": {"x-sluice-hole": "o"}}}
            """
        var builder = SchemaBuilder(try JSON.parse(core, file: "core.json").root)
        builder.refuse("retrx", in: "o", "no retrx")
        builder.refuse("faults", in: "o", "no faults")
        builder.refuse("cors", in: "o", "no cors")
        builder.refuse("nowhere", in: "no such hole", "no")
        try builder.add("retries", schema: try json("{}"), to: "o", owner: "a")
        try builder.add("cors", schema: try json("{}"), to: "o", owner: "b")
        let schema = try builder.build()
        func problems(_ text: String) throws -> [String] { schema.validate(try yaml(text)).map(\.description) }
        #expect(try problems("{waf: null, options: {cors: {}, faults: ~}}") == [])
        #expect(try problems("waf: {a: [1]}") == ["a.yaml:1:1: no waf"])
        #expect(schema.validate(try yaml("{waf: 1, wof: 1}")).map(\.isRefusal) == [true, false])
        #expect(try problems("options: {faults: 1}") == ["a.yaml:1:11: no faults (options)"])
        #expect(try problems("options: {falts: 1}") == ["a.yaml:1:11: unknown field 'falts'; did you mean 'faults'? (options)"])
        #expect(try problems("options: {retriex: 1}") == ["a.yaml:1:11: unknown field 'retriex'; did you mean 'retries'? (options)"])
        #expect(try problems("faults: 1") == ["a.yaml:1:1: unknown field 'faults'"], "no hint to a place where it is refused too")
        #expect(try problems("options: {waf: 1}") == ["a.yaml:1:11: unknown field 'waf' (options)"])
    }

    @Test("two owners of one option are refused at once")
    func twoOwners() throws {
        var builder = SchemaBuilder(try JSON.parse(Self.core, file: "core.json").root)
        let part = try json(##"{"prefix_rewrite": {"type": "string"}, "cors": {}}"##)
        let cors = try #require(part["cors"])
        try builder.add("cors", schema: cors, to: "route", owner: "one")
        #expect(throws: ConfigError.self) { try builder.add("cors", schema: cors, to: "route", owner: "two") }
        try builder.add("prefix_rewrite", schema: try #require(part["prefixRewrite"]), to: "route", owner: "one")
        #expect(throws: ConfigError.self) { try builder.build() }
    }

    @Test(
        "a schema that says what is not supported is refused with its place",
        arguments: [
            (##"{"typ": "object"}"##, "s.json:1:2: schema keyword 'typ' is not supported"),
            (##"{"type": "text"}"##, "s.json:1:10: type 'text' is not known (type)"),
            (##"{"$ref": "#/$defs/A"}"##, "s.json:1:10: '$ref' leads nowhere: '#/$defs/A'; write '#/$defs/name' ($ref)"),
            (##"{"properties": {"a": {"minimum": "x"}}}"##, "s.json:1:34: a number is expected here (properties.a.minimum)"),
            (##"{"properties": {}, "required": ["a"]}"##, "s.json:1:33: 'a' is required but not among the properties (required[0])"),
            (##"{"x-sluice-option": "tls"}"##, "s.json:1:21: 'x-sluice-option' names a hole and an option: 'route/retries' (x-sluice-option)"),
            (##"{"$ref": "#/$defs/A", "$defs": {"A": {"$ref": "#/$defs/A"}}}"##, "s.json:1:1: '$ref' leads back to itself"),
        ]
    )
    func wrongSchemas(_ text: String, _ message: String) {
        do throws(ConfigError) {
            _ = try Schema.compile(json: text, file: "s.json")
            Issue.record("accepted: \(text)")
        } catch {
            #expect("\(error)".replacing("([\"$ref\"])", with: "($ref)") == message)
        }
    }
}
