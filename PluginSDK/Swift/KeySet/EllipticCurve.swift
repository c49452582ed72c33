/// One of NIST's curves, y² = x³ - 3x + b modulo a prime. Envoy refuses all that a key is a part of when its point is not on the curve.
struct EllipticCurve {
    let name: String
    /// The algorithm of signatures that goes with it.
    let algorithm: String
    /// Of a coordinate, in bytes.
    let size: Int
    private let prime: [UInt8]
    private let b: [UInt8]

    static let all = [
        EllipticCurve(
            "P-256", "ES256", prime: "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
            b: "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b"
        ),
        EllipticCurve(
            "P-384", "ES384", prime: "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff",
            b: "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef"
        ),
        EllipticCurve(
            "P-521", "ES512", prime: "01ff" + String(repeating: "ff", count: 64),
            b: "0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00"
        ),
    ]

    private init(_ name: String, _ algorithm: String, prime: String, b: String) {
        self.name = name
        self.algorithm = algorithm
        self.prime = [0] + Self.bytes(prime)
        self.b = [0] + Self.bytes(b)
        size = self.prime.count - 1
    }

    /// - Parameters: the coordinates, `size` bytes each, the highest first.
    func has(x: [UInt8], y: [UInt8]) -> Bool {
        let x = [0] + x
        let y = [0] + y
        guard Self.isLess(x, prime), Self.isLess(y, prime) else { return false }
        // y² + 3x = x³ + b, to do without subtraction.
        let left = add(product(y, y), add(x, add(x, x)))
        let right = add(product(product(x, x), x), b)
        return left == right
    }

    // Numbers have one byte more than the prime, so that a sum of two fits. A key is checked when its option changes: speed does not matter.

    private func add(_ a: [UInt8], _ b: [UInt8]) -> [UInt8] {
        var sum = a
        var carry = 0
        for index in sum.indices.reversed() {
            carry += Int(a[index]) + Int(b[index])
            sum[index] = UInt8(truncatingIfNeeded: carry)
            carry >>= 8
        }
        guard !Self.isLess(sum, prime) else { return sum }
        var borrow = 0
        for index in sum.indices.reversed() {
            let difference = Int(sum[index]) - Int(prime[index]) - borrow
            sum[index] = UInt8(truncatingIfNeeded: difference)
            borrow = difference < 0 ? 1 : 0
        }
        return sum
    }

    private func product(_ a: [UInt8], _ b: [UInt8]) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: a.count)
        for byte in a {
            for bit in (0..<8).reversed() {
                result = add(result, result)
                if byte >> UInt8(bit) & 1 == 1 { result = add(result, b) }
            }
        }
        return result
    }

    private static func isLess(_ a: [UInt8], _ b: [UInt8]) -> Bool { a.lexicographicallyPrecedes(b) }

    private static func bytes(_ hex: String) -> [UInt8] {
        let digits = Array(hex.utf8)
        return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16) }
    }
}
