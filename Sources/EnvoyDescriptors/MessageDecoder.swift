import EnvoyWire

extension DescriptorPool {
    /// How names of fields are shown.
    package enum Names: Sendable {
        /// "typedPerFilterConfig", proto JSON's own.
        case json
        /// "typed_per_filter_config", as Envoy's documentation has them.
        case proto
    }

    /// The JSON of an encoded message.
    ///
    /// The bytes may be fragments that were joined: a message twice is merged, lists append, of a scalar the last holds. Fields
    /// that the type does not have are listed under "@unknown", in words.
    ///
    /// - Parameter hidden: full names of fields whose values are not to be seen, such as "envoy.config.core.v3.HeaderValue.value".
    package func decode(
        _ type: String, _ bytes: [UInt8], names: Names = .json, hiding hidden: Set<String> = []
    ) throws(DescriptorError) -> ProtoJSON {
        guard let message = message(type) else { throw DescriptorError(message: "unknown message type \"\(type)\"") }
        // `withUnsafeBytes` would forget which error is thrown; a Result does not.
        return try bytes.withUnsafeBytes { bytes in
            Result { () throws(DescriptorError) in
                let decoder = MessageDecoder(pool: self, bytes: bytes, names: names, hidden: hidden)
                return try decoder.message(message, [0..<bytes.count], Path(), depth: 0)
            }
        }.get()
    }
}

/// Where in a message something is wrong; made into text only when something is.
struct Path {
    private var parts: [String] = []

    func member(_ name: String) -> Path {
        var path = self
        path.parts.append(name)
        return path
    }

    func error(_ message: String) -> DescriptorError {
        DescriptorError(steps: parts, message: message)
    }
}

/// One field of a message while its occurrences are gathered.
enum Slot {
    case scalar(ProtoJSON)
    /// The parts of a message, each an occurrence; decoded together, which is what merging means.
    case message([Range<Int>])
    case list([ProtoJSON])
    /// Where the value of a bytes field lies: an Any's is a message, not base64.
    case bytes(Range<Int>)
}

struct MessageDecoder {
    let pool: DescriptorPool
    let bytes: UnsafeRawBufferPointer
    let names: DescriptorPool.Names
    let hidden: Set<String>

    /// As deep as protobuf itself goes.
    static let depthLimit = 100

    typealias Found = (slot: Slot, offset: Int)

    /// A message whose bytes lie in `parts`, one after another.
    func message(_ type: MessageType, _ parts: [Range<Int>], _ path: Path, depth: Int) throws(DescriptorError) -> ProtoJSON {
        guard depth < Self.depthLimit else { throw path.error("messages are nested more than \(Self.depthLimit) deep") }
        var slots = [Found?](repeating: nil, count: type.fields.count)
        var unknown: [ProtoJSON] = []
        for part in parts {
            do throws(WireError) {
                try gather(type, part, &slots, &unknown)
            } catch {
                throw path.error("these bytes are no \(type.fullName): \(error)")
            }
        }
        if let wellKnown = type.wellKnown {
            return try self.wellKnown(wellKnown, type, slots, path, depth)
        }
        return .object(try members(type, slots, unknown, path, depth))
    }

    /// Reads the fields of one part into `slots`, by their position in the type; what is nested stays bytes.
    private func gather(
        _ type: MessageType, _ part: Range<Int>, _ slots: inout [Found?], _ unknown: inout [ProtoJSON]
    ) throws(WireError) {
        var reader = WireReader(bytes, part)
        while true {
            let offset = reader.offset
            guard let tag = try reader.nextTag() else { return }
            guard let index = type.index(number: tag.field), accepts(type.fields[index], tag.type) else {
                try reader.skip(tag)
                unknown.append(.string("field \(tag.field), \(reader.offset - offset) bytes"))
                continue
            }
            let field = type.fields[index]
            if let oneof = field.oneof {
                for other in type.fields.indices where other != index && type.fields[other].oneof == oneof { slots[other] = nil }
            }
            try take(field, tag, &reader, offset, &slots[index])
        }
    }

    private func accepts(_ field: FieldType, _ type: WireType) -> Bool {
        type == field.kind.wireType && type != .startGroup || field.isRepeated && type == .lengthDelimited
    }

    private func take(
        _ field: FieldType, _ tag: WireTag, _ reader: inout WireReader, _ offset: Int, _ slot: inout Found?
    ) throws(WireError) {
        switch field.kind {
        case .message, .group:
            let range = try reader.range()
            if case .message(var parts)? = slot?.slot, let first = slot?.offset {
                parts.append(range)
                slot = (.message(parts), first)
            } else {
                slot = (.message([range]), offset)
            }
        case .bytes where !field.isRepeated:
            slot = (.bytes(try reader.range()), offset)
        default:
            guard field.isRepeated else {
                slot = (.scalar(try scalar(field, &reader)), offset)
                return
            }
            var items: [ProtoJSON] = []
            if case .list(let earlier)? = slot?.slot { items = earlier }
            let first = slot?.offset ?? offset
            // Let go of the list in the slot: appending to it would copy it each time.
            slot = nil
            if tag.type == .lengthDelimited && field.kind.wireType != .lengthDelimited {
                var packed = WireReader(bytes, try reader.range())
                while !packed.isAtEnd { items.append(try scalar(field, &packed)) }
            } else {
                items.append(try scalar(field, &reader))
            }
            slot = (.list(items), first)
        }
    }

