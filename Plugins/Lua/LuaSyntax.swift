/// Reads a Lua script as LuaJIT's parser does, and makes nothing of it but the first mistake.
///
/// It knows the grammar, where `break` and `...` may stand, and labels; LuaJIT's limits (200 local variables, 60 captured ones) it
/// does not count. What it lets through, and what fails when a script is loaded, `guarded(_:)` keeps from being Envoy's problem.
struct LuaSyntax {
    private var lexer: LuaLexer
    private var token: LuaLexer.Token
    private var ahead: LuaLexer.Token?
    private var functions = [Function(takesMore: true)]
    private var depth = 0

    private struct Function {
        /// `...` may be used: in the script itself, and in functions that have it.
        var takesMore: Bool
        var loops = 0
        /// Of each block that is open, innermost last.
        var labels: [Set<String>] = [[]]
        /// Jumps to a label that has not come yet, and in which block they stand.
        var jumps: [(name: String, line: Int, block: Int)] = []
    }

    /// The first mistake; nil when there is none.
    static func problem(_ script: [UInt8]) -> LuaProblem? {
        do throws(LuaProblem) {
            var syntax = try LuaSyntax(script)
            try syntax.block()
            guard syntax.token.kind == .end else { throw syntax.unexpected() }
            return syntax.functions[0].jumps.first.map { LuaProblem(line: $0.line, message: "there is no label '\($0.name)' to go to") }
        } catch {
            return error
        }
    }

    private init(_ script: [UInt8]) throws(LuaProblem) {
        lexer = LuaLexer(script)
        token = try lexer.next()
    }

    // MARK: Words

    private mutating func advance() throws(LuaProblem) {
        if let ahead {
            token = ahead
            self.ahead = nil
        } else {
            token = try lexer.next()
        }
    }

    /// Whether a word stands here; goes on after it.
    private mutating func take(_ word: String) throws(LuaProblem) -> Bool {
        guard token.isWord(word) else { return false }
        try advance()
        return true
    }

    private mutating func expect(_ word: String, closing opener: String? = nil, of line: Int = 0) throws(LuaProblem) {
        if try take(word) { return }
        var message = "'\(word)' is expected"
        if let opener, line != token.line { message += ", for '\(opener)' of line \(line)" }
        throw LuaProblem(line: token.line, message: "\(message), and not \(token.words)")
    }

    @discardableResult
    private mutating func name() throws(LuaProblem) -> String {
        guard token.kind == .name else { throw LuaProblem(line: token.line, message: "a name is expected, and not \(token.words)") }
        let name = token.text
        try advance()
        return name
    }

    private func unexpected() -> LuaProblem { LuaProblem(line: token.line, message: "\(token.words) is not expected here") }

    /// LuaJIT nests 200 deep.
    private mutating func nested(_ body: (inout LuaSyntax) throws(LuaProblem) -> Void) throws(LuaProblem) {
        depth += 1
        guard depth < 190 else { throw LuaProblem(line: token.line, message: "things stand too deep in each other") }
        try body(&self)
        depth -= 1
    }

    // MARK: Statements

    private mutating func block() throws(LuaProblem) {
        while !isBlockEnd {
            if try take("return") {
                if !isBlockEnd, !token.isWord(";") { try expressions() }
                _ = try take(";")
                break
            }
            try nested { syntax throws(LuaProblem) in try syntax.statement() }
        }
    }

    private var isBlockEnd: Bool {
        token.kind == .end || (token.kind == .word && ["end", "else", "elseif", "until"].contains(token.text))
    }

    /// A block with labels of its own; `until` still sees what is in it.
    private mutating func scope(_ until: Bool = false) throws(LuaProblem) {
        functions[functions.count - 1].labels.append([])
        try block()
        if until {
            try expect("until")
            try expression()
        }
        close()
    }

    /// Jumps that found no label in the block look for one in the block around it.
    private mutating func close() {
        let index = functions.count - 1
        let block = functions[index].labels.count - 1
        functions[index].labels.removeLast()
        for jump in functions[index].jumps.indices where functions[index].jumps[jump].block == block { functions[index].jumps[jump].block = block - 1 }
    }

    private mutating func loop(_ body: (inout LuaSyntax) throws(LuaProblem) -> Void) throws(LuaProblem) {
        functions[functions.count - 1].loops += 1
        try body(&self)
        functions[functions.count - 1].loops -= 1
    }

    private mutating func statement() throws(LuaProblem) {
        let line = token.line
        guard token.kind == .word else { return try callOrAssignment() }
        switch token.text {
        case ";": try advance()
        case "if":
            repeat {
                try advance()
                try expression()
                try expect("then")
                try scope()
            } while token.isWord("elseif")
            if try take("else") { try scope() }
            try expect("end", closing: "if", of: line)
        case "while":
            try advance()
            try expression()
            try expect("do")
            try loop { syntax throws(LuaProblem) in try syntax.scope() }
            try expect("end", closing: "while", of: line)
        case "do":
            try advance()
            try scope()
            try expect("end", closing: "do", of: line)
        case "for":
            try advance()
            try forLoop()
            try expect("end", closing: "for", of: line)
        case "repeat":
            try advance()
            try loop { syntax throws(LuaProblem) in try syntax.scope(true) }
        case "function":
            try advance()
            try name()
            while try take(".") { try name() }
            if try take(":") { try name() }
            try function(from: line)
        case "local":
            try advance()
            if try take("function") {
                try name()
                return try function(from: line)
            }
            repeat { try name() } while try take(",")
            if try take("=") { try expressions() }
        case "break":
            if functions[functions.count - 1].loops == 0 { throw LuaProblem(line: line, message: "'break' stands in no loop") }
            try advance()
        case "goto":
            try advance()
            jump(to: try name(), line)
        case "::":
            try advance()
            try label(try name(), line)
            try expect("::")
        default: try callOrAssignment()
        }
    }

