import EnvoyResources

/// Finds the resources that Envoy names in the text of a NACK.
///
/// Envoy applies the good resources of a response and refuses the others by name: "Error adding/updating cluster(s) a: ...,
/// b: ...". The text has no grammar to rely on, so this asks the other way round: which of the names sent stand in it as
/// whole words. None at all means that the response was refused as a whole.
enum RefusedNames {
    static func find(in message: String, among resources: [EnvoyResource]) -> [EnvoyResource] {
        let text = Array(message.utf8)
        let named = resources.filter { stands(Array($0.name.utf8), in: text) }
        return named.isEmpty ? resources : named
    }

    private static func stands(_ name: [UInt8], in text: [UInt8]) -> Bool {
        guard let first = name.first, name.count <= text.count else { return false }
        for start in 0...(text.count - name.count) where text[start] == first {
            let end = start + name.count
            guard text[start..<end].elementsEqual(name) else { continue }
            let opens = start == 0 || !isNameByte(text[start - 1])
            // A full stop may end a sentence as well as go on with a name.
            let closes = end == text.count || !isNameByte(text[end]) || (text[end] == 46 && (end + 1 == text.count || text[end + 1] == 32))
            if opens && closes { return true }
        }
        return false
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122: true
        case 45, 46, 47, 95, 124, 126: true  // - . / _ | ~
        default: byte >= 128
        }
    }
}

extension String {
    /// Without the line break that Envoy ends its messages with.
    func trimmingTail() -> String {
        var text = self[...]
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}
