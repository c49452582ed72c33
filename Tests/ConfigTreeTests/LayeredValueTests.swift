import ConfigTree
import Testing

@Suite struct LayeredValueTests {
    private func value(_ text: String, file: String) throws -> ConfigValue { try YAML.parseOne(text, file: file).root }

    @Test("maps are merged member by member, lists and scalars are taken whole, null is not set")
    func merges() throws {
        let top = try value("{a: {x: 1}, list: [1], none: null, s: top}", file: "top.yaml")
        let below = try value("{a: {x: 9, y: 2}, list: [8, 9], none: below, s: below, more: {deep: true}}", file: "below.yaml")
        let merged = LayeredValue([top, below]).value
        let wanted = try value("{a: {x: 1, y: 2}, list: [1], none: below, s: top, more: {deep: true}}", file: "wanted.yaml")
        #expect(merged.contentHash() == wanted.contentHash())
    }

    @Test("a scalar above takes the place of a map below, and the other way round")
    func kinds() throws {
        let merged = LayeredValue([try value("{a: 1, b: {c: 2}}", file: "x"), try value("{a: {c: 3}, b: 4}", file: "y")]).value
        #expect(merged["a"]?.text == "1")
        #expect(merged["b"]?["c"]?.text == "2")
    }

    @Test("both spellings of a member are one member")
    func spellings() throws {
        let merged = LayeredValue([try value("{sni_domains: [a]}", file: "x"), try value("{sniDomains: [b], other: 1}", file: "y")]).value
        #expect(merged.count == 2)
        #expect(merged["sniDomains"]?[at: 0]?.text == "a")
    }

    @Test("quotes stay quotes, so that text stays text")
    func quotes() throws {
        let merged = LayeredValue([try value("{a: 'true'}", file: "x"), try value("{b: true}", file: "y")]).value
        #expect(merged["a"]?.bool == nil)
        #expect(merged["b"]?.bool == true)
    }

    @Test("a part knows the layer and the place in which it was written")
    func origins() throws {
        let top = try value("a:\n  x: 1\n", file: "top.yaml")
        let below = try value("a:\n  list:\n  - {n: 1}\n  - {n: 2}\n", file: "below.yaml")
        let layered = LayeredValue([top, below], under: "option")
        let part = try #require(layered.value["option"]?["a"]?["list"]?[at: 1]?["n"])
        let origin = try #require(layered.origin(of: part))
        #expect(origin.layer == 1)
        #expect(origin.value.position.description == "below.yaml:4:9")
        #expect(part.position.line == 4)
        let whole = try #require(layered.origin(of: layered.value))
        #expect(whole.layer == 0 && whole.value.position.file == "top.yaml")
        #expect(layered.origin(of: top) == nil, "of another document")
    }

    @Test("a single layer is not copied")
    func single() throws {
        let document = try value("{sslConfig: {a: 1}, other: 2}", file: "x")
        let config = try #require(document["sslConfig"])
        let layered = LayeredValue([config], under: "sslConfig")
        #expect(layered.value.document === document.document)
        #expect(layered.value["sslConfig"]?.index == config.index)
        #expect(LayeredValue([config], under: "another").value["another"]?["a"]?.text == "1")
    }
}
