/// Whether Envoy takes a header that is to be added, `{header: {key, value}, append}`; what is in the way is reported.
public func isUsable(headerToAdd entry: Option) -> Bool {
    let header = entry["header"]
    if let name = header["key"].text, !isChangeable(header: name) {
        header["key"].error("header '\(name.string)' cannot be added; it is a part of the request or response itself")
        return false
    }
    guard let value = header["value"].text, let problem = problemOfFormat(value) else { return true }
    header["value"].error(problem)
    return false
}

/// Writes a header that is to be added. Gloo appends unless told not to, and sends a header without a value.
public func write(headerToAdd entry: Option, to out: Core.HeaderValueOption) {
    out.header { header in
        if let name = entry["header"]["key"].text { header.key(name) }
        if let value = entry["header"]["value"].text { header.value(value) }
    }
    out.appendAction(entry["append"].bool == false ? .overwriteIfExistsOrAdd : .appendIfExistsOrAdd)
    if entry["header"]["value"].text?.isEmpty ?? true { out.keepEmptyValue(true) }
}
