import EnvoyWire

extension DescriptorPool {
    /// The bytes of a message from its JSON. Takes JSON and .proto names of fields; refuses what the type does not have.
    package func encode(_ type: String, _ json: ProtoJSON) throws(DescriptorError) -> [UInt8] {
        guard let message = message(type) else { throw DescriptorError(message: "unknown message type \"\(type)\"") }
        return try MessageEncoder(pool: self).message(message, json, Path(), depth: 0)
    }
}

/// Nested messages become arrays of their own, since writing one may throw; this is for people, not for the hot path.
struct MessageEncoder {
    let pool: DescriptorPool

    func message(_ type: MessageType, _ json: ProtoJSON, _ path: Path, depth: Int) throws(DescriptorError) -> [UInt8] {
        guard depth < MessageDecoder.depthLimit else { throw path.error("messages are nested more than \(MessageDecoder.depthLimit) deep") }
        if let wellKnown = type.wellKnown { return try self.wellKnown(wellKnown, type, json, path, depth) }
        guard case .object(let members) = json else { throw path.error("want an object (\(type.fullName)), not \(json.noun)") }
        return try fields(type, members, path, depth)
    }

    func fields(_ type: MessageType, _ members: [ProtoJSON.Member], _ path: Path, _ depth: Int) throws(DescriptorError) -> [UInt8] {
        let buffer = WireBuffer()
        var oneofs: [Int: String] = [:]
        for member in members {
            guard let index = type.index(name: member.key) else {
                let meant = suggestion(for: member.key, among: type.fields.flatMap { [$0.name, $0.jsonName] })
                throw path.error("unknown field \"\(member.key)\"" + (meant.map { " (did you mean \"\($0)\"?)" } ?? ""))
            }
            let field = type.fields[index]
            if member.value == .null && !takesNull(field) { continue }
            if let oneof = field.oneof, let other = oneofs.updateValue(member.key, forKey: oneof) {
                throw path.error("\"\(other)\" and \"\(member.key)\" exclude each other (\(type.oneofs[oneof]))")
            }
            try self.field(field, member.value, buffer.output, path.member(member.key), depth)
        }
        return buffer.bytes
    }

    private func takesNull(_ field: FieldType) -> Bool {
        !field.isRepeated && (field.typeName == "google.protobuf.Value" || field.typeName == "google.protobuf.NullValue")
    }

    func field(
        _ field: FieldType, _ json: ProtoJSON, _ output: WireOutput, _ path: Path, _ depth: Int
    ) throws(DescriptorError) {
        if field.kind == .message, let entry = pool.messages[field.typeName], entry.isMapEntry {
            guard case .object(let members) = json else { throw path.error("want an object (a map), not \(json.noun)") }
            for member in members {
                let start = output.open(field.number)
                try single(entry.fields[0], key(member.key, entry.fields[0], path), output, path, depth)
                try single(entry.fields[1], member.value, output, path.member(member.key), depth)
                output.close(start)
            }
        } else if field.isRepeated {
            guard case .array(let items) = json else { throw path.error("want a list, not \(json.noun)") }
            let isPacked = field.kind.wireType != .lengthDelimited && !items.isEmpty
            let start = isPacked ? output.open(field.number) : 0
            for (index, item) in items.enumerated() {
                let path = path.member("[\(index)]")
                if isPacked {
                    try scalar(field, item, output, path)
                } else {
                    try single(field, item, output, path, depth)
                }
            }
            if isPacked { output.close(start) }
        } else {
            try single(field, json, output, path, depth)
        }
    }

    /// JSON's keys are strings; a map's may be numbers or booleans.
    private func key(_ text: String, _ field: FieldType, _ path: Path) throws(DescriptorError) -> ProtoJSON {
        guard field.kind == .bool else { return .string(text) }
        guard text == "true" || text == "false" else { throw path.error("want true or false as key, not \"\(text)\"") }
        return .bool(text == "true")
    }

    private func single(
        _ field: FieldType, _ json: ProtoJSON, _ output: WireOutput, _ path: Path, _ depth: Int
    ) throws(DescriptorError) {
        if field.kind == .message {
            guard let type = pool.messages[field.typeName] else { throw path.error("no descriptor of \(field.typeName)") }
            output.message(field.number, encoded: try message(type, json, path, depth: depth + 1))
        } else {
            output.tag(field.number, field.kind.wireType)
            try scalar(field, json, output, path)
        }
    }

