internal import SluiceLua
internal import SluicePlugin

/// What is done to one message.
extension Program {
    func transformation(_ option: Option, isRequest: Bool) -> String {
        if option["headerBodyTransform"].isPresent {
            let hasMetadata = option["headerBodyTransform"]["addRequestMetadata"].bool == true
            return "{wrap=true,metadata=\(hasMetadata)}"
        }
        return template(option["transformationTemplate"], isRequest: isRequest)
    }

    func template(_ template: Option, isRequest: Bool, more: [String] = []) -> String {
        let isAdvanced = template["advancedTemplates"].bool == true
        let passes = template["passthrough"].isPresent
        var members: [String] = []
        if isAdvanced { members.append("advanced=true") }
        if passes {
            members.append("passthrough=true")
        } else if template["parseBodyBehavior"].text.map({ !($0 == "DontParse") }) ?? true {
            members.append("parse=true")
            if template["ignoreErrorOnParse"].bool == true { members.append("ignore=true") }
        }
        let extractors = template["extractors"].elements.compactMap { extractor($0, passes: passes) } + more
        if !extractors.isEmpty { members.append("extractors={\(extractors.joined(separator: ",\n"))}") }
        if template["body"].isPresent { members.append("body=\(text(template["body"], isAdvanced))") }
        if template["mergeExtractorsToBody"].isPresent { members.append("merge=true") }
        let values = template["dynamicMetadataValues"].elements.map { entry in
            let namespace = entry["metadataNamespace"].string.flatMap { $0.isEmpty ? nil : $0 } ?? "io.solo.transformation"
            return "{\(luaText(namespace)),\(luaText(entry["key"].string ?? "")),\(text(entry["value"], isAdvanced))}"
        }
        if !values.isEmpty { members.append("values={\(values.joined(separator: ",\n"))}") }
        let set = template["headers"].elements.map { entry in
            let name = entry.key.string.lowercased()
            if let problem = problemOfHeader(name, isRequest: isRequest, mayBePseudo: true) { entry.error(problem) }
            return "{\(luaText(name)),\(text(entry, isAdvanced))}"
        }
        if !set.isEmpty { members.append("set={\(set.joined(separator: ",\n"))}") }
        let append = template["headersToAppend"].elements.map { entry in
            let name = (entry["key"].string ?? "").lowercased()
            if let problem = problemOfHeader(name, isRequest: isRequest, mayBePseudo: false) { entry["key"].error(problem) }
            return "{\(luaText(name)),\(text(entry["value"], isAdvanced))}"
        }
        if !append.isEmpty { members.append("append={\(append.joined(separator: ",\n"))}") }
        let remove = template["headersToRemove"].elements.map { name in
            if let name_ = name.string, name_.utf8.first == UInt8(ascii: ":") || name_.lowercased() == "host" {
                name.error("'\(name_)' cannot be removed, since Envoy needs it")
            }
            return luaText((name.string ?? "").lowercased())
        }
        if !remove.isEmpty { members.append("remove={\(remove.joined(separator: ","))}") }
        return "{" + members.joined(separator: ",\n") + "}"
    }

    /// `{text}`; without a text it is empty.
    private func text(_ option: Option, _ isAdvanced: Bool) -> String {
        do throws(ScriptProblem) {
            return try Template(option["text"].string ?? "", isAdvanced: isAdvanced).lua
        } catch {
            option["text"].error("\(error.words) (of the template)")
            return "\"\""
        }
    }

    private func extractor(_ option: Option, passes: Bool) -> String? {
        guard let (lua, groups) = expression(option["regex"]) else { return nil }
        let group = Int(option["subgroup"].int ?? 0)
        if group > groups {
            option["subgroup"].error("the regular expression has \(groups == 0 ? "no groups" : groups == 1 ? "one group" : "\(groups) groups"); 0 is all of it")
        }
        if passes, option["body"].isPresent {
            option["body"].warning("the body is not read where 'passthrough' is set, so that this extractor finds nothing")
        }
        let header = option["header"].string.map { "header=\(luaText($0.lowercased()))," } ?? ""
        return "{name=\(luaText(option.key.string)),\(header)regex=\(lua),group=\(group)}"
    }
}

extension Program {
    /// Of `{headers: {name: text}, path: text}`: an extractor for each name in braces.
    func extractors(of parameters: Option) -> [String] {
        var all = parameters["headers"].elements.flatMap { extractors(of: $0, header: $0.key.string.lowercased()) }
        if parameters["path"].isPresent { all += extractors(of: parameters["path"], header: ":path") }
        return all
    }

    private func extractors(of parameter: Option, header: String) -> [String] {
        let text = parameter.string ?? ""
        var names: [String] = []
        var regex = ""
        var rest = text[...]
        while let first = rest.first {
            let name = first == "{" ? rest.dropFirst().prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) } : ""
            if !name.isEmpty, rest.dropFirst(name.count + 1).first == "}" {
                names.append(String(name))
                regex += "([-._0-9A-Za-z]+)"
                rest = rest.dropFirst(name.count + 2)
            } else {
                if first.isASCII, !first.isLetter, !first.isNumber, first != "_", first > " " { regex += "\\" }
                regex.append(first)
                rest = rest.dropFirst()
            }
        }
        guard let lua = expression(parameter, regex)?.lua else { return [] }
        return names.enumerated().map { index, name in
            "{name=\(luaText(name)),header=\(luaText(header)),regex=\(lua),group=\(index + 1)}"
        }
    }
}

/// Headers that Envoy, or the message around them, cannot do without.
private func problemOfHeader(_ name: String, isRequest: Bool, mayBePseudo: Bool) -> String? {
    let own = isRequest ? [":path", ":method", ":authority"] : [":status"]
    if name.utf8.first == UInt8(ascii: ":") {
        if mayBePseudo, own.contains(name) { return nil }
        let words = own.map { "'\($0)'" }.joined(separator: ", ")
        return mayBePseudo ? "'\(name)' cannot be set on a \(isRequest ? "request" : "response"); \(words) can" : "'\(name)' has one value; set it under 'headers'"
    }
    if name == "content-length" || name == "transfer-encoding" { return "'\(name)' is Envoy's to set, since it tells where the body ends" }
    let isToken = name.utf8.allSatisfy { byte in
        (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x7a) || "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
    return name.isEmpty || !isToken ? "'\(name)' cannot be the name of a header" : nil
}
