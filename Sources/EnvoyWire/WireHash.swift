/// A 64-bit hash of bytes that is the same in every process, on every machine, in every release: versions are made of it, and a
/// proxy that reconnects to another replica must find the version it knows.
///
/// Not for tables that strangers fill, and no signature: who wants two inputs of one hash can make them.
///
/// Two words at a time are folded into one by a 64 by 64 bit product whose halves are joined by exclusive or; long inputs run in
/// three lanes, which keeps the multiplier busy. Each `combine` is a unit: "ab" and then "c" differs from "a" and then "bc".
public struct WireHash: Sendable {
    /// Words without a pattern: the fractions of the square roots of 2 (odd), 3, 5, 7, and of 11 below.
    private static let k0: UInt64 = 0x6A09_E667_F3BC_C909
    private static let k1: UInt64 = 0xBB67_AE85_84CA_A73B
    private static let k2: UInt64 = 0x3C6E_F372_FE94_F82B
    private static let k3: UInt64 = 0xA54F_F53A_5F1D_36F1

    /// Must differ from each constant: a lane that began at zero would hash periodic bytes badly.
    private var state: UInt64 = 0x510E_527F_ADE6_82D1

    public init() {}

    public mutating func combine(_ value: UInt64) {
        state = Self.fold(state ^ Self.k1, value ^ Self.k2)
    }

    public mutating func combine(_ bytes: some WireText) {
        // A local, so that the closure does not hold `self`.
        var hash: UInt64 = 0
        let seed = state
        bytes.withWireBytes { hash = Self.digest($0, seed) }
        state = hash
    }

    public func finalize() -> UInt64 {
        Self.fold(state ^ Self.k3, Self.k1)
    }

    /// The hash of one piece of bytes.
    public static func hash(_ bytes: some WireText) -> UInt64 {
        var hash = WireHash()
        hash.combine(bytes)
        return hash.finalize()
    }

    @inline(__always)
    private static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = a.multipliedFullWidth(by: b)
        return product.high ^ product.low
    }

    @inline(__always)
    private static func word(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> UInt64 {
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
    }

    /// The last `count` < 8 bytes from `at`, as one word.
    private static func tail(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> UInt64 {
        var word: UInt64 = 0
        for index in at..<bytes.count { word |= UInt64(bytes[index]) << UInt64((index - at) * 8) }
        return word
    }

    private static func digest(_ bytes: UnsafeRawBufferPointer, _ seed: UInt64) -> UInt64 {
        var a = seed ^ k0
        var at = 0
        let count = bytes.count
        if count >= 48 {
            var b = seed ^ k1
            var c = seed ^ k2
            while count &- at >= 48 {
                a = fold(word(bytes, at) ^ k1, word(bytes, at &+ 8) ^ a)
                b = fold(word(bytes, at &+ 16) ^ k2, word(bytes, at &+ 24) ^ b)
                c = fold(word(bytes, at &+ 32) ^ k3, word(bytes, at &+ 40) ^ c)
                at &+= 48
            }
            a ^= fold(b ^ k3, c ^ k0)
        }
        while count &- at >= 16 {
            a = fold(word(bytes, at) ^ k1, word(bytes, at &+ 8) ^ a)
            at &+= 16
        }
        var first: UInt64 = 0
        if count &- at >= 8 {
            first = word(bytes, at)
            at &+= 8
        }
        // The length goes in: a tail of zero bytes is otherwise no tail.
        return fold(a ^ k1 ^ UInt64(count), fold(first ^ k2 ^ a, tail(bytes, at) ^ k3))
    }
}
