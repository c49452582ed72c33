extension ConfigValue {
    /// The value in one line of YAML that reads back with the same `contentHash`, for keeping it outside of its file.
    ///
    /// Not JSON: text in quotes and without means different things, and JSON has no plain `yes` or `.5`.
    ///
    /// - Parameter leavingOut: members of the value itself that are not written.
    package func flowText(leavingOut: Set<String> = []) -> String {
        var out = ""
        FlowWriter(document: document).write(index, leavingOut: leavingOut, to: &out)
        return out
    }
}

extension ConfigDocument {
    /// The same content without lines and columns: for text whose places are nobody's.
    package func withoutPlaces() -> ConfigDocument {
        var nodes = nodes
        for index in nodes.indices {
            nodes[index].line = 0
            nodes[index].column = 0
            nodes[index].keyLine = 0
            nodes[index].keyColumn = 0
        }
        return ConfigDocument(file: file, nodes: nodes, text: text)
    }
}

private struct FlowWriter {
    let document: ConfigDocument

    /// As deep as the parsers allow: `ConfigLimits.depth`.
    func write(_ index: Int, leavingOut: Set<String> = [], to out: inout String) {
        let node = document.nodes[index]
        switch node.kind {
        case .null:
            out += "null"
        case .scalar:
            let text = document.text.string(node.content)
            let meansMore = node.isPlain && document.text.withBytes(node.content) { Scalar.meansMoreThanText($0) }
            // What means more than text is made of letters, digits, signs and dots: plain in any place.
            if meansMore { out += text } else { Self.quote(text, to: &out) }
        case .list, .map:
            out += node.kind == .list ? "[" : "{"
            var isFirst = true
            var child = index + 1
            let end = index + Int(node.size)
            while child < end {
                defer { child += Int(document.nodes[child].size) }
                if node.kind == .map {
                    let key = document.text.string(document.nodes[child].key)
                    if leavingOut.contains(key) { continue }
                    if !isFirst { out += ", " }
                    Self.quote(key, to: &out)
                    out += ": "
                } else if !isFirst {
                    out += ", "
                }
                isFirst = false
                write(child, to: &out)
            }
            out += node.kind == .list ? "]" : "}"
        }
    }

    /// In double quotes, on one line: what YAML does not take as it is, or would fold, is escaped.
    private static func quote(_ text: String, to out: inout String) {
        out += "\""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x22: out += "\\\""
            case 0x5C: out += "\\\\"
            case 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD: out.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16)
                out += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
            }
        }
        out += "\""
    }
}
