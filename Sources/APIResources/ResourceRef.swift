/// Names one object among those of its kind.
///
/// Names are looked up more often than they are made, so the hash of both is made once.
package struct ResourceRef: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let namespace: String
    package let name: String
    private let hashed: UInt64

    package init(namespace: String, name: String) {
        self.namespace = namespace
        self.name = name
        hashed = NameHash.hash(name, seed: NameHash.hash(namespace, seed: NameHash.seed))
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(hashed) }

    package static func == (a: Self, b: Self) -> Bool { a.hashed == b.hashed && a.name == b.name && a.namespace == b.namespace }

    package static func < (a: Self, b: Self) -> Bool {
        (a.namespace, a.name) < (b.namespace, b.name)
    }

    package var description: String { "\(namespace)/\(name)" }
}

/// A hash for tables of this process, cheaper than the standard library's for text as short as names are. Its seed is another in each
/// process, so that nobody can choose names that fall together.
private enum NameHash {
    static let seed = UInt64.random(in: .min ... .max)

    static func hash(_ text: String, seed: UInt64) -> UInt64 {
        let bytes = text.utf8Span.span
        var hash = mix(seed, UInt64(bytes.count))
        var index = 0
        while index < bytes.count {
            var word: UInt64 = 0
            let end = min(index + 8, bytes.count)
            while index < end {
                word = word << 8 | UInt64(bytes[index])
                index += 1
            }
            hash = mix(hash, word)
        }
        return hash
    }

    /// Folds a 128-bit product: one multiplication moves every bit of both.
    @inline(__always)
    private static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = (a ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: b ^ 0xD6E8_FEB8_6659_FD93)
        return product.high ^ product.low
    }
}

/// Names one object among all.
package struct ObjectID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package var kind: Kind
    package var ref: ResourceRef

    package init(_ kind: Kind, _ ref: ResourceRef) {
        self.kind = kind
        self.ref = ref
    }

    /// Objects of different kinds that have one name are few.
    package func hash(into hasher: inout Hasher) { hasher.combine(ref) }

    package static func < (a: Self, b: Self) -> Bool {
        (a.kind, a.ref) < (b.kind, b.ref)
    }

    package var description: String { "\(kind.rawValue) \(ref)" }
}
