import CEnvoyDescriptors
import EnvoyWire

/// The message and enum types of Envoy's API, read from the descriptors that the Envoy binary itself carries.
package final class DescriptorPool: Sendable {
    /// All that stock Envoy accepts. Read once, when first asked for.
    package static let envoy = DescriptorPool.embedded()

    let messages: [String: MessageType]
    let enums: [String: EnumType]

    init(messages: [String: MessageType], enums: [String: EnumType]) {
        self.messages = messages
        self.enums = enums
    }

    private static func embedded() -> DescriptorPool {
        let bytes = UnsafeRawBufferPointer(start: sluice_envoy_descriptors_start(), count: sluice_envoy_descriptors_length)
        do throws(WireError) {
            return try DescriptorPool(fileDescriptorSet: bytes)
        } catch {
            fatalError("the embedded descriptors are damaged: \(error)")
        }
    }

    /// The message type with a full name or a type URL; nil if Envoy has none.
    package func message(_ name: some StringProtocol) -> MessageType? {
        messages[String(name[(name.lastIndex(of: "/").map(name.index(after:)) ?? name.startIndex)...])]
    }
}

/// A message type.
package final class MessageType: Sendable {
    /// "envoy.config.route.v3.Route"
    package let fullName: String
    /// In the order of their numbers.
    let fields: [FieldType]
    let oneofs: [String]
    let isMapEntry: Bool
    let wellKnown: WellKnown?
    private let byNumber: [UInt32: Int]
    private let byName: [String: Int]

    init(fullName: String, fields: [FieldType], oneofs: [String], isMapEntry: Bool) {
        self.fullName = fullName
        self.fields = fields.sorted { $0.number < $1.number }
        self.oneofs = oneofs
        self.isMapEntry = isMapEntry
        wellKnown = WellKnown(fullName)
        var byNumber: [UInt32: Int] = [:]
        var byName: [String: Int] = [:]
        for (index, field) in self.fields.enumerated() {
            byNumber[field.number] = index
            byName[field.name] = index
            byName[field.jsonName] = index
        }
        self.byNumber = byNumber
        self.byName = byName
    }

    func index(number: UInt32) -> Int? { byNumber[number] }
    /// By the name in JSON or in the .proto file.
    func index(name: String) -> Int? { byName[name] }
}

/// One field of a message type.
struct FieldType: Sendable {
    var name = ""
    var jsonName = ""
    var number: UInt32 = 0
    var kind = FieldKind.bool
    /// Of a message or enum.
    var typeName = ""
    var isRepeated = false
    /// Position in the message's `oneofs`; nil also for proto3 `optional`, which excludes nothing.
    var oneof: Int?
}

/// The raw values are those of FieldDescriptorProto.Type.
enum FieldKind: Int32, Sendable {
    case double = 1, float, int64, uint64, int32, fixed64, fixed32, bool, string, group, message, bytes, uint32, `enum`, sfixed32,
        sfixed64, sint32, sint64

    var wireType: WireType {
        switch self {
        case .double, .fixed64, .sfixed64: .fixed64
        case .float, .fixed32, .sfixed32: .fixed32
        case .string, .bytes, .message: .lengthDelimited
        case .group: .startGroup
        default: .varint
        }
    }
}

/// An enum type.
final class EnumType: Sendable {
    let fullName: String
    let names: [Int32: String]
    let numbers: [String: Int32]

    init(fullName: String, values: [(name: String, number: Int32)]) {
        self.fullName = fullName
        // Of two names for one number the first is the one to show.
        names = Dictionary(values.map { ($0.number, $0.name) }, uniquingKeysWith: { first, _ in first })
        numbers = Dictionary(values.map { ($0.name, $0.number) }, uniquingKeysWith: { first, _ in first })
    }
}

/// Types whose JSON is not an object of their fields.
enum WellKnown: Sendable {
    case any, duration, timestamp, fieldMask, structure, value, list, wrapper

    init?(_ fullName: String) {
        guard fullName.hasPrefix("google.protobuf.") else { return nil }
        switch fullName.dropFirst("google.protobuf.".count) {
        case "Any": self = .any
        case "Duration": self = .duration
        case "Timestamp": self = .timestamp
        case "FieldMask": self = .fieldMask
        case "Struct": self = .structure
        case "Value": self = .value
        case "ListValue": self = .list
        case let name where name.hasSuffix("Value") && name != "NullValue": self = .wrapper
        default: return nil
        }
    }
}
