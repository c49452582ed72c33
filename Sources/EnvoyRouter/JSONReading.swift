internal import EnvoyDescriptors

extension ProtoJSON {
    var text: String? { if case .string(let text) = self { text } else { nil } }

    var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

    /// Numbers of 64 bits are texts in proto JSON.
    var int: Int? {
        switch self {
        case .number(let text), .string(let text): Int(text)
        default: nil
        }
    }

    var items: [ProtoJSON] { if case .array(let items) = self { items } else { [] } }

    var members: [Member] { if case .object(let members) = self { members } else { [] } }

    /// A text that is not empty, which is how proto3 says that a field is set.
    func words(_ key: String) -> String? { self[key]?.text.flatMap { $0.isEmpty ? nil : $0 } }

    func flag(_ key: String) -> Bool { self[key]?.bool ?? false }
}
