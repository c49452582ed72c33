/// The JSON of types that have a form of their own.
extension MessageDecoder {
    func wellKnown(
        _ kind: WellKnown, _ type: MessageType, _ slots: [Found?], _ path: Path, _ depth: Int
    ) throws(DescriptorError) -> ProtoJSON {
        func field(_ index: Int) throws(DescriptorError) -> ProtoJSON? {
            guard let found = slots[index] else { return nil }
            return try value(type.fields[index], found.slot, path, depth)
        }
        switch kind {
        case .wrapper:
            if let value = try field(0) { return value }
            return try absent(type.fields[0], path, depth)
        case .structure:
            if let value = try field(0) { return value }
            return .object([])
        case .list:
            if let value = try field(0) { return value }
            return .array([])
        case .value:
            for index in slots.indices {
                if let value = try field(index) { return value }
            }
            return .null
        case .fieldMask:
            guard case .array(let paths)? = try field(0) else { return .string("") }
            return .string(paths.map { if case .string(let path) = $0 { lowerCamel(path) } else { "" } }.joined(separator: ","))
        case .duration, .timestamp:
            let seconds = Int64(text(try field(0))) ?? 0
            let nanos = Int32(text(try field(1))) ?? 0
            return .string(kind == .duration ? TimeText.duration(seconds, nanos) : TimeText.timestamp(seconds, nanos))
        case .any: return try any(text(try field(0)), slots[1], path, depth)
        }
    }

    private func text(_ value: ProtoJSON?) -> String {
        switch value {
        case .string(let text), .number(let text): text
        default: ""
        }
    }

    /// `@type` and the fields of the message inside. One that Envoy does not know is shown as base64, and said to be unknown.
    private func any(_ typeURL: String, _ value: Found?, _ path: Path, _ depth: Int) throws(DescriptorError) -> ProtoJSON {
        var members = [ProtoJSON.Member("@type", .string(typeURL))]
        guard let value, case .bytes(let content) = value.slot else { return .object(typeURL.isEmpty ? [] : members) }
        guard let type = pool.message(typeURL) else {
            members.append(ProtoJSON.Member("value", .string(Base64.encode(UnsafeRawBufferPointer(rebasing: bytes[content]))), offset: value.offset))
            members.append(ProtoJSON.Member("@unknown", .array([.string("no such message type")])))
            return .object(members)
        }
        let inner = try message(type, [content], path, depth: depth + 1)
        if type.wellKnown == nil, case .object(let fields) = inner {
            members += fields
        } else {
            members.append(ProtoJSON.Member("value", inner, offset: value.offset))
        }
        return .object(members)
    }
}