    // MARK: Scalars

    private func scalar(_ field: FieldType, _ json: ProtoJSON, _ output: WireOutput, _ path: Path) throws(DescriptorError) {
        switch field.kind {
        case .bool:
            guard case .bool(let value) = json else { throw path.error("want true or false, not \(json.noun)") }
            output.bareBool(value)
        case .string:
            guard case .string(let text) = json else { throw path.error("want a string, not \(json.noun)") }
            output.varint(UInt64(text.utf8.count))
            output.append(text)
        case .bytes:
            guard case .string(let text) = json, let bytes = Base64.decode(text) else { throw path.error("want bytes as base64") }
            output.varint(UInt64(bytes.count))
            output.append(bytes)
        case .enum: output.bareInt32(try enumeration(field, json, path))
        case .double: output.bareDouble(try double(json, path))
        case .float:
            let value = try double(json, path)
            guard !value.isFinite || Float(value).isFinite else { throw path.error("\(value) is out of range") }
            output.bareFloat(Float(value))
        case .int32: output.bareInt32(try integer(json, path))
        case .int64: output.bareInt64(try integer(json, path))
        case .uint32: output.bareUint32(try integer(json, path))
        case .uint64: output.bareUint64(try integer(json, path))
        case .sint32: output.bareSint32(try integer(json, path))
        case .sint64: output.bareSint64(try integer(json, path))
        case .fixed32: output.bareFixed32(try integer(json, path))
        case .fixed64: output.bareFixed64(try integer(json, path))
        case .sfixed32: output.bareSfixed32(try integer(json, path))
        case .sfixed64: output.bareSfixed64(try integer(json, path))
        case .message, .group: throw path.error("a group, which proto3 does not have")
        }
    }

    private func enumeration(_ field: FieldType, _ json: ProtoJSON, _ path: Path) throws(DescriptorError) -> Int32 {
        switch json {
        case .string(let name):
            guard let type = pool.enums[field.typeName] else { throw path.error("no descriptor of \(field.typeName)") }
            if let number = type.numbers[name] { return number }
            let meant = suggestion(for: name, among: type.numbers.keys)
            let known = type.numbers.sorted { $0.value < $1.value }.prefix(12).map(\.key).joined(separator: ", ")
            throw path.error("unknown value \"\(name)\" " + (meant.map { "(did you mean \"\($0)\"?)" } ?? "(there are \(known))"))
        case .null: return 0
        default: return try integer(json, path)
        }
    }

    private func integer<Value: FixedWidthInteger>(_ json: ProtoJSON, _ path: Path) throws(DescriptorError) -> Value {
        guard case .number(let text) = json.asNumber else { throw path.error("want a whole number, not \(json.noun)") }
        if let value = Value(text) { return value }
        // 1e3 and 5.0 are whole numbers too.
        if let double = Double(text), double == double.rounded(), let value = Value(exactly: double) { return value }
        let isWhole = Double(text).map { $0 == $0.rounded() } ?? false
        throw path.error(isWhole ? "\(text) is out of range (\(Value.min) to \(Value.max))" : "want a whole number, not \"\(text)\"")
    }

    private func double(_ json: ProtoJSON, _ path: Path) throws(DescriptorError) -> Double {
        guard case .number(let text) = json.asNumber else { throw path.error("want a number, not \(json.noun)") }
        switch text {
        case "NaN": return .nan
        case "Infinity": return .infinity
        case "-Infinity": return -.infinity
        default:
            guard let value = Double(text), value.isFinite else { throw path.error("want a number, not \"\(text)\"") }
            return value
        }
    }
}

extension ProtoJSON {
    /// Proto JSON takes numbers in quotes.
    fileprivate var asNumber: ProtoJSON {
        if case .string(let text) = self { .number(text) } else { self }
    }

    /// For messages: what stands there.
    var noun: String {
        switch self {
        case .null: "null"
        case .bool(let value): String(value)
        case .number(let text): text
        case .string(let text): "\"\(text.prefix(60))\""
        case .array: "a list"
        case .object: "an object"
        }
    }
}
