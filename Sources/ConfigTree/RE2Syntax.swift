/// Whether RE2, which Envoy matches with, takes a regular expression. A proxy refuses a whole table for one bad expression, so it is
/// told beforehand.
///
/// Follows https://github.com/google/re2/wiki/Syntax: no look-around, no back-references, at most 1000 repetitions. Envoy reads
/// expressions as Latin-1, so a character beyond ASCII is the bytes of its UTF-8. Where it is not sure it refuses.
package enum RE2Syntax {
    /// How large an expression may get when it is compiled, in RE2's instructions. Envoy refuses more than 100 unless the runtime key
    /// `re2.max_program_size.error_level` says otherwise; the bootstrap of Sluice sets it to this.
    package static let maxProgramSize = 1000

    /// What is wrong with the expression, in words that follow "the regular expression"; nil when RE2 takes it.
    package static func problem(_ pattern: String) -> String? {
        var parser = RE2Parser(pattern.utf8.map { Unicode.Scalar($0) })
        do {
            try parser.alternation(depth: 0)
            if parser.next != nil { return "has a ')' without its '('" }
            guard parser.size + 4 <= maxProgramSize else {
                return "is too large: compiled it has up to \(parser.size + 4) instructions, and Envoy takes \(maxProgramSize)"
            }
            return nil
        } catch {
            return error.message
        }
    }
}

private struct RE2Error: Error {
    let message: String
}

private struct RE2Parser {
    private let text: [Unicode.Scalar]
    private var index = 0
    private var groupNames: Set<String> = []
    /// Product of the repetitions of the atom just read: RE2 limits it.
    private var repetitions = 1
    /// Instructions of what was just read, when compiled; never too few.
    private(set) var size = 0

    init(_ text: [Unicode.Scalar]) { self.text = text }

    var next: Unicode.Scalar? { index < text.count ? text[index] : nil }

