import APIResources
import ArgumentParser
import ConfigTree
import Emitter
import Migration

struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Help to move from Gloo Edge.",
        subcommands: [Check.self]
    )

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say what of a Gloo installation runs unchanged, what runs differently and how, and what cannot run.",
            discussion: """
                Takes what `kubectl get -o yaml` or Gloo's own folders hold: Settings, gateways, virtual services, upstreams ...
                Ends with exit code 1 when something cannot run; differences alone are no failure.
                """
        )

        @OptionGroup var inputs: Inputs

        @Option(help: "text, or json for programs.")
        var output = TextFormat.text

        @Flag(help: "The same as --output json.")
        var json = false

        func run() async throws {
            let result = try await OneTranslation(inputs)
            let installation = Installation(objects: result.emitter.newest.values, problems: result.problems, namespace: inputs.namespace)
            let report = MigrationReport(installation)
            print(json || output == .json ? try MigrationText.json(report) : MigrationText.table(report))
            if !report.runs { throw ExitCode(1) }
        }
    }
}

/// The report as people and programs read it.
enum MigrationText {
    static func table(_ report: MigrationReport) -> String {
        var lines: [String] = []
        for verdict in Verdict.allCases {
            let findings = report.findings.filter { $0.verdict == verdict }
            guard !findings.isEmpty else { continue }
            lines += [heading(verdict), ""]
            var kind: String?
            for finding in findings {
                let name = finding.object?.kind.rawValue ?? "The installation as a whole"
                if name != kind { lines += [name] }
                kind = name
                lines += ["  \(place(finding))"]
                lines += wrapped(finding.what, indent: "      ")
                if !finding.advice.isEmpty { lines += wrapped(finding.advice, indent: "   -> ", then: "      ") }
                lines += ["      [\(finding.rule)]", ""]
            }
        }
        if !report.unchanged.isEmpty {
            lines += [heading(.unchanged), ""]
            for (kind, ids) in Dictionary(grouping: report.unchanged, by: \.kind).sorted(by: { $0.key < $1.key }) {
                lines += wrapped("\(kind.rawValue) (\(ids.count)): \(ids.map(\.ref.description).joined(separator: ", "))", indent: "  ", then: "      ")
            }
            lines += [""]
        }
        lines += [summary(report)]
        if !report.findings.isEmpty { lines += ["docs/differences-from-gloo.md says more under the names in brackets."] }
        return lines.joined(separator: "\n")
    }

    static func json(_ report: MigrationReport) throws -> String {
        let findings: [[String: Any]] = report.findings.map { finding in
            [
                "verdict": finding.verdict.rawValue, "rule": finding.rule, "object": finding.object?.description ?? "", "file": finding.position.file,
                "line": finding.position.line, "column": finding.position.column, "field": finding.field, "difference": finding.what,
                "advice": finding.advice,
            ]
        }
        return try JSONText.of([
            "runs": report.runs, "findings": findings, "unchanged": report.unchanged.map(\.description),
            "objects": Dictionary(uniqueKeysWithValues: Verdict.allCases.map { ($0.rawValue, report.counts[$0] ?? 0) }),
        ])
    }

    private static func heading(_ verdict: Verdict) -> String {
        switch verdict {
        case .impossible: "CANNOT RUN ON STOCK ENVOY"
        case .notYet: "DOES NOT RUN YET: stock Envoy can, this version of Sluice does not"
        case .refused: "REFUSED: mistakes to mend first"
        case .different: "RUNS DIFFERENTLY"
        case .unchanged: "RUNS UNCHANGED"
        }
    }

    private static func place(_ finding: Finding) -> String {
        [finding.object?.ref.description, finding.position.description, finding.field.isEmpty ? nil : finding.field]
            .compactMap(\.self).joined(separator: "  ")
    }

    private static func summary(_ report: MigrationReport) -> String {
        let total = report.counts.values.reduce(0, +)
        let words: [(Verdict, one: String, many: String)] = [
            (.unchanged, "runs unchanged", "run unchanged"), (.different, "runs differently", "run differently"), (.refused, "refused", "refused"),
            (.notYet, "does not run yet", "do not run yet"), (.impossible, "cannot run on stock Envoy", "cannot run on stock Envoy"),
        ]
        let parts = words.compactMap { verdict, one, many in report.counts[verdict].map { "\($0) \($0 == 1 ? one : many)" } }
        return "\(total) object\(total == 1 ? "" : "s"): \(parts.isEmpty ? "nothing to run" : parts.joined(separator: ", "))"
    }

    /// Lines of 110 characters at most, broken at spaces.
    private static func wrapped(_ text: String, indent: String, then rest: String? = nil) -> [String] {
        var lines: [String] = []
        var line = indent
        var isEmpty = true
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            if !isEmpty, line.count + 1 + word.count > 110 {
                lines.append(line)
                line = rest ?? indent
                isEmpty = true
            }
            line += isEmpty ? "\(word)" : " \(word)"
            isEmpty = false
        }
        return lines + [line]
    }
}
