/// One way in which Sluice differs from Gloo: finds where an installation meets it.
package struct MigrationRule: Sendable {
    /// Also the heading of the rule's paragraph in docs/differences-from-gloo.md.
    package let id: String
    private let find: @Sendable (Installation) -> [Finding]

    init(_ id: String, _ find: @escaping @Sendable (Installation) -> [Finding]) {
        self.id = id
        self.find = find
    }

    package func findings(_ installation: Installation) -> [Finding] {
        find(installation).map { found in
            var finding = found
            finding.rule = id
            return finding
        }
    }

    /// In the order of the document.
    package static let all: [MigrationRule] =
        serverRules + routeRules + optionObjectRules + featureRules + authRules + operationRules + [unhandledOptions, mistakes]
}
