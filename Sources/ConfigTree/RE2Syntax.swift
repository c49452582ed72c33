/// Whether RE2, which Envoy matches with, takes a regular expression. A proxy refuses a whole table for one bad expression, so it is
/// told beforehand.
///
/// Follows https://github.com/google/re2/wiki/Syntax: no look-around, no back-references, at most 1000 repetitions. Where it is not
/// sure (rare Unicode scripts) it refuses.
package enum RE2Syntax {
    /// What is wrong with the expression, in words that follow "the regular expression"; nil when RE2 takes it.
    package static func problem(_ pattern: String) -> String? {
        var parser = RE2Parser(Array(pattern.unicodeScalars))
        do {
            try parser.alternation(depth: 0)
            if parser.next != nil { return "has a ')' without its '('" }
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
        repeat {
            try sequence(depth: depth)
            most = max(most, repetitions)
        } while take("|")
        repetitions = most
    }

    private mutating func sequence(depth: Int) throws(RE2Error) {
        var most = 1
        while let scalar = next, scalar != "|", scalar != ")" {
            repetitions = 1
            let repeatable = try atom(depth: depth)
            try repetition(repeatable)
            most = max(most, repetitions)
        }
        repetitions = most
    }

    /// Reads one atom. False: something that cannot be repeated, such as a switch of flags.
    private mutating func atom(depth: Int) throws(RE2Error) -> Bool {
        guard let scalar = next else { return false }
        switch scalar {
        case "*", "+", "?": throw fail("has a '\(scalar)' with nothing before it to repeat")
        case "(": return try group(depth: depth)
        case "[":
            try characterClass()
        case "\\":
            try escape(inClass: false)
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
            case "{":
                guard let most = try counts() else {
                    index = start
                    return
                }
                let (product, overflow) = repetitions.multipliedReportingOverflow(by: max(most, 1))
                guard !overflow, product <= 1000 else { throw fail("repeats more than 1000 times; RE2 stops there") }
                repetitions = product
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
    private mutating func counts() throws(RE2Error) -> Int? {
        guard take("{"), let low = number() else { return nil }
        var high: Int? = low
        if take(",") {
            high = next == "}" ? nil : number()
            if high == nil, next != "}" { return nil }
        }
        guard take("}") else { return nil }
        guard low <= 1000, (high ?? 0) <= 1000 else { throw fail("repeats more than 1000 times; RE2 stops there") }
        if let high, high < low { throw fail("has '{\(low),\(high)}', whose second number is smaller") }
        return max(low, high ?? low)
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let scalar = next, ("0"..."9").contains(scalar) {
            value = min((value ?? 0) * 10 + Int(scalar.value - 48), 1_000_000)
            index += 1
        }
        return value
    }

    // MARK: Groups

    private mutating func group(depth: Int) throws(RE2Error) -> Bool {
        index += 1
        if take("?") {
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
        _ = take("^")
        var isFirst = true
        while true {
            guard let scalar = next else { throw fail("has a '[' without its ']'") }
            if scalar == "]", !isFirst {
                index += 1
                return
            }
            isFirst = false
            if scalar == "[", index + 1 < text.count, text[index + 1] == ":", try posixClass() { continue }
            if scalar == "\\", try isClassEscape() { continue }
            let low = try classCharacter()
            guard next == "-", index + 1 < text.count, text[index + 1] != "]" else { continue }
            index += 1
            if next == "\\", index + 1 < text.count, "dDsSwWpP".unicodeScalars.contains(text[index + 1]) {
                throw fail("has a range in '[...]' that ends with a class")
            }
            let high = try classCharacter()
            if let low, let high, low > high { throw fail("has the range '\(low)-\(high)', whose end comes before its beginning") }
        }
    }

    /// A character of a class; nil for one that is written by number or name, whose place is not worked out.
    private mutating func classCharacter() throws(RE2Error) -> Unicode.Scalar? {
        guard let scalar = next else { throw fail("has a '[' without its ']'") }
        guard scalar == "\\" else {
            index += 1
            return scalar
        }
        let start = index
        try escape(inClass: true)
        let escaped = text[start + 1]
        return escaped.properties.isAlphabetic || escaped.properties.numericType != nil ? nil : escaped
    }

    /// A class such as `\d` in brackets.
    private mutating func isClassEscape() throws(RE2Error) -> Bool {
        guard index + 1 < text.count, "dDsSwWpP".unicodeScalars.contains(text[index + 1]) else { return false }
        try escape(inClass: true)
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

    private mutating func escape(inClass: Bool) throws(RE2Error) {
        index += 1
        guard let scalar = next else { throw fail("ends with a single '\\'") }
        index += 1
        switch scalar {
        case "a", "f", "t", "n", "r", "v", "d", "D", "s", "S", "w", "W": return
        case "A", "z", "b", "B", "C":
            if inClass { throw fail("has '\\\(scalar)' in '[...]'") }
        case "Q":
            if inClass { throw fail("has '\\Q' in '[...]'") }
            while let literal = next {
                index += 1
                if literal == "\\", next == "E" {
                    index += 1
                    return
                }
            }
        case "p", "P": try unicodeClass()
        case "x": try hexadecimal()
        case "0":
            for _ in 0..<2 { if let digit = next, ("0"..."7").contains(digit) { index += 1 } }
        case "1"..."7":
            guard let digit = next, ("0"..."7").contains(digit) else { throw fail("refers back with '\\\(scalar)', which RE2 cannot") }
            index += 1
            if let digit = next, ("0"..."7").contains(digit) { index += 1 }
        case "8", "9": throw fail("refers back with '\\\(scalar)', which RE2 cannot")
        default:
            guard scalar.isASCII, !scalar.properties.isAlphabetic else { throw fail("has '\\\(scalar)', which means nothing") }
        }
    }

    private mutating func hexadecimal() throws(RE2Error) {
        func isHex(_ scalar: Unicode.Scalar?) -> Bool { scalar?.properties.isASCIIHexDigit ?? false }
        if take("{") {
            var value: UInt32 = 0
            var digits = 0
            while let scalar = next, isHex(scalar) {
                value = min(value, 0x11_0000) * 16 + (UInt32(String(scalar), radix: 16) ?? 0)
                digits += 1
                index += 1
            }
            guard digits > 0, value <= 0x10_FFFF, take("}") else { throw fail("has a '\\x{...}' that is no character") }
            return
        }
        guard index + 1 < text.count, isHex(text[index]), isHex(text[index + 1]) else { throw fail("has a '\\x' without two hexadecimal digits") }
        index += 2
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
        "Kannada", "Katakana", "Khmer", "Lao", "Latin", "Malayalam", "Mongolian", "Myanmar", "Sinhala", "Tamil", "Telugu", "Thai", "Tibetan",
    ]
}
