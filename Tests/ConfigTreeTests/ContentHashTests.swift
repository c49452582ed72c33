import ConfigTree
import Testing

@Suite struct ContentHashTests {
    private let base = "a: 1\nb: {x: [1, 2], y: text}\n"

    @Test(
        "order of entries, comments, places, form and needless quotes do not count",
        arguments: ["b: {y: text, x: [1, 2]}\n\n\na: 1\n", "# c\nb:\n  x:\n  - 1\n  - 2\n  y: 'text'\na: 1\n", "{\"a\": 1, \"b\": {\"x\": [1, 2], \"y\": \"text\"}}"]
    )
    func same(_ text: String) throws {
        #expect(try yaml(text).contentHash() == yaml(base).contentHash())
    }

    @Test(
        "what is said counts",
        arguments: [
            "a: 2\nb: {x: [1, 2], y: text}", "a: '1'\nb: {x: [1, 2], y: text}", "a: 1\nb: {x: [2, 1], y: text}", "a: 1\nb: {x: [1, 2], y: }",
            "a: 1\nb: {x: [[1, 2]], y: text}", "a: 1\nc: {x: [1, 2], y: text}", "a: 1\nb: {x: text, y: [1, 2]}", "a: 1", "a: 1\nb: {x: [1, 2], y: textt}",
        ]
    )
    func other(_ text: String) throws {
        #expect(try yaml(text).contentHash() != yaml(base).contentHash())
    }

    @Test("named members are left out")
    func leavingOut() throws {
        let one = try yaml("metadata: {name: a, uid: 1, labels: {uid: k}}\nstatus: {x: 1}\nspec: {status: 1}")
        let two = try yaml("metadata: {name: a, uid: 2, labels: {uid: k}}\nspec: {status: 1}")
        let three = try yaml("metadata: {name: a, uid: 2, labels: {uid: m}}\nspec: {status: 1}")
        let paths = [["status"], ["metadata", "uid"]]
        #expect(one.contentHash(leavingOut: paths) == two.contentHash(leavingOut: paths))
        #expect(one.contentHash(leavingOut: paths) != three.contentHash(leavingOut: paths))
    }

    @Test("the hash is the same in every process")
    func stable() throws {
        let hash = try yaml(base).contentHash()
        #expect(hash == 2688092513382187144)
    }
}