    private mutating func forLoop() throws(LuaProblem) {
        try name()
        if try take("=") {
            try expression()
            try expect(",")
            try expression()
            if try take(",") { try expression() }
        } else {
            while try take(",") { try name() }
            guard token.isWord("in") else { throw LuaProblem(line: token.line, message: "'=' or 'in' is expected, and not \(token.words)") }
            try advance()
            try expressions()
        }
        try expect("do")
        try loop { syntax throws(LuaProblem) in try syntax.scope() }
    }

    private mutating func jump(to name: String, _ line: Int) {
        let index = functions.count - 1
        guard !functions[index].labels.contains(where: { $0.contains(name) }) else { return }
        functions[index].jumps.append((name, line, functions[index].labels.count - 1))
    }

    private mutating func label(_ name: String, _ line: Int) throws(LuaProblem) {
        let index = functions.count - 1
        let block = functions[index].labels.count - 1
        guard !functions[index].labels[block].contains(name) else {
            throw LuaProblem(line: line, message: "there is a label '\(name)' already")
        }
        functions[index].labels[block].insert(name)
        functions[index].jumps.removeAll { $0.name == name && $0.block >= block }
    }

    private mutating func callOrAssignment() throws(LuaProblem) {
        var kind = try suffixed()
        guard token.isWord("=") || token.isWord(",") else {
            if kind != .call { throw LuaProblem(line: token.line, message: "a call or an assignment is expected, and not \(token.words)") }
            return
        }
        while true {
            guard kind == .variable else { throw LuaProblem(line: token.line, message: "only a variable can be assigned to") }
            guard try take(",") else { break }
            kind = try suffixed()
        }
        try expect("=")
        try expressions()
    }

    // MARK: Expressions

    private enum Kind { case variable, call, value }

    private mutating func expressions() throws(LuaProblem) {
        repeat { try expression() } while try take(",")
    }

    /// Operators bind as they will; what may stand where does not depend on it.
    private mutating func expression() throws(LuaProblem) {
        try nested { syntax throws(LuaProblem) in
            repeat { try syntax.operand() } while try syntax.takeOperator()
        }
    }

    private mutating func takeOperator() throws(LuaProblem) -> Bool {
        let operators: Set<String> = ["+", "-", "*", "/", "%", "^", "..", "==", "~=", "<", ">", "<=", ">=", "and", "or"]
        guard token.kind == .word, operators.contains(token.text) else { return false }
        try advance()
        return true
    }

    private mutating func operand() throws(LuaProblem) {
        while token.isWord("not") || token.isWord("-") || token.isWord("#") { try advance() }
        switch token.kind {
        case .number, .string: try advance()
        case .word where ["nil", "true", "false"].contains(token.text): try advance()
        case .word where token.text == "...":
            if !functions[functions.count - 1].takesMore { throw LuaProblem(line: token.line, message: "'...' stands in a function that does not take it") }
            try advance()
        case .word where token.text == "{": try table()
        case .word where token.text == "function":
            let line = token.line
            try advance()
            try function(from: line)
        default: _ = try suffixed()
        }
    }

    /// A variable, and what is called and looked up from there.
    private mutating func suffixed() throws(LuaProblem) -> Kind {
        var kind = Kind.variable
        if token.isWord("(") {
            let line = token.line
            try advance()
            try expression()
            try expect(")", closing: "(", of: line)
            kind = .value
        } else if token.kind == .name {
            try advance()
        } else {
            throw unexpected()
        }
        while true {
            if try take(".") {
                try name()
                kind = .variable
            } else if token.isWord("[") {
                try index()
                kind = .variable
            } else if try take(":") {
                try name()
                guard token.kind == .string || token.isWord("(") || token.isWord("{") else {
                    throw LuaProblem(line: token.line, message: "arguments are expected, and not \(token.words)")
                }
                try arguments()
                kind = .call
            } else if token.kind == .string || token.isWord("(") || token.isWord("{") {
                try arguments()
                kind = .call
            } else {
                return kind
            }
        }
    }

    private mutating func index() throws(LuaProblem) {
        let line = token.line
        try advance()
        try expression()
        try expect("]", closing: "[", of: line)
    }

    private mutating func arguments() throws(LuaProblem) {
        if token.kind == .string { return try advance() }
        if token.isWord("{") { return try table() }
        let line = token.line
        try advance()
        if try take(")") { return }
        try expressions()
        try expect(")", closing: "(", of: line)
    }

    private mutating func table() throws(LuaProblem) {
        let line = token.line
        try advance()
        while !token.isWord("}") {
            if token.isWord("[") {
                try index()
                try expect("=")
            } else if token.kind == .name {
                if ahead == nil { ahead = try lexer.next() }
                if ahead?.isWord("=") == true {
                    try advance()
                    try advance()
                }
            }
            try expression()
            guard token.isWord(",") || token.isWord(";") else { break }
            try advance()
        }
        try expect("}", closing: "{", of: line)
    }

    /// From the parameters to the `end`.
    private mutating func function(from line: Int) throws(LuaProblem) {
        try expect("(")
        var function = Function(takesMore: false)
        while !token.isWord(")") {
            if try take("...") {
                function.takesMore = true
                break
            }
            try name()
            guard try take(",") else { break }
            if token.isWord(")") { throw unexpected() }
        }
        try expect(")")
        functions.append(function)
        try nested { syntax throws(LuaProblem) in try syntax.block() }
        try expect("end", closing: "function", of: line)
        if let jump = functions.removeLast().jumps.first { throw LuaProblem(line: jump.line, message: "there is no label '\(jump.name)' to go to") }
    }
}
