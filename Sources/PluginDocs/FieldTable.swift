internal import ConfigTree

/// The members of an option and of all below it, a row each; and what of Gloo's is refused.
struct FieldTable {
    private(set) var rows: [String] = []
    private(set) var refusals: [String] = []
    /// Members that nothing is said about.
    private(set) var undescribed: [String] = []

    /// - Parameter option: the schema of the option itself, whose own description stands above the table.
    init(of option: ConfigValue) {
        let schema = SchemaReference.resolve(option)
        if TypeText.type(of: schema) == "array", let items = schema[key: "items"] {
            addMembers(of: SchemaReference.resolve(items), below: "[]", above: [schema.index])
        } else {
            addMembers(of: schema, below: "", above: [schema.index])
        }
    }

    private mutating func addMembers(of schema: ConfigValue, below path: String, above: Set<Int>) {
        guard !TypeText.isReference(schema) else { return }
        let required = Set((schema[key: "required"]?.elements ?? .none).compactMap(\.text))
        for member in schema[key: "properties"]?.members ?? .none {
            let name = member.key ?? ""
            let place = path.isEmpty ? name : path.hasSuffix("[]") && path.count == 2 ? "[].\(name)" : "\(path).\(name)"
            add(member, at: place, isRequired: required.contains(name), above: above)
        }
    }

    private mutating func add(_ written: ConfigValue, at path: String, isRequired: Bool, above: Set<Int>) {
        let schema = SchemaReference.resolve(written)
        if let refusal = (written[key: "x-sluice-refused"] ?? schema[key: "x-sluice-refused"])?.text {
            refusals.append("| `\(path)` | \(Markdown.cell(refusal)) |")
            return
        }
        var words = [written[key: "description"]?.text ?? schema[key: "description"]?.text].compactMap(\.self)
        words += Self.exclusions(schema)
        if let examples = schema[key: "examples"], examples.count > 0, examples[at: 0]?.isScalar == true {
            words.append("For example \(examples.elements.map { "`\($0.text ?? "")`" }.joined(separator: ", ")).")
        }
        if words.isEmpty { undescribed.append(path) }
        let isRepeated = above.contains(schema.index)
        if isRepeated { words.append("Members as above.") }
        let standard = (written[key: "default"] ?? schema[key: "default"]).map { "`\($0.text ?? "")`" } ?? ""
        rows.append("| `\(path)` | \(Markdown.cell(TypeText.of(schema)))\(isRequired ? "; required" : "") | \(standard) | \(Markdown.cell(words.joined(separator: " "))) |")
        guard !isRepeated else { return }
        let above = above.union([schema.index])
        switch TypeText.type(of: schema) {
        case "array":
            guard let items = schema[key: "items"] else { return }
            let inner = SchemaReference.resolve(items)
            if !above.contains(inner.index) { addMembers(of: inner, below: "\(path)[]", above: above.union([inner.index])) }
        case "object":
            addMembers(of: schema, below: path, above: above)
            if let others = schema[key: "additionalProperties"], others.isMap {
                addMembers(of: SchemaReference.resolve(others), below: "\(path).*", above: above)
            }
        default: break
        }
    }

    /// Which members exclude each other: `One of a, b.`
    static func exclusions(_ schema: ConfigValue) -> [String] {
        let elements = TypeText.type(of: schema) == "array" ? schema[key: "items"].map(SchemaReference.resolve) : nil
        let schema = elements ?? schema
        let groups = [schema[key: "oneOf"]] + (schema[key: "allOf"]?.elements ?? .none).map { $0[key: "oneOf"] }
        return groups.compactMap { group in
            guard let group else { return nil }
            let names = group.elements.compactMap { $0[key: "required"]?[at: 0]?.text }.filter { name in
                schema[key: "properties"]?[key: name].map { SchemaReference.resolve($0)[key: "x-sluice-refused"] == nil } ?? false
            }
            guard names.count > 1 else { return nil }
            let mayBeNone = group.elements.contains { $0[key: "not"] != nil }
            return "\(mayBeNone ? "At most" : "Exactly") one of \(names.map { "`\($0)`" }.joined(separator: ", "))."
        }
    }
}

enum Markdown {
    /// Text that stays in its cell, and is no HTML.
    static func cell(_ text: String) -> String {
        text.replacing("|", with: "\\|").replacing("<", with: "&lt;").replacing("\n", with: " ")
    }
}
