/// The two spellings of a field's name that proto JSON accepts: `prefixRewrite` and `prefix_rewrite`.
///
/// Both are read as lowerCamel in one pass over the bytes: an underscore before a lower case letter or a digit is dropped and the letter
/// raised. Any other underscore stands for itself, so `prefix_Rewrite` is neither spelling.
package enum FieldName {
    enum Match { case none, exact, otherSpelling }

    /// FNV-1a over the lowerCamel spelling.
    static func hash(_ name: borrowing Span<UInt8>) -> UInt32 {
        var hash: UInt32 = 2_166_136_261
        var index = 0
        while index < name.count {
            let byte = lowerCamelByte(name, &index)
            hash = (hash ^ UInt32(byte)) &* 16_777_619
        }
        return hash
    }

    /// The hash that both spellings of a lowerCamel name have.
    package static func hash(of name: String) -> UInt32 { hash(name.utf8Span.span) }

    /// How the user's `key` relates to `field`, which is lowerCamel.
    static func match(key: borrowing Span<UInt8>, field: borrowing Span<UInt8>) -> Match {
        if key.count == field.count {
            var index = 0
            while index < key.count, key[index] == field[index] { index += 1 }
            if index == key.count { return .exact }
        }
        var index = 0
        var position = 0
        while index < key.count {
            guard position < field.count, lowerCamelByte(key, &index) == field[position] else { return .none }
            position += 1
        }
        return position == field.count ? .otherSpelling : .none
    }

    /// `prefix_rewrite` becomes `prefixRewrite`; a name without underscores is itself.
    package static func lowerCamel(_ name: String) -> String {
        guard name.utf8.contains(UInt8(ascii: "_")) else { return name }
        let span = name.utf8Span.span
        var bytes: [UInt8] = []
        var index = 0
        while index < span.count { bytes.append(lowerCamelByte(span, &index)) }
        return String(decoding: bytes, as: UTF8.self)
    }

    @inline(__always)
    private static func lowerCamelByte(_ name: borrowing Span<UInt8>, _ index: inout Int) -> UInt8 {
        let byte = name[index]
        index += 1
        guard byte == UInt8(ascii: "_"), index < name.count else { return byte }
        let next = name[index]
        switch next {
        case UInt8(ascii: "a")...UInt8(ascii: "z"):
            index += 1
            return next - 32
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            index += 1
            return next
        default:
            return byte
        }
    }
}
