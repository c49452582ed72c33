package import APIResources
internal import ConfigStores
internal import ConfigTree

/// What a check found out about an installation.
package struct MigrationReport: Sendable {
    /// By verdict, kind, object and place.
    package let findings: [Finding]
    /// Objects that work as in Gloo, sorted.
    package let unchanged: [ObjectID]
    /// The objects that there are, by their worst finding.
    package let counts: [Verdict: Int]

    package init(_ installation: Installation) {
        let found = Dictionary(grouping: MigrationRule.all.flatMap { $0.findings(installation) }) { $0.isFromChecking }
        let differences = found[false] ?? []
        // What a rule explains is not told a second time, unless it is graver than the rule knows.
        func places(_ findings: [Finding]) -> Set<ConfigPosition> { Set(findings.flatMap { [$0.position] + ($0.valuePosition.map { [$0] } ?? []) }) }
        let explained = places(differences)
        let explainedFailures = places(differences.filter(\.verdict.failsCheck))
        let findings = differences + (found[true] ?? []).filter { !($0.verdict.failsCheck ? explainedFailures : explained).contains($0.position) }
        var worst: [ObjectID: Verdict] = [:]
        for finding in findings { if let id = finding.object { worst[id] = min(worst[id] ?? .unchanged, finding.verdict) } }
        var unique: Set<Finding> = []
        self.findings = findings.filter { unique.insert($0).inserted }.sorted { Self.isBefore($0, $1) }
        let ids = installation.objects.map(\.id)
        unchanged = ids.filter { worst[$0] == nil }
        counts = Dictionary(grouping: ids) { worst[$0] ?? .unchanged }.mapValues(\.count)
    }

    /// Nothing of the installation fails to run.
    package var runs: Bool { !findings.contains { $0.verdict.failsCheck } }

    private static func isBefore(_ a: Finding, _ b: Finding) -> Bool {
        if a.verdict != b.verdict { return a.verdict < b.verdict }
        let kinds = (a.object?.kind.rawValue ?? "", b.object?.kind.rawValue ?? "")
        if kinds.0 != kinds.1 { return kinds.0 < kinds.1 }
        let names = (a.object?.ref.description ?? "", b.object?.ref.description ?? "")
        if names.0 != names.1 { return names.0 < names.1 }
        return (a.position, a.rule, a.what) < (b.position, b.rule, b.what)
    }
}

extension Finding {
    /// Checking or translation said it; it is no rule about Gloo.
    fileprivate var isFromChecking: Bool { rule == MigrationRule.unhandledOptions.id || rule == MigrationRule.mistakes.id }
}
