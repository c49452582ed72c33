/// Names of checks joined by `&&`, `||` and `!`, with parentheses.
indirect enum Expression {
    case name(String)
    case not(Expression)
    case and(Expression, Expression)
    case or(Expression, Expression)

    struct Problem: Error {
        let message: String
        init(_ message: String) { self.message = message }
    }

    init(_ text: String) throws(Problem) {
        var reader = Reader(rest: Array(text.utf8)[...])
        self = try reader.alternatives(depth: 0)
        guard reader.skipSpace() == nil else { throw Problem("'\(reader.restText)' is left over") }
    }

    /// The checks that must all allow a request, in their order; each once.
    ///
    /// - Throws: when not all must: Envoy's filters refuse by themselves, so nothing can be said of a check that has refused.
    func allOf() throws(Problem) -> [String] {
        switch self {
        case .name(let name): return [name]
        case .and(let left, let right):
            let names = try left.allOf()
            return names + (try right.allOf()).filter { !names.contains($0) }
        case .or:
            throw Problem(
                "Envoy's checks refuse a request by themselves, so '||' cannot be had; give the alternatives routes of their own (with header matchers), or ask a server with 'passThroughAuth'"
            )
        case .not: throw Problem("Envoy's checks refuse a request by themselves, so '!' cannot be had; ask a server with 'passThroughAuth'")
        }
    }

    private struct Reader {
        var rest: ArraySlice<UInt8>

        var restText: String { String(decoding: rest, as: UTF8.self) }

        mutating func skipSpace() -> UInt8? {
            rest = rest.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0a || $0 == 0x0d }
            return rest.first
        }

        private mutating func take(_ word: StaticString) -> Bool {
            _ = skipSpace()
            let word = word.withUTF8Buffer { Array($0) }
            guard rest.starts(with: word) else { return false }
            rest = rest.dropFirst(word.count)
            return true
        }

        mutating func alternatives(depth: Int) throws(Problem) -> Expression {
            var expression = try conjunction(depth)
            while take("||") { expression = .or(expression, try conjunction(depth)) }
            return expression
        }

        private mutating func conjunction(_ depth: Int) throws(Problem) -> Expression {
            var expression = try term(depth)
            while take("&&") { expression = .and(expression, try term(depth)) }
            return expression
        }

        private mutating func term(_ depth: Int) throws(Problem) -> Expression {
            guard depth < 32 else { throw Problem("it is nested too deeply") }
            if take("!") { return .not(try term(depth + 1)) }
            if take("(") {
                let inner = try alternatives(depth: depth + 1)
                guard take(")") else { throw Problem("a ')' is missing") }
                return inner
            }
            _ = skipSpace()
            let name = rest.prefix { $0 > 0x20 && !"&|!()".utf8.contains($0) }
            guard !name.isEmpty else { throw Problem(rest.isEmpty ? "it ends where the name of a check is needed" : "the name of a check is needed at '\(restText)'") }
            rest = rest.dropFirst(name.count)
            return .name(String(decoding: name, as: UTF8.self))
        }
    }
}
