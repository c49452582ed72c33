import ConfigTree
import Testing

@Suite struct FlowTextTests {
    @Test(
        "a value written as one line reads back as the same content",
        arguments: [
            "a: 1", "a: '1'", "a: .5e3\nb: +7\nc: -1.10", "a: yes\nb: 'yes'\nc: ~\nd: ''\ne: null\nf: 'null'", "- [a, {}]\n- []\n- {b: [[]]}",
            "a: |\n  two\n  lines\n", "\"a: b, {c}\": '#no comment'", "'': empty key", "a: \"\\u0085\\u2028\\u2029 \\t\\\\ \\\" \\x01\\U0001F600 \\uFEFF é\"",
            "a: -x\nb: '-'\nc: .\nd: 0x1f\ne: 1e5\nf: 1_000", "plain", "&x a: {k: &y [1, two]}\nb: *y",
        ]
    )
    func roundTrip(text: String) throws {
        let root = try YAML.parseOne(text, file: "a.yaml").root
        let flow = root.flowText()
        #expect(!flow.contains("\n"))
        let again = try YAML.parseOne(flow, file: "a.yaml").root
        #expect(again.contentHash() == root.contentHash(), "\(flow)")
        #expect(again.flowText() == flow)
    }

    @Test("members can be left out, at the top only")
    func leavingOut() throws {
        let root = try YAML.parseOne("a: {status: 1}\nstatus: 2", file: "a.yaml").root
        #expect(root.flowText(leavingOut: ["status"]) == #"{"a": {"status": 1}}"#)
    }

    @Test("a document without places names its file")
    func withoutPlaces() throws {
        let document = try YAML.parseOne("a: [1]", file: "a.yaml").withoutPlaces()
        #expect("\(ConfigProblem(at: try #require(document.root["a"]?[at: 0]), "is wrong"))" == "a.yaml: is wrong (a[0])")
    }
}
