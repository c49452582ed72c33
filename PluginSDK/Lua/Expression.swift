/// A regular expression for the matcher in Lua: RE2's syntax, and of ECMAScript's what a matcher that goes back can do besides
/// (`(?=...)`, `(?!...)`, `\1`). It works on bytes; what it cannot express is refused by name.
public struct Expression {
    /// A table of alternatives, for `R.regex`.
    public let lua: String
    /// How many groups it has.
    public let groups: Int
    /// The call of `R.search` that looks for it in a text; nil when it matches an empty text.
    public let search: String?

    public init(_ text: String) throws(ScriptProblem) {
        var parser = ExpressionParser(Array(text.utf8))
        let alternatives = try parser.parse()
        groups = parser.groups
        lua = write(alternatives)
        // With what a match can begin: Lua finds that sooner than the matcher.
        search = Beginning(alternatives).arguments.map { [lua] in "R.search(\(lua),\($0))" }
    }
}

/// The bytes with which a match can begin, and whether a word begins there.
private struct Beginning {
    private(set) var bytes = ByteSet()
    private var isEdge = true
    private var mayBeEmpty = false

    init(_ alternatives: [[ExpressionPart]]) {
        for parts in alternatives { unite(Self.of(parts)) }
    }

    private init() { isEdge = false }

    /// Of parts that follow each other.
    private static func of(_ parts: [ExpressionPart]) -> Beginning {
        var all = Beginning()
        all.mayBeEmpty = true
        for (index, part) in parts.enumerated() {
            let own = of(part)
            if case .edge(true) = part, index == 0 {
                all.isEdge = true
                continue
            }
            all.bytes.formUnion(own.bytes)
            // Behind an edge only what is sure to begin a word.
            if !own.mayBeEmpty {
                all.mayBeEmpty = false
                if index == 0 { all.isEdge = own.isEdge }
                break
            }
            if index == 0 { all.isEdge = false }
        }
        return all
    }

    private static func of(_ part: ExpressionPart) -> Beginning {
        var own = Beginning()
        switch part {
        case .bytes(let bytes): bytes.first.map { own.bytes.insert($0) }
        case .one(let set): own.bytes = set
        case .several(let set, let least, _, _):
            own.bytes = set
            own.mayBeEmpty = least == 0
        case .group(_, let all): return Beginning(all)
        case .repeated(let least, _, _, let all):
            own = Beginning(all)
            if least == 0 { own.mayBeEmpty = true }
        case .start, .end, .edge, .ahead, .back: own.mayBeEmpty = true
        }
        return own
    }

    private mutating func unite(_ other: Beginning) {
        bytes.formUnion(other.bytes)
        isEdge = isEdge && other.isEdge
        mayBeEmpty = mayBeEmpty || other.mayBeEmpty
    }

    var arguments: String? {
        guard !mayBeEmpty else { return nil }
        let isWord = isEdge && (UInt8.min...UInt8.max).allSatisfy { !bytes.contains($0) || ByteSet.word.contains($0) }
        return "\(quoted(bytes.pattern)),\(isWord)"
    }
}

indirect enum ExpressionPart {
    case bytes([UInt8])
    case one(ByteSet)
    /// `most` is -1 for no end.
    case several(ByteSet, least: Int, most: Int, isLazy: Bool)
    case group(Int?, [[ExpressionPart]])
    case repeated(least: Int, most: Int, isLazy: Bool, [[ExpressionPart]])
    case start
    case end
    case edge(Bool)
    case ahead(Bool, [[ExpressionPart]])
    case back(Int)

    /// How many matchers it becomes; counted repetitions are written out.
    var size: Int {
        switch self {
        case .group(_, let all), .ahead(_, let all): return 1 + ExpressionPart.size(all)
        case .repeated(let least, let most, _, let all):
            let rounds = most < 0 ? least + 1 : most
            return min(ExpressionPart.size(all), 1_000_000) * max(rounds, 1) + 1
        default: return 1
        }
    }

    static func size(_ alternatives: [[ExpressionPart]]) -> Int {
        alternatives.reduce(0) { $0 + $1.reduce(1) { min($0 + $1.size, 1_000_000) } }
    }
}

private func write(_ alternatives: [[ExpressionPart]]) -> String {
    "{" + alternatives.map { "{" + $0.map(write).joined(separator: ",") + "}" }.joined(separator: ",") + "}"
}

private func write(_ part: ExpressionPart) -> String {
    switch part {
    case .bytes(let bytes): quoted(bytes)
    case .one(let set): "{\"s\",\(quoted(set.pattern))}"
    case .several(let set, let least, let most, let isLazy): "{\"r\",\(quoted(set.pattern)),\(least),\(most),\(isLazy)}"
    case .group(let number, let all): "{\"g\",\(number.map(String.init) ?? "false"),\(write(all))}"
    case .repeated(let least, let most, let isLazy, let all): "{\"q\",\(least),\(most),\(isLazy),\(write(all))}"
    case .start: "{\"^\"}"
    case .end: "{\"$\"}"
    case .edge(let isEdge): "{\"b\",\(isEdge)}"
    case .ahead(let isThere, let all): "{\"=\",\(isThere),\(write(all))}"
    case .back(let number): "{\"\\\\\",\(number)}"
    }
}
