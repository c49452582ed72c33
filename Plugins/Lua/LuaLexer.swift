/// A mistake in a script: what, and in which line.
struct LuaProblem: Error {
    let line: Int
    let message: String
}

/// The words of a Lua script, as LuaJIT (with the additions of Lua 5.2, as Envoy has it) tells them apart.
struct LuaLexer {
    struct Token {
        enum Kind { case end, name, number, string, word }
        let kind: Kind
        /// Of a keyword or a sign (`.word`) and of a name the text itself.
        let text: String
        let line: Int

        /// For messages.
        var words: String { kind == .end ? "the end" : "'\(text)'" }

        func isWord(_ word: String) -> Bool { kind == .word && text == word }
    }

    private let bytes: [UInt8]
    private var index = 0
    private var line = 1

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        // A first line that names a program is passed over.
        if bytes.first == UInt8(ascii: "#") { skipLine() }
    }

    private static let keywords: Set<String> = [
        "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local", "nil", "not", "or", "repeat",
        "return", "then", "true", "until", "while",
    ]

    /// The longest first.
    private static let signs = [
        "...", "..", "==", "~=", "<=", ">=", "::", "+", "-", "*", "/", "%", "^", "#", "<", ">", "=", "(", ")", "{", "}", "[", "]", ";", ":", ",", ".",
    ]

    mutating func next() throws(LuaProblem) -> Token {
        try skipSpace()
        let (start, startLine) = (index, line)
        func token(_ kind: Token.Kind) -> Token { Token(kind: kind, text: text(from: start), line: startLine) }
        guard let byte = peek() else { return Token(kind: .end, text: "", line: line) }
        if Self.isLetter(byte) {
            while let byte = peek(), Self.isLetter(byte) || Self.isDigit(byte) { index += 1 }
            return token(Self.keywords.contains(text(from: start)) ? .word : .name)
        }
        if Self.isDigit(byte) || (byte == UInt8(ascii: ".") && peek(1).map(Self.isDigit) == true) {
            try passNumber()
            return token(.number)
        }
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
            try passString(byte)
            return token(.string)
        }
        if byte == UInt8(ascii: "["), let level = longBracket() {
            try passLong(level, "string")
            return token(.string)
        }
        for sign in Self.signs where bytes[index...].starts(with: sign.utf8) {
            index += sign.utf8.count
            return token(.word)
        }
        index += 1
        throw LuaProblem(line: line, message: "unexpected '\(text(from: start))'")
    }

    // MARK: Parts

    private mutating func skipSpace() throws(LuaProblem) {
        while let byte = peek() {
            switch byte {
            case 0x0a, 0x0d: passLineBreak(byte)
            case 0x20, 0x09, 0x0b, 0x0c: index += 1
            case UInt8(ascii: "-") where peek(1) == UInt8(ascii: "-"):
                index += 2
                if peek() == UInt8(ascii: "["), let level = longBracket() { try passLong(level, "comment") } else { skipLine() }
            default: return
            }
        }
    }

    private mutating func skipLine() {
        while let byte = peek(), byte != 0x0a, byte != 0x0d { index += 1 }
    }

    /// `\r\n` and `\n\r` are one.
    private mutating func passLineBreak(_ byte: UInt8) {
        index += 1
        if let other = peek(), other == 0x0a || other == 0x0d, other != byte { index += 1 }
        line += 1
    }

    /// The number of `=` in `[==[` at this place; nil when none begins here.
    private func longBracket() -> Int? {
        var level = 0
        while peek(1 + level) == UInt8(ascii: "=") { level += 1 }
        return peek(1 + level) == UInt8(ascii: "[") ? level : nil
    }

    private mutating func passLong(_ level: Int, _ what: String) throws(LuaProblem) {
        let start = line
        index += level + 2
        while let byte = peek() {
            if byte == 0x0a || byte == 0x0d {
                passLineBreak(byte)
                continue
            }
            index += 1
            guard byte == UInt8(ascii: "]") else { continue }
            var count = 0
            while peek(count) == UInt8(ascii: "=") { count += 1 }
            if count == level, peek(count) == UInt8(ascii: "]") {
                index += count + 1
                return
            }
        }
        throw LuaProblem(line: start, message: "a long \(what) begins here and does not end")
    }

    private mutating func passString(_ quote: UInt8) throws(LuaProblem) {
        let start = line
        index += 1
        while let byte = peek() {
            index += 1
            switch byte {
            case quote: return
            case 0x0a, 0x0d: throw LuaProblem(line: start, message: "a text in quotes does not end on its line")
            case UInt8(ascii: "\\"): try passEscape()
            default: break
            }
        }
        throw LuaProblem(line: start, message: "a text in quotes does not end")
    }

    private mutating func passEscape() throws(LuaProblem) {
        guard let byte = peek() else { return }
        switch byte {
        case 0x0a, 0x0d: passLineBreak(byte)
        case UInt8(ascii: "z"):
            index += 1
            while let byte = peek(), [0x20, 0x09, 0x0a, 0x0b, 0x0c, 0x0d].contains(byte) {
                if byte == 0x0a || byte == 0x0d { passLineBreak(byte) } else { index += 1 }
            }
        case UInt8(ascii: "x"):
            guard peek(1).map(Self.isHex) == true, peek(2).map(Self.isHex) == true else { throw badEscape() }
            index += 3
        case UInt8(ascii: "u"):
            var count = 2
            while let digit = peek(count), Self.isHex(digit) { count += 1 }
            guard peek(1) == UInt8(ascii: "{"), count > 2, peek(count) == UInt8(ascii: "}") else { throw badEscape() }
            index += count + 1
        case 0x30...0x39:
            var (value, count) = (0, 0)
            while count < 3, let digit = peek(count), Self.isDigit(digit) {
                value = value * 10 + Int(digit - 0x30)
                count += 1
            }
            guard value < 256 else { throw badEscape() }
            index += count
        default:
            guard "abfnrtv\\\"'".utf8.contains(byte) else { throw badEscape() }
            index += 1
        }
    }

    private func badEscape() -> LuaProblem { LuaProblem(line: line, message: "a text has a '\\' with something behind it that is no escape") }

    private mutating func passNumber() throws(LuaProblem) {
        let start = index
        // All that belongs to it, right or wrong, as LuaJIT takes it in.
        var isHex = false
        while let byte = peek() {
            let lower = byte | 0x20
            if lower == UInt8(ascii: "x"), index == start + 1 { isHex = true }
            let isExponent = lower == (isHex ? UInt8(ascii: "p") : UInt8(ascii: "e"))
            guard Self.isLetter(byte) || Self.isDigit(byte) || byte == UInt8(ascii: ".") else { break }
            index += 1
            if isExponent, let sign = peek(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { index += 1 }
        }
        let word = text(from: start)
        if !Self.isNumber(Array(word.lowercased().utf8)) { throw LuaProblem(line: line, message: "'\(word)' is no number") }
    }

    /// In lower case: decimal, hexadecimal or binary, with an exponent, or with a suffix of LuaJIT's.
    private static func isNumber(_ word: [UInt8]) -> Bool {
        var rest = word[...]
        let isHex = rest.starts(with: "0x".utf8)
        let isBinary = rest.starts(with: "0b".utf8)
        if isHex || isBinary { rest = rest.dropFirst(2) }
        func digits() -> Int {
            let count = rest.prefix { isHex ? Self.isHex($0) : isBinary ? $0 == 0x30 || $0 == 0x31 : isDigit($0) }.count
            rest = rest.dropFirst(count)
            return count
        }
        var count = digits()
        var isWhole = true
        if !isBinary, rest.first == UInt8(ascii: ".") {
            isWhole = false
            rest = rest.dropFirst()
            count += digits()
        }
        guard count > 0 else { return false }
        if !isBinary, rest.first == (isHex ? UInt8(ascii: "p") : UInt8(ascii: "e")) {
            isWhole = false
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
            let count = rest.prefix(while: isDigit).count
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return rest.isEmpty || rest.elementsEqual("i".utf8) || (isWhole && (rest.elementsEqual("ll".utf8) || rest.elementsEqual("ull".utf8)))
    }

    // MARK: Bytes

    private func peek(_ ahead: Int = 0) -> UInt8? { index + ahead < bytes.count ? bytes[index + ahead] : nil }
    private func text(from start: Int) -> String { String(decoding: bytes[start..<index], as: UTF8.self) }
    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private static func isHex(_ byte: UInt8) -> Bool { isDigit(byte) || (0x61...0x66).contains(byte | 0x20) }
    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(byte | 0x20) || byte == UInt8(ascii: "_") || byte >= 0x80 }
}
