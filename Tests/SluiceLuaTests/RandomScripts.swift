import TranslationHarness

/// Templates and expressions, right ones and such with a slip in them.
struct RandomScripts {
    private var numbers: SeededNumbers

    init(seed: UInt64) { numbers = SeededNumbers(seed) }

    mutating func template() -> String {
        var text = nodes(3)
        if numbers.chance(15) { text.remove(at: text.index(text.startIndex, offsetBy: numbers.int(0...max(0, text.count - 1)))) }
        return text
    }

    mutating func expression() -> String {
        var text = alternatives(3)
        if numbers.chance(15), !text.isEmpty { text.remove(at: text.index(text.startIndex, offsetBy: numbers.int(0...text.count - 1))) }
        return text
    }

    private mutating func nodes(_ depth: Int) -> String {
        (0...numbers.int(0...3)).map { _ in node(depth) }.joined()
    }

    private mutating func node(_ depth: Int) -> String {
        switch numbers.int(0...(depth > 0 ? 8 : 3)) {
        case 0: numbers.pick(["text", "\"]]--\\", "é\n", "{ } % #", "\u{0}\u{7f}", "##", "\n## set b = 1\n", "{# c #}"])
        case 1...3: "{{\(numbers.pick([" ", "- ", "\n"]))\(value(depth))\(numbers.pick([" ", " -"]))}}"
        case 4: "{% if \(value(depth)) %}\(nodes(depth - 1)){% endif %}"
        case 5: "{% if \(value(depth)) %}\(nodes(depth - 1)){% else if \(value(depth)) %}\(nodes(depth - 1)){% else %}\(nodes(depth - 1)){% endif %}"
        case 6: "{% for x in \(value(depth)) %}\(nodes(depth - 1)){% endfor %}"
        case 7: "{% for k, v in \(value(depth)) -%} \(nodes(depth - 1)) {%- endfor %}"
        default: "{% set y = \(value(depth)) %}"
        }
    }

    private mutating func value(_ depth: Int) -> String {
        guard depth > 0 else {
            return numbers.pick(["a", "a.b.0", "loop.index", "1", "-2.5e3", "\"t\\n\\u00e9\\\"\"", "true", "null", "body", "a-b", "[]", "{}", "header(\"x\")"])
        }
        let one = value(depth - 1)
        let two = value(depth - 1)
        return numbers.pick([
            "\(one) \(numbers.pick(["+", "-", "*", "/", "%", "^", "==", "!=", "<", ">", "<=", ">=", "in", "and", "or"])) \(two)", "not \(one)", "(\(one))",
            "\(numbers.pick(["upper", "length", "sort", "isString", "exists", "env", "base64_encode", "extraction", "even"]))(\(one))",
            "\(numbers.pick(["default", "at", "join", "round", "existsIn", "substring", "dynamic_metadata"]))(\(one), \(two))", "[\(one), \(two)]", "{\"k\": \(one)}", one,
        ])
    }

    private mutating func alternatives(_ depth: Int) -> String {
        (0...numbers.int(0...1)).map { _ in (0...numbers.int(0...3)).map { _ in part(depth) }.joined() }.joined(separator: "|")
    }

    private mutating func part(_ depth: Int) -> String {
        let atom =
            if depth > 0, numbers.chance(30) {
                numbers.pick(["(", "(?:", "(?=", "(?!", "(?P<n>"]) + alternatives(depth - 1) + ")"
            } else {
                numbers.pick(["a", "b", ".", "[ab]", "[^a]", "[\\w-]", "[]%^-]", "\\d", "\\S", "\\.", "é", "\\b", "^", "$", "%", "\"", "\\x00", "[[:punct:]]"])
            }
        return atom + numbers.pick(["", "", "", "*", "+", "?", "*?", "{2}", "{0,3}", "{2,}?"])
    }
}
