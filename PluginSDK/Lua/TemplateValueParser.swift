/// The values of templates: constants, variables, functions and operators.
///
/// From loose to tight: `or`, `and`, `not`, comparisons and `in`, `+ -`, `* / %`, `^`.
struct TemplateValueParser {
    private let text: [UInt8]
    private(set) var at: Int
    private let isLine: Bool
    private let isAdvanced: Bool
    private var depth = 0

    init(_ text: [UInt8], at: Int, isLine: Bool, isAdvanced: Bool) {
        self.text = text
        self.at = at
        self.isLine = isLine
        self.isAdvanced = isAdvanced
    }

    mutating func value() throws(ScriptProblem) -> TemplateValue {
        depth += 1
        defer { depth -= 1 }
        if depth > 30 { throw problem("brackets are nested more than 30 deep") }
        var left = try conjunction()
        while takeWord("or") { left = .or(left, try conjunction()) }
        if next == UInt8(ascii: "|") { throw problem("'|' is not Inja's; call the function, as in 'upper(name)'") }
        return left
    }

    private mutating func conjunction() throws(ScriptProblem) -> TemplateValue {
        var left = try negation()
        while takeWord("and") { left = .and(left, try negation()) }
        return left
    }

    private mutating func negation() throws(ScriptProblem) -> TemplateValue {
        var count = 0
        while takeWord("not") { count += 1 }
        if count > 10 { throw problem("more than 10 times 'not'") }
        var value = try comparison()
        for _ in 0..<count { value = .not(value) }
        return value
    }

    private mutating func comparison() throws(ScriptProblem) -> TemplateValue {
        var left = try sum()
        while true {
            if take("==") {
                left = .call("eq", [left, try sum()])
            } else if take("!=") {
                left = .call("not eq", [left, try sum()])
            } else if take("<=") {
                left = .call("le", [left, try sum()])
            } else if take(">=") {
                left = .call("le", [try sum(), left])
            } else if take("<") {
                left = .call("lt", [left, try sum()])
            } else if take(">") {
                left = .call("lt", [try sum(), left])
            } else if takeWord("in") {
                left = .call("contains", [left, try sum()])
            } else {
                return left
            }
        }
    }

    private mutating func sum() throws(ScriptProblem) -> TemplateValue {
        var left = try product()
        while true {
            if take("+") {
                left = .call("add", [left, try product()])
            } else if next == UInt8(ascii: "-"), !isClose(at + 1), take("-") {
                left = .call("sub", [left, try product()])
            } else {
                return left
            }
        }
    }

    /// Whether `-` before it belongs to the end of the brackets.
    private func isClose(_ index: Int) -> Bool {
        text[index...].starts(with: "}}".utf8) || text[index...].starts(with: "%}".utf8)
    }

    private mutating func product() throws(ScriptProblem) -> TemplateValue {
        var left = try power()
        while true {
            if take("*") {
                left = .call("mul", [left, try power()])
            } else if take("/") {
                left = .call("div", [left, try power()])
            } else if next == UInt8(ascii: "%"), !text[at...].starts(with: "%}".utf8), take("%") {
                left = .call("mod", [left, try power()])
            } else {
                return left
            }
        }
    }

    private mutating func power() throws(ScriptProblem) -> TemplateValue {
        depth += 1
        defer { depth -= 1 }
        if depth > 30 { throw problem("brackets are nested more than 30 deep") }
        let base = try single()
        return take("^") ? .call("pow", [base, try power()]) : base
    }

    // MARK: Single values

    private mutating func single() throws(ScriptProblem) -> TemplateValue {
        guard let byte = next else { throw problem("a value is missing") }
        let start = at
        switch byte {
        case UInt8(ascii: "("):
            at += 1
            let value = try value()
            guard take(")") else { throw problem("'(' without ')'", start) }
            return value
        case UInt8(ascii: "["):
            at += 1
            return .call("list", try list(until: "]", start))
        case UInt8(ascii: "{"):
            at += 1
            return .call("map", try members(start))
        case UInt8(ascii: "\""): return .constant(quoted(try string()))
        case UInt8(ascii: "'"): throw problem("text stands in double quotes: \"...\"")
        case UInt8(ascii: "-"), 0x30...0x39: return .constant(try number())
        default: return try named()
        }
    }

    private mutating func list(until close: String, _ start: Int) throws(ScriptProblem) -> [TemplateValue] {
        var all: [TemplateValue] = []
        if take(close) { return all }
        while true {
            all.append(try value())
            if all.count > 50 { throw problem("more than 50 values in one list", start) }
            if take(close) { return all }
            guard take(",") else {
                throw next == nil ? problem("'\(close)' is missing", start) : problem("',' or '\(close)' should stand here")
            }
        }
    }

    private mutating func members(_ start: Int) throws(ScriptProblem) -> [TemplateValue] {
        var all: [TemplateValue] = []
        if take("}") { return all }
        while true {
            guard next == UInt8(ascii: "\"") else { throw problem("a key in double quotes should stand here") }
            all.append(.constant(quoted(try string())))
            guard take(":") else { throw problem("':' should stand here") }
            all.append(try value())
            if all.count > 50 { throw problem("more than 25 members in one map", start) }
            if take("}") { return all }
            guard take(",") else { throw problem("',' or '}' should stand here") }
        }
    }

