/// Reads one JSON value (RFC 8259, nothing more lenient) into a document.
package enum JSON {
    package static func parse(_ text: String, file: String, limits: ConfigLimits = ConfigLimits()) throws(ConfigError) -> ConfigDocument {
        try parse(Array(text.utf8), file: file, limits: limits)
    }

    package static func parse(_ bytes: [UInt8], file: String, limits: ConfigLimits = ConfigLimits()) throws(ConfigError) -> ConfigDocument {
        guard bytes.count <= limits.bytes else {
            throw ConfigError(ConfigProblem(at: ConfigPosition(file: file), ProblemText.tooLarge(bytes: bytes.count, limit: limits.bytes)))
        }
        var parser = JSONParser(source: bytes, file: file, limits: limits)
        return try parser.document()
    }
}

extension JSON {
    /// A text in double quotes, as JSON has it, which YAML reads as well.
    package static func quoted(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            case let control where control.value < 0x20 || control.value == 0x7f:
                out += "\\u00" + (control.value < 16 ? "0" : "") + String(control.value, radix: 16)
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }
}

/// Goes through the bytes once, without recursion: what is open is on the builder's stack.
private struct JSONParser {
    let source: [UInt8]
    let file: String
    let limits: ConfigLimits
    var builder: DocumentBuilder
    var index = 0
    var line = 1
    /// Where the line starts, moved on by each continuation byte so that columns count characters.
    var lineStart = 0

    init(source: [UInt8], file: String, limits: ConfigLimits) {
        self.source = source
        self.file = file
        self.limits = limits
        builder = DocumentBuilder(expecting: source.count)
    }

    mutating func document() throws(ConfigError) -> ConfigDocument {
        if source.starts(with: [0xEF, 0xBB, 0xBF]) {
            index = 3
            lineStart = 3
        }
        skipSpace()
        guard index < source.count else { throw error("the text is empty; a JSON value was expected") }
        try value()
        while builder.depth > 0 {
            skipSpace()
            try step()
        }
        skipSpace()
        guard index == source.count else { throw error("nothing may follow the value, but here stands \(found)") }
        return builder.finish(file: file)
    }

