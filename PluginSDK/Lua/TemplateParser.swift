/// Inja's language: text, `{{ value }}`, `{% statement %}`, `{# comment #}`, and lines that begin with `##`, which are statements.
struct TemplateParser {
    private let text: [UInt8]
    private let isAdvanced: Bool
    private var at = 0
    private var count = 0
    private var depth = 0

    init(_ text: [UInt8], isAdvanced: Bool) {
        self.text = text
        self.isAdvanced = isAdvanced
    }

    /// What ended a run of nodes: a statement of the one around it.
    private enum End {
        case none, otherwise, otherwiseIf(TemplateValue), endOfIf, endOfLoop
    }

    /// What a statement in hand ends with.
    private enum Close { case bracket, line }

    mutating func parse() throws(ScriptProblem) -> [TemplateNode] {
        let start = at
        let (nodes, end, place) = try nodes()
        switch end {
        case .none: return nodes
        case .endOfLoop: throw problem("'endfor' without 'for'", place)
        default: throw problem("'\(word(place))' without 'if'", max(place, start))
        }
    }

    // MARK: Text

    private mutating func nodes() throws(ScriptProblem) -> ([TemplateNode], End, Int) {
        depth += 1
        defer { depth -= 1 }
        if depth > 15 { throw problem("'if' and 'for' are nested more than 15 deep") }
        var nodes: [TemplateNode] = []
        var plain: [UInt8] = []
        func flushed() -> [TemplateNode] { plain.isEmpty ? nodes : nodes + [.text(plain)] }
        while at < text.count {
            if startsWith("{#") {
                if startsWith("{#-") { trimEnd(&plain) }
                guard let end = find("#}") else { throw problem("'{#' without '#}'") }
                let isTrimming = text[end - 1] == UInt8(ascii: "-") && end > at + 2
                at = end + 2
                if isTrimming { skipBlanks() }
                continue
            }
            if startsWith("{{") {
                let start = at
                at += 2
                if take("-") { trimEnd(&plain) }
                let value = try wholeValue()
                skipBlanks()
                let isTrimming = take("-")
                guard take("}}") else { throw unexpected("'}}'", from: start) }
                if isTrimming { skipBlanks() }
                nodes = flushed() + [.print(value)]
                plain = []
                try counted(start)
                continue
            }
            let isLine = startsWith("##") && (at == 0 || text[at - 1] == UInt8(ascii: "\n"))
            if isLine || startsWith("{%") {
                let start = at
                at += 2
                if !isLine, take("-") { trimEnd(&plain) }
                try counted(start)
                let (node, end) = try statement(isLine ? .line : .bracket, start)
                if let node { nodes = flushed() + [node] } else { return (flushed(), end, start) }
                plain = []
                continue
            }
            plain.append(text[at])
            at += 1
        }
        return (flushed(), .none, at)
    }

    /// Lua bounds how large a function is.
    private mutating func counted(_ start: Int) throws(ScriptProblem) {
        count += 1
        if count > 1000 { throw problem("more than 1000 expressions and statements", start) }
    }

    private func trimEnd(_ plain: inout [UInt8]) {
        while let last = plain.last, isBlank(last) { plain.removeLast() }
    }

    // MARK: Statements

    /// A node, or the end that this statement is for the nodes around it.
    private mutating func statement(_ close: Close, _ start: Int) throws(ScriptProblem) -> (TemplateNode?, End) {
        skipBlanks(close)
        let place = at
        let keyword = identifier() ?? ""
        switch keyword {
        case "if":
            let condition = try wholeValue(close)
            try end(close, start)
            return (try branches(condition, start), .none)
        case "else", "elif":
            skipBlanks(close)
            let place = at
            if keyword == "elif" || identifier() == "if" {
                let condition = try wholeValue(close)
                try end(close, start)
                return (nil, .otherwiseIf(condition))
            }
            at = place
            try end(close, start)
            return (nil, .otherwise)
        case "endif":
            try end(close, start)
            return (nil, .endOfIf)
        case "endfor":
            try end(close, start)
            return (nil, .endOfLoop)
        case "for": return (try loop(close, start), .none)
        case "set":
            let variable = try name(close, of: "set")
            skipBlanks(close)
            guard take("=") else { throw unexpected("'=', as in '{% set a = 1 %}'", from: at) }
            let value = try wholeValue(close)
            try end(close, start)
            return (.set(variable, value), .none)
        case "include", "extends", "block", "endblock":
            throw problem("'\(keyword)' needs other templates, and there are none here; write the text itself", place)
        default:
            throw problem("a statement begins with 'if', 'else', 'endif', 'for', 'endfor' or 'set'", place)
        }
    }

