internal import EnvoyDescriptors

/// Envoy's StringMatcher.
struct StringCondition: Sendable {
    private enum Form: Sendable {
        case exact(String)
        case prefix(String)
        case suffix(String)
        case contains(String)
        case regex(RegularExpression)
        case unknown(String)
    }

    private let form: Form
    private let ignoresCase: Bool

    init(_ json: ProtoJSON) {
        ignoresCase = json.flag("ignore_case")
        form = Self.form(json)
    }

    /// The older fields of a HeaderMatcher: `exact_match` and the like.
    init?(header json: ProtoJSON) {
        ignoresCase = false
        if let text = json["exact_match"]?.text {
            form = .exact(text)
        } else if let text = json["prefix_match"]?.text {
            form = .prefix(text)
        } else if let text = json["suffix_match"]?.text {
            form = .suffix(text)
        } else if let text = json["contains_match"]?.text {
            form = .contains(text)
        } else if let regex = json["safe_regex_match"] {
            form = Self.regex(regex)
        } else {
            return nil
        }
    }

    private static func form(_ json: ProtoJSON) -> Form {
        if let text = json["exact"]?.text { return .exact(text) }
        if let text = json["prefix"]?.text { return .prefix(text) }
        if let text = json["suffix"]?.text { return .suffix(text) }
        if let text = json["contains"]?.text { return .contains(text) }
        if let regex = json["safe_regex"] { return Self.regex(regex) }
        return .unknown("a matcher of an extension compares it")
    }

    private static func regex(_ json: ProtoJSON) -> Form {
        let pattern = json["regex"]?.text ?? ""
        do throws(UnreadableExpression) {
            return .regex(try RegularExpression(pattern))
        } catch {
            return .unknown("the regular expression '\(pattern)' \(error.message)")
        }
    }

    /// Nil: not to be told here; see `reason`.
    func matches(_ value: String) -> Bool? {
        let value = ignoresCase ? value.asciiLowercased : value
        func cased(_ text: String) -> String { ignoresCase ? text.asciiLowercased : text }
        switch form {
        // Bytes, not characters: two spellings of one letter differ.
        case .exact(let text): return value.utf8.elementsEqual(cased(text).utf8)
        case .prefix(let text): return value.utf8.starts(with: cased(text).utf8)
        case .suffix(let text): return value.utf8.reversed().starts(with: cased(text).utf8.reversed())
        case .contains(let text): return text.isEmpty || value.contains(cased(text))
        case .regex(let regex): return regex.matches(value)
        case .unknown: return nil
        }
    }

    /// Why it cannot be told.
    var reason: String { if case .unknown(let reason) = form { reason } else { "" } }

    /// What is asked for, in words that follow "which does not".
    var demand: String {
        switch form {
        case .exact(let text): "equal '\(text)'"
        case .prefix(let text): "begin with '\(text)'"
        case .suffix(let text): "end with '\(text)'"
        case .contains(let text): "contain '\(text)'"
        case .regex(let regex): "match '\(regex.pattern)' as a whole"
        case .unknown: "match"
        }
    }

    /// What is wrong with a value, in words that follow "is 'value', ".
    var mismatch: String {
        if case .exact(let text) = form { return "not '\(text)'" }
        return "which does not \(demand)"
    }
}

extension String {
    /// Envoy ignores the case of ASCII letters alone.
    var asciiLowercased: String {
        String(decoding: utf8.map { (0x41...0x5a).contains($0) ? $0 + 32 : $0 }, as: UTF8.self)
    }
}
