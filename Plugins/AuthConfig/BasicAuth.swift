internal import SluicePlugin

extension AuthConfig {
    /// Users with passwords. Envoy knows one kind of hash, SHA-1 without salt, as `htpasswd -s` writes it.
    func basicAuth(_ option: Option, named name: String) -> [AuthFilter]? {
        let remedy = "Envoy checks SHA-1 hashes only, as 'htpasswd -s' makes them: write 'encryption: {sha1: {}}' and 'userList'"
        for apr in [option["apr"], option["encryption"]["apr"]] where apr.isPresent {
            apr.error("these are passwords of the kind apr1, which Envoy cannot check; \(remedy), or ask a server of your own with 'passThroughAuth'")
            return nil
        }
        let users = option["userList"]["users"]
        guard option["encryption"]["sha1"].isPresent, users.count > 0 else {
            option.error("there are no users with hashes that Envoy can check; \(remedy)")
            return nil
        }
        var lines: [String] = []
        for user in users.elements {
            guard let line = self.line(user) else { return nil }
            lines.append(line)
        }
        let realm = option["realm"]
        if let text = realm.string, !isHeaderValue(text) {
            realm.error("'realm' must be one line, without control characters")
            return nil
        }
        return [
            AuthFilter("envoy.filters.http.basic_auth.\(name)", FiltersHttpBasicAuth.BasicAuth.self) { [userIdHeader] out in
                out.users { $0.inlineString(lines.joined(separator: "\n")) }
                if let text = realm.text, !text.isEmpty { out.realm(text) }
                if let userIdHeader { out.forwardUsernameHeader(userIdHeader) }
            }
        ]
    }

    /// `<name>:{SHA}<base64>`
    private func line(_ user: Option) -> String? {
        let name = user.key.string
        guard !name.isEmpty, !name.hasPrefix("#"), isHeaderValue(name), !name.utf8.contains(UInt8(ascii: ":")) else {
            user.error("'\(name)' cannot be the name of a user: it is empty, begins with '#', or has a ':' or a control character in it")
            return nil
        }
        if let salt = user["salt"].text, !salt.isEmpty {
            user["salt"].error("Envoy knows no salted SHA-1 hashes; make the hash without ('htpasswd -s'), and remove 'salt'")
            return nil
        }
        var hash = user["hashedPassword"].string ?? ""
        if hash.hasPrefix("{SHA}") { hash.removeFirst(5) }
        if hash.utf8.count == 40, let bytes = bytes(hex: hash) { hash = base64(bytes) }
        guard hash.utf8.count == 28, bytes(base64: hash.utf8)?.count == 20 else {
            (user["hashedPassword"].isPresent ? user["hashedPassword"] : user).error("'hashedPassword' must be a SHA-1 hash: 28 characters of base64, as 'htpasswd -s' writes them behind {SHA}, or 40 of hex")
            return nil
        }
        return "\(name):{SHA}\(hash)"
    }
}

private func bytes(hex text: String) -> [UInt8]? {
    let digits = Array(text.utf8)
    let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap { UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16) }
    return bytes.count * 2 == digits.count ? bytes : nil
}
