/// The words of every problem that this module finds: one file, so that they read like one voice.
enum ProblemText {
    // MARK: Text that cannot be read

    static func tooLarge(bytes: Int, limit: Int) -> String {
        "the text has \(bytes) bytes; at most \(limit) are read"
    }

    static func tooDeep(limit: Int) -> String {
        "lists and maps are nested more than \(limit) deep"
    }

    static func duplicateKey(_ key: String, firstLine: Int) -> String {
        "'\(key)' is already set in line \(firstLine)"
    }

    static let keyMustBeText = "a key must be plain text"
    static let notUTF8 = "the text is not UTF-8"

    /// libyaml's words for those of someone who writes YAML, not parsers.
    static func notYAML(_ problem: String, context: String, at byte: UInt8?) -> String {
        switch problem {
        case _ where byte == 0x09 || problem.contains("tab character"):
            return "a tab may not be used for indentation; use spaces"
        case "found character that cannot start any token":
            let character = byte.map { "'\(String(decoding: [$0], as: UTF8.self))'" } ?? "this character"
            return "a value without quotes may not begin with \(character)"
        case "mapping values are not allowed in this context":
            return "a ':' is not expected here; mend the indentation, or put the value in quotes"
        case "could not find expected ':'":
            return "expected ':' after the key"
        case "did not find expected key":
            return context.contains("block mapping") || context.isEmpty
                ? "expected a key here; is the indentation right?" : "expected a key, ',' or '}'"
        case "did not find expected '-' indicator":
            return "expected '- ' here; is the indentation right?"
        case "did not find expected ',' or ']'": return "expected ',' or ']'"
        case "did not find expected ',' or '}'": return "expected ',' or '}'"
        case "found unexpected end of stream": return "the text ends inside a value in quotes"
        case "found unexpected document indicator": return "a document marker stands inside a value in quotes"
        case "block sequence entries are not allowed in this context": return "a list may not begin here; put it on its own line"
        case "found unknown escape character": return "unknown escape after '\\'; use single quotes to write '\\' itself"
        case "control characters are not allowed": return "control characters are not allowed"
        case _ where problem.contains("UTF-8") || problem == "invalid Unicode character": return notUTF8
        case _ where problem.contains("nesting level"): return "lists and maps are nested too deep"
        case "did not find expected <document start>": return "expected the end of the document, or '---'"
        case "": return "the text is not YAML"
        default: return context.isEmpty ? problem : "\(problem) (\(context))"
        }
    }
}

// MARK: Values that do not fit their schema

extension ProblemText {
    enum Place {
        case here(String)
        case inside(String)
        case above
    }

    /// What stands where something else was expected.
    enum Found: CustomStringConvertible {
        case nothing, list, map
        case plain(String)
        case quoted(String)

        var description: String {
            switch self {
            case .nothing: "nothing"
            case .list: "a list"
            case .map: "a map"
            case .plain(let text), .quoted(let text): "'\(ProblemText.short(text))'"
            }
        }
    }

    static func unknownField(_ name: String, _ place: Place? = nil) -> String {
        let hint =
            switch place {
            case .here(let near): "; did you mean '\(near)'?"
            case .inside(let parent): "; it belongs inside '\(parent)'"
            case .above: "; it belongs one level up"
            case nil: ""
            }
        return "unknown field '\(name)'\(hint)"
    }

    static func bothSpellings(of name: String) -> String {
        "'\(name)' is set twice, in both spellings of its name"
    }

    static func missing(_ name: String) -> String { "'\(name)' is missing" }
    static func oneIsRequired(_ names: [String]) -> String { "one of \(list(names, "or")) is needed" }

    static func excludeEachOther(_ names: [String]) -> String {
        "\(list(names, "and")) exclude each other"
    }

    static func wrongType(_ name: String, found: Found, rule: SchemaRule) -> String {
        // A bool in quotes looks right and is not: say what to do.
        if case .quoted(let text) = found, rule.types == .boolean, ["true", "false"].contains(text) {
            return "'\(name)' must be \(text) without quotes"
        }
        return "\(subject(name)) must be \(expectation(rule)), not \(found)"
    }

    static func notAChoice(_ name: String, _ found: Found, _ choices: [String]) -> String {
        var hint = ""
        if case .plain(let text) = found { hint = near(text, choices) }
        if case .quoted(let text) = found { hint = near(text, choices) }
        let names = choices.count == 1 ? "'\(choices[0])'" : "one of \(choices.joined(separator: ", "))"
        return "\(subject(name)) must be \(names), not \(found)\(hint)"
    }

    private static func near(_ text: String, _ choices: [String]) -> String {
        let near = Suggestion.closest(to: text, among: choices) ?? choices.first { !text.isEmpty && $0.hasPrefix(text) }
        return near.map { "; did you mean '\($0)'?" } ?? ""
    }

