/// What a regular expression is made of.
indirect enum ExpressionNode: Sendable {
    case empty
    case bytes(ByteSet)
    case assertion(Assertion)
    case sequence([ExpressionNode])
    case alternatives([ExpressionNode])
    case group(ExpressionNode, number: Int)
    case repetition(ExpressionNode, low: Int, high: Int?, isGreedy: Bool)
}

/// Reads expressions that RE2 takes; whether it takes one is ConfigTree's to say, so this does not look for every mistake.
struct ExpressionParser {
    private struct Flags {
        var ignoresCase = false
        var isMultiline = false
        var dotTakesNewline = false
        var isUngreedy = false
    }

    private let text: [UInt8]
    private var index = 0
    private var flags = Flags()
    private(set) var groupCount = 0

    init(_ pattern: String) { text = Array(pattern.utf8) }

    mutating func parse() throws(UnreadableExpression) -> ExpressionNode {
        let node = try alternatives(depth: 0)
        guard index == text.count else { throw UnreadableExpression(message: "has a ')' without its '('") }
        return node
    }

    private var next: UInt8? { index < text.count ? text[index] : nil }

    private func isNext(_ word: StaticString, at offset: Int = 0) -> Bool {
        word.withUTF8Buffer { text[(index + offset)...].starts(with: $0) }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    private mutating func alternatives(depth: Int) throws(UnreadableExpression) -> ExpressionNode {
        guard depth < 500 else { throw UnreadableExpression(message: "nests too many groups") }
        var all: [ExpressionNode] = []
        repeat {
            var items: [ExpressionNode] = []
            while let byte = next, byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
                let atom = try atom(depth: depth)
                items.append(repetition(of: atom))
            }
            all.append(items.count == 1 ? items[0] : .sequence(items))
        } while take("|")
        return all.count == 1 ? all[0] : .alternatives(all)
    }

    private mutating func repetition(of atom: ExpressionNode) -> ExpressionNode {
        let low: Int
        let high: Int?
        if take("*") {
            (low, high) = (0, nil)
        } else if take("+") {
            (low, high) = (1, nil)
        } else if take("?") {
            (low, high) = (0, 1)
        } else if let counts = counts() {
            (low, high) = counts
        } else {
            return atom
        }
        let isLazy = take("?")
        return .repetition(atom, low: low, high: high, isGreedy: isLazy == flags.isUngreedy)
    }

    /// `{n}`, `{n,}` or `{n,m}`; nil when it is not that, and means itself.
    private mutating func counts() -> (Int, Int?)? {
        let start = index
        func number(_ parser: inout Self) -> Int? {
            var value: Int?
            while let byte = parser.next, (0x30...0x39).contains(byte), (value ?? 0) < 100_000 {
                value = (value ?? 0) * 10 + Int(byte - 0x30)
                parser.index += 1
            }
            return value
        }
        if take("{"), let low = number(&self), low <= 1000 {
            var high: Int? = low
            if take(",") { high = number(&self) }
            if take("}"), (high ?? low) >= low, (high ?? low) <= 1000 { return (low, high) }
        }
        index = start
        return nil
    }

    private mutating func atom(depth: Int) throws(UnreadableExpression) -> ExpressionNode {
        guard let byte = next else { return .empty }
        index += 1
        switch byte {
        case UInt8(ascii: "("): return try group(depth: depth)
        case UInt8(ascii: "["): return .bytes(try characterClass())
        case UInt8(ascii: "."): return .bytes(flags.dotTakesNewline ? ByteSet(0...255) : ByteSet(0...9, 11...255))
        case UInt8(ascii: "^"): return .assertion(flags.isMultiline ? .lineBegin : .textBegin)
        case UInt8(ascii: "$"): return .assertion(flags.isMultiline ? .lineEnd : .textEnd)
        case UInt8(ascii: "\\"): return try escape()
        case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"):
            throw UnreadableExpression(message: "has a '\(Character(Unicode.Scalar(byte)))' with nothing before it to repeat")
        default: return literal(byte)
        }
    }

    private func literal(_ byte: UInt8) -> ExpressionNode {
        .bytes(flags.ignoresCase ? ByteSet(byte).folded : ByteSet(byte))
    }

    // MARK: Groups

    private mutating func group(depth: Int) throws(UnreadableExpression) -> ExpressionNode {
        let outer = flags
        var number: Int?
        if take("?") {
            if isNext("P<") || isNext("<") {
                while let byte = next, byte != UInt8(ascii: ">") { _ = byte; index += 1 }
                guard take(">") else { throw UnreadableExpression(message: "has a group without the end of its name") }
                groupCount += 1
                number = groupCount
            } else if try readFlags() {
                // They hold to the end of the group that this stands in.
                return .empty
            }
        } else {
            groupCount += 1
            number = groupCount
        }
        let inner = try alternatives(depth: depth + 1)
        guard take(")") else { throw UnreadableExpression(message: "has a '(' without its ')'") }
        flags = outer
        return number.map { .group(inner, number: $0) } ?? inner
    }

