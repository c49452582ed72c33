internal import SluiceLua
internal import SluicePlugin

/// The actions, as a change of a message for the library.
func masks(_ actions: Option, _ program: Program) -> String {
    "{mask={\(actions.elements.flatMap { masks($0, program) }.joined(separator: ",\n"))}}"
}

private func masks(_ action: Option, _ program: Program) -> [String] {
    let type = action["actionType"].string ?? "CUSTOM"
    let custom = action["customAction"]
    let isShadow = action["shadow"].bool == true
    guard type == "CUSTOM" else {
        if type == "KEYVALUE" {
            action["actionType"].error("it masks headers and metadata of access logs, which stock Envoy cannot; let the log have only fields that may be seen, with 'stringFormat' or 'jsonFormat'")
        }
        if custom.isPresent { custom.error("'customAction' is for actions of the type CUSTOM; remove it, or the type") }
        return (known[type] ?? []).compactMap { regex in
            guard let (search, _) = program.search(action, regex) else { return nil }
            return mask(search, group: 0, sign: "X", percent: 75, name: type.lowercased(), isShadow)
        }
    }
    guard custom.isPresent else {
        action.error("what this action masks is missing: an 'actionType' such as SSN, or a 'customAction'")
        return []
    }
    let sign = custom["maskChar"].string.flatMap { $0.isEmpty ? nil : $0 } ?? "X"
    if sign.unicodeScalars.count != 1 || sign.unicodeScalars.allSatisfy({ $0.value < 0x20 || $0 == "\"" || $0 == "\\" }) {
        custom["maskChar"].error("it is one character, which does not end a text in JSON")
    }
    let percent = custom["percent"]["value"].double ?? 75
    let name = custom["name"].string ?? ""
    let plain = custom["regex"].elements.compactMap { regex in
        program.search(regex).map { mask($0.lua, group: 0, sign: sign, percent: percent, name: name, isShadow) }
    }
    let grouped = custom["regexActions"].elements.compactMap { regex -> String? in
        guard let (search, groups) = program.search(regex["regex"]) else { return nil }
        let group = Int(regex["subgroup"].int ?? 0)
        if group > groups { regex["subgroup"].error("the regular expression has \(groups == 0 ? "no groups" : groups == 1 ? "one group" : "\(groups) groups"); 0 is all of it") }
        return mask(search, group: group, sign: sign, percent: percent, name: name, isShadow)
    }
    if custom["regex"].count + custom["regexActions"].count == 0 { custom.error("a 'customAction' needs 'regexActions', which say what is masked") }
    return plain + grouped
}

private func mask(_ search: String, group: Int, sign: String, percent: Double, name: String, _ isShadow: Bool) -> String {
    "{\(search),\(group),\(luaText(sign)),\(percent),\(luaText(name)),\(isShadow)}"
}

/// What the types mean. Digits stand together, or in groups that blanks or hyphens part all alike.
private let known: [String: [String]] = {
    var all = [
        "SSN": [#"\b(?:\d{9}|\d{3}-\d{2}-\d{4}|\d{3} \d{2} \d{4})\b"#],
        "MASTERCARD": [#"\b(?:5[1-5]\d{2}|222[1-9]|22[3-9]\d|2[3-6]\d{2}|27[01]\d|2720)([- ]?)\d{4}\1\d{4}\1\d{4}\b"#],
        "VISA": [#"\b4(?:\d{12}|\d{3}([- ]?)\d{4}\1\d{4}\1\d{4})\b"#],
        "AMEX": [#"\b3[47]\d{2}([- ]?)\d{6}\1\d{5}\b"#],
        "DISCOVER": [#"\b6(?:011|4[4-9]\d|5\d{2})([- ]?)\d{4}\1\d{4}\1\d{4}\b"#],
        "JCB": [#"\b(?:35\d{2}([- ]?)\d{4}\1\d{4}\1\d{4}|(?:2131|1800)\d{11})\b"#],
        "DINERS_CLUB": [#"\b3(?:0[0-5]|[68]\d)\d([- ]?)\d{6}\1\d{4}\b"#],
        // The two tracks of a magnetic stripe.
        "CREDIT_CARD_TRACKERS": [#"%?[Bb]\d{13,19}\^[^^\r\n]{2,26}\^\d{4,}"#, #";\d{13,19}=\d{4,}"#],
    ]
    let cards = ["MASTERCARD", "VISA", "AMEX", "DISCOVER", "JCB", "DINERS_CLUB", "CREDIT_CARD_TRACKERS"].flatMap { all[$0] ?? [] }
    all["ALL_CREDIT_CARDS"] = cards
    all["ALL_CREDIT_CARDS_COMBINED"] = cards
    return all
}()