    private func fail(_ message: String) -> RE2Error { RE2Error(message: message) }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard next == scalar else { return false }
        index += 1
        return true
    }

    mutating func alternation(depth: Int) throws(RE2Error) {
        guard depth < 500 else { throw fail("nests too many groups") }
        var most = 1
        var sum = -1
        repeat {
            try sequence(depth: depth)
            most = max(most, repetitions)
            sum = Self.bounded(sum + size + 1)
        } while take("|")
        repetitions = most
        size = sum
    }

    private mutating func sequence(depth: Int) throws(RE2Error) {
        var most = 1
        var sum = 0
        while let scalar = next, scalar != "|", scalar != ")" {
            repetitions = 1
            size = 1
            let repeatable = try atom(depth: depth)
            try repetition(repeatable)
            most = max(most, repetitions)
            sum = Self.bounded(sum + size)
        }
        repetitions = most
        // Nothing at all is an instruction too.
        size = max(sum, 1)
    }

    private static func bounded(_ size: Int) -> Int { min(size, 1_000_000) }

    /// Reads one atom. False: something that cannot be repeated, such as a switch of flags.
    private mutating func atom(depth: Int) throws(RE2Error) -> Bool {
        guard let scalar = next else { return false }
        switch scalar {
        case "*", "+", "?": throw fail("has a '\(scalar)' with nothing before it to repeat")
        case "(": return try group(depth: depth)
        case "[":
            try characterClass()
        case "\\":
            return try escape(inClass: false) != .nothing
        case ".":
            index += 1
            size = 2
        case "{":
            let start = index
            if try counts() != nil { throw fail("has a '{...}' with nothing before it to repeat") }
            index = start + 1
        default:
            index += 1
        }
        return true
    }

    private mutating func repetition(_ repeatable: Bool) throws(RE2Error) {
        var isFirst = true
        while let scalar = next {
            let start = index
            switch scalar {
            case "*", "+", "?":
                index += 1
                size += 2
            case "{":
                guard let (low, high) = try counts() else {
                    index = start
                    return
                }
                let (product, overflow) = repetitions.multipliedReportingOverflow(by: max(low, high ?? low, 1))
                guard !overflow, product <= 1000 else { throw fail("repeats more than 1000 times; RE2 stops there") }
                repetitions = product
                size = Self.bounded(max(size * (high ?? max(low, 1)), 1) + (high.map { $0 - low } ?? 2))
            default:
                return
            }
            guard isFirst else { throw fail("repeats a repetition ('\(text[start])' after another one); put the first into a group (?:...)") }
            guard repeatable else { throw fail("has a '\(scalar)' with nothing before it to repeat") }
            isFirst = false
            _ = take("?")
        }
    }

    /// `{n}`, `{n,}` or `{n,m}`; nil when it is not that, and means itself.
    private mutating func counts() throws(RE2Error) -> (low: Int, high: Int?)? {
        guard take("{"), let low = number() else { return nil }
        var high: Int? = low
        if take(",") {
            high = next == "}" ? nil : number()
            if high == nil, next != "}" { return nil }
        }
        guard take("}") else { return nil }
        // A number that long is none to RE2.
        guard low < Self.noNumber, (high ?? 0) < Self.noNumber else { return nil }
        guard low <= 1000, (high ?? 0) <= 1000 else { throw fail("repeats more than 1000 times; RE2 stops there") }
        if let high, high < low { throw fail("has '{\(low),\(high)}', whose second number is smaller") }
        return (low, high)
    }

    private static let noNumber = 100_000_000

    private mutating func number() -> Int? {
        var value: Int?
        while let scalar = next, ("0"..."9").contains(scalar) {
            value = min((value ?? 0) * 10 + Int(scalar.value - 48), Self.noNumber)
            index += 1
        }
        return value
    }

    // MARK: Groups

    private mutating func group(depth: Int) throws(RE2Error) -> Bool {
        index += 1
        var captures = true
        if take("?") {
            captures = next == "P" || next == "<"
            if take("P") {
                guard next == "<" else { throw fail("has '(?P\(next.map(String.init) ?? "")', which RE2 does not know; named groups are (?P<name>...)") }
                index += 1
                try groupName()
            } else if take("<") {
                if next == "=" || next == "!" { throw fail("looks behind '(?<\(next.map(String.init) ?? ""))', which RE2 cannot") }
                try groupName()
            } else if try flags() {
                return false
            }
        }
        try alternation(depth: depth + 1)
        guard take(")") else { throw fail("has a '(' without its ')'") }
        if captures { size += 2 }
        return true
    }

    private mutating func groupName() throws(RE2Error) {
        var name = ""
        while let scalar = next, scalar != ">" {
            guard scalar == "_" || scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil) else {
                throw fail("names a group with '\(scalar)'; names have letters, digits and '_'")
            }
            name.unicodeScalars.append(scalar)
            index += 1
        }
        guard take(">"), !name.isEmpty else { throw fail("has a group without the end of its name") }
        guard groupNames.insert(name).inserted else { throw fail("names two groups '\(name)'") }
    }

    /// After `(?`. True: the flags stand alone, `(?i)`.
    private mutating func flags() throws(RE2Error) -> Bool {
        var hasFlags = false
        var isNegative = false
        while let scalar = next {
            index += 1
            switch scalar {
            case "i", "m", "s", "U": hasFlags = true
            case "-":
                guard !isNegative else { throw fail("has '(?-' twice") }
                isNegative = true
                hasFlags = false
            case ":", ")":
                guard !isNegative || hasFlags else { throw fail("switches off no flag") }
                return scalar == ")"
            case "=", "!": throw fail("looks ahead '(?\(scalar)', which RE2 cannot")
            default: throw fail("has '(?\(scalar)', which RE2 does not know")
            }
        }
        throw fail("has a '(' without its ')'")
    }

    // MARK: Classes and escapes

    private mutating func characterClass() throws(RE2Error) {
        index += 1
        // What is left out lies in pieces around what is named.
        var ranges = take("^") ? 2 : 0
        defer { size = ranges }
        var isFirst = true
        while true {
            guard let scalar = next else { throw fail("has a '[' without its ']'") }
            if scalar == "]", !isFirst {
                index += 1
                return
            }
            isFirst = false
            // The largest of the named classes has this many ranges in Latin-1.
            ranges += 8
            if scalar == "[", index + 1 < text.count, text[index + 1] == ":", try posixClass() { continue }
            if scalar == "\\", try isClassEscape() { continue }
            ranges -= 6
            let low = try classCharacter()
            guard next == "-", index + 1 < text.count, text[index + 1] != "]" else { continue }
            index += 1
            if next == "\\", index + 1 < text.count, "dDsSwWpP".unicodeScalars.contains(text[index + 1]) {
                throw fail("has a range in '[...]' that ends with a class")
            }
            let high = try classCharacter()
            if low > high { throw fail("has the range '\(low)-\(high)', whose end comes before its beginning") }
        }
    }

    private mutating func classCharacter() throws(RE2Error) -> Unicode.Scalar {
        guard let scalar = next else { throw fail("has a '[' without its ']'") }
        guard scalar == "\\" else {
            index += 1
            return scalar
        }
        guard case .character(let escaped) = try escape(inClass: true) else { throw fail("has a range in '[...]' that ends with a class") }
        return escaped
    }

    /// A class such as `\d` in brackets.
    private mutating func isClassEscape() throws(RE2Error) -> Bool {
        guard index + 1 < text.count, "dDsSwWpP".unicodeScalars.contains(text[index + 1]) else { return false }
        _ = try escape(inClass: true)
        return true
    }

    private mutating func posixClass() throws(RE2Error) -> Bool {
        guard let end = (index + 2..<text.count).first(where: { text[$0] == "]" && text[$0 - 1] == ":" }), end > index + 2 else { return false }
        var name = String(String.UnicodeScalarView(text[(index + 2)..<(end - 1)]))
        if name.hasPrefix("^") { name.removeFirst() }
        guard Self.posixClasses.contains(name) else { throw fail("has '[:\(name):]', which is no class") }
        index = end + 1
        return true
    }

    /// What an escape stands for.
    private enum Escaped: Equatable {
        case character(Unicode.Scalar)
        /// A class, a place, or a quotation.
        case other
        case nothing
    }

    private mutating func escape(inClass: Bool) throws(RE2Error) -> Escaped {
        index += 1
        guard let scalar = next else { throw fail("ends with a single '\\'") }
        index += 1
        switch scalar {
        case "a": return .character("\u{7}")
        case "f": return .character("\u{c}")
        case "t": return .character("\t")
        case "n": return .character("\n")
        case "r": return .character("\r")
        case "v": return .character("\u{b}")
        case "d", "D", "s", "S", "w", "W":
            size = 8
            return .other
        case "A", "z", "b", "B", "C":
            if inClass { throw fail("has '\\\(scalar)' in '[...]'") }
            return .other
        case "Q":
            if inClass { throw fail("has '\\Q' in '[...]'") }
            return quotation()
        case "p", "P":
            try unicodeClass()
            size = 8
            return .other
        case "x": return .character(try hexadecimal())
        case "0"..."7": return .character(try octal(scalar))
        case "8", "9": throw fail("refers back with '\\\(scalar)', which RE2 cannot")
        default:
            guard scalar.isASCII, !scalar.properties.isAlphabetic else { throw fail("has '\\\(scalar)', which means nothing") }
            return .character(scalar)
        }
    }

    /// After `\Q`: everything to `\E` stands for itself.
    private mutating func quotation() -> Escaped {
        let start = index
        defer { size = index - start }
        while let literal = next {
            if literal == "\\", index + 1 < text.count, text[index + 1] == "E" {
                let isEmpty = index == start
                index += 2
                return isEmpty ? .nothing : .other
            }
            index += 1
        }
        return index == start ? .nothing : .other
    }

    private mutating func octal(_ first: Unicode.Scalar) throws(RE2Error) -> Unicode.Scalar {
        var value = first.value - 48
        var digits = 1
        while digits < 3, let digit = next, ("0"..."7").contains(digit) {
            value = value * 8 + digit.value - 48
            digits += 1
            index += 1
        }
        guard first == "0" || digits > 1 else { throw fail("refers back with '\\\(first)', which RE2 cannot") }
        return try latin(value)
    }

    /// Envoy's RE2 knows 256 characters.
    private func latin(_ value: UInt32) throws(RE2Error) -> Unicode.Scalar {
        guard let byte = UInt8(exactly: value) else { throw fail("names a character beyond \\xff; write the character itself") }
        return Unicode.Scalar(byte)
    }

    private mutating func hexadecimal() throws(RE2Error) -> Unicode.Scalar {
        func digit(_ scalar: Unicode.Scalar?) -> UInt32? {
            scalar.flatMap { $0.properties.isASCIIHexDigit ? UInt32(String($0), radix: 16) : nil }
        }
        if take("{") {
            var value: UInt32 = 0
            var digits = 0
            while let hex = digit(next) {
                value = min(value * 16 + hex, 0x11_0000)
                digits += 1
                index += 1
            }
            guard digits > 0, take("}") else { throw fail("has a '\\x{...}' that is no character") }
            return try latin(value)
        }
        guard index + 1 < text.count, let high = digit(text[index]), let low = digit(text[index + 1]) else {
            throw fail("has a '\\x' without two hexadecimal digits")
        }
        index += 2
        return try latin(high * 16 + low)
    }

    private mutating func unicodeClass() throws(RE2Error) {
        guard let first = next else { throw fail("ends after '\\p'") }
        index += 1
        var name = String(first)
        if first == "{" {
            name = ""
            while let scalar = next, scalar != "}" {
                name.unicodeScalars.append(scalar)
                index += 1
            }
            guard take("}") else { throw fail("has a '\\p{' without its '}'") }
            if name.hasPrefix("^") { name.removeFirst() }
        }
        guard Self.unicodeClasses.contains(name) else { throw fail("has '\\p{\(name)}', which is no Unicode class that Sluice knows") }
    }

    private static let posixClasses: Set<String> = [
        "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "word", "xdigit",
    ]

    private static let unicodeClasses: Set<String> = [
        "Any", "C", "Cc", "Cf", "Co", "Cs", "L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn", "N", "Nd", "Nl", "No", "P", "Pc", "Pd",
        "Pe", "Pf", "Pi", "Po", "Ps", "S", "Sc", "Sk", "Sm", "So", "Z", "Zl", "Zp", "Zs", "Arabic", "Armenian", "Bengali", "Bopomofo", "Common",
        "Cyrillic", "Devanagari", "Ethiopic", "Georgian", "Greek", "Gujarati", "Gurmukhi", "Han", "Hangul", "Hebrew", "Hiragana", "Inherited",
        "Kannada", "Katakana", "Khmer", "Lao", "Latin", "Malayalam", "Mongolian", "Myanmar", "Sinhala", "Tamil", "Telugu", "Thai", "Tibetan", "Adlam",
        "Braille", "Kawi", "Nko", "Old_Italic", "Tifinagh", "Vai",
    ]
}