    /// After `(?`. True when the flags stand alone, `(?i)`.
    private mutating func readFlags() throws(UnreadableExpression) -> Bool {
        var value = true
        while let byte = next {
            index += 1
            switch byte {
            case UInt8(ascii: "i"): flags.ignoresCase = value
            case UInt8(ascii: "m"): flags.isMultiline = value
            case UInt8(ascii: "s"): flags.dotTakesNewline = value
            case UInt8(ascii: "U"): flags.isUngreedy = value
            case UInt8(ascii: "-"): value = false
            case UInt8(ascii: ":"): return false
            case UInt8(ascii: ")"): return true
            default: throw UnreadableExpression(message: "has '(?\(Character(Unicode.Scalar(byte)))', which RE2 does not know")
            }
        }
        throw UnreadableExpression(message: "has a '(' without its ')'")
    }

    // MARK: Classes and escapes

    /// After `[`.
    private mutating func characterClass() throws(UnreadableExpression) -> ByteSet {
        var set = ByteSet()
        let isNegative = take("^")
        var isFirst = true
        while let byte = next {
            if byte == UInt8(ascii: "]"), !isFirst {
                index += 1
                if flags.ignoresCase { set = set.folded }
                return isNegative ? set.inverted : set
            }
            isFirst = false
            if isNext("[:"), let posix = posixClass() {
                set.formUnion(posix)
                continue
            }
            if byte == UInt8(ascii: "\\"), index + 1 < text.count, let named = try namedClass(at: index + 1) {
                set.formUnion(named)
                continue
            }
            let low = try classCharacter()
            guard next == UInt8(ascii: "-"), index + 1 < text.count, text[index + 1] != UInt8(ascii: "]") else {
                set.insert(low)
                continue
            }
            index += 1
            let high = try classCharacter()
            guard low <= high else { throw UnreadableExpression(message: "has a range whose end comes before its beginning") }
            set.insert(low...high)
        }
        throw UnreadableExpression(message: "has a '[' without its ']'")
    }

    private mutating func classCharacter() throws(UnreadableExpression) -> UInt8 {
        guard let byte = next else { throw UnreadableExpression(message: "has a '[' without its ']'") }
        index += 1
        return byte == UInt8(ascii: "\\") ? try escapedCharacter() : byte
    }

    private mutating func posixClass() -> ByteSet? {
        for (name, set) in ByteClass.posix {
            for word in ["[:\(name):]", "[:^\(name):]"] where text[index...].starts(with: word.utf8) {
                index += word.utf8.count
                return word.utf8.count == name.utf8.count + 4 ? set : set.inverted
            }
        }
        return nil
    }

    /// A class such as `\d` or `\pL` whose letter stands at `place`; the index is then behind it.
    private mutating func namedClass(at place: Int) throws(UnreadableExpression) -> ByteSet? {
        let letter = text[place]
        let set: ByteSet
        switch letter | 0x20 {
        case UInt8(ascii: "d"): set = ByteClass.digit
        case UInt8(ascii: "s"): set = ByteClass.space
        case UInt8(ascii: "w"): set = ByteClass.word
        case UInt8(ascii: "p"):
            index = place + 1
            let unicode = try unicodeClass()
            return letter == UInt8(ascii: "P") ? unicode.inverted : unicode
        default: return nil
        }
        index = place + 1
        return letter & 0x20 == 0 ? set.inverted : set
    }

    private mutating func unicodeClass() throws(UnreadableExpression) -> ByteSet {
        var name: [UInt8] = []
        if take("{") {
            while let byte = next, byte != UInt8(ascii: "}") {
                name.append(byte)
                index += 1
            }
            guard take("}") else { throw UnreadableExpression(message: "has a '\\p{' without its '}'") }
        } else if let byte = next {
            name = [byte]
            index += 1
        }
        let isNegative = name.first == UInt8(ascii: "^")
        if isNegative { name.removeFirst() }
        let set = ByteClass.unicode(String(decoding: name, as: UTF8.self))
        return isNegative ? set.inverted : set
    }

    /// After `\`, outside of brackets.
    private mutating func escape() throws(UnreadableExpression) -> ExpressionNode {
        guard let byte = next else { throw UnreadableExpression(message: "ends with a single '\\'") }
        if let named = try namedClass(at: index) { return .bytes(flags.ignoresCase ? named.folded : named) }
        let assertion: Assertion? = switch byte {
        case UInt8(ascii: "A"): .textBegin
        case UInt8(ascii: "z"): .textEnd
        case UInt8(ascii: "b"): .wordBoundary
        case UInt8(ascii: "B"): .noWordBoundary
        default: nil
        }
        if let assertion {
            index += 1
            return .assertion(assertion)
        }
        if take("C") { return .bytes(ByteSet(0...255)) }
        if take("Q") { return quotation() }
        return literal(try escapedCharacter())
    }

    /// After `\Q`: everything to `\E` stands for itself, and a repetition behind it is of the last character.
    private mutating func quotation() -> ExpressionNode {
        var items: [ExpressionNode] = []
        while let byte = next {
            if isNext("\\E") {
                index += 2
                break
            }
            items.append(literal(byte))
            index += 1
        }
        if let last = items.popLast() { items.append(repetition(of: last)) }
        return .sequence(items)
    }

