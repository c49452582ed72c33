internal import SluicePlugin

/// The messages of Envoy that carry header changes; their fields have the same names.
protocol HeaderFields {
    @discardableResult func requestHeadersToAdd(_ body: (Core.HeaderValueOption) -> Void) -> Self
    @discardableResult func responseHeadersToAdd(_ body: (Core.HeaderValueOption) -> Void) -> Self
    @discardableResult func requestHeadersToRemove(_ name: some WireText) -> Self
    @discardableResult func responseHeadersToRemove(_ name: some WireText) -> Self
}

extension Route.Route: HeaderFields {}
extension Route.VirtualHost: HeaderFields {}
extension Route.WeightedCluster.ClusterWeight: HeaderFields {}

func contribute(to envoy: some HeaderFields, _ option: Option, of subject: some Subject) {
    for entry in option["requestHeadersToAdd"].elements {
        let secret = entry["headerSecretRef"]
        if secret.isPresent {
            addHeaders(of: secret, append: entry["append"].bool, to: envoy, of: subject)
        } else {
            let header = entry["header"]
            guard isUsable(header) else { continue }
            envoy.requestHeadersToAdd { write($0, key: header["key"], value: header["value"], append: entry["append"].bool) }
        }
    }
    for name in option["requestHeadersToRemove"].elements {
        if let text = removableName(name) { envoy.requestHeadersToRemove(text) }
    }
    for entry in option["responseHeadersToAdd"].elements {
        let header = entry["header"]
        guard isUsable(header) else { continue }
        envoy.responseHeadersToAdd { write($0, key: header["key"], value: header["value"], append: entry["append"].bool) }
    }
    for name in option["responseHeadersToRemove"].elements {
        if let text = removableName(name) { envoy.responseHeadersToRemove(text) }
    }
}

/// All headers of a Secret of the header kind, in the order of the Secret.
private func addHeaders(of reference: Option, append: Bool?, to envoy: some HeaderFields, of subject: some Subject) {
    let secret = subject.find("Secret", reference)
    guard secret.isPresent else {
        reference.error("there is no Secret '\(reference["name"].string ?? "")' with headers")
        return
    }
    let headers = secret["header"]["headers"]
    guard headers.isPresent else {
        reference.error("Secret '\(reference["name"].string ?? "")' is not a header secret: it has no 'header.headers'")
        return
    }
    for value in headers.elements {
        if let problem = problemOfName(value.key) ?? problemOfSecret(value) {
            reference.error("Secret '\(reference["name"].string ?? "")' cannot be used: \(problem)")
            return
        }
        envoy.requestHeadersToAdd { option in
            option.header { header in
                header.key(value.key)
                if let text = value.text { header.value(literal(text)) }
            }
            option.appendAction(action(append))
        }
    }
}

private func problemOfSecret(_ value: Option) -> String? {
    guard let text = value.text else { return nil }
    return text.array.contains(where: isBreak) ? "header '\(value.key.string)': \(noBreaks)" : nil
}

/// A secret is no format: its percent signs are percent signs.
private func literal(_ text: sluice_text_host) -> [UInt8] {
    text.array.flatMap { $0 == UInt8(ascii: "%") ? [$0, $0] : [$0] }
}

private let noBreaks = "a header's value cannot hold a line break or a zero byte"

private func isBreak(_ byte: UInt8) -> Bool { byte == 0 || byte == 0x0a || byte == 0x0d }

private func write(_ option: Core.HeaderValueOption, key: Option, value: Option, append: Bool?) {
    option.header { header in
        if let text = key.text { header.key(text) }
        if let text = value.text { header.value(text) }
    }
    option.appendAction(action(append))
    // An empty value is a value: Gloo sends the header with nothing in it, Envoy alone would leave it out.
    if value.text?.isEmpty ?? true { option.keepEmptyValue(true) }
}

/// Gloo appends unless told not to.
private func action(_ append: Bool?) -> Core.HeaderValueOption.HeaderAppendAction {
    append ?? true ? .appendIfExistsOrAdd : .overwriteIfExistsOrAdd
}

private func isUsable(_ header: Option) -> Bool {
    let key = header["key"]
    guard let name = key.text, !name.isEmpty else {
        header.error("a header needs a 'key'")
        return false
    }
    if let problem = problemOfName(name) {
        key.error(problem)
        return false
    }
    if let value = header["value"].text, let problem = value.array.contains(where: isBreak) ? noBreaks : problemOfFormat(value) {
        header["value"].error(problem)
        return false
    }
    return true
}

private func removableName(_ name: Option) -> sluice_text_host? {
    guard let text = name.text, !text.isEmpty else { return nil }
    if let problem = problemOfName(text) {
        name.error(problem)
        return nil
    }
    return text
}

/// What Envoy refuses in a header's name, said before Envoy sees it.
private func problemOfName(_ name: sluice_text_host) -> String? {
    guard !name.isEmpty else { return "a header needs a name" }
    guard isChangeable(header: name) else {
        return "header '\(name.string)' cannot be changed by headerManipulation; use prefixRewrite, regexRewrite or hostRewrite"
    }
    for index in 0..<name.length {
        let byte = name.bytes[index]
        if byte <= 0x20 || byte >= 0x7f || byte == UInt8(ascii: ":") { return "'\(name.string)' is not a header name" }
    }
    return nil
}