    /// What comes next inside the innermost list or map: its end, or a comma and one more child.
    private mutating func step() throws(ConfigError) {
        let isMap = builder.isInMap
        guard index < source.count else {
            throw error("the text ends before a '\(isMap ? "}" : "]")'")
        }
        if source[index] == UInt8(ascii: isMap ? "}" : "]") {
            index += 1
            return try close()
        }
        guard source[index] == UInt8(ascii: ",") else { throw error("expected ',' or '\(isMap ? "}" : "]")', found \(found)") }
        index += 1
        skipSpace()
        if isMap { try member() } else { try value() }
    }

    private mutating func close() throws(ConfigError) {
        let isMap = builder.isInMap
        let (map, _) = builder.end()
        guard isMap, let (first, second) = builder.duplicate(inMap: map) else { return }
        let node = builder.nodes[second]
        throw error(
            ProblemText.duplicateKey(String(decoding: builder.keyBytes(node), as: UTF8.self), firstLine: Int(builder.nodes[first].keyLine)),
            line: Int(node.keyLine),
            column: Int(node.keyColumn)
        )
    }

    private mutating func member() throws(ConfigError) {
        guard index < source.count, source[index] == UInt8(ascii: "\"") else { throw error("expected a key in double quotes, found \(found)") }
        let (keyLine, keyColumn) = (line, column)
        builder.key(try string(), line: keyLine, column: keyColumn)
        skipSpace()
        guard index < source.count, source[index] == UInt8(ascii: ":") else { throw error("expected ':' after a key, found \(found)") }
        index += 1
        skipSpace()
        try value()
    }

    /// Reads a scalar, or opens a list or map and reads its first child.
    private mutating func value() throws(ConfigError) {
        guard index < source.count else { throw error("the text ends where a value was expected") }
        let (line, column) = (line, column)
        switch source[index] {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            let isMap = source[index] == UInt8(ascii: "{")
            guard builder.depth < limits.depth else { throw error(ProblemText.tooDeep(limit: limits.depth)) }
            builder.begin(isMap ? .map : .list, line: line, column: column)
            index += 1
            skipSpace()
            guard index < source.count else { return }
            if source[index] == UInt8(ascii: isMap ? "}" : "]") {
                index += 1
                builder.end()
            } else if isMap {
                try member()
            } else {
                // The only recursion: [[[[ ... ; bounded by the depth limit.
                try value()
            }
        case UInt8(ascii: "\""):
            builder.scalar(try string(), isPlain: false, line: line, column: column)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            builder.scalar(try number(), isPlain: true, line: line, column: column)
        default:
            try word(line: line, column: column)
        }
    }

    private mutating func word(line: Int, column: Int) throws(ConfigError) {
        var end = index
        while end < source.count, source[end] | 0x20 >= UInt8(ascii: "a"), source[end] | 0x20 <= UInt8(ascii: "z") { end += 1 }
        let word = source[index..<end]
        guard word.elementsEqual("true".utf8) || word.elementsEqual("false".utf8) || word.elementsEqual("null".utf8) else {
            throw error("expected a value, found \(found)")
        }
        index = end
        if word.elementsEqual("null".utf8) {
            builder.null(line: line, column: column)
        } else {
            let start = builder.text.count
            builder.append(word)
            builder.scalar(builder.textRange(from: start), isPlain: true, line: line, column: column)
        }
    }

    private mutating func number() throws(ConfigError) -> TextRange {
        let start = index
        if source[index] == UInt8(ascii: "-") { index += 1 }
        let isZero = index < source.count && source[index] == UInt8(ascii: "0")
        guard digits() > 0 else { throw error("expected a digit, found \(found)") }
        let whole = source[start] == UInt8(ascii: "-") ? start + 1 : start
        guard !isZero || index == whole + 1 else { throw error("a number may not begin with a zero", column: start - lineStart + 1) }
        if index < source.count, source[index] == UInt8(ascii: ".") {
            index += 1
            guard digits() > 0 else { throw error("expected a digit after '.', found \(found)") }
        }
        if index < source.count, source[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            if index < source.count, source[index] == UInt8(ascii: "+") || source[index] == UInt8(ascii: "-") { index += 1 }
            guard digits() > 0 else { throw error("expected the digits of an exponent, found \(found)") }
        }
        return builder.append(source[start..<index])
    }

    private mutating func digits() -> Int {
        let start = index
        while index < source.count, Scalar.isDigit(source[index]) { index += 1 }
        return index - start
    }

    // MARK: Strings

    private mutating func string() throws(ConfigError) -> TextRange {
        let start = builder.text.count
        index += 1
        while true {
            let run = index
            while index < source.count, source[index] != UInt8(ascii: "\""), source[index] != UInt8(ascii: "\\"),
                source[index] >= 0x20, source[index] < 0x80
            {
                index += 1
            }
            if index > run { builder.append(source[run..<index]) }
            guard index < source.count else { throw error("the text ends inside a string") }
            switch source[index] {
            case UInt8(ascii: "\""):
                index += 1
                return builder.textRange(from: start)
            case UInt8(ascii: "\\"): try escape()
            case 0x80...: try multibyte()
            case 0x0A: throw error("the string is not closed on its line")
            default: throw error("a control character in a string must be written as an escape")
            }
        }
    }

    private mutating func multibyte() throws(ConfigError) {
        let length = UTF8Sequence.length(source, at: index)
        guard length > 0 else { throw error(ProblemText.notUTF8) }
        for _ in 0..<length {
            builder.append(byte: source[index])
            index += 1
        }
        lineStart += length - 1
    }

    private mutating func escape() throws(ConfigError) {
        guard index + 1 < source.count else { throw error("the text ends inside a string") }
        let replaced: UInt8
        switch source[index + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): replaced = source[index + 1]
        case UInt8(ascii: "n"): replaced = 0x0A
        case UInt8(ascii: "t"): replaced = 0x09
        case UInt8(ascii: "r"): replaced = 0x0D
        case UInt8(ascii: "b"): replaced = 0x08
        case UInt8(ascii: "f"): replaced = 0x0C
        case UInt8(ascii: "u"): return try unicodeEscape()
        default: throw error("'\\' may only stand before \" \\ / b f n r t u")
        }
        index += 2
        builder.append(byte: replaced)
    }

    private mutating func unicodeEscape() throws(ConfigError) {
        guard let first = unit(at: index) else { throw error("expected four hexadecimal digits after '\\u'") }
        var scalar = UInt32(first)
        var length = 6
        if first & 0xFC00 == 0xD800 {
            guard let second = unit(at: index + 6), second & 0xFC00 == 0xDC00 else { throw error("half of a surrogate pair") }
            scalar = 0x10000 + (UInt32(first & 0x3FF) << 10 | UInt32(second & 0x3FF))
            length = 12
        }
        guard let character = Unicode.Scalar(scalar) else { throw error("half of a surrogate pair") }
        for byte in UTF8.encode(character) ?? UTF8.encodedReplacementCharacter { builder.append(byte: byte) }
        index += length
    }

    /// The UTF-16 unit of a `\uXXXX` that begins here.
    private func unit(at start: Int) -> UInt16? {
        guard start + 6 <= source.count, source[start] == UInt8(ascii: "\\"), source[start + 1] == UInt8(ascii: "u") else { return nil }
        var unit: UInt16 = 0
        for position in start + 2..<start + 6 {
            guard let digit = Scalar.hexDigit(source[position]) else { return nil }
            unit = unit << 4 | UInt16(digit)
        }
        return unit
    }

    // MARK: Places

    private mutating func skipSpace() {
        while index < source.count {
            switch source[index] {
            case 0x20, 0x09, 0x0D: break
            case 0x0A:
                line += 1
                lineStart = index + 1
            default: return
            }
            index += 1
        }
    }

    private var column: Int { index - lineStart + 1 }

    private var found: String {
        guard index < source.count else { return "the end" }
        let length = max(UTF8Sequence.length(source, at: index), 1)
        return "'\(String(decoding: source[index..<index + length], as: UTF8.self))'"
    }

    private func error(_ message: String, line: Int? = nil, column: Int? = nil) -> ConfigError {
        ConfigError(ConfigProblem(at: ConfigPosition(file: file, line: line ?? self.line, column: column ?? self.column), message))
    }
}

enum UTF8Sequence {
    /// Bytes of the well-formed sequence at `index`; 0 when it is not well formed (overlong, surrogate, cut off).
    static func length(_ bytes: [UInt8], at index: Int) -> Int {
        let first = bytes[index]
        func continuation(_ offset: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
            index + offset < bytes.count && range.contains(bytes[index + offset])
        }
        switch first {
        case 0..<0x80: return 1
        case 0xC2...0xDF: return continuation(1) ? 2 : 0
        case 0xE0: return continuation(1, 0xA0...0xBF) && continuation(2) ? 3 : 0
        case 0xED: return continuation(1, 0x80...0x9F) && continuation(2) ? 3 : 0
        case 0xE1...0xEF: return continuation(1) && continuation(2) ? 3 : 0
        case 0xF0: return continuation(1, 0x90...0xBF) && continuation(2) && continuation(3) ? 4 : 0
        case 0xF1...0xF3: return continuation(1) && continuation(2) && continuation(3) ? 4 : 0
        case 0xF4: return continuation(1, 0x80...0x8F) && continuation(2) && continuation(3) ? 4 : 0
        default: return 0
        }
    }
}
