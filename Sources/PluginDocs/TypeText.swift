internal import ConfigTree

/// What a schema allows, in a few words for a table.
enum TypeText {
    static func of(_ schema: ConfigValue) -> String {
        if let choices = schema[key: "enum"] { return choices.elements.map { "`\($0.text ?? "")`" }.joined(separator: ", ") }
        switch type(of: schema) {
        case "boolean": return "true or false"
        case "integer": return numbers("whole number", schema)
        case "number": return numbers("number", schema)
        case "string": return text(schema)
        case "array":
            let items = schema[key: "items"].map { of(SchemaReference.resolve($0)) } ?? "anything"
            return "list of \(plural(items))\(count(schema, "minItems", "maxItems", of: "element"))"
        case "object": return object(schema)
        default: return "anything"
        }
    }

    static func type(of schema: ConfigValue) -> String {
        guard let type = schema[key: "type"] else { return schema[key: "properties"] == nil ? "" : "object" }
        return type.text ?? type[at: 0]?.text ?? ""
    }

    /// An object of nothing but a name and a namespace.
    static func isReference(_ schema: ConfigValue) -> Bool {
        Set((schema[key: "properties"]?.members ?? .none).map { $0.key ?? "" }) == ["name", "namespace"]
    }

    private static func object(_ schema: ConfigValue) -> String {
        if isReference(schema) { return "reference: `name`, `namespace`" }
        if let others = schema[key: "additionalProperties"], others.isMap { return "map of \(plural(of(SchemaReference.resolve(others))))" }
        return schema[key: "x-kubernetes-preserve-unknown-fields"]?.bool == true ? "any object" : "object"
    }

    private static func text(_ schema: ConfigValue) -> String {
        let kind =
            switch schema[key: "format"]?.text {
            case "duration": "duration"
            case "regex": "regular expression"
            case "header-name": "name of a header"
            case "byte": "bytes in base64"
            case "domain": "domain"
            case "server-name": "server name"
            default: "text"
            }
        return kind + count(schema, "minLength", "maxLength", of: "character")
    }

    /// `whole number, 1 to 100`. What 32 bits hold is no bound worth a word.
    private static func numbers(_ kind: String, _ schema: ConfigValue) -> String {
        let low = schema[key: "minimum"].map { "from \($0.text ?? "")" } ?? schema[key: "exclusiveMinimum"].map { "greater than \($0.text ?? "")" }
        let high = schema[key: "maximum"].map { "to \($0.text ?? "")" } ?? schema[key: "exclusiveMaximum"].map { "less than \($0.text ?? "")" }
        let bounds = [low, high].compactMap(\.self)
        return bounds.isEmpty ? kind : "\(kind), \(bounds.joined(separator: " "))"
    }

    private static func count(_ schema: ConfigValue, _ least: String, _ most: String, of unit: String) -> String {
        let (low, high) = (schema[key: least]?.int64 ?? 0, schema[key: most]?.int64)
        if low == 1, high == nil { return unit == "character" ? ", not empty" : ", at least one" }
        switch (low, high) {
        case (0, nil): return ""
        case (0, let high?): return ", at most \(high) \(unit)s"
        case (let low, nil): return ", at least \(low) \(unit)s"
        case (let low, let high?): return ", \(low) to \(high) \(unit)s"
        }
    }

    private static func plural(_ type: String) -> String {
        switch type {
        case "text", "anything", "true or false": type
        case "object", "number", "whole number", "duration", "regular expression", "domain", "server name": type + "s"
        case "name of a header": "names of headers"
        default: type.hasPrefix("text,") || type.hasPrefix("`") ? type : "(\(type))"
        }
    }
}

/// Follows `$ref`s.
enum SchemaReference {
    static func resolve(_ written: ConfigValue) -> ConfigValue {
        var schema = written
        for _ in 0..<16 {
            guard let path = schema[key: "$ref"]?.text else { break }
            var target: ConfigValue? = schema.document.root
            for step in path.dropFirst(2).split(separator: "/") { target = target?[key: String(step)] }
            guard let target else { break }
            schema = target
        }
        return schema
    }
}