    private mutating func escapedCharacter() throws(UnreadableExpression) -> UInt8 {
        guard let byte = next else { throw UnreadableExpression(message: "ends with a single '\\'") }
        index += 1
        switch byte {
        case UInt8(ascii: "a"): return 0x07
        case UInt8(ascii: "f"): return 0x0c
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "n"): return 0x0a
        case UInt8(ascii: "r"): return 0x0d
        case UInt8(ascii: "v"): return 0x0b
        case UInt8(ascii: "x"): return try hexadecimal()
        case 0x30...0x37:
            var value = Int(byte - 0x30)
            var digits = 1
            while digits < 3, let digit = next, (0x30...0x37).contains(digit) {
                value = value * 8 + Int(digit - 0x30)
                digits += 1
                index += 1
            }
            guard let character = UInt8(exactly: value) else { throw UnreadableExpression(message: "names a character beyond \\xff") }
            return character
        default:
            let isLetter = (0x61...0x7a).contains(byte | 0x20) || byte >= 0x80 || (0x38...0x39).contains(byte)
            guard !isLetter else { throw UnreadableExpression(message: "has '\\\(Character(Unicode.Scalar(byte)))', which means nothing") }
            return byte
        }
    }

    private mutating func hexadecimal() throws(UnreadableExpression) -> UInt8 {
        var digits: [UInt8] = []
        if take("{") {
            while let byte = next, byte != UInt8(ascii: "}") {
                digits.append(byte)
                index += 1
            }
            _ = take("}")
        } else {
            digits = Array(text[index..<min(index + 2, text.count)])
            index += digits.count
        }
        let significant = digits.drop { $0 == 0x30 }
        guard !digits.isEmpty, let value = significant.isEmpty ? 0 : UInt8(String(decoding: significant, as: UTF8.self), radix: 16) else {
            throw UnreadableExpression(message: "has a '\\x' that is no character of Latin-1")
        }
        return value
    }
}

/// The classes that expressions name, within Latin-1.
enum ByteClass {
    static let digit = ByteSet(0x30...0x39)
    /// Without the vertical tab, unlike `[:space:]`.
    static let space = ByteSet(0x09...0x0a, 0x0c...0x0d, 0x20...0x20)
    static let word = ByteSet(0x30...0x39, 0x41...0x5a, 0x5f...0x5f, 0x61...0x7a)

    static let posix: [(name: String, set: ByteSet)] = [
        ("alnum", ByteSet(0x30...0x39, 0x41...0x5a, 0x61...0x7a)), ("alpha", ByteSet(0x41...0x5a, 0x61...0x7a)), ("ascii", ByteSet(0x00...0x7f)),
        ("blank", ByteSet(0x09...0x09, 0x20...0x20)), ("cntrl", ByteSet(0x00...0x1f, 0x7f...0x7f)), ("digit", digit), ("graph", ByteSet(0x21...0x7e)),
        ("lower", ByteSet(0x61...0x7a)), ("print", ByteSet(0x20...0x7e)), ("punct", ByteSet(0x21...0x2f, 0x3a...0x40, 0x5b...0x60, 0x7b...0x7e)),
        ("space", ByteSet(0x09...0x0d, 0x20...0x20)), ("upper", ByteSet(0x41...0x5a)), ("word", word),
        ("xdigit", ByteSet(0x30...0x39, 0x41...0x46, 0x61...0x66)),
    ]

    /// By general category or script.
    static func unicode(_ name: String) -> ByteSet {
        var set = ByteSet()
        for byte in UInt8.min...UInt8.max {
            let isIn = switch name {
            case "Any": true
            case "Latin": isLatin(byte)
            case "Common": !isLatin(byte)
            // Other scripts begin beyond Latin-1.
            default: category(Unicode.Scalar(byte)).hasPrefix(name)
            }
            if isIn { set.insert(byte) }
        }
        return set
    }

    private static func isLatin(_ byte: UInt8) -> Bool {
        let scalar = Unicode.Scalar(byte)
        // The micro sign is a letter of no script.
        return byte != 0xb5 && scalar.properties.isAlphabetic
    }

    private static func category(_ scalar: Unicode.Scalar) -> String {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter: "Lu"
        case .lowercaseLetter: "Ll"
        case .otherLetter: "Lo"
        case .decimalNumber: "Nd"
        case .otherNumber: "No"
        case .connectorPunctuation: "Pc"
        case .dashPunctuation: "Pd"
        case .openPunctuation: "Ps"
        case .closePunctuation: "Pe"
        case .initialPunctuation: "Pi"
        case .finalPunctuation: "Pf"
        case .otherPunctuation: "Po"
        case .mathSymbol: "Sm"
        case .currencySymbol: "Sc"
        case .modifierSymbol: "Sk"
        case .otherSymbol: "So"
        case .spaceSeparator: "Zs"
        case .control: "Cc"
        case .format: "Cf"
        default: "other"
        }
    }
}
