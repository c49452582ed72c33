/// Turns JSON Schema into rules. Each place of a schema becomes one rule, however often it is referred to.
struct SchemaCompiler {
    private struct Place: Hashable {
        var document: ObjectIdentifier
        var index: Int
    }

    let parts: [String: [SchemaBuilder.Part]]
    let refusals: [String: [String: String]]
    var program = SchemaProgram.Parts()
    private var known: [Place: Int] = [:]

    init(parts: [String: [SchemaBuilder.Part]], refusals: [String: [String: String]]) {
        self.parts = parts
        self.refusals = refusals
    }

    mutating func rule(_ written: ConfigValue) throws(ConfigError) -> Int {
        let schema = try resolve(written)
        let place = Place(document: ObjectIdentifier(schema.document), index: schema.index)
        if let rule = known[place] { return rule }
        // The number is given out before the rule is filled in: a schema may contain itself.
        let index = program.rules.count
        program.rules.append(SchemaRule())
        known[place] = index
        let rule = try fill(schema)
        program.rules[index] = rule
        return index
    }

    /// Follows `$ref`, and `x-sluice-option` to an option that somebody brings, to the schema that is meant.
    private func resolve(_ written: ConfigValue) throws(ConfigError) -> ConfigValue {
        var schema = written
        for _ in 0..<32 {
            if let name = schema[key: "x-sluice-option"] {
                guard let option = try option(name) else { return schema }
                schema = option
                continue
            }
            guard let reference = schema[key: "$ref"] else { return schema }
            guard let text = reference.text, text.hasPrefix("#/") else { throw error(reference, ProblemText.unknownReference(reference.text ?? "")) }
            var target: ConfigValue? = schema.document.root
            for step in text.dropFirst(2).split(separator: "/", omittingEmptySubsequences: false) {
                target = target?[key: Self.unescaped(step)]
            }
            guard let target else { throw error(reference, ProblemText.unknownReference(text)) }
            schema = target
        }
        throw error(written, ProblemText.endlessReference)
    }

    /// What stands in a hole under a name: `route/retries`. Nil when nobody brings it.
    private func option(_ written: ConfigValue) throws(ConfigError) -> ConfigValue? {
        let steps = Self.steps(written)
        guard steps.count == 2 else { throw error(written, ProblemText.optionIsNoPath) }
        return parts[steps[0]]?.first { $0.name == steps[1] }?.schema
    }

    private func refusal(_ option: ConfigValue) -> String? {
        let steps = Self.steps(option)
        return steps.count == 2 ? refusals[steps[0]]?[steps[1]] : nil
    }

    /// The hole and the name of an option.
    private static func steps(_ option: ConfigValue) -> [String] {
        (option.text ?? "").split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    }

    private static func unescaped(_ step: Substring) -> String {
        String(step).split(separator: "~1", omittingEmptySubsequences: false).joined(separator: "/")
            .split(separator: "~0", omittingEmptySubsequences: false).joined(separator: "~")
    }

    private mutating func fill(_ schema: ConfigValue) throws(ConfigError) -> SchemaRule {
        var rule = SchemaRule()
        if schema.bool == true { return rule }
        guard schema.isMap else { throw error(schema, ProblemText.schemaIsNoMap) }
        var object = ObjectRule()
        var isObject = false
        var isOpen: Bool?
        for (key, value) in schema.entries {
            switch key {
            case "type": rule.types = try types(value)
            case "format": rule.format = Self.format(value.text)
            case "enum": rule.choices = Int32(addChoices(value.elements.compactMap(\.text)))
            case "const": rule.choices = Int32(addChoices([value.text].compactMap(\.self)))
            case "minimum": (rule.minimum, rule.hasNumberBounds) = (try number(value), true)
            case "maximum": (rule.maximum, rule.hasNumberBounds) = (try number(value), true)
            case "exclusiveMinimum": (rule.minimum, rule.excludesMinimum, rule.hasNumberBounds) = (try number(value), true, true)
            case "exclusiveMaximum": (rule.maximum, rule.excludesMaximum, rule.hasNumberBounds) = (try number(value), true, true)
            case "minLength", "minItems": rule.minimumCount = try count(value)
            case "maxLength", "maxItems": rule.maximumCount = try count(value)
            case "items": rule.items = Int32(try self.rule(value))
            case "properties", "required", "oneOf", "allOf", "x-sluice-hole": isObject = true
            case "additionalProperties":
                isObject = true
                if let bool = value.bool {
                    isOpen = bool
                } else {
                    object.others = .rule(try self.rule(value))
                }
            case "x-kubernetes-preserve-unknown-fields": if value.bool == true { isOpen = true }
            case "x-sluice-option":
                // Looked at here, the option has nobody who brings it.
                if let message = refusal(value) { rule.refusal = Int32(addRefusal(message)) }
            case "x-sluice-refused": rule.refusal = Int32(addRefusal(value.text ?? ""))
            case "pattern", "title", "description", "default", "example", "examples", "deprecated", "readOnly", "writeOnly", "nullable": break
            default:
                guard key.hasPrefix("$") || key.hasPrefix("x-") else {
                    throw ConfigError(ConfigProblem(atKeyOf: value, ProblemText.unknownKeyword(key)))
                }
            }
        }
        if isObject || isOpen != nil {
            try fill(&object, schema)
            if case .rule = object.others {} else {
                object.others = isOpen ?? object.properties.isEmpty ? .anything : .refused
                if isOpen == nil, schema[key: "x-sluice-hole"] != nil { object.others = .refused }
            }
            rule.object = Int32(program.objects.count)
            program.objects.append(object)
        }
        switch rule.format {
        case .int32: bound(&rule, Double(Int32.min)...Double(Int32.max))
        case .uint32: bound(&rule, 0...Double(UInt32.max))
        default: break
        }
        return rule
    }

