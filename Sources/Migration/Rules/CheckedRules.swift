internal import APIResources
internal import ConfigStores
internal import ConfigTree

/// What checking and translation said, as findings.
extension MigrationRule {
    /// Fields that are no mistake, and that nothing here handles.
    static let unhandledOptions = MigrationRule("options-without-a-plugin") { installation in
        installation.problems.filter(\.1.isRefusal).map { id, problem in
            let standing = GlooOptions.standing(ofRefusal: problem.message)
            var verdict = Verdict.notYet
            if case .impossible = standing { verdict = .impossible }
            let (what, advice) = split(problem.message, advice: standing?.advice)
            return finding(verdict, id, problem, what, advice: advice, in: installation)
        }
    }

    static let mistakes = MigrationRule("everything-is-checked-first") { installation in
        installation.problems.filter { !$0.1.isRefusal }.map { id, problem in
            let verdict: Verdict = problem.severity == .error ? .refused : .different
            return finding(verdict, id, problem, problem.message, advice: "", in: installation)
        }
    }

    private static func finding(
        _ verdict: Verdict, _ id: ObjectID?, _ problem: ConfigProblem, _ what: String, advice: String, in installation: Installation
    ) -> Finding {
        let object = id.flatMap { installation[$0] }
        let field = object.flatMap { member(of: $0.value, at: problem.position)?.path } ?? problem.path
        return Finding(verdict, id, at: problem.position, field: field, what, advice: advice)
    }

    /// The member whose key stands at a place: a problem of a key names the map around it.
    private static func member(of value: ConfigValue, at position: ConfigPosition) -> ConfigValue? {
        for child in value.isList ? value.elements : value.members {
            if child.key != nil, child.keyPosition == position { return child }
            if let found = member(of: child, at: position) { return found }
        }
        return nil
    }

    /// Fact and advice of a message that ends with the advice.
    private static func split(_ message: String, advice: String?) -> (String, String) {
        guard let advice, message.hasSuffix("; \(advice)") else { return (message, "") }
        return (String(message.dropLast(advice.count + 2)), advice)
    }
}
