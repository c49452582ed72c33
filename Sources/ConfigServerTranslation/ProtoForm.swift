internal import ConfigTree
internal import EnvoyWire

/// How a value of the configuration is written as a protobuf message: a table of fields.
///
/// The objects of Gloo's API are messages in YAML, and what its servers get has, for the most part, the same fields: so they are told
/// by a table, not field by field in code. A list where one value would do is a repeated field.
struct ProtoForm: Sendable {
    indirect enum Kind: Sendable {
        case text
        case bool
        case uint32
        case int32
        case duration
        /// google.protobuf.BoolValue and its kind: written even when they say what would hold without them.
        case wrappedText
        case wrappedBool
        case wrappedUint32
        /// Names, in the order of their numbers from 0.
        case names([String])
        case message(ProtoForm)
        case textMap
        case messageMap(ProtoForm)
        /// google.protobuf.Struct.
        case structure
    }

    struct Field: Sendable {
        var name: String
        var number: UInt32
        var kind: Kind

        init(_ number: UInt32, _ name: String, _ kind: Kind = .text) {
            self.name = name
            self.number = number
            self.kind = kind
        }
    }

    var fields: [Field]

    init(_ fields: Field...) { self.fields = fields }

    /// Appends what the table has of a value. What is not in the table is left out: the schema has refused what nobody knows.
    func write(_ value: ConfigValue, to out: WireOutput) {
        for field in fields {
            guard let member = value[field.name] else { continue }
            if member.isList {
                for element in member.elements { Self.write(element, field, to: out) }
            } else {
                Self.write(member, field, to: out)
            }
        }
    }

    private static func write(_ value: ConfigValue, _ field: Field, to out: WireOutput) {
        let number = field.number
        switch field.kind {
        case .text: if let text = value.text { out.text(number, text) }
        case .bool: if let bool = value.bool { out.bool(number, bool) }
        case .uint32: if let count = value.uint32 { out.uint32(number, count) }
        case .int32: if let count = value.int32 { out.int32(number, count) }
        case .duration: if let time = value.duration { out.seconds(number, time.seconds, time.nanos) }
        case .wrappedText: if let text = value.text { out.wrappedText(number, text) }
        case .wrappedBool: if let bool = value.bool { out.wrappedBool(number, bool) }
        case .wrappedUint32: if let count = value.uint32 { out.wrappedUint32(number, count) }
        case .names(let names):
            if let place = value.text.flatMap({ names.firstIndex(of: $0) }) { out.uint32(number, UInt32(place)) }
        case .message(let form): out.message(number) { form.write(value, to: $0) }
        case .textMap: writeMap(number, value.entries.map { ($0.key, $0.value.text ?? "") }, to: out)
        case .messageMap(let form):
            for (key, entry) in value.entries.sorted(by: { $0.key < $1.key }) {
                out.message(number) { out in
                    out.text(1, key)
                    out.message(2) { form.write(entry, to: $0) }
                }
            }
        case .structure: out.message(number) { writeStructure(value, to: $0) }
        }
    }

    /// A `map<string, string>`. In the order of the keys: equal maps have equal bytes.
    static func writeMap(_ number: UInt32, _ entries: some Sequence<(String, String)>, to out: WireOutput) {
        for (key, value) in entries.sorted(by: { $0.0 < $1.0 }) {
            out.message(number) { out in
                out.text(1, key)
                out.text(2, value)
            }
        }
    }

    private static func writeStructure(_ value: ConfigValue, to out: WireOutput) {
        for (key, entry) in value.entries.sorted(by: { $0.key < $1.key }) {
            out.message(1) { out in
                out.text(1, key)
                out.message(2) { writeJSON(entry, to: $0) }
            }
        }
    }

    /// A google.protobuf.Value.
    private static func writeJSON(_ value: ConfigValue, to out: WireOutput) {
        if value.isMap {
            out.message(5) { writeStructure(value, to: $0) }
        } else if value.isList {
            out.message(6) { out in for element in value.elements { out.message(1) { writeJSON(element, to: $0) } } }
        } else if value.isNull {
            out.uint32(1, 0)
        } else if value.isText {
            out.text(3, value.text ?? "")
        } else if let bool = value.bool {
            out.bool(4, bool)
        } else if let number = value.double {
            out.double(2, number)
        } else {
            out.text(3, value.text ?? "")
        }
    }
}
