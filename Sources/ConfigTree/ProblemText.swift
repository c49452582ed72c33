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
