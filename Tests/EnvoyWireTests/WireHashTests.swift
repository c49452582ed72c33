import EnvoyWire
import Testing

@Suite("Hash")
struct WireHashTests {
    /// If one of these changes, every proxy is sent everything again after an upgrade.
    @Test("the hash of given bytes never changes", arguments: [
        (0, UInt64(17071266635986578093)), (1, 4000663814315906520),
        (7, 1065199811327031423), (8, 4377756975038304516),
        (16, 8957579011208555690), (47, 10401424688356801709),
        (48, 8239892438445815995), (1000, 17784805862944740671),
    ])
    func vectors(length: Int, expected: UInt64) {
        #expect(WireHash.hash((0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31) }) == expected)
    }

    @Test("every length of zeros, and every single bit, makes another hash")
    func sensitivity() {
        var seen: Set<UInt64> = []
        for length in 0..<300 { seen.insert(WireHash.hash([UInt8](repeating: 0, count: length))) }
        #expect(seen.count == 300)
        for fill: UInt8 in [0, 0x5A, 0xFF, 0x20] {
            for length in [5, 16, 40, 100, 300] {
                seen = []
                for bit in 0..<(length * 8) {
                    var bytes = [UInt8](repeating: fill, count: length)
                    bytes[bit / 8] ^= 1 << UInt8(bit % 8)
                    seen.insert(WireHash.hash(bytes))
                }
                #expect(seen.count == length * 8)
            }
        }
    }

    @Test("pieces are units: where they end makes a difference")
    func pieces() {
        var one = WireHash()
        one.combine("ab")
        one.combine("c")
        var other = WireHash()
        other.combine("a")
        other.combine("bc")
        #expect(one.finalize() != other.finalize())
        var number = WireHash()
        number.combine(1)
        #expect(number.finalize() != WireHash().finalize())
    }
}
