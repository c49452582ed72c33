import ConfigTree
import EnvoyDescriptors
import TranslationHarness

/// Draws values that a schema allows: the edges of what it says rather than the middle, since what Envoy refuses lies there.
///
/// What the form of a text does not tell is taken from the schema's `examples`, most of the time. A member with
/// `"x-sluice-path": "read"` or `"write"` names a file of the proxy's machine, and gets one that is there.
struct SchemaDraw {
    var numbers: SeededNumbers
    /// What a reference may name.
    let names: ObjectNames
    /// Finds the schema that `x-sluice-option` means.
    let option: (String) -> ConfigValue?
    /// A member that is to be drawn, with all above it.
    let aim: String
    /// Every member that was drawn: `route/retries.retryBackOff.baseInterval`.
    private(set) var members: Set<String> = []

    init(_ numbers: SeededNumbers, names: ObjectNames, aim: String = "", option: @escaping (String) -> ConfigValue?) {
        self.numbers = numbers
        self.names = names
        self.aim = aim
        self.option = option
    }

    mutating func value(_ written: ConfigValue, at path: String, depth: Int = 0) -> ProtoJSON {
        let schema = resolved(written)
        members.insert(path)
        let isAimed = leads(path)
        if !isAimed, let examples = written[key: "examples"] ?? schema[key: "examples"], examples.count > 0, numbers.chance(75) {
            return Self.json(numbers.pick(Array(examples.elements)))
        }
        if let choices = schema[key: "enum"] { return Self.json(numbers.pick(Array(choices.elements))) }
        if let only = schema[key: "const"] { return Self.json(only) }
        switch type(of: schema) {
        case "object": return object(schema, at: path, depth: depth)
        case "array":
            let least = Int(schema[key: "minItems"]?.int64 ?? 0)
            let most = min(Int(schema[key: "maxItems"]?.int64 ?? .max), least + 3)
            let count = isAimed ? max(least, 1) : numbers.chance(25) ? least : numbers.int(least...max(least, most))
            guard let items = schema[key: "items"] else { return .array((0..<count).map { _ in anything(depth: depth) }) }
            return .array((0..<count).map { _ in value(items, at: "\(path)[]", depth: depth + 1) })
        case "boolean": return .bool(numbers.chance(60))
        case "integer": return .number(integer(schema))
        case "number": return .number(number(schema))
        case "string": return .string(text(schema, key: Self.lastKey(path)))
        default: return anything(depth: depth)
        }
    }

    /// All members that could be drawn of a schema, refused ones left out. A schema that contains itself is followed once.
    func paths(_ written: ConfigValue, at path: String, above: Set<Int> = []) -> Set<String> {
        let schema = resolved(written)
        guard !above.contains(schema.index) else { return [] }
        let above = above.union([schema.index])
        var all: Set = [path]
        if let items = schema[key: "items"] { all.formUnion(paths(items, at: "\(path)[]", above: above)) }
        for member in settable(schema) { all.formUnion(paths(member, at: "\(path).\(member.key ?? "")", above: above)) }
        if let others = schema[key: "additionalProperties"], others.isMap { all.formUnion(paths(others, at: "\(path).*", above: above)) }
        return all
    }

    // MARK: Objects

    private mutating func object(_ schema: ConfigValue, at path: String, depth: Int) -> ProtoJSON {
        let members = settable(schema)
        if members.isEmpty { return free(schema, at: path, depth: depth) }
        let known = members.map { $0.key ?? "" }
        if Set(known) == ["name", "namespace"] {
            self.members.formUnion(known.map { "\(path).\($0)" })
            return reference(path)
        }
        var taken = Set((schema[key: "required"]?.elements ?? .none).compactMap(\.text))
        var excluded: Set<String> = []
        for group in groups(schema) {
            let free = group.names.filter { known.contains($0) && !excluded.contains($0) }
            excluded.formUnion(group.names)
            guard !free.isEmpty, leads(path) || !(group.mayBeNone && numbers.chance(20)) else { continue }
            taken.insert(free.first { leads("\(path).\($0)") || aim == "\(path).\($0)" } ?? numbers.pick(free))
        }
        // All, none but what is needed, or each by chance.
        let percent = numbers.chance(10) ? 100 : numbers.chance(15) ? 0 : depth < 4 ? 45 : 25
        let drawn = members.filter { member in
            let key = member.key ?? ""
            return taken.contains(key) || leads("\(path).\(key)") || aim == "\(path).\(key)" || (!excluded.contains(key) && numbers.chance(percent))
        }
        return .object(drawn.map { .init($0.key ?? "", value($0, at: "\(path).\($0.key ?? "")", depth: depth + 1)) })
    }

