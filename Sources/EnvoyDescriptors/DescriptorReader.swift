import EnvoyWire

/// Reads a google.protobuf.FileDescriptorSet, as far as decoding and encoding need it.
extension DescriptorPool {
    convenience init(fileDescriptorSet bytes: UnsafeRawBufferPointer) throws(WireError) {
        var builder = PoolBuilder()
        var reader = WireReader(bytes)
        while let tag = try reader.nextTag() {
            if tag.field == 1 { try builder.file(reader.message(tag)) } else { try reader.skip(tag) }
        }
        self.init(messages: builder.messages, enums: builder.enums)
    }
}

private struct PoolBuilder {
    var messages: [String: MessageType] = [:]
    var enums: [String: EnumType] = [:]

    mutating func file(_ source: WireReader) throws(WireError) {
        var reader = source
        var package = ""
        while let tag = try reader.nextTag() {
            switch tag.field {
            case 2: package = try reader.string(tag)
            case 4: try message(reader.message(tag), in: package)
            case 5: try enumeration(reader.message(tag), in: package)
            default: try reader.skip(tag)
            }
        }
    }

    mutating func message(_ source: WireReader, in scope: String) throws(WireError) {
        var reader = source
        var fullName = scope
        var fields: [FieldType] = []
        var oneofs: [String] = []
        var isMapEntry = false
        while let tag = try reader.nextTag() {
            switch tag.field {
            case 1: fullName = scope + "." + (try reader.string(tag))
            case 2: fields.append(try field(reader.message(tag)))
            case 3: try message(reader.message(tag), in: fullName)
            case 4: try enumeration(reader.message(tag), in: fullName)
            case 7: isMapEntry = try isSet(7, reader.message(tag))
            case 8: oneofs.append(try name(reader.message(tag)))
            default: try reader.skip(tag)
            }
        }
        messages[fullName] = MessageType(fullName: fullName, fields: fields, oneofs: oneofs, isMapEntry: isMapEntry)
    }

    func field(_ source: WireReader) throws(WireError) -> FieldType {
        var reader = source
        var field = FieldType()
        var isOptional = false
        while let tag = try reader.nextTag() {
            switch tag.field {
            case 1: field.name = try reader.string(tag)
            case 3: field.number = UInt32(truncatingIfNeeded: try reader.uint64(tag))
            case 4: field.isRepeated = try reader.int32(tag) == 3
            case 5: field.kind = FieldKind(rawValue: try reader.int32(tag)) ?? .bytes
            case 6: field.typeName = String(try reader.string(tag).drop { $0 == "." })
            case 9: field.oneof = Int(try reader.int32(tag))
            case 10: field.jsonName = try reader.string(tag)
            case 17: isOptional = try reader.bool(tag)
            default: try reader.skip(tag)
            }
        }
        if isOptional { field.oneof = nil }
        if field.jsonName.isEmpty { field.jsonName = lowerCamel(field.name) }
        return field
    }

    mutating func enumeration(_ source: WireReader, in scope: String) throws(WireError) {
        var reader = source
        var fullName = scope
        var values: [(name: String, number: Int32)] = []
        while let tag = try reader.nextTag() {
            switch tag.field {
            case 1: fullName = scope + "." + (try reader.string(tag))
            case 2: values.append(try enumValue(reader.message(tag)))
            default: try reader.skip(tag)
            }
        }
        enums[fullName] = EnumType(fullName: fullName, values: values)
    }

    func enumValue(_ source: WireReader) throws(WireError) -> (name: String, number: Int32) {
        var reader = source
        var value = (name: "", number: Int32(0))
        while let tag = try reader.nextTag() {
            switch tag.field {
            case 1: value.name = try reader.string(tag)
            case 2: value.number = try reader.int32(tag)
            default: try reader.skip(tag)
            }
        }
        return value
    }

    func name(_ source: WireReader) throws(WireError) -> String {
        try enumValue(source).name
    }

    func isSet(_ option: UInt32, _ source: WireReader) throws(WireError) -> Bool {
        var reader = source
        var isSet = false
        while let tag = try reader.nextTag() {
            if tag.field == option { isSet = try reader.bool(tag) } else { try reader.skip(tag) }
        }
        return isSet
    }
}

/// "max_grpc_timeout" is "maxGrpcTimeout" in JSON: protoc's rule.
func lowerCamel(_ name: some StringProtocol) -> String {
    var result = ""
    var upper = false
    for character in name {
        if character == "_" {
            upper = true
        } else {
            result += upper ? character.uppercased() : String(character)
            upper = false
        }
    }
    return result
}

/// The inverse, for field masks.
func snakeCase(_ name: some StringProtocol) -> String {
    var result = ""
    for character in name { result += character.isUppercase ? "_" + character.lowercased() : String(character) }
    return result
}
