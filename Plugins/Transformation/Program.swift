internal import SluiceLua
internal import SluicePlugin

/// What one place does in one stage, as a table of Lua for the library. Mistakes are reported where they stand.
final class Program {
    private let stage: String
    private var rules: [String] = []
    private var responses: [String] = []
    /// Built once, when Lua loads the program.
    private var expressions: [String] = []

    init(_ stage: String) { self.stage = stage }

    /// Nil when the stage is not there.
    convenience init?(_ option: Option, _ stage: String) {
        guard option.isPresent else { return nil }
        self.init(stage)
        for rule in option["requestTransforms"].elements {
            let matcher = rule["matcher"]
            add(rule: rule, match: matcher.isPresent ? conditions(matcher) : [])
        }
        for response in option["responseTransforms"].elements {
            let match = response["matchers"].elements.map(headerCondition)
            var members = match.isEmpty ? [] : ["match=function(m) return \(match.joined(separator: " and ")) end"]
            let change = response["responseTransformation"]
            if change.isPresent { members.append("response=\(transformation(change, isRequest: false))") }
            responses.append("{" + members.joined(separator: ",\n") + "}")
        }
    }

    /// The older form: one rule for every request.
    func add(transformations option: Option) { add(rule: option, match: []) }

    /// A call of a function: its template, with the parameters as further extractors.
    func add(function: Option, parameters: Option, response: Option) {
        let request = template(function, isRequest: true, more: extractors(of: parameters))
        rules.append("{request=\(request)\(response.isPresent ? ",\nresponse=\(template(response, isRequest: false))" : "")}")
    }

    var text: String {
        """
        local R=...
        local X={\(expressions.map { "R.regex(\($0))" }.joined(separator: ",\n"))}
        return {stage=\(luaText(stage)),rules={\(rules.joined(separator: ",\n"))},responses={\(responses.joined(separator: ",\n"))}}
        """
    }

    private func add(rule: Option, match: [String]) {
        var members: [String] = []
        if !match.isEmpty { members.append("match=function(m) return \(match.joined(separator: " and ")) end") }
        if rule["clearRouteCache"].bool == true { members.append("clear=true") }
        let request = rule["requestTransformation"]
        if request.isPresent { members.append("request=\(transformation(request, isRequest: true))") }
        let response = rule["responseTransformation"]
        if response.isPresent { members.append("response=\(transformation(response, isRequest: false))") }
        rules.append("{" + members.joined(separator: ",\n") + "}")
    }

    /// An expression of the library; nil, and a report, when it cannot be one.
    ///
    /// - Parameter text: the expression that comes of the option; not set, it is the option.
    func expression(_ option: Option, _ text: String? = nil) -> (lua: String, groups: Int)? {
        do throws(ScriptProblem) {
            let expression = try Expression(text ?? option.string ?? "")
            let lua = expression.lua
            let index = expressions.firstIndex(of: lua) ?? expressions.count
            if index == expressions.count { expressions.append(lua) }
            return ("X[\(index + 1)]", expression.groups)
        } catch {
            option.error("\(error.words) (of the regular expression)")
            return nil
        }
    }

    // MARK: Conditions

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
