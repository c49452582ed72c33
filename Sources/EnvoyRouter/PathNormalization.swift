/// What a connection manager does to a path before routes see it.
enum PathNormalization {
    /// As `normalize_path` does: dot segments are taken out, `\` is `/`, letters, digits and `-._~` are not escaped and what a
    /// path cannot hold is. The query stays as it is. Held to Envoy 1.40 byte by byte.
    static func canonical(_ path: String) -> String {
        let bytes = Array(path.utf8)
        let end = bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.endIndex
        var plain: [UInt8] = []
        var index = 0
        while index < end {
            let byte = bytes[index]
            index += 1
            switch byte {
            case UInt8(ascii: "%"):
                if index + 1 < end, let value = hex(bytes[index], bytes[index + 1]), isUnreserved(value) {
                    plain.append(value)
                    index += 2
                } else {
                    plain.append(byte)
                }
            case UInt8(ascii: "\\"): plain.append(UInt8(ascii: "/"))
            case UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "^"), UInt8(ascii: "`"), 0x7b...0x7d:
                plain += [UInt8(ascii: "%")] + String(byte, radix: 16, uppercase: true).utf8
            default: plain.append(byte)
            }
        }
        return String(decoding: withoutDots(plain) + bytes[end...], as: UTF8.self)
    }

    /// `/a/./b/../c` is `/a/c`; empty segments count as segments.
    private static func withoutDots(_ path: [UInt8]) -> [UInt8] {
        let segments = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst()
        var kept: [ArraySlice<UInt8>] = []
        for (index, segment) in segments.enumerated() {
            let isLast = index == segments.count - 1
            if segment.elementsEqual(".".utf8) {
                if isLast { kept.append([]) }
            } else if segment.elementsEqual("..".utf8) {
                _ = kept.popLast()
                if isLast { kept.append([]) }
            } else {
                kept.append(segment)
            }
        }
        return Array(kept.map { [UInt8(ascii: "/")] + $0 }.joined())
    }

    /// As `merge_slashes` does, before the query.
    static func mergeSlashes(_ path: String) -> String {
        let end = path.firstIndex(of: "?") ?? path.endIndex
        var merged = ""
        for character in path[..<end] where character != "/" || merged.last != "/" { merged.append(character) }
        return merged + path[end...]
    }

    /// As `path_with_escaped_slashes_action` does with `%2F` and `%5C`; nil when there are none.
    static func unescapeSlashes(_ path: String) -> String? {
        let end = path.firstIndex(of: "?") ?? path.endIndex
        var plain = String(path[..<end])
        for (escaped, slash) in [("%2F", "/"), ("%2f", "/"), ("%5C", "\\"), ("%5c", "\\")] { plain = plain.replacing(escaped, with: slash) }
        return plain == path[..<end] ? nil : plain + path[end...]
    }

    private static func hex(_ high: UInt8, _ low: UInt8) -> UInt8? {
        UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16)
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        default: "-._~".utf8.contains(byte)
        }
    }
}

extension String {
    /// A request's path without the query.
    var withoutQuery: Substring { prefix { $0 != "?" && $0 != "#" } }
}
