import EnvoyWire

/// The bytes of types whose JSON has a form of its own.
extension MessageEncoder {
    func wellKnown(
        _ kind: WellKnown, _ type: MessageType, _ json: ProtoJSON, _ path: Path, _ depth: Int
    ) throws(DescriptorError) -> [UInt8] {
        let buffer = WireBuffer()
        switch kind {
        case .wrapper, .structure, .list:
            // One field, whose JSON is the whole: written always, zero too.
            try field(type.fields[0], json, buffer.output, path, depth)
        case .value:
            try field(type.fields[valueField(json)], json, buffer.output, path, depth)
        case .duration, .timestamp:
            let example = kind == .duration ? "\"1.5s\"" : "\"2026-12-31T23:59:59Z\""
            guard case .string(let text) = json,
                let time = kind == .duration ? TimeText.parseDuration(text) : TimeText.parseTimestamp(text)
            else { throw path.error("want a time like \(example), not \(json.noun)") }
            buffer.output.int64(1, time.seconds)
            buffer.output.int32(2, time.nanos)
        case .fieldMask:
            guard case .string(let text) = json else { throw path.error("want field names joined by commas, not \(json.noun)") }
            for name in text.split(separator: ",") { buffer.output.text(1, snakeCase(name)) }
        case .any:
            try any(json, buffer.output, path, depth)
        }
        return buffer.bytes
    }

    /// The field of google.protobuf.Value for a kind of JSON: null, number, string, bool, struct, list, in this order.
    private func valueField(_ json: ProtoJSON) -> Int {
        switch json {
        case .null: 0
        case .number: 1
        case .string: 2
        case .bool: 3
        case .object: 4
        case .array: 5
        }
    }

    private func any(_ json: ProtoJSON, _ output: WireOutput, _ path: Path, _ depth: Int) throws(DescriptorError) {
        guard case .object(let members) = json else { throw path.error("want an object with \"@type\", not \(json.noun)") }
        if members.isEmpty { return }
        guard case .string(let typeURL)? = json["@type"] else { throw path.error("want \"@type\", the type of the message inside") }
        guard let type = pool.message(typeURL) else {
            let name = String(typeURL[(typeURL.lastIndex(of: "/").map(typeURL.index(after:)) ?? typeURL.startIndex)...])
            let last = name.split(separator: ".").last.map(String.init) ?? name
            let meant = suggestion(for: name, among: pool.messages.keys.filter { $0.hasSuffix(last) || name.count < 80 })
            throw path.error("unknown message type \"\(name)\"" + (meant.map { " (did you mean \"\($0)\"?)" } ?? ""))
        }
        let rest = members.filter { $0.key != "@type" }
        output.text(1, typeURL)
        if type.wellKnown != nil {
            guard rest.count == 1, rest[0].key == "value" else { throw path.error("want \"value\" beside \"@type\"") }
            output.message(2, encoded: try message(type, rest[0].value, path.member("value"), depth: depth + 1))
        } else {
            output.message(2, encoded: try message(type, .object(rest), path, depth: depth + 1))
        }
    }
}