    private func bound(_ rule: inout SchemaRule, _ range: ClosedRange<Double>) {
        rule.minimum = max(rule.minimum, range.lowerBound)
        rule.maximum = min(rule.maximum, range.upperBound)
        rule.hasNumberBounds = true
    }

    // MARK: Objects

    private mutating func fill(_ object: inout ObjectRule, _ schema: ConfigValue) throws(ConfigError) {
        var properties: [ObjectRule.Property] = []
        if let members = schema[key: "properties"] {
            for member in members.members { try add(member.key ?? "", member, to: &properties) }
        }
        if let hole = schema[key: "x-sluice-hole"]?.text {
            for part in parts[hole] ?? [] {
                guard !properties.contains(where: { $0.name == part.name }) else {
                    throw ConfigError(
                        ConfigProblem(atKeyOf: part.schema, ProblemText.optionTaken(part.name, hole: hole, owner: part.owner, by: "Sluice"))
                    )
                }
                try add(part.name, part.schema, to: &properties)
            }
            for (name, message) in (refusals[hole] ?? [:]).sorted(by: { $0.key < $1.key }) where !properties.contains(where: { $0.name == name }) {
                var rule = SchemaRule()
                rule.refusal = Int32(addRefusal(message))
                program.rules.append(rule)
                properties.append(ObjectRule.Property(name: name, hash: FieldName.hash(of: name), rule: program.rules.count - 1))
            }
        }
        object.setProperties(properties)
        if let required = schema[key: "required"] {
            for name in required.elements { object.required.append(try property(name, of: object)) }
        }
        if let group = schema[key: "oneOf"] { object.exclusive.append(try exclusive(group, of: object)) }
        if let all = schema[key: "allOf"] {
            for part in all.elements {
                guard part.count == 1, let group = part[key: "oneOf"] else { throw error(part, ProblemText.unsupportedGroup("allOf")) }
                object.exclusive.append(try exclusive(group, of: object))
            }
        }
    }

    private mutating func add(_ name: String, _ schema: ConfigValue, to properties: inout [ObjectRule.Property]) throws(ConfigError) {
        let name = FieldName.lowerCamel(name)
        properties.append(ObjectRule.Property(name: name, hash: FieldName.hash(name.utf8Span.span), rule: try rule(schema)))
    }

    private func property(_ name: ConfigValue, of object: ObjectRule) throws(ConfigError) -> Int {
        let text = FieldName.lowerCamel(name.text ?? "")
        guard let property = object.property(text) else { throw error(name, ProblemText.requiredIsNoProperty(text)) }
        return property
    }

    private func exclusive(_ branches: ConfigValue, of object: ObjectRule) throws(ConfigError) -> ObjectRule.Exclusive {
        var group = ObjectRule.Exclusive(properties: [], isOneRequired: true)
        for branch in branches.elements {
            if branch[key: "not"] != nil {
                group.isOneRequired = false
            } else if let required = branch[key: "required"], required.count == 1, let name = required[at: 0] {
                group.properties.append(try property(name, of: object))
            } else {
                throw error(branch, ProblemText.unsupportedGroup("oneOf"))
            }
        }
        return group
    }

    // MARK: Parts of a rule

    private func types(_ value: ConfigValue) throws(ConfigError) -> SchemaRule.Types {
        var types: SchemaRule.Types = []
        for name in value.isList ? Array(value.elements) : [value] {
            switch name.text {
            case "object": types.insert(.object)
            case "array": types.insert(.array)
            case "string": types.insert(.string)
            case "integer": types.insert(.integer)
            case "number": types.insert(.number)
            case "boolean": types.insert(.boolean)
            case "null": types.insert(.null)
            default: throw error(name, ProblemText.unknownType(name.text ?? ""))
            }
        }
        return types
    }

    /// Unknown formats only inform, as JSON Schema has it.
    private static func format(_ name: String?) -> SchemaRule.Format {
        switch name {
        case "duration": .duration
        case "byte": .byte
        case "int32": .int32
        case "int64": .int64
        case "uint32": .uint32
        case "uint64": .uint64
        case "regex": .regex
        case "header-name": .headerName
        case "line": .line
        case "domain": .domain
        case "server-name": .serverName
        default: .none
        }
    }

    private mutating func addChoices(_ choices: [String]) -> Int {
        program.choices.append(choices)
        return program.choices.count - 1
    }

    private mutating func addRefusal(_ message: String) -> Int {
        program.refusals.append(message)
        return program.refusals.count - 1
    }

    private func number(_ value: ConfigValue) throws(ConfigError) -> Double {
        guard let number = value.double else { throw error(value, ProblemText.keywordNeedsNumber) }
        return number
    }

    private func count(_ value: ConfigValue) throws(ConfigError) -> UInt32 {
        guard let count = value.uint32 else { throw error(value, ProblemText.keywordNeedsNumber) }
        return count
    }

    private func error(_ value: ConfigValue, _ message: String) -> ConfigError {
        ConfigError(ConfigProblem(at: value, message))
    }
}