    /// Names may have '.', '/', '_' and '-' in them, as Inja's have.
    private mutating func named() throws(ScriptProblem) -> TemplateValue {
        let start = at
        guard ByteSet.word.contains(text[at]) else { throw problem("a value should stand here") }
        while at < text.count, ByteSet.word.contains(text[at]) || [UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "-")].contains(text[at]) {
            if text[at] == UInt8(ascii: "-"), isClose(at + 1) { break }
            at += 1
        }
        let name = String(decoding: text[start..<at], as: UTF8.self)
        switch name {
        case "true", "false": return .constant(name)
        case "null": return .constant("R.null")
        case "and", "or", "in", "not", "is", "else", "if": throw problem("a value should stand here, and not '\(name)'", start)
        default: break
        }
        if let advice = TemplateFunction.refused[name] { throw problem("'\(name)' cannot be called: \(advice)", start) }
        guard next == UInt8(ascii: "(") else {
            if next == UInt8(ascii: "[") { throw problem("'[' does not follow a name in Inja; write '\(name).0' or 'at(\(name), ...)'") }
            let separator: Character = isAdvanced && name.contains("/") ? "/" : "."
            let path = name.split(omittingEmptySubsequences: false) { $0 == separator || (!isAdvanced && $0 == "/") }.map(String.init)
            if path.contains("") { throw problem("'\(name)' has an empty part", start) }
            if path.count > 30 { throw problem("'\(name)' has more than 30 parts", start) }
            return .variable(path)
        }
        guard let function = TemplateFunction.all[name] else {
            throw problem("there is no function '\(name)'; there are \(TemplateFunction.all.keys.sorted().joined(separator: ", "))", start)
        }
        _ = take("(")
        let arguments = try list(until: ")", start)
        guard function.counts.contains(arguments.count) else {
            let (least, most) = (function.counts.lowerBound, function.counts.upperBound)
            let wanted = least == most ? "\(least)" : "\(least) or \(most)"
            throw problem("'\(name)' takes \(wanted) argument\(most == 1 ? "" : "s"), and there \(arguments.count == 1 ? "is" : "are") \(arguments.count)", start)
        }
        return .call(function.lua, arguments)
    }

    private mutating func number() throws(ScriptProblem) -> String {
        let start = at
        if text[at] == UInt8(ascii: "-") { at += 1 }
        let digits = takeDigits()
        var isWhole = true
        if at + 1 < text.count, text[at] == UInt8(ascii: "."), ByteSet.digits.contains(text[at + 1]) {
            at += 1
            _ = takeDigits()
            isWhole = false
        }
        if at < text.count, text[at] == UInt8(ascii: "e") || text[at] == UInt8(ascii: "E") {
            let before = at
            at += 1
            if at < text.count, text[at] == UInt8(ascii: "+") || text[at] == UInt8(ascii: "-") { at += 1 }
            if takeDigits() == 0 { at = before } else { isWhole = false }
        }
        guard digits > 0 else { throw problem("a number should follow '-'; write '0 - a' for the opposite of a value", start) }
        guard digits <= 15 else { throw problem("a number of more than 15 digits", start) }
        let word = String(decoding: text[start..<at], as: UTF8.self)
        if isWhole { return word }
        // Lua would read it; what it becomes has to be a number all the same.
        guard let value = Double(word), value.isFinite else { throw problem("a number that is too large", start) }
        return "R.float(\(word))"
    }

    private mutating func takeDigits() -> Int {
        let count = text[at...].prefix { ByteSet.digits.contains($0) }.count
        at += count
        return count
    }

    /// A string of JSON.
    private mutating func string() throws(ScriptProblem) -> [UInt8] {
        let start = at
        var out: [UInt8] = []
        at += 1
        while at < text.count {
            let byte = text[at]
            at += 1
            switch byte {
            case UInt8(ascii: "\""): return out
            case UInt8(ascii: "\\"): out += try escape()
            case ..<0x20 where isLine: throw problem("the line ends inside of a text", start)
            default: out.append(byte)
            }
        }
        throw problem("a text without a '\"' at its end", start)
    }

    private mutating func escape() throws(ScriptProblem) -> [UInt8] {
        let start = at - 1
        guard at < text.count else { throw problem("a text without a '\"' at its end", start) }
        let byte = text[at]
        at += 1
        switch byte {
        case UInt8(ascii: "n"): return [10]
        case UInt8(ascii: "r"): return [13]
        case UInt8(ascii: "t"): return [9]
        case UInt8(ascii: "b"): return [8]
        case UInt8(ascii: "f"): return [12]
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "u"):
            let digits = text[at...].prefix(4).compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
            guard digits.count == 4, let scalar = Unicode.Scalar(digits.reduce(0) { $0 * 16 + UInt32($1) }) else {
                throw problem("'\\u' needs the four hexadecimal digits of a character; write others as they are", start)
            }
            at += 4
            return Array(String(Character(scalar)).utf8)
        default: throw problem("in a text only \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u0000 are escapes", start)
        }
    }

    // MARK: Bytes

    private func problem(_ message: String, _ offset: Int? = nil) -> ScriptProblem { ScriptProblem(message, at: offset ?? at, in: text) }

    /// The next byte that is not blank; nil at the end.
    private var next: UInt8? {
        mutating get {
            while at < text.count, isBlank(text[at]), !isLine || text[at] != UInt8(ascii: "\n") { at += 1 }
            return at < text.count && !(isLine && text[at] == UInt8(ascii: "\n")) ? text[at] : nil
        }
    }

    private mutating func take(_ word: String) -> Bool {
        guard next != nil, text[at...].starts(with: word.utf8) else { return false }
        at += word.utf8.count
        return true
    }

    /// A word that is not the beginning of a longer one.
    private mutating func takeWord(_ word: String) -> Bool {
        guard next != nil, text[at...].starts(with: word.utf8) else { return false }
        let after = at + word.utf8.count
        if after < text.count, ByteSet.word.contains(text[after]) || text[after] == UInt8(ascii: ".") { return false }
        at = after
        return true
    }
}