    static func notADuration(_ name: String, _ found: Found) -> String {
        "\(subject(name)) must be a duration such as 1.5s or 200ms, not \(found)"
    }

    static func negativeDuration(_ name: String, _ found: Found) -> String {
        "\(subject(name)) must not be negative, as \(found) is"
    }

    static func notARegex(_ name: String, _ found: Found, _ problem: String) -> String {
        "\(subject(name)), the regular expression \(found), \(problem)"
    }

    static func notAHeaderName(_ name: String, _ found: Found) -> String { "\(subject(name)) must be the name of a header, not \(found)" }

    static func notAHost(_ found: Found, _ problem: String) -> String { "\(found) \(problem)" }

    static func notOneLine(_ name: String) -> String { "\(subject(name)) cannot hold a line break or a zero byte" }

    static func notBase64(_ name: String) -> String { "\(subject(name)) must be base64" }

    static func wrongCount(_ name: String, rule: SchemaRule, unit: String) -> String {
        let low = rule.minimumCount
        let high = rule.maximumCount
        if low == high { return "\(subject(name)) must have \(counted(low, unit))" }
        if high == .max { return low == 1 ? "\(subject(name)) must not be empty" : "\(subject(name)) must have at least \(counted(low, unit))" }
        return "\(subject(name)) must have \(low == 0 ? "at most" : "\(low) to") \(counted(high, unit))"
    }

    private static func counted(_ count: UInt32, _ unit: String) -> String { "\(count) \(unit)\(count == 1 ? "" : "s")" }

    private static func expectation(_ rule: SchemaRule) -> String {
        var words: [String] = []
        if rule.types.contains(.object) { words.append("a map") }
        if rule.types.contains(.array) { words.append("a list") }
        if rule.types.contains(.string) { words.append(rule.format == .duration ? "a duration such as 1.5s or 200ms" : "text") }
        if rule.types.contains(.boolean) { words.append("true or false") }
        if rule.types.contains(.integer) { words.append("a whole number\(range(rule))") }
        if rule.types.contains(.number) { words.append("a number\(range(rule))") }
        return words.isEmpty ? "absent" : words.joined(separator: " or ")
    }

    private static func range(_ rule: SchemaRule) -> String {
        switch (rule.minimum.isFinite, rule.maximum.isFinite) {
        case (true, true) where !rule.excludesMinimum && !rule.excludesMaximum:
            " from \(number(rule.minimum)) to \(number(rule.maximum))"
        case (true, true):
            " \(rule.excludesMinimum ? "above" : "from") \(number(rule.minimum)) and \(rule.excludesMaximum ? "below" : "up to") \(number(rule.maximum))"
        case (true, false): rule.excludesMinimum ? " above \(number(rule.minimum))" : " of at least \(number(rule.minimum))"
        case (false, true): rule.excludesMaximum ? " below \(number(rule.maximum))" : " of at most \(number(rule.maximum))"
        case (false, false): ""
        }
    }

    private static func number(_ value: Double) -> String {
        Int64(exactly: value).map(String.init) ?? "\(value)"
    }

    private static func subject(_ name: String) -> String { name == "the value" ? name : "'\(name)'" }

    static func list(_ names: [String], _ word: String) -> String {
        let quoted = names.map { "'\($0)'" }
        guard quoted.count > 1 else { return quoted.joined() }
        return "\(quoted.dropLast().joined(separator: ", ")) \(word) \(quoted[quoted.count - 1])"
    }

    static func short(_ text: String) -> String {
        text.count > 60 ? "\(text.prefix(57))..." : text
    }
}

// MARK: Schemas that cannot be compiled

extension ProblemText {
    static let schemaIsNoMap = "a schema must be a map"
    static let keywordNeedsNumber = "a number is expected here"
    static let endlessReference = "'$ref' leads back to itself"

    static let optionIsNoPath = "'x-sluice-option' names a hole and an option: 'route/retries'"

    static func unknownReference(_ reference: String) -> String { "'$ref' leads nowhere: '\(reference)'; write '#/$defs/name'" }
    static func unknownKeyword(_ keyword: String) -> String { "schema keyword '\(keyword)' is not supported" }
    static func unknownType(_ type: String) -> String { "type '\(type)' is not known" }
    static func requiredIsNoProperty(_ name: String) -> String { "'\(name)' is required but not among the properties" }

    static func unsupportedGroup(_ keyword: String) -> String {
        keyword == "oneOf" ? "each branch of 'oneOf' must be {required: [one name]} or {not: ...}" : "'allOf' may only hold 'oneOf' groups"
    }

    static func optionTaken(_ name: String, hole: String, owner: String, by other: String) -> String {
        "option '\(name)' of \(hole) belongs to \(other) already; \(owner) cannot have it"
    }
}
