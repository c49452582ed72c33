/// Text to the parts of an `Expression`.
struct ExpressionParser {
    private let text: [UInt8]
    private var at = 0
    private var depth = 0
    private(set) var groups = 0
    private var ignoresCase = false
    private var dotTakesAll = false
    /// Highest group that is referred to, and where.
    private var reference = (number: 0, at: 0)

    init(_ text: [UInt8]) { self.text = text }

    mutating func parse() throws(ScriptProblem) -> [[ExpressionPart]] {
        try readFlags()
        let all = try alternatives()
        if at < text.count { throw problem("')' without '('; write '\\)' for the character") }
        if reference.number > groups { throw problem("'\\\(reference.number)' refers to a group that is not there", reference.at) }
        if ExpressionPart.size(all) > 3000 { throw problem("the expression is too large, repetitions counted out; make it smaller", 0) }
        return all
    }

    private func problem(_ message: String, _ offset: Int? = nil) -> ScriptProblem { ScriptProblem(message, at: offset ?? at, in: text) }

    private var next: UInt8? { at < text.count ? text[at] : nil }

    private func startsWith(_ word: String) -> Bool { text[at...].starts(with: word.utf8) }

    private mutating func take(_ word: String) -> Bool {
        guard startsWith(word) else { return false }
        at += word.utf8.count
        return true
    }

    /// `(?i)`, `(?s)` and both, at the beginning only.
    private mutating func readFlags() throws(ScriptProblem) {
        guard startsWith("(?"), let close = text[2...].firstIndex(of: UInt8(ascii: ")")), close > 2,
            text[2..<close].allSatisfy({ ($0 >= 0x61 && $0 <= 0x7a) || $0 == UInt8(ascii: "-") })
        else { return }
        for index in 2..<close {
            switch text[index] {
            case UInt8(ascii: "i"): ignoresCase = true
            case UInt8(ascii: "s"): dotTakesAll = true
            default: throw problem("of flags only 'i' and 's' can be used here", index)
            }
        }
        at = close + 1
    }

    private mutating func alternatives() throws(ScriptProblem) -> [[ExpressionPart]] {
        depth += 1
        defer { depth -= 1 }
        if depth > 20 { throw problem("groups are nested more than 20 deep") }
        var all: [[ExpressionPart]] = [[]]
        while let byte = next, byte != UInt8(ascii: ")") {
            if byte == UInt8(ascii: "|") {
                at += 1
                all.append([])
                continue
            }
            let part = try repetition(of: try atom())
            // Bytes that follow each other are one text.
            if case .bytes(let more) = part, case .bytes(let before)? = all[all.count - 1].last {
                all[all.count - 1][all[all.count - 1].count - 1] = .bytes(before + more)
            } else {
                all[all.count - 1].append(part)
            }
        }
        return all
    }

    // MARK: What is repeated

    private mutating func repetition(of part: ExpressionPart) throws(ScriptProblem) -> ExpressionPart {
        let start = at
        guard let (least, most) = try quantifier() else { return part }
        switch part {
        case .start, .end, .edge, .ahead: throw problem("there is nothing to repeat before this; write '\\' before it for the character", start)
        default: break
        }
        let isLazy = take("?")
        if try quantifier() != nil { throw problem("a repetition of a repetition; put the first into a group, '(?:...)'", start) }
        switch part {
        case .one(let set): return .several(set, least: least, most: most, isLazy: isLazy)
        case .bytes(let bytes) where bytes.count == 1:
            return .several(ByteSet(bytes[0]...bytes[0]), least: least, most: most, isLazy: isLazy)
        case .group(nil, let all): return .repeated(least: least, most: most, isLazy: isLazy, all)
        default: return .repeated(least: least, most: most, isLazy: isLazy, [[part]])
        }
    }

    /// Nil, and nothing read, where none stands.
    private mutating func quantifier() throws(ScriptProblem) -> (Int, Int)? {
        if take("*") { return (0, -1) }
        if take("+") { return (1, -1) }
        if take("?") { return (0, 1) }
        let start = at
        guard take("{"), let least = number() else {
            at = start
            return nil
        }
        var most: Int? = least
        if take(",") { most = startsWith("}") ? -1 : number() }
        // Without an end it is the character, as in RE2.
        guard let most, take("}") else {
            at = start
            return nil
        }
        if least > 1000 || most > 1000 { throw problem("more than 1000 repetitions", start) }
        if most >= 0, most < least { throw problem("'{\(least),\(most)}' is the wrong way round", start) }
        return (least, most)
    }

    private mutating func number() -> Int? {
        let start = at
        var value = 0
        while let byte = next, byte >= 0x30, byte <= 0x39 {
            value = min(value * 10 + Int(byte - 0x30), 100_000)
            at += 1
        }
        return at > start ? value : nil
    }

    // MARK: What stands alone

    private mutating func atom() throws(ScriptProblem) -> ExpressionPart {
        let start = at
        let byte = text[at]
        at += 1
        switch byte {
        case UInt8(ascii: "."): return .one(dotTakesAll ? ByteSet(0...255) : .line)
        case UInt8(ascii: "^"): return .start
        case UInt8(ascii: "$"): return .end
        case UInt8(ascii: "("):
            let part = try group()
            guard take(")") else { throw problem("'(' without ')'", start) }
            return part
        case UInt8(ascii: "["): return .one(try brackets(start))
        case UInt8(ascii: "\\"): return try escape(start)
        case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"):
            throw problem("there is nothing to repeat before this; write '\\' before it for the character", start)
        case 0x80...:
            // The bytes of one character stay together.
            while let byte = next, byte & 0xc0 == 0x80 { at += 1 }
            return .bytes(Array(text[start..<at]))
        default: return literal(byte)
        }
    }

