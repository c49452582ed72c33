import Foundation

/// A generator of the same numbers for the same seed.
package struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    package init(_ seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    package mutating func int(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
    package mutating func chance(_ percent: Int) -> Bool { int(1...100) <= percent }
    package mutating func pick<Value>(_ values: [Value]) -> Value { values[int(0...(values.count - 1))] }

    /// The seeds of a random test: `SLUICE_SEED=7` runs the sequence of that seed alone, `SLUICE_SEQUENCES=1000` more than usual.
    package static func seeds(_ usual: UInt64) -> [UInt64] {
        let environment = ProcessInfo.processInfo.environment
        if let seed = environment["SLUICE_SEED"].flatMap({ UInt64($0) }) { return [seed] }
        return Array(1...(environment["SLUICE_SEQUENCES"].flatMap { UInt64($0) } ?? usual))
    }
}