    private func scalar(_ field: FieldType, _ reader: inout WireReader) throws(WireError) -> ProtoJSON {
        switch field.kind {
        case .double: .number(double: Double(bitPattern: try reader.fixed64()))
        case .float: .number(float: Float(bitPattern: try reader.fixed32()))
        case .int64: .string(String(Int64(bitPattern: try reader.varint())))
        case .uint64: .string(String(try reader.varint()))
        case .int32: .number(String(Int32(truncatingIfNeeded: try reader.varint())))
        case .fixed64: .string(String(try reader.fixed64()))
        case .fixed32: .number(String(try reader.fixed32()))
        case .bool: .bool(try reader.varint() != 0)
        case .string: .string(String(decoding: reader[try reader.range()], as: UTF8.self))
        case .bytes: .string(Base64.encode(reader[try reader.range()]))
        case .uint32: .number(String(UInt32(truncatingIfNeeded: try reader.varint())))
        case .enum: enumeration(field, Int32(truncatingIfNeeded: try reader.varint()))
        case .sfixed32: .number(String(Int32(bitPattern: try reader.fixed32())))
        case .sfixed64: .string(String(Int64(bitPattern: try reader.fixed64())))
        case .sint32: .number(String(unzigzag(try reader.varint() & 0xFFFF_FFFF)))
        case .sint64: .string(String(unzigzag(try reader.varint())))
        case .message, .group: .null
        }
    }

    private func unzigzag(_ value: UInt64) -> Int64 {
        Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    private func enumeration(_ field: FieldType, _ number: Int32) -> ProtoJSON {
        if field.typeName == "google.protobuf.NullValue" { return .null }
        guard let name = pool.enums[field.typeName]?.names[number] else { return .number(String(number)) }
        return .string(name)
    }

    private func members(
        _ type: MessageType, _ slots: [Found?], _ unknown: [ProtoJSON], _ path: Path, _ depth: Int
    ) throws(DescriptorError) -> [ProtoJSON.Member] {
        var members: [ProtoJSON.Member] = []
        for (field, found) in zip(type.fields, slots) {
            guard let found else { continue }
            let isHidden = !hidden.isEmpty && hidden.contains("\(type.fullName).\(field.name)")
            let value = isHidden ? Redaction.mark : try value(field, found.slot, path.member(field.name), depth)
            members.append(ProtoJSON.Member(names == .json ? field.jsonName : field.name, value, offset: found.offset))
        }
        if !unknown.isEmpty { members.append(ProtoJSON.Member("@unknown", .array(unknown))) }
        return members
    }

    /// The value of a field from what was gathered of it.
    func value(_ field: FieldType, _ slot: Slot, _ path: Path, _ depth: Int) throws(DescriptorError) -> ProtoJSON {
        switch slot {
        case .scalar(let value): return value
        case .list(let items): return .array(items)
        case .bytes(let range): return .string(Base64.encode(UnsafeRawBufferPointer(rebasing: bytes[range])))
        case .message(let parts):
            guard let type = pool.messages[field.typeName] else { throw path.error("no descriptor of \(field.typeName)") }
            if type.isMapEntry { return .object(try entries(type, parts, path, depth)) }
            guard field.isRepeated else { return try message(type, parts, path, depth: depth + 1) }
            var items: [ProtoJSON] = []
            for (index, part) in parts.enumerated() {
                items.append(try message(type, [part], path.member("[\(index)]"), depth: depth + 1))
            }
            return .array(items)
        }
    }

    private func entries(
        _ type: MessageType, _ parts: [Range<Int>], _ path: Path, _ depth: Int
    ) throws(DescriptorError) -> [ProtoJSON.Member] {
        guard depth < Self.depthLimit else { throw path.error("messages are nested more than \(Self.depthLimit) deep") }
        var members: [ProtoJSON.Member] = []
        var positions: [String: Int] = [:]
        for part in parts {
            var slots = [Found?](repeating: nil, count: type.fields.count)
            var unknown: [ProtoJSON] = []
            do throws(WireError) {
                try gather(type, part, &slots, &unknown)
            } catch {
                throw path.error("these bytes are no map entry: \(error)")
            }
            let key = keyText(slots.first.flatMap { $0 }?.slot, type.fields[0])
            let value: ProtoJSON
            if let found = slots[1] {
                value = try self.value(type.fields[1], found.slot, path.member(key), depth)
            } else {
                value = try absent(type.fields[1], path.member(key), depth)
            }
            let member = ProtoJSON.Member(key, value, offset: part.lowerBound)
            if let position = positions[key] {
                members[position] = member
            } else {
                positions[key] = members.count
                members.append(member)
            }
        }
        return members
    }

    private func keyText(_ slot: Slot?, _ field: FieldType) -> String {
        switch slot {
        case .scalar(.string(let text)), .scalar(.number(let text)): text
        case .scalar(.bool(let value)): String(value)
        default: field.kind == .string ? "" : field.kind == .bool ? "false" : "0"
        }
    }

    /// What a field is that nobody wrote: needed where JSON must show a value all the same.
    func absent(_ field: FieldType, _ path: Path, _ depth: Int) throws(DescriptorError) -> ProtoJSON {
        switch field.kind {
        case .message, .group: return try value(field, .message([]), path, depth)
        case .string, .bytes: return .string("")
        case .bool: return .bool(false)
        case .int64, .uint64, .fixed64, .sfixed64, .sint64: return .string("0")
        case .enum: return enumeration(field, 0)
        default: return .number("0")
        }
    }
}
