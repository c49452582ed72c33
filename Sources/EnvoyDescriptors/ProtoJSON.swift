/// A message as JSON, in the order in which it is to be shown, each member with the place in the bytes that it came from.
package enum ProtoJSON: Equatable, Sendable {
    case null
    case bool(Bool)
    /// As text: JSON does not say how wide a number is, and 64 bits do not fit a Double.
    case number(String)
    case string(String)
    case array([ProtoJSON])
    case object([Member])

    package struct Member: Equatable, Sendable {
        package var key: String
        package var value: ProtoJSON
        /// Where in the decoded bytes the field stands: of a scalar the occurrence that won, of a message or list the first.
        /// Nil in what was not decoded. Equality ignores it.
        package var offset: Int?

        package init(_ key: String, _ value: ProtoJSON, offset: Int? = nil) {
            self.key = key
            self.value = value
            self.offset = offset
        }

        package static func == (left: Member, right: Member) -> Bool {
            left.key == right.key && left.value == right.value
        }
    }

    /// The value of an object's member; nil if there is none, or this is no object.
    package subscript(key: String) -> ProtoJSON? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    /// The same with every object's members in the order of their keys, to compare what was written in different orders.
    package var sorted: ProtoJSON {
        switch self {
        case .array(let items): .array(items.map(\.sorted))
        case .object(let members):
            .object(members.map { Member($0.key, $0.value.sorted, offset: $0.offset) }.sorted { $0.key < $1.key })
        default: self
        }
    }
}

/// What is wrong with bytes or JSON that should be a message, and where: "routes[2].match: ...".
package struct DescriptorError: Error, Equatable, CustomStringConvertible {
    /// Names of fields, keys of maps, and places in lists (`[2]`) from the message that was asked for.
    package var steps: [String] = []
    package var message: String

    package var path: String { steps.joined(separator: ".") }

    package var description: String { path.isEmpty ? message : "\(path): \(message)" }
}
