internal import SluicePlugin

/// Whether Envoy takes the rules; what is in the way is reported.
func isUsable(_ custom: Option) -> Bool {
    for rule in custom["rules"].elements {
        for status in rule["statuses"].elements where !isStatus(status.text) {
            status.error("'\(status.string ?? "")' is no status; write a code such as 503, or a class such as 5xx")
            return false
        }
        let uri = rule["redirect"]["uri"]
        if let text = uri.text, !isURL(text) {
            uri.error("'\(text.string)' is no whole URL; write one with scheme and host, such as https://errors.example/503")
            return false
        }
        for place in ["response", "redirect"] as [StaticString] {
            guard rule[place]["headersToAdd"].elements.allSatisfy({ isUsable(headerToAdd: $0) }) else { return false }
        }
    }
    return true
}

/// `503`, `5xx`.
private func isStatus(_ text: sluice_text_host?) -> Bool {
    guard let text, text.length == 3, (UInt8(ascii: "1")...UInt8(ascii: "5")).contains(text.bytes[0]) else { return false }
    return (isDigit(text.bytes[1]) && isDigit(text.bytes[2])) || (text.bytes[1] == UInt8(ascii: "x") && text.bytes[2] == UInt8(ascii: "x"))
}

private func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

/// `http://host[:port][/path]` or the same with https, as strict as Envoy's parser or stricter.
private func isURL(_ text: sluice_text_host) -> Bool {
    let url = text.string
    guard let scheme = ["http://", "https://"].first(where: url.hasPrefix), text.array.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { return false }
    let rest = url.dropFirst(scheme.count)
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
    guard let host = parts.first, !host.isEmpty, host.utf8.allSatisfy(isOfHost), parts.count <= 2 else { return false }
    // What stands behind the host without a path would be lost.
    guard rest.dropFirst(authority.count).first.map({ $0 == "/" }) ?? true else { return false }
    return parts.count == 1 || (parts[1].utf8.allSatisfy(isDigit) && (1...65_535).contains(Int(parts[1]) ?? 0))
}

private func isOfHost(_ byte: UInt8) -> Bool {
    isDigit(byte) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7a) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
}
