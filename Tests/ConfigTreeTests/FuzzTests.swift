import ConfigTree
import Foundation
import Testing

/// Small and seeded, so that a failure can be run again: SLUICE_SEED=<printed number>.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    static func seed() -> UInt64 {
        ProcessInfo.processInfo.environment["SLUICE_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0...UInt64.max)
    }
}

@Suite struct FuzzTests {
    private let seeds = [
        "a: &x {b: [1, 'two', \"th\\u00e9\"], <<: *y}\nc: |\n  text\n--- \nd: *x\n? k\n: v\n",
        "{\"a\": [1, -2.5e3, true, null, \"\\ud83d\\ude00\"], \"b\": {\"c\": {}}}",
        "spec:\n  routes:\n  - matchers: [{prefix: /a}]\n    timeout: 1h2m3.5s\n%TAG ! x\n",
    ]

    @Test("no bytes crash a parser, a reader or the hash")
    func bytes() throws {
        let seed = SeededGenerator.seed()
        var random = SeededGenerator(state: seed)
        let alphabet = Array("{}[]:,-#&*!|>'\"%@` \n\t\\u0aé<~.?=1".utf8) + [0xFF, 0xC3, 0x00, 0xF0]
        for round in 0..<4000 {
            var bytes = Array(seeds[round % seeds.count].utf8)
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0...bytes.count, using: &random)
                let byte = alphabet.randomElement(using: &random) ?? 0
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes.insert(byte, at: place)
                case 1 where place < bytes.count: bytes[place] = byte
                case 2: bytes.removeSubrange(place..<min(place + Int.random(in: 0...5, using: &random), bytes.count))
                default: bytes.insert(contentsOf: bytes[..<min(place, 20)], at: place)
                }
            }
            for result in YAML.parse(bytes, file: "f") { check(result, seed) }
            check(Result { () throws(ConfigError) in try JSON.parse(bytes, file: "f") }, seed)
        }
    }

    private func check(_ result: Result<ConfigDocument, ConfigError>, _ seed: UInt64) {
        switch result {
        case .failure(let error):
            #expect(error.position.line > 0 && error.position.column > 0 && !error.message.isEmpty, "seed \(seed): \(error)")
        case .success(let document):
            var count = 0
            visit(document.root, &count)
            #expect(count == document.nodeCount, "seed \(seed)")
            _ = document.root.contentHash(leavingOut: [["a"]])
        }
    }

    private func visit(_ value: ConfigValue, _ count: inout Int) {
        count += 1
        _ = (value.text, value.bool, value.int64, value.double, value.duration, value.bytes, value.path, value.key)
        for child in value.elements { visit(child, &count) }
        for child in value.members { visit(child, &count) }
    }
}