    /// An object whose keys are the user's.
    private mutating func free(_ schema: ConfigValue, at path: String, depth: Int) -> ProtoJSON {
        if let others = schema[key: "additionalProperties"], others.isMap {
            let keys = Set((0..<numbers.int((leads(path) ? 1 : 0)...2)).map { _ in numbers.pick(Texts.keys) }).sorted()
            return .object(keys.map { .init($0, value(others, at: "\(path).*", depth: depth + 1)) })
        }
        guard schema[key: "x-kubernetes-preserve-unknown-fields"]?.bool == true || schema[key: "additionalProperties"]?.bool == true else {
            return .object([])
        }
        let keys = Set((0..<numbers.int(0...2)).map { _ in numbers.pick(Texts.keys) }).sorted()
        return .object(keys.map { .init($0, anything(depth: depth + 1)) })
    }

    private mutating func anything(depth: Int) -> ProtoJSON {
        switch numbers.int(0...(depth < 4 ? 6 : 4)) {
        case 0: .bool(numbers.chance(50))
        case 1: .number(numbers.pick(["0", "-1", "1.5", "1e3", "4294967296"]))
        case 2, 3: .string(numbers.pick(Texts.any.edges))
        case 4: .null
        case 5: .array((0..<numbers.int(0...2)).map { _ in anything(depth: depth + 1) })
        default: .object(Set([numbers.pick(Texts.keys)]).map { .init($0, anything(depth: depth + 1)) })
        }
    }

    private mutating func reference(_ path: String) -> ProtoJSON {
        let name = names.pick(for: path, &numbers)
        var members = [ProtoJSON.Member("name", .string(name))]
        if numbers.chance(30) { members.append(.init("namespace", .string(numbers.chance(90) ? Stock.namespace : "elsewhere"))) }
        return .object(members)
    }

    // MARK: Scalars

    private mutating func integer(_ schema: ConfigValue) -> String {
        var (low, high) = (-2_147_483_648.0, 2_147_483_647.0)
        switch schema[key: "format"]?.text {
        case "uint32": (low, high) = (0, 4_294_967_295)
        case "int64": (low, high) = (-9_007_199_254_740_991, 9_007_199_254_740_991)
        case "uint64": (low, high) = (0, 9_007_199_254_740_991)
        default: break
        }
        low = max(low, schema[key: "minimum"]?.double ?? low, (schema[key: "exclusiveMinimum"]?.double).map { $0 + 1 } ?? low)
        high = min(high, schema[key: "maximum"]?.double ?? high, (schema[key: "exclusiveMaximum"]?.double).map { $0 - 1 } ?? high)
        let usual = [0, 1, 2, 3, 10, 50, 100, 429, 1000, 8080, 65535].map(Double.init).filter { $0 >= low && $0 <= high }
        let value = usual.isEmpty || numbers.chance(25) ? numbers.pick([low, high]) : numbers.pick(usual)
        return "\(Int64(value))"
    }

