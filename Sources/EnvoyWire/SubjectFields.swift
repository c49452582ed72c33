/// The fields of a message to which plugins append fragments, by number: what the host needs to tell, from tags alone, whether
/// two plugins have written the same thing.
///
/// The tables (`SubjectFields.route` ...) are generated.
public struct SubjectFields: Sendable {
    public enum Kind: UInt8, Sendable {
        /// One owner: a second writer is a conflict.
        case singular
        /// Appends.
        case repeated
        /// Unites by key; a key twice replaces.
        case map
    }

    public struct Field: Sendable {
        public let number: UInt32
        /// As in the .proto file: "typed_per_filter_config".
        public let name: String
        public let kind: Kind
        /// Of message type, so that fragments merge field by field.
        public let isMessage: Bool
        /// Fields of the message with the same number exclude each other.
        public let oneof: Int?

        public init(number: UInt32, name: String, kind: Kind, isMessage: Bool, oneof: Int?) {
            self.number = number
            self.name = name
            self.kind = kind
            self.isMessage = isMessage
            self.oneof = oneof
        }
    }

    /// "envoy.config.route.v3.Route"
    public let messageName: String
    public let fields: [Field]
    /// Position in `fields` plus one, by field number; zero where the message has no such field. Numbers are small in all of them.
    private let positions: [UInt8]

    init(_ messageName: String, _ fields: [Field]) {
        self.messageName = messageName
        self.fields = fields
        var positions = [UInt8](repeating: 0, count: Int(fields.last?.number ?? 0) + 1)
        for (index, field) in fields.enumerated() { positions[Int(field.number)] = UInt8(index + 1) }
        self.positions = positions
    }

    /// The field with a number, or nil if the message has none; O(1).
    public subscript(number: UInt32) -> Field? {
        guard number < positions.count, positions[Int(number)] > 0 else { return nil }
        return fields[Int(positions[Int(number)]) - 1]
    }

    public func kind(of number: UInt32) -> Kind? { self[number]?.kind }
    public func name(of number: UInt32) -> String? { self[number]?.name }
    public func oneof(of number: UInt32) -> Int? { self[number]?.oneof }
}