    private func literal(_ byte: UInt8) -> ExpressionPart {
        let set = ByteSet(byte...byte)
        return ignoresCase && set.withBothCases != set ? .one(set.withBothCases) : .bytes([byte])
    }

    private mutating func group() throws(ScriptProblem) -> ExpressionPart {
        let start = at
        guard take("?") else {
            groups += 1
            let number = groups
            return .group(number, try alternatives())
        }
        if take(":") { return .group(nil, try alternatives()) }
        if take("=") { return .ahead(true, try alternatives()) }
        if take("!") { return .ahead(false, try alternatives()) }
        if take("P<") || (startsWith("<") && !startsWith("<=") && !startsWith("<!") && take("<")) {
            let name = text[at...].prefix { ByteSet.word.contains($0) }
            at += name.count
            guard !name.isEmpty, take(">") else { throw problem("the name of a group has letters, digits and '_', and ends with '>'") }
            groups += 1
            let number = groups
            return .group(number, try alternatives())
        }
        if startsWith("<") { throw problem("looking back, '(?<=' and '(?<!', is not possible here", start) }
        throw problem("this kind of group is not possible here; '(...)' and '(?:...)' are, and flags such as '(?i)' at the beginning", start)
    }

    private mutating func escape(_ start: Int) throws(ScriptProblem) -> ExpressionPart {
        guard let byte = next else { throw problem("'\\' at the end; write '\\\\' for the character", start) }
        switch byte {
        case UInt8(ascii: "A"):
            at += 1
            return .start
        case UInt8(ascii: "z"):
            at += 1
            return .end
        case UInt8(ascii: "b"), UInt8(ascii: "B"):
            at += 1
            return .edge(byte == UInt8(ascii: "b"))
        case UInt8(ascii: "1")...UInt8(ascii: "9"):
            let number = number() ?? 0
            if number > reference.number { reference = (number, start) }
            return .back(number)
        default:
            if let set = shorthand() { return .one(set) }
            return literal(try character(start))
        }
    }

    /// `\d`, `\w`, `\s` and their opposites.
    private mutating func shorthand() -> ByteSet? {
        let set: ByteSet
        switch next {
        case UInt8(ascii: "d"): set = .digits
        case UInt8(ascii: "D"): set = ByteSet.digits.inverted
        case UInt8(ascii: "w"): set = .word
        case UInt8(ascii: "W"): set = ByteSet.word.inverted
        case UInt8(ascii: "s"): set = .space
        case UInt8(ascii: "S"): set = ByteSet.space.inverted
        default: return nil
        }
        at += 1
        return set
    }

    /// One character behind a backslash.
    private mutating func character(_ start: Int) throws(ScriptProblem) -> UInt8 {
        guard let byte = next else { throw problem("'\\' at the end; write '\\\\' for the character", start) }
        at += 1
        switch byte {
        case UInt8(ascii: "n"): return 10
        case UInt8(ascii: "r"): return 13
        case UInt8(ascii: "t"): return 9
        case UInt8(ascii: "f"): return 12
        case UInt8(ascii: "v"): return 11
        case UInt8(ascii: "a"): return 7
        case UInt8(ascii: "x"):
            let digits = text[at...].prefix(2).compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
            guard digits.count == 2 else { throw problem("'\\x' needs two hexadecimal digits", start) }
            at += 2
            return UInt8(digits[0] * 16 + digits[1])
        case 0x21...0x7e where !ByteSet.word.contains(byte): return byte
        default:
            let word = byte < 0x80 ? "\\" + String(Unicode.Scalar(byte)) : "this escape"
            throw problem("'\(word)' is not possible here", start)
        }
    }

    // MARK: Brackets

    private mutating func brackets(_ start: Int) throws(ScriptProblem) -> ByteSet {
        var set = ByteSet()
        let isInverted = take("^")
        var isFirst = true
        while let byte = next, isFirst || byte != UInt8(ascii: "]") {
            isFirst = false
            let item = at
            if take("[:") {
                let isOpposite = take("^")
                let name = text[at...].prefix { $0 >= 0x61 && $0 <= 0x7a }
                at += name.count
                guard take(":]"), let named = ByteSet.named(String(decoding: name, as: UTF8.self)) else {
                    throw problem("'[:' needs the name of a set, as in '[[:alpha:]]'", item)
                }
                set.formUnion(isOpposite ? named.inverted : named)
                continue
            }
            if byte == UInt8(ascii: "\\") {
                at += 1
                if let short = shorthand() {
                    set.formUnion(short)
                    continue
                }
                at -= 1
            }
            let low = try bracketCharacter()
            guard startsWith("-"), at + 1 < text.count, text[at + 1] != UInt8(ascii: "]") else {
                set.insert(low)
                continue
            }
            at += 1
            let high = try bracketCharacter()
            guard low <= high else { throw problem("the range is the wrong way round", item) }
            set.insert(low...high)
        }
        guard take("]") else { throw problem("'[' without ']'", start) }
        if ignoresCase { set = set.withBothCases }
        return isInverted ? set.inverted : set
    }

    private mutating func bracketCharacter() throws(ScriptProblem) -> UInt8 {
        let start = at
        guard let byte = next else { throw problem("'[' without ']'") }
        at += 1
        if byte == UInt8(ascii: "\\") {
            if take("b") { return 8 }
            return try character(start)
        }
        if byte >= 0x80 { throw problem("only ASCII can stand in brackets, since bytes are compared; write '(?:a|b)' of whole characters", start) }
        return byte
    }
}
