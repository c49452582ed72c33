extension ProtoJSON {
    /// Reads JSON text. Members keep their order; numbers keep their digits.
    package init(json text: String) throws(DescriptorError) {
        var parser = JSONParser(bytes: Array(text.utf8))
        self = try parser.value(depth: 0)
        parser.space()
        guard parser.at == parser.bytes.count else { throw parser.error("something follows the end") }
    }
}

private struct JSONParser {
    let bytes: [UInt8]
    var at = 0

    func error(_ message: String) -> DescriptorError {
        let line = bytes[..<at].count { $0 == UInt8(ascii: "\n") } + 1
        return DescriptorError(message: "JSON, line \(line): \(message)")
    }

    mutating func space() {
        while at < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[at]) { at += 1 }
    }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        space()
        guard at < bytes.count, bytes[at] == UInt8(ascii: character) else { return false }
        at += 1
        return true
    }

    mutating func value(depth: Int) throws(DescriptorError) -> ProtoJSON {
        guard depth < 200 else { throw error("nested too deep") }
        space()
        guard at < bytes.count else { throw error("it ends where a value should be") }
        switch bytes[at] {
        case UInt8(ascii: "{"): return try object(depth)
        case UInt8(ascii: "["): return try array(depth)
        case UInt8(ascii: "\""): return .string(try string())
        default: return try word()
        }
    }

    mutating func object(_ depth: Int) throws(DescriptorError) -> ProtoJSON {
        at += 1
        var members: [ProtoJSON.Member] = []
        if take("}") { return .object(members) }
        repeat {
            space()
            guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { throw error("want a name in quotes") }
            let key = try string()
            guard take(":") else { throw error("want \":\" after \"\(key)\"") }
            members.append(ProtoJSON.Member(key, try value(depth: depth + 1)))
        } while take(",")
        guard take("}") else { throw error("want \",\" or \"}\"") }
        return .object(members)
    }

    mutating func array(_ depth: Int) throws(DescriptorError) -> ProtoJSON {
        at += 1
        var items: [ProtoJSON] = []
        if take("]") { return .array(items) }
        repeat { items.append(try value(depth: depth + 1)) } while take(",")
        guard take("]") else { throw error("want \",\" or \"]\"") }
        return .array(items)
    }

    mutating func word() throws(DescriptorError) -> ProtoJSON {
        let start = at
        while at < bytes.count, !" \n\r\t,]}:".utf8.contains(bytes[at]) { at += 1 }
        let text = String(decoding: bytes[start..<at], as: UTF8.self)
        switch text {
        case "null": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        default:
            let isNumeric = text.utf8.allSatisfy { "0123456789+-.eE".utf8.contains($0) }
            guard isNumeric, Double(text) != nil else { throw error("\"\(text)\" is no value") }
            return .number(text)
        }
    }

    mutating func string() throws(DescriptorError) -> String {
        at += 1
        var out: [UInt8] = []
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: out, as: UTF8.self)
            case UInt8(ascii: "\\"): try escape(&out)
            default: out.append(byte)
            }
        }
        throw error("a string without its end")
    }

    mutating func escape(_ out: inout [UInt8]) throws(DescriptorError) {
        guard at < bytes.count else { throw error("a string without its end") }
        let byte = bytes[at]
        at += 1
        switch byte {
        case UInt8(ascii: "n"): out.append(0x0A)
        case UInt8(ascii: "r"): out.append(0x0D)
        case UInt8(ascii: "t"): out.append(0x09)
        case UInt8(ascii: "b"): out.append(0x08)
        case UInt8(ascii: "f"): out.append(0x0C)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(byte)
        case UInt8(ascii: "u"):
            var code = try hex()
            if (0xD800..<0xDC00).contains(code), at + 1 < bytes.count, bytes[at] == UInt8(ascii: "\\"), bytes[at + 1] == UInt8(ascii: "u") {
                at += 2
                let low = try hex()
                guard (0xDC00..<0xE000).contains(low) else { throw error("half a surrogate pair") }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw error("half a surrogate pair") }
            out += Array(String(Character(scalar)).utf8)
        default: throw error("unknown escape")
        }
    }

    mutating func hex() throws(DescriptorError) -> UInt32 {
        guard at + 4 <= bytes.count, let code = UInt32(String(decoding: bytes[at..<at + 4], as: UTF8.self), radix: 16) else {
            throw error("want four hexadecimal digits after \\u")
        }
        at += 4
        return code
    }
}
