extension ProtoJSON {
    /// One line of JSON.
    package var compactJSON: String {
        var out = ""
        write(&out, indent: nil)
        return out
    }

    /// JSON with a member a line, two spaces deep each, and a newline at the end.
    package var prettyJSON: String {
        var out = ""
        write(&out, indent: 0)
        return out + "\n"
    }

    private func write(_ out: inout String, indent: Int?) {
        switch self {
        case .null: out += "null"
        case .bool(let value): out += value ? "true" : "false"
        case .number(let text): out += text
        case .string(let text): writeQuoted(text, &out)
        case .array(let items):
            list(&out, "[", "]", items, indent) { item, out, indent in item.write(&out, indent: indent) }
        case .object(let members):
            list(&out, "{", "}", members, indent) { member, out, indent in
                writeQuoted(member.key, &out)
                out += indent == nil ? ":" : ": "
                member.value.write(&out, indent: indent)
            }
        }
    }

    private func list<Item>(
        _ out: inout String, _ open: String, _ close: String, _ items: [Item], _ indent: Int?,
        _ write: (Item, inout String, Int?) -> Void
    ) {
        out += open
        for (index, item) in items.enumerated() {
            if index > 0 { out += "," }
            if let indent { out += "\n" + String(repeating: "  ", count: indent + 1) }
            write(item, &out, indent.map { $0 + 1 })
        }
        if let indent, !items.isEmpty { out += "\n" + String(repeating: "  ", count: indent) }
        out += close
    }
}

/// A string in double quotes that JSON and both YAMLs read alike: every control and line separator is escaped.
func writeQuoted(_ text: String, _ out: inout String) {
    out += "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": out += "\\\""
        case "\\": out += "\\\\"
        case "\n": out += "\\n"
        case "\r": out += "\\r"
        case "\t": out += "\\t"
        case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || [0x2028, 0x2029, 0xFEFF].contains(scalar.value):
            let hex = String(scalar.value, radix: 16)
            out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
        default: out.unicodeScalars.append(scalar)
        }
    }
    out += "\""
}
