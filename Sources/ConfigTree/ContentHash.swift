extension ConfigValue {
    /// A hash of what the value says, the same in every process: it does not see positions, comments, the order of map entries, or
    /// whether text is quoted where the quotes make no difference.
    ///
    /// `leavingOut` names members by the keys on their way, such as `["metadata", "resourceVersion"]`.
    package func contentHash(leavingOut: [[String]] = []) -> UInt64 {
        ContentHash(document: document).hash(index, leavingOut: leavingOut[...], depth: 0)
    }
}

private struct ContentHash {
    let document: ConfigDocument

    func hash(_ index: Int, leavingOut: ArraySlice<[String]>, depth: Int) -> UInt64 {
        let node = document.nodes[index]
        switch node.kind {
        case .null:
            return 0x6E75_6C6C
        case .scalar:
            return document.text.withBytes(node.content) { text in
                let isText = !node.isPlain || !Scalar.meansMoreThanText(text)
                return Self.hash(text, seed: isText ? 0x7465_7874 : 0x6E75_6D62)
            }
        case .list:
            var hash: UInt64 = 0x6C69_7374
            forEachChild(index) { hash = Self.mix(hash, self.hash($0, leavingOut: [], depth: depth + 1)) }
            return Self.mix(hash, UInt64(node.childCount))
        case .map:
            var sum: UInt64 = 0
            forEachChild(index) { child in
                var below: ArraySlice<[String]> = []
                if !leavingOut.isEmpty {
                    let key = document.text.string(document.nodes[child].key)
                    let named = leavingOut.filter { $0.count > depth && $0[depth] == key }
                    if named.contains(where: { $0.count == depth + 1 }) { return }
                    below = named[...]
                }
                let key = document.text.withBytes(document.nodes[child].key) { Self.hash($0, seed: 0x6B65_79) }
                // A sum, because entries have no order; mixed before, so that values cannot change places unseen.
                sum &+= Self.mix(key, hash(child, leavingOut: below, depth: depth + 1))
            }
            return Self.mix(sum, 0x6D_6170)
        }
    }

    private func forEachChild(_ index: Int, _ body: (Int) -> Void) {
        var child = index + 1
        let end = index + Int(document.nodes[index].size)
        while child < end {
            body(child)
            child += Int(document.nodes[child].size)
        }
    }

    /// Folds a 128-bit product: one multiplication moves every bit of both.
    @inline(__always)
    private static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = (a ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: b ^ 0xD6E8_FEB8_6659_FD93)
        return product.high ^ product.low ^ (a &<< 1) ^ b
    }

    private static func hash(_ bytes: Span<UInt8>, seed: UInt64) -> UInt64 {
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
}
