/// What users may write, compiled from JSON Schema: the part of it that configuration needs, documented here.
///
/// `type` (one or a list) · `properties`, `required`, `additionalProperties` (bool or schema) · `items`, `minItems`, `maxItems` · `enum`,
/// `const` · `minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum` · `minLength`, `maxLength` · `format`: `duration`, `int32`,
/// `int64`, `uint32`, `uint64`, `byte`, `regex` (RE2; a duration is never negative) · `oneOf` of `{required: [one]}`, which excludes members from each other; with a branch `{not: ...}` none of
/// them is right too; several such groups stand in `allOf` · `$ref` to a place in the same document · `x-kubernetes-preserve-unknown-fields` ·
/// `x-sluice-refused: <message>`, for a member that is known and cannot be set: any value but null is an error with this message.
/// `pattern` and all that only informs (`description`, `default`, `x-...`) is accepted and not checked. Any other keyword is an error, so that a
/// slip in a schema does not silently switch a check off.
///
/// Two rules differ from JSON Schema. An object that lists `properties` refuses all others unless `additionalProperties` says otherwise, because
/// an unknown field is nearly always a typing error. And names are lowerCamel in the schema, while users may write snake_case.
package struct Schema: Sendable {
    let program: SchemaProgram
    let rule: Int

    /// Compiles the schema at `value`; `$ref` is looked up in the whole of its document.
    package static func compile(_ value: ConfigValue) throws(ConfigError) -> Schema {
        try SchemaBuilder(value).build()
    }

    package static func compile(json: String, file: String) throws(ConfigError) -> Schema {
        try compile(JSON.parse(json, file: file).root)
    }

    /// The schema under `$defs` of the document that was compiled.
    package func definition(_ name: String) -> Schema? {
        program.definitions[name].map { Schema(program: program, rule: $0) }
    }

    /// Everything that is wrong with `value`, in the order of the text. `leavingOut` names members of `value` itself that others check.
    package func validate(_ value: ConfigValue, leavingOut: [String] = []) -> [ConfigProblem] {
        var validator = SchemaValidator(program: program, document: value.document)
        validator.check(value.index, against: rule, leavingOut: leavingOut)
        return validator.problems
    }
}

/// Puts a schema together from a core and the parts that plugins bring.
///
/// The core marks an object as open with `"x-sluice-hole": "route"`; what is added to the hole `route` becomes a property of every object
/// so marked. Each part keeps its own document, and with it its own `$defs`. A value that is itself such an option, under another name or in a
/// list, says `"x-sluice-option": "route/retries"`; while nobody brings the option it is refused as the option is, or else what the schema
/// says besides counts.
package struct SchemaBuilder: Sendable {
    struct Part: Sendable {
        var name: String
        var schema: ConfigValue
        var owner: String
    }

    let core: ConfigValue
    private(set) var parts: [String: [Part]] = [:]
    /// By hole and name, the message for members that are known and that no part brings.
    private(set) var refusals: [String: [String: String]] = [:]

    package init(_ core: ConfigValue) {
        self.core = core
    }

    /// Adds the option `name` to a hole. Refused when another owner has already taken the name there.
    package mutating func add(_ name: String, schema: ConfigValue, to hole: String, owner: String) throws(ConfigError) {
        let name = FieldName.lowerCamel(name)
        if let other = parts[hole]?.first(where: { $0.name == name }) {
            throw ConfigError(ConfigProblem(atKeyOf: schema, ProblemText.optionTaken(name, hole: hole, owner: owner, by: other.owner)))
        }
        parts[hole, default: []].append(Part(name: name, schema: schema, owner: owner))
    }

    /// Refuses the member `name` of a hole with a message of its own, where neither core nor a part brings it.
    package mutating func refuse(_ name: String, in hole: String, _ message: String) {
        refusals[hole, default: [:]][FieldName.lowerCamel(name)] = message
    }

    package func build() throws(ConfigError) -> Schema {
        var compiler = SchemaCompiler(parts: parts, refusals: refusals)
        let rule = try compiler.rule(core)
        if let definitions = core.document.root["$defs"] {
            for definition in definitions.members {
                compiler.program.definitions[definition.key ?? ""] = try compiler.rule(definition)
            }
        }
        return Schema(program: SchemaProgram(compiler.program), rule: rule)
    }
}
