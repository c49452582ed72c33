extension ProtoJSON {
    /// Block style YAML that YAML 1.1 and 1.2 read alike. `comment` may answer a remark for a member, which is put behind it: who
    /// wrote the bytes at the member's offset, for one.
    package func yaml(comment: @escaping (Member) -> String? = { _ in nil }) -> String {
        var out = ""
        let printer = YAMLPrinter(comment: comment)
        switch self {
        case .object(let members) where !members.isEmpty: printer.members(members, 0, &out)
        case .array(let items) where !items.isEmpty: printer.items(items, 0, &out)
        default: printer.inline(self, 0, nil, &out)
        }
        return out
    }
}

private struct YAMLPrinter {
    let comment: (ProtoJSON.Member) -> String?

    private func pad(_ indent: Int) -> String { String(repeating: " ", count: indent) }

    /// `firstIsPadded`: the first member stands behind the dash of a list's item.
    func members(_ members: [ProtoJSON.Member], _ indent: Int, _ out: inout String, firstIsPadded: Bool = false) {
        for (index, member) in members.enumerated() {
            if index > 0 || !firstIsPadded { out += pad(indent) }
            out += YAMLText.scalar(member.key) + ":"
            let remark = comment(member).map { $0.split(whereSeparator: \.isNewline).joined(separator: " ") }
            switch member.value {
            case .object(let nested) where !nested.isEmpty:
                end(remark, &out)
                self.members(nested, indent + 2, &out)
            case .array(let nested) where !nested.isEmpty:
                end(remark, &out)
                items(nested, indent, &out)
            default:
                out += " "
                inline(member.value, indent, remark, &out)
            }
        }
    }

    func items(_ items: [ProtoJSON], _ indent: Int, _ out: inout String) {
        for item in items {
            out += pad(indent) + "- "
            switch item {
            case .object(let members) where !members.isEmpty: self.members(members, indent + 2, &out, firstIsPadded: true)
            case .array(let nested) where !nested.isEmpty:
                // A list in a list begins on a line of its own.
                out.removeLast()
                out += "\n"
                self.items(nested, indent + 2, &out)
            default: inline(item, indent, nil, &out)
            }
        }
    }

    /// What fits behind a name or a dash: a scalar, something empty, or a literal block below it.
    func inline(_ value: ProtoJSON, _ indent: Int, _ remark: String?, _ out: inout String) {
        switch value {
        case .string(let text):
            if let block = YAMLText.block(text) {
                out += block.header
                end(remark, &out)
                for line in block.lines { out += line.isEmpty ? "\n" : pad(indent + 2) + line + "\n" }
                return
            }
            out += YAMLText.scalar(text)
        case .null: out += "null"
        case .bool(let value): out += value ? "true" : "false"
        case .number(let text): out += text
        case .array: out += "[]"
        case .object: out += "{}"
        }
        end(remark, &out)
    }

    private func end(_ remark: String?, _ out: inout String) {
        if let remark { out += "  # " + remark }
        out += "\n"
    }
}

enum YAMLText {
    /// Words that one YAML or the other reads as something else than text.
    private static let words: Set<String> = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"]

    /// A string as one line: bare if no reader of YAML can take it for anything else, in double quotes otherwise.
    static func scalar(_ text: String) -> String {
        if isPlain(text) { return text }
        var out = ""
        writeQuoted(text, &out)
        return out
    }

    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.last != UInt8(ascii: " "), text.utf8.last != UInt8(ascii: ":") else { return false }
        if words.contains(text.lowercased()) { return false }
        var previous: UInt8 = 0
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): break
            case UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "("),
                UInt8(ascii: ")"), UInt8(ascii: "^"), UInt8(ascii: "$"), UInt8(ascii: ";"), UInt8(ascii: ":"):
                break
            case UInt8(ascii: " "): if previous == UInt8(ascii: ":") || previous == UInt8(ascii: " ") { return false }
            default: return false
            }
            previous = byte
        }
        switch first {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "/"), UInt8(ascii: "_"): return true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return isDuration(text)
        default: return false
        }
    }

    /// "5s", "0.250s": no number in any YAML, and too common to put in quotes.
    private static func isDuration(_ text: String) -> Bool {
        text.last == "s" && text.dropLast().utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: ".") }
    }

    /// A text of several lines as a literal block, if it comes out of one as it went in.
    static func block(_ text: String) -> (header: String, lines: [Substring])? {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count > 1, let first = lines.first, let firstCharacter = first.utf8.first, firstCharacter > 0x20 else { return nil }
        for scalar in text.unicodeScalars where scalar != "\n" {
            if scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || [0x2028, 0x2029, 0xFEFF].contains(scalar.value) { return nil }
        }
        // A line of nothing but spaces, or spaces at an end, are invisible; quotes show them.
        if lines.contains(where: { $0.last == " " }) { return nil }
        guard lines.last?.isEmpty == true else { return ("|-", lines) }
        lines.removeLast()
        guard lines.last?.isEmpty == true else { return ("|", lines) }
        return ("|+", lines)
    }
}
