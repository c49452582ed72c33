/// A mistake in a template or a regular expression: what is wrong and what to do, and where in its text.
public struct ScriptProblem: Error, Equatable {
    public let message: String
    /// From 1; columns count characters.
    public let line: Int
    public let column: Int

    init(_ message: String, at offset: Int, in text: [UInt8]) {
        self.message = message
        let before = text.prefix(offset)
        line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        // Bytes that go on with a character are none of their own.
        column = before[start...].count { $0 & 0xc0 != 0x80 } + 1
    }

    /// The message with its place, for a report at the value that holds the text.
    public var words: String { line == 1 ? "column \(column): \(message)" : "line \(line), column \(column): \(message)" }
}

/// Text as Lua reads it: ASCII only, so that nothing a user writes ends the string or the script.
func quoted(_ text: some Sequence<UInt8>) -> String {
    var out = "\""
    for byte in text {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            out += "\\"
            out.unicodeScalars.append(Unicode.Scalar(byte))
        case UInt8(ascii: "\n"): out += "\\n"
        case 0x20...0x7e: out.unicodeScalars.append(Unicode.Scalar(byte))
        // Three digits always: a digit may follow.
        default: out += byte < 10 ? "\\00\(byte)" : byte < 100 ? "\\0\(byte)" : "\\\(byte)"
        }
    }
    return out + "\""
}

public func luaText(_ text: String) -> String { quoted(text.utf8) }

/// The whole library, as the source of a Lua filter; a program in the filter context says what it does.
public let transformationLibrary: String = [libraryValues, libraryTemplates, libraryExpressions, libraryTransformation].joined(separator: "\n")

/// The same with masks for responses, `{mask = ...}` in a rule.
public let maskingLibrary: String = [libraryValues, libraryTemplates, libraryExpressions, libraryMasks, libraryTransformation].joined(separator: "\n")
