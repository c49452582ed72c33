/// What a proxy says when it refuses a response, without what is not for people.
///
/// Where a message breaks a rule of its proto, Envoy puts the whole message into its text, private keys included, and cuts the text at
/// 4 KiB. That part is taken out here, before anything is logged, shown or stored; only the name that it begins with is kept.
package struct RefusalText: Sendable, Hashable {
    /// One step of the way to a field that broke a rule: `VirtualHosts[3]` of RouteConfiguration.
    package struct Step: Sendable, Hashable {
        package var message: String
        package var field: String
        package var index: Int?
    }

    /// For people.
    package let words: String
    /// Names of the messages that were taken out.
    package let dumped: [String]
    /// From the outermost message that is named down to the field; empty where no rule of a proto is broken.
    package let path: [Step]
    /// Envoy's list of what it refused, of which the rest of the response has been applied.
    package let isPartial: Bool
    /// Envoy's own words were lost to the cut.
    package let isCut: Bool

    package init(_ text: String) {
        var rest = text[...]
        var words = ""
        var dumped: [String] = []
        var isCut = false
        while let mark = rest.firstRange(of: Self.dumpMark) {
            words += rest[..<mark.lowerBound]
            rest = rest[mark.upperBound...].drop { $0.isLetter }
            if let name = Self.name(rest.drop { $0.isWhitespace }) { dumped.append(name) }
            if let end = rest.firstRange(of: Self.dumpEnd) {
                rest = rest[end.lowerBound...].dropFirst(2)
            } else {
                rest = ""
                isCut = true
                words += "a rule of Envoy's API is broken; which one is cut from its answer, and stands in the proxy's log"
            }
        }
        words += rest
        // Text in protobuf's form that is marked otherwise: nothing of it is for people.
        if let first = words.firstIndex(of: "\n"), words.contains("{\n") || words.contains(": \""), let last = words.lastIndex(of: "\n") {
            words = words[..<first] + " " + words[words.index(after: last)...]
        }
        while words.last?.isWhitespace == true { words.removeLast() }
        self.words = Self.shortened(words)
        self.dumped = dumped
        self.isCut = isCut
        path = Self.path(words)
        isPartial = words.hasPrefix("Error adding/updating ")
    }

    /// With more letters, which differ from process to process so that nobody relies on them; as we do not.
    private static let dumpMark = "goo.gle/debug"
    private static let dumpEnd = ": Proto constraint validation failed"
    /// In UTF-8. Messages of Envoy are cut by itself at twice as much; those of others are not.
    private static let limit = 2048

    private static func shortened(_ text: String) -> String {
        guard text.utf8.count > limit else { return text }
        var kept = ""
        for character in text {
            if kept.utf8.count + character.utf8.count > limit { break }
            kept.append(character)
        }
        return kept + "..."
    }

    /// `name: "..."` in the first line: a resource's own.
    private static func name(_ dump: Substring) -> String? {
        guard dump.hasPrefix("name: \"") else { return nil }
        let name = dump.dropFirst("name: \"".count).prefix { $0 != "\"" && $0 != "\n" }
        return name.isEmpty ? nil : String(name)
    }

    // MARK: The way to the field

    /// Of `AValidationError.Bs[3]: embedded message failed validation | caused by BValidationError.C: value must be ...`.
    private static func path(_ text: String) -> [Step] {
        var steps: [Step] = []
        for part in text.split(separator: " | caused by ") {
            guard let mark = part.firstRange(of: "ValidationError.") else { continue }
            let message = part[..<mark.lowerBound].reversed().prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            let field = part[mark.upperBound...].prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            guard !message.isEmpty, !field.isEmpty else { continue }
            var step = Step(message: String(message.reversed()), field: String(field))
            let tail = part[field.endIndex...]
            if tail.hasPrefix("["), let end = tail.firstIndex(of: "]") { step.index = Int(tail[tail.index(after: tail.startIndex)..<end]) }
            steps.append(step)
        }
        return steps
    }

    /// The place in a list of the outermost message: of the virtual host, of the route in it.
    package func index(_ field: String, of message: String) -> Int? {
        path.first { $0.message == message && $0.field == field }?.index
    }

    // MARK: Values

    /// What in the words may be a value that somebody wrote: what is quoted, and words that look like no English. Longest first.
    package var values: [String] {
        var found: Set<String> = []
        for quote in ["'", "\""] as [Character] {
            let parts = words.split(separator: quote, omittingEmptySubsequences: false)
            for part in parts.dropFirst().dropLast() { found.insert(String(part)) }
        }
        for word in words.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
            found.insert(String(word))
            let bare = word.drop { "([{'\"".contains($0) }
            var value = String(bare)
            while let last = value.last, ".,;:)]}'\"".contains(last) {
                found.insert(value)
                value.removeLast()
            }
            found.insert(value)
        }
        return found.filter { $0.utf8.count > 1 && !Self.isEnglish($0) }.sorted { ($1.utf8.count, $0) < ($0.utf8.count, $1) }
    }

    /// Small letters alone are taken for a word of Envoy's; a value that looks like this is found where it is quoted.
    private static func isEnglish(_ word: String) -> Bool {
        common.contains(word) || word.hasPrefix("embedded message") || word.contains("ValidationError.") || word.contains(" | caused by")
    }

    private static let common: Set<String> = [
        "Error", "adding/updating", "listener(s)", "cluster(s)", "Proto", "constraint", "validation", "failed", "message", "caused", "by", "value",
        "must", "be", "inside", "range", "is", "required", "and", "not", "nil", "the", "The", "of", "in", "to", "for", "with", "than", "greater",
        "at", "least", "length", "characters", "file", "does", "exist", "exists", "open", "unable", "No", "such", "or", "directory", "path",
        "Invalid", "invalid", "Only", "one", "only", "Specify", "can", "specified", "Failed", "load", "Unable", "from", "type", "URL", "name",
        "Didn't", "find", "a", "an", "registered", "implementation", "equal", "route", "listener", "cluster", "match", "regex", "pattern", "on",
        "Couldn't", "command", "position", "valid", "supported", "Not", "field", "StreamInfo", "Duplicate", "response", "body", "size", "bytes",
        "maximum", "configuration", "Incorrect", "error", "script", "string", "has", "same", "as", "it", "are", "no", "policy", "Cluster",
    ]
}
