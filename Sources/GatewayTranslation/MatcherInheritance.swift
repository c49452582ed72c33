internal import APIResources
internal import ConfigTree

/// Whether a route fits below the route that delegates to it.
enum MatcherInheritance {
    /// What does not fit, and at which value; nil when all of the route's matchers lie within the parent's.
    static func mismatch(
        of route: Route, below parents: [ConfigValue], prefix: String, caseSensitive: Bool, inheritsPath: Bool, inheritsMatchers: Bool
    ) -> (ConfigValue?, String)? {
        for matcher in route.matchers.map(Array.init)?.map(Optional.init) ?? [nil] {
            if !inheritsPath {
                let path = matcher.flatMap { PathMatcher($0) }
                let text: String
                switch path {
                case .prefix(let value), .exact(let value), .regex(let value): text = value.text ?? ""
                case .connect: text = prefix
                case nil: text = "/"
                }
                // Bytes, as Envoy compares them: to a String, two ways to write "é" are one.
                if !text.utf8.starts(with: prefix.utf8) { return (matcher, "path '\(text)' does not lie below '\(prefix)', which the delegating route matches") }
                if prefix != "/", (matcher?["caseSensitive"]?.bool ?? true) != caseSensitive {
                    return (matcher, "'caseSensitive' differs from the delegating route's")
                }
            }
            guard !inheritsMatchers else { continue }
            for parent in parents {
                if let missing = missingCondition(of: parent, in: matcher) { return (matcher, "\(missing) and this one does not; repeat it, or set 'inheritableMatchers'") }
            }
        }
        return nil
    }

    private static func missingCondition(of parent: ConfigValue, in matcher: ConfigValue?) -> String? {
        for (list, word) in [("headers", "header"), ("queryParameters", "query parameter")] {
            for wanted in parent[list]?.elements ?? .none {
                if !(matcher?[list]?.elements ?? .none).contains(where: { isSame($0, wanted) }) {
                    return "the delegating route matches \(word) '\(wanted["name"]?.text ?? "")'"
                }
            }
        }
        let methods = matcher?["methods"]?.elements.compactMap(\.text) ?? []
        let missing = parent["methods"]?.elements.first { !methods.contains($0.text ?? "") }
        return missing.map { "the delegating route matches method '\($0.text ?? "")'" }
    }

    /// What is left out is empty or false.
    private static func isSame(_ a: ConfigValue, _ b: ConfigValue) -> Bool {
        ["name", "value"].allSatisfy { (a[$0]?.text ?? "") == (b[$0]?.text ?? "") }
            && ["regex", "invertMatch"].allSatisfy { (a[$0]?.bool ?? false) == (b[$0]?.bool ?? false) }
    }
}
