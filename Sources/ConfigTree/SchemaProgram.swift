/// A compiled schema: rules that name each other by number, so that recursive ones are no cycle of references.
final class SchemaProgram: Sendable {
    struct Parts: Sendable {
        var rules: ContiguousArray<SchemaRule> = []
        var objects: ContiguousArray<ObjectRule> = []
        /// Allowed texts, for `enum` and `const`.
        var choices: ContiguousArray<[String]> = []
        /// Messages, for `x-sluice-refused`.
        var refusals: ContiguousArray<String> = []
        var definitions: [String: Int] = [:]
    }

    let rules: ContiguousArray<SchemaRule>
    let objects: ContiguousArray<ObjectRule>
    let choices: ContiguousArray<[String]>
    let refusals: ContiguousArray<String>
    let definitions: [String: Int]

    init(_ parts: Parts) {
        rules = parts.rules
        objects = parts.objects
        choices = parts.choices
        refusals = parts.refusals
        definitions = parts.definitions
    }

    /// The member is known, and cannot be set.
    func isRefused(_ rule: Int) -> Bool { rules[rule].refusal >= 0 }
}

/// What one value may be. Without references, so that looking at it counts none.
struct SchemaRule: Sendable {
    struct Types: OptionSet, Sendable {
        var rawValue: UInt8
        static let object = Types(rawValue: 1)
        static let array = Types(rawValue: 2)
        static let string = Types(rawValue: 4)
        static let integer = Types(rawValue: 8)
        static let number = Types(rawValue: 16)
        static let boolean = Types(rawValue: 32)
        static let null = Types(rawValue: 64)
    }

    enum Format: UInt8, Sendable {
        case none, duration, byte, int32, int64, uint32, uint64, regex, headerName, line, domain, serverName
    }

    /// Empty: anything.
    var types: Types = []
    var format: Format = .none
    /// False when scalars need no look beyond their type.
    var hasNumberBounds = false
    var excludesMinimum = false
    var excludesMaximum = false
    var minimum = -Double.infinity
    var maximum = Double.infinity
    /// Of a text's characters or a list's elements.
    var minimumCount: UInt32 = 0
    var maximumCount: UInt32 = .max
    /// Places in the program's other tables; -1 for none.
    var object: Int32 = -1
    var items: Int32 = -1
    var choices: Int32 = -1
    var refusal: Int32 = -1
}

/// What the members of a map may be.
struct ObjectRule: Sendable {
    enum Others: Sendable {
        case refused, anything
        case rule(Int)
    }

    struct Property: Sendable {
        var name: String
        var hash: UInt32
        var rule: Int
    }

    /// Members of which only one may be set.
    struct Exclusive: Sendable {
        var properties: [Int]
        var isOneRequired: Bool
    }

    private(set) var properties: ContiguousArray<Property> = []
    var others: Others = .anything
    var required: [Int] = []
    var exclusive: [Exclusive] = []
    /// Open addressing over the hashes; the size is a power of two and at least twice the number of properties.
    private var table: ContiguousArray<Int16> = []

    init() {}

    mutating func setProperties(_ new: [Property]) {
        properties = ContiguousArray(new)
        var size = 4
        while size < new.count * 2 { size *= 2 }
        table = ContiguousArray(repeating: -1, count: size)
        for (index, property) in new.enumerated() {
            var slot = Int(property.hash) & (size - 1)
            while table[slot] >= 0 { slot = (slot + 1) & (size - 1) }
            table[slot] = Int16(index)
        }
    }

    func property(_ name: String) -> Int? {
        properties.firstIndex { $0.name == name }
    }

    /// The property that the key of the node at `index` names.
    func property(ofKeyAt index: Int, in document: ConfigDocument) -> Int? {
        guard !table.isEmpty else { return nil }
        let hash = document.nodes[index].keyHash
        let mask = table.count - 1
        var slot = Int(hash) & mask
        while table[slot] >= 0 {
            let place = Int(table[slot])
            if properties[place].hash == hash, document.keyMatch(index, properties[place].name.utf8Span.span) != .none { return place }
            slot = (slot + 1) & mask
        }
        return nil
    }
}
