internal import SluicePlugin

extension AuthConfig {
    /// Keys that stand in Secrets. What is known of a client is told to the upstream by a script, since Envoy's filter tells one name only.
    func apiKeyAuth(_ option: Option, named name: String) -> [AuthFilter]? {
        let storage = option["k8sSecretApikeyStorage"]
        let place = storage.isPresent ? storage : option
        if option["aerospikeApikeyStorage"].isPresent {
            option["aerospikeApikeyStorage"].error("Envoy does not ask databases for keys; write them into Secrets, and name these in 'apiKeySecretRefs'")
            return nil
        }
        if place["labelSelector"].count > 0 {
            place["labelSelector"].error("Secrets cannot be found by their labels here yet; name each of them in 'apiKeySecretRefs'")
            return nil
        }
        let references = place["apiKeySecretRefs"]
        guard references.count > 0 else {
            option.error("no keys are named; name their Secrets in 'k8sSecretApikeyStorage.apiKeySecretRefs'")
            return nil
        }
        let headers = [option["headersFromMetadata"], option["headersFromMetadataEntry"]].flatMap { Array($0.elements) }
        for header in headers where !isHeaderName(header.key.string) || header["name"].text?.isEmpty ?? true {
            header.error("'\(header.key.string)' must be the name of a header, with the name of a piece of metadata under 'name'")
            return nil
        }
        var clients: [Client] = []
        for reference in references.elements {
            guard let client = client(reference, headers, named: "client-\(clients.count)") else { return nil }
            if let client = client.value {
                guard !clients.contains(where: { $0.key == client.key }) else {
                    reference.error("the key of Secret '\(words(of: reference))' is that of another Secret as well")
                    return nil
                }
                clients.append(client)
            }
        }
        let tellsClient = !headers.isEmpty || userIdHeader != nil
        let check = AuthFilter("envoy.filters.http.api_key_auth.\(name)", FiltersHttpApiKeyAuth.ApiKeyAuth.self) { out in
            for client in clients { out.credentials { $0.key(client.key).client(client.name) } }
            let header = option["headerName"].text.flatMap { $0.isEmpty ? nil : $0 }
            out.keySources { source in
                if let header { source.header(header) } else { source.header("api-key" as StaticString) }
            }
            if tellsClient { out.forwarding { $0.header(clientHeader) } }
        }
        guard tellsClient else { return [check] }
        let names = headers.map(\.key.string)
        let script = AuthFilter("envoy.filters.http.lua.\(name)", FiltersHttpLua.Lua.self) { out in
            out.defaultSourceCode { $0.inlineString(Self.script(clients, removing: names)) }
        }
        return [check, script]
    }

    /// One key, and the headers that its client's requests get.
    private struct Client {
        let name: String
        let key: String
        let headers: [(String, String)]
    }

    /// From Envoy's filter to the script; what a client sends under this name is overwritten.
    private var clientHeader: String { "x-sluice-api-key-client" }

    /// - Returns: nil after an error; a value that is nil for a key that is not to be taken.
    private func client(_ reference: Option, _ headers: [Option], named name: String) -> (value: Client?, Void)? {
        let secret = self.secret(reference)
        let words = words(of: reference)
        guard secret.isPresent else {
            reference.error("there is no Secret '\(words)' that is valid")
            return nil
        }
        guard let key = secret["apiKey"]["apiKey"].string, !key.isEmpty, isHeaderValue(key) else {
            reference.error("Secret '\(words)' has no 'apiKey' that could stand in a header")
            return nil
        }
        var told: [(String, String)] = []
        if let userIdHeader, let name = reference["name"].string { told.append((userIdHeader, name)) }
        for header in headers {
            let metadata = secret["apiKey"]["metadata"].elements.first { $0.key.string == header["name"].string }
            guard let value = metadata?.string else {
                if header["required"].bool == true { return (nil, ()) }
                continue
            }
            guard isHeaderValue(value) else {
                reference.error("the metadata '\(header["name"].string ?? "")' of Secret '\(words)' cannot stand in a header")
                return nil
            }
            told.append((header.key.string, value))
        }
        return (Client(name: name, key: key, headers: told), ())
    }

    private static func script(_ clients: [Client], removing names: [String]) -> String {
        var script = "local clients = {\n"
        for client in clients {
            script += "  [\(quoted(client.name))] = {" + client.headers.map { "{\(quoted($0)), \(quoted($1))}" }.joined(separator: ", ") + "},\n"
        }
        script += "}\nfunction envoy_on_request(handle)\n  local headers = handle:headers()\n"
        script += "  local client = headers:get(\"x-sluice-api-key-client\")\n  headers:remove(\"x-sluice-api-key-client\")\n"
        for name in names { script += "  headers:remove(\(quoted(name)))\n" }
        return script + "  for _, header in ipairs(clients[client] or {}) do headers:replace(header[1], header[2]) end\nend\n"
    }

    /// A string of Lua; all that is more than a letter, a digit or a dash is written as its number.
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for byte in text.utf8 {
            let isPlain = (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || byte == UInt8(ascii: "-")
            let number = String(byte)
            quoted += isPlain ? String(Unicode.Scalar(byte)) : "\\" + String(repeating: "0", count: 3 - number.count) + number
        }
        return quoted + "\""
    }
}