    private mutating func number(_ schema: ConfigValue) -> String {
        let low = schema[key: "minimum"]?.double ?? schema[key: "exclusiveMinimum"]?.double ?? -1e6
        let high = schema[key: "maximum"]?.double ?? schema[key: "exclusiveMaximum"]?.double ?? 1e6
        let isOpen = (low: schema[key: "exclusiveMinimum"] != nil, high: schema[key: "exclusiveMaximum"] != nil)
        let all = [low, low + 0.00001, low + 0.5, (low + high) / 2, high - 0.00001, high, 1, 12.5].filter { value in
            (isOpen.low ? value > low : value >= low) && (isOpen.high ? value < high : value <= high)
        }
        return "\(numbers.pick(all))"
    }

    private mutating func text(_ schema: ConfigValue, key: String) -> String {
        if let access = schema[key: "x-sluice-path"]?.text { return numbers.pick(access == "write" ? ["/dev/stdout", "/dev/null"] : ["/dev/null"]) }
        if ["clusterName", "staticClusterName"].contains(key) { return names.cluster }
        if let known = Texts.byKey[key] { return numbers.pick(known) }
        let least = Int(schema[key: "minLength"]?.int64 ?? 0)
        let most = Int(schema[key: "maxLength"]?.int64 ?? .max)
        let pool = Texts.byFormat[schema[key: "format"]?.text ?? ""] ?? Texts.any
        func fits(_ text: String) -> Bool { text.unicodeScalars.count >= least && text.unicodeScalars.count <= most }
        let edges = pool.edges.filter(fits)
        let ordinary = pool.ordinary.filter(fits)
        if ordinary.isEmpty, edges.isEmpty { return String(repeating: "a", count: max(least, min(most, 1))) }
        return numbers.pick(ordinary.isEmpty || (!edges.isEmpty && numbers.chance(25)) ? edges : ordinary)
    }

    // MARK: Reading schemas

    private func resolved(_ written: ConfigValue) -> ConfigValue {
        var schema = written
        for _ in 0..<16 {
            if let name = schema[key: "x-sluice-option"]?.text, let found = option(name) {
                schema = found
            } else if let path = schema[key: "$ref"]?.text {
                var target: ConfigValue? = schema.document.root
                for step in path.dropFirst(2).split(separator: "/") { target = target?[key: String(step)] }
                guard let target else { return schema }
                schema = target
            } else {
                return schema
            }
        }
        return schema
    }

    private func type(of schema: ConfigValue) -> String {
        guard let type = schema[key: "type"] else { return schema[key: "properties"] == nil ? "" : "object" }
        return type.text ?? type[at: 0]?.text ?? ""
    }

    /// The members that can be set.
    private func settable(_ schema: ConfigValue) -> [ConfigValue] {
        (schema[key: "properties"]?.members ?? .none).filter { $0[key: "x-sluice-refused"] == nil && resolved($0)[key: "x-sluice-refused"] == nil }
    }

    /// Members that exclude each other.
    private func groups(_ schema: ConfigValue) -> [(names: [String], mayBeNone: Bool)] {
        let all = [schema[key: "oneOf"]] + (schema[key: "allOf"]?.elements ?? .none).map { $0[key: "oneOf"] }
        return all.compactMap { group in
            guard let group else { return nil }
            let names = group.elements.compactMap { $0[key: "required"]?[at: 0]?.text }
            return (names, group.elements.contains { $0[key: "not"] != nil })
        }
    }

    /// Whether what is aimed at stands below this.
    private func leads(_ path: String) -> Bool {
        aim.hasPrefix(path) && (aim.dropFirst(path.count).first == "." || aim.dropFirst(path.count).first == "[")
    }

    private static func lastKey(_ path: String) -> String {
        String(path.split(separator: ".").last?.prefix { $0 != "[" } ?? "")
    }

    private static func json(_ value: ConfigValue) -> ProtoJSON {
        switch value.kind {
        case .null: return .null
        case .map: return .object(value.entries.map { .init($0.key, json($0.value)) })
        case .list: return .array(value.elements.map(json))
        case .scalar:
            let text = value.text ?? ""
            if value.isQuoted { return .string(text) }
            if let bool = value.bool { return .bool(bool) }
            return .number(text)
        }
    }
}
