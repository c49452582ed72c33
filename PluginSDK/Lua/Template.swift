/// A template in Inja's language, as Gloo's transformations have it, for the library in Lua.
public struct Template {
    /// A text in quotes when it always says the same; else a function of the context `c`.
    public let lua: String

    /// - Parameter isAdvanced: levels of a name are parted by '/', as JSON pointers are; a name without one by dots all the same.
    public init(_ text: String, isAdvanced: Bool) throws(ScriptProblem) {
        var parser = TemplateParser(Array(text.utf8), isAdvanced: isAdvanced)
        let nodes = try parser.parse()
        lua = write(nodes)
    }
}

indirect enum TemplateNode {
    case text([UInt8])
    case print(TemplateValue)
    case branch([(condition: TemplateValue, nodes: [TemplateNode])], otherwise: [TemplateNode])
    case each(String, TemplateValue, [TemplateNode])
    case eachPair(String, String, TemplateValue, [TemplateNode])
    case set(String, TemplateValue)
}

indirect enum TemplateValue {
    /// Text of Lua: true, false, R.null, a number, a string.
    case constant(String)
    case variable([String])
    /// A function of the library.
    case call(String, [TemplateValue])
    case and(TemplateValue, TemplateValue)
    case or(TemplateValue, TemplateValue)
    case not(TemplateValue)

    /// How deep it is nested, and how many of Lua's registers it takes at most, about.
    var extent: (depth: Int, registers: Int) {
        switch self {
        case .constant: return (1, 1)
        case .variable(let path): return (1, path.count + 3)
        case .call(_, let arguments):
            var depth = 0
            var registers = arguments.count + 2
            for (index, argument) in arguments.enumerated() {
                let extent = argument.extent
                depth = max(depth, extent.depth)
                registers = max(registers, index + 2 + extent.registers)
            }
            return (depth + 1, registers)
        case .and(let a, let b), .or(let a, let b):
            let (x, y) = (a.extent, b.extent)
            return (max(x.depth, y.depth) + 1, max(x.registers, y.registers) + 2)
        case .not(let a): return (a.extent.depth + 1, a.extent.registers + 2)
        }
    }
}

// MARK: Lua

private func write(_ nodes: [TemplateNode]) -> String {
    var fixed: [UInt8] = []
    for node in nodes {
        guard case .text(let text) = node else { return "function(c)\nlocal o={size=0}\n\(statements(nodes))return R.concat(o)\nend" }
        fixed += text
    }
    return quoted(fixed)
}

private func statements(_ nodes: [TemplateNode]) -> String {
    var out = ""
    for node in nodes {
        switch node {
        case .text(let text): out += "R.put(o,\(quoted(text)))\n"
        case .print(let value): out += "R.put(o,\(write(value)))\n"
        case .branch(let branches, let otherwise):
            for (index, branch) in branches.enumerated() {
                out += "\(index == 0 ? "if" : "elseif") \(truth(branch.condition)) then\n\(statements(branch.nodes))"
            }
            if !otherwise.isEmpty { out += "else\n\(statements(otherwise))" }
            out += "end\n"
        case .each(let name, let list, let nodes):
            out += "R.each(c,\(write(list)),\(luaText(name)),function()\n\(statements(nodes))end)\n"
        case .eachPair(let key, let name, let map, let nodes):
            out += "R.pairs(c,\(write(map)),\(luaText(key)),\(luaText(name)),function()\n\(statements(nodes))end)\n"
        case .set(let name, let value): out += "c.vars[\(luaText(name))]=\(write(value))\n"
        }
    }
    return out
}

private func write(_ value: TemplateValue) -> String {
    switch value {
    case .constant(let text): return text
    case .variable(let path):
        let keys = path.map(luaText).joined(separator: ",")
        // Functions without arguments may be called without brackets; a variable of the name goes first.
        if path.count == 1, let function = TemplateFunction.all[path[0]], function.counts.contains(0) {
            return "R.default(R.opt(c,\(keys)),\(write(.call(function.lua, []))))"
        }
        return "R.var(c,\(keys))"
    case .call(let name, let arguments):
        // Missing, the first argument is no mistake here.
        if name == "default", case .variable(let path) = arguments[0] {
            return "R.default(R.opt(c,\(path.map(luaText).joined(separator: ","))),\(write(arguments[1])))"
        }
        if name.hasPrefix("is:") { return "R.is(\(write(arguments[0])),\(luaText(String(name.dropFirst(3)))))" }
        if name == "not eq" { return "(not R.eq(\(arguments.map(write).joined(separator: ","))))" }
        let takesContext = TemplateFunction.withContext.contains(name)
        return "R.\(name)(\(((takesContext ? ["c"] : []) + arguments.map(write)).joined(separator: ",")))"
    case .and, .or, .not: return truth(value)
    }
}

/// As a condition of Lua.
private func truth(_ value: TemplateValue) -> String {
    switch value {
    case .and(let a, let b): "(\(truth(a)) and \(truth(b)))"
    case .or(let a, let b): "(\(truth(a)) or \(truth(b)))"
    case .not(let a): "(not \(truth(a)))"
    default: "R.truth(\(write(value)))"
    }
}
