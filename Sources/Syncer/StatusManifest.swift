package import APIResources
internal import ConfigTree

extension ObjectStatus {
    /// The status as a manifest: the object's name, and its status under the namespace of the reporter, as Gloo writes it.
    ///
    /// - Parameter truncates: cut what is long, so that an object with its status fits into a Kubernetes API server.
    package func yaml(of id: ObjectID, reporter: String, truncates: Bool = true) -> String {
        let limit = StatusLimit(isOn: truncates)
        var text = """
            apiVersion: \(id.kind.apiVersion)
            kind: \(id.kind.rawValue)
            metadata:
              name: \(JSON.quoted(id.ref.name))
              namespace: \(JSON.quoted(id.ref.namespace))
            status:

            """
        if id.kind == .rateLimitConfig {
            // Of another API group, whose status is not by reporter.
            text += "  state: \(state == .rejected ? "REJECTED" : "ACCEPTED")\n"
            if let reason { text += "  message: \(JSON.quoted(limit.cut(reason)))\n" }
            // A 64-bit number in proto JSON is text.
            if let generation { text += "  observedGeneration: \"\(generation)\"\n" }
            return text
        }
        text += "  statuses:\n    \(JSON.quoted(reporter)):\n"
        text += Self.fields(state, limit.cut(reason), indentation: 6)
        if !lines.isEmpty {
            text += "      messages:\n"
            for line in limit.first(lines) { text += "      - \(JSON.quoted(limit.cut(line)))\n" }
        }
        if !proxies.isEmpty {
            text += "      subresourceStatuses:\n"
            for proxy in limit.first(proxies) {
                text += "        \(JSON.quoted(proxy.key)):\n"
                text += Self.fields(proxy.state, limit.nested.cut(proxy.reason), indentation: 10)
            }
        }
        return text
    }

    private static func fields(_ state: State, _ reason: String?, indentation: Int) -> String {
        let margin = String(repeating: " ", count: indentation)
        var text = "\(margin)reportedBy: sluice\n\(margin)state: \(state.rawValue)\n"
        if let reason { text += "\(margin)reason: \(JSON.quoted(reason))\n" }
        return text
    }
}

/// How much a status says at most: Gloo's numbers.
struct StatusLimit {
    /// Of one text, in UTF-8.
    private let bytes: Int
    /// Of a list or map.
    private let count: Int

    init(isOn: Bool) { self.init(bytes: isOn ? 1024 : .max, count: isOn ? 100 : .max) }

    private init(bytes: Int, count: Int) {
        self.bytes = bytes
        self.count = count
    }

    /// For what stands in each of many.
    var nested: StatusLimit { bytes == .max ? self : StatusLimit(bytes: bytes / 2, count: count / 2) }

    func first<Element>(_ list: [Element]) -> ArraySlice<Element> { list.prefix(count) }

    func cut(_ text: String?) -> String? { text.map { cut($0) } }

    /// Cut between characters, with a mark.
    func cut(_ text: String) -> String {
        guard text.utf8.count > bytes else { return text }
        let mark = "... (cut)"
        var kept = ""
        for character in text {
            if kept.utf8.count + character.utf8.count + mark.utf8.count > bytes { break }
            kept.append(character)
        }
        return kept + mark
    }
}