    private mutating func branches(_ condition: TemplateValue, _ start: Int) throws(ScriptProblem) -> TemplateNode {
        var branches: [(condition: TemplateValue, nodes: [TemplateNode])] = []
        var condition: TemplateValue? = condition
        while true {
            let (nodes, end, place) = try nodes()
            switch end {
            case .none: throw problem("'if' without 'endif'", start)
            case .endOfLoop: throw problem("'endfor' inside of an 'if' that is not ended; write 'endif' before it", place)
            case .endOfIf:
                guard let condition else { return .branch(branches, otherwise: nodes) }
                return .branch(branches + [(condition, nodes)], otherwise: [])
            case .otherwise, .otherwiseIf:
                guard let own = condition else { throw problem("something follows 'else'; only 'endif' can", place) }
                branches.append((own, nodes))
                if case .otherwiseIf(let next) = end { condition = next } else { condition = nil }
            }
        }
    }

    private mutating func loop(_ close: Close, _ start: Int) throws(ScriptProblem) -> TemplateNode {
        let first = try name(close, of: "for")
        skipBlanks(close)
        let second = take(",") ? try name(close, of: "for") : nil
        skipBlanks(close)
        let place = at
        guard identifier() == "in" else { throw problem("'in' is missing, as in '{% for item in list %}'", place) }
        let list = try wholeValue(close)
        try end(close, start)
        let (nodes, end, endPlace) = try nodes()
        guard case .endOfLoop = end else {
            if case .none = end { throw problem("'for' without 'endfor'", start) }
            throw problem("'\(word(endPlace))' inside of a 'for' that is not ended; write 'endfor' before it", endPlace)
        }
        guard let second else { return .each(first, list, nodes) }
        return .eachPair(first, second, list, nodes)
    }

    /// A variable's own name, which `loop` cannot be.
    private mutating func name(_ close: Close, of statement: String) throws(ScriptProblem) -> String {
        skipBlanks(close)
        let place = at
        guard let name = identifier(), name != "loop", name.utf8.allSatisfy({ ByteSet.word.contains($0) }) else {
            throw problem("'\(statement)' needs a name of letters, digits and '_' that is not 'loop'", place)
        }
        return name
    }

    private mutating func end(_ close: Close, _ start: Int) throws(ScriptProblem) {
        skipBlanks(close)
        guard close == .bracket else {
            guard at == text.count || take("\n") || take("\r\n") else { throw unexpected("the end of the line", from: start) }
            return
        }
        let isTrimming = take("-")
        guard take("%}") else { throw unexpected("'%}'", from: start) }
        if isTrimming { skipBlanks() }
    }

    private mutating func wholeValue(_ close: Close = .bracket) throws(ScriptProblem) -> TemplateValue {
        let start = at
        var parser = TemplateValueParser(text, at: at, isLine: close == .line, isAdvanced: isAdvanced)
        let value = try parser.value()
        at = parser.at
        let extent = value.extent
        if extent.depth > 60 || extent.registers > 120 { throw problem("the expression is too large; make parts of it with 'set'", start) }
        return value
    }

    // MARK: Bytes

    private func problem(_ message: String, _ offset: Int? = nil) -> ScriptProblem { ScriptProblem(message, at: offset ?? at, in: text) }

    private func unexpected(_ what: String, from start: Int) -> ScriptProblem {
        at >= text.count ? problem("\(what) is missing", start) : problem("\(what) should stand here")
    }

    private func startsWith(_ word: String) -> Bool { text[at...].starts(with: word.utf8) }

    private mutating func take(_ word: String) -> Bool {
        guard startsWith(word) else { return false }
        at += word.utf8.count
        return true
    }

    private func find(_ word: String) -> Int? {
        var index = at + 2
        while index + word.utf8.count <= text.count {
            if text[index...].starts(with: word.utf8) { return index }
            index += 1
        }
        return nil
    }

    private mutating func skipBlanks(_ close: Close = .bracket) {
        while at < text.count, isBlank(text[at]), close == .bracket || text[at] != UInt8(ascii: "\n") { at += 1 }
    }

    private mutating func identifier() -> String? {
        let word = text[at...].prefix { ByteSet.word.contains($0) }
        guard let first = word.first, !ByteSet.digits.contains(first) else { return nil }
        at += word.count
        return String(decoding: word, as: UTF8.self)
    }

    /// The word of the statement that begins here.
    private func word(_ place: Int) -> String {
        let rest = text[place...].drop { !ByteSet.word.contains($0) }
        return String(decoding: rest.prefix { ByteSet.word.contains($0) }, as: UTF8.self)
    }
}

func isBlank(_ byte: UInt8) -> Bool { byte == 32 || (byte >= 9 && byte <= 13) }
