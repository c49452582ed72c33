internal import SluiceLua
internal import SluicePlugin

/// The options as rules of a program.
extension Program {
    /// Nil when the stage is not there.
    convenience init?(_ option: Option, _ stage: String) {
        guard option.isPresent else { return nil }
        self.init(stage)
        for rule in option["requestTransforms"].elements { add(rule: rule) }
        for response in option["responseTransforms"].elements {
            let change = response["responseTransformation"]
            add(response: match(headers: response["matchers"]) + (change.isPresent ? ["response=\(transformation(change, isRequest: false))"] : []))
        }
    }

    /// The older form is such a rule, for every request.
    func add(rule: Option) {
        var members = match(rule["matcher"])
        if rule["clearRouteCache"].bool == true { members.append("clear=true") }
        let request = rule["requestTransformation"]
        if request.isPresent { members.append("request=\(transformation(request, isRequest: true))") }
        let response = rule["responseTransformation"]
        if response.isPresent { members.append("response=\(transformation(response, isRequest: false))") }
        add(rule: members)
    }

    /// A call of a function: its template, with the parameters as further extractors.
    func add(function: Option, parameters: Option, response: Option) {
        let request = "request=\(template(function, isRequest: true, more: extractors(of: parameters)))"
        add(rule: [request] + (response.isPresent ? ["response=\(template(response, isRequest: false))"] : []))
    }
}
