public import SluicePlugin

/// What one place does in one stage, as a table of Lua for the library: `{stage, rules, responses}`. Mistakes are reported where they
/// stand.
public final class Program {
    private let stage: String
    private var rules: [String] = []
    private var responses: [String] = []
    /// Built once, when Lua loads the program.
    private var expressions: [String] = []

    /// - Parameter stage: under which the proxy keeps which rule took a request.
    public init(_ stage: String) { self.stage = stage }

    /// A rule for requests and their responses; members of a table of Lua.
    public func add(rule members: [String]) { rules.append("{" + members.joined(separator: ",\n") + "}") }

    /// A rule for responses that no rule for requests answers for.
    public func add(response members: [String]) { responses.append("{" + members.joined(separator: ",\n") + "}") }

    public var text: String {
        """
        local R=...
        local X={\(expressions.joined(separator: ",\n"))}
        return {stage=\(luaText(stage)),rules={\(rules.joined(separator: ",\n"))},responses={\(responses.joined(separator: ",\n"))}}
        """
    }

    /// An expression that is to match a text as a whole; nil, and a report, when it cannot be one.
    ///
    /// - Parameter text: the expression that comes of the option; not set, it is the option.
    public func expression(_ option: Option, _ text: String? = nil) -> (lua: String, groups: Int)? {
        guard let expression = parsed(option, text) else { return nil }
        return (kept("R.regex(\(expression.lua))"), expression.groups)
    }

    /// The same for an expression that is looked for in a text.
    public func search(_ option: Option, _ text: String? = nil) -> (lua: String, groups: Int)? {
        guard let expression = parsed(option, text) else { return nil }
        guard let search = expression.search else {
            option.error("the regular expression matches an empty text, too, so that it is found everywhere")
            return nil
        }
        return (kept(search), expression.groups)
    }

    private func kept(_ lua: String) -> String {
        let index = expressions.firstIndex(of: lua) ?? expressions.count
        if index == expressions.count { expressions.append(lua) }
        return "X[\(index + 1)]"
    }

    private func parsed(_ option: Option, _ text: String?) -> Expression? {
        do throws(ScriptProblem) {
            return try Expression(text ?? option.string ?? "")
        } catch {
            option.error("\(error.words) (of the regular expression)")
            return nil
        }
    }

    // MARK: Conditions

    /// The member `match` for a matcher of requests, as Gloo's; none when it takes all.
    public func match(_ matcher: Option) -> [String] { member(conditions(matcher)) }

    /// The same for matchers of headers.
    public func match(headers: Option) -> [String] { member(headers.elements.map(headerCondition)) }

    private func member(_ conditions: [String]) -> [String] {
        conditions.isEmpty ? [] : ["match=function(m) return \(conditions.joined(separator: " and ")) end"]
    }

    private func conditions(_ matcher: Option) -> [String] {
        var all: [String] = []
        let isExactCase = matcher["caseSensitive"].bool ?? true
        for (name, function) in [("prefix", "prefix"), ("exact", "exact")] as [(StaticString, String)] {
            guard let path = matcher[name].string else { continue }
            if !path.utf8.starts(with: "/".utf8) { matcher[name].error("a path begins with '/'") }
            if path == "/", function == "prefix" { continue }
            all.append("R.\(function)(m,\(luaText(path)),\(isExactCase))")
        }
        if matcher["regex"].isPresent, let expression = expression(matcher["regex"]) { all.append("R.regexPath(m,\(expression.lua))") }
        if matcher["connectMatcher"].isPresent { all.append("R.method(m,{CONNECT=true})") }
        for header in matcher["headers"].elements { all.append(headerCondition(header)) }
        for parameter in matcher["queryParameters"].elements {
            all.append("R.hasParameter(m,\(luaText(parameter["name"].string ?? "")),\(wanted(parameter)))")
        }
        let methods = matcher["methods"].elements.map { "[\(luaText($0.string ?? ""))]=true" }
        if !methods.isEmpty { all.append("R.method(m,{\(methods.joined(separator: ","))})") }
        return all
    }

    private func headerCondition(_ header: Option) -> String {
        "R.hasHeader(m,\(luaText((header["name"].string ?? "").lowercased())),\(wanted(header)),\(header["invertMatch"].bool ?? false))"
    }

    /// The text, or the expression, that a value has to be; nil is any.
    private func wanted(_ condition: Option) -> String {
        let value = condition["value"].string ?? ""
        if condition["regex"].bool == true { return expression(condition["value"])?.lua ?? "nil" }
        return value.isEmpty ? "nil" : luaText(value)
    }
}
