internal import SluicePlugin

/// Whether Envoy can read the operators in a text, `%REQ(x-id)%`: it refuses the listener otherwise.
func isUsable(_ text: Option) -> Bool {
    guard let format = text.text, let problem = problemOfFormat(format, isLog: true) else { return true }
    text.error(problem)
    return false
}

/// The same for all texts in a map or list.
func areUsable(_ value: Option) -> Bool {
    guard value.kind == sluice_kind(SLUICE_MAP) || value.kind == sluice_kind(SLUICE_LIST) else { return isUsable(value) }
    var areUsable_ = true
    for element in value.elements where !areUsable(element) { areUsable_ = false }
    return areUsable_
}

/// Whether a text, or one of those in a map or list, has a word in it.
func mentions(_ value: Option, _ word: StaticString) -> Bool {
    if let text = value.text { return has(text, word) }
    for element in value.elements where mentions(element, word) { return true }
    return false
}

private func has(_ text: sluice_text_host, _ word: StaticString) -> Bool {
    let size = word.utf8CodeUnitCount
    guard text.length >= size else { return false }
    for start in 0...(text.length - size) where (0..<size).allSatisfy({ text.bytes[start + $0] == word.utf8Start[$0] }) { return true }
    return false
}

/// A JSON line: each text with its operators replaced, the form kept.
func write(_ map: Option, to object: Protobuf.Struct) {
    for member in map.elements { object.fields(member.key) { write(member, to: $0) } }
}

private func write(_ value: Option, to out: Protobuf.Value) {
    switch value.kind {
    case sluice_kind(SLUICE_MAP): out.structValue { write(value, to: $0) }
    case sluice_kind(SLUICE_LIST): out.listValue { list in for element in value.elements { list.values { write(element, to: $0) } } }
    case sluice_kind(SLUICE_SCALAR):
        // A number is written as text, since a quoted one cannot be told from it; so Envoy has it from an operator too.
        if let isTrue = value.bool { out.boolValue(isTrue) } else if let text = value.text { out.stringValue(text) }
    default: out.nullValue(.nullValue)
    }
}
