package import APIResources
package import ConfigTree

/// What is said of an object, in Gloo's words.
package struct ObjectStatus: Sendable, Hashable {
    package enum State: String, Sendable {
        case accepted = "Accepted"
        case warning = "Warning"
        case rejected = "Rejected"
    }

    /// What serves in place of the newest form, which cannot be used.
    package enum ServedMeanwhile: Sendable, Hashable, Comparable, CustomStringConvertible {
        /// The object as it was; the number is what Kubernetes counts in its metadata.
        case lastVersion(generation: Int64?)
        case virtualHost, filterChain, cluster

        package var description: String {
            switch self {
            case .lastVersion(let generation): "served meanwhile: its last accepted version" + (generation.map { " (generation \($0))" } ?? "")
            case .virtualHost: "served meanwhile: its last good virtual host"
            case .filterChain: "served meanwhile: its last good filter chain, with the certificate of that time"
            case .cluster: "served meanwhile: its last good cluster"
            }
        }

        package static func < (a: Self, b: Self) -> Bool { a.rank < b.rank }

        private var rank: Int {
            switch self {
            case .lastVersion: 0
            case .virtualHost: 1
            case .filterChain: 2
            case .cluster: 3
            }
        }
    }

    package var state: State
    /// `file:line:column: message (path)`, errors first, each once.
    package var messages: [String]
    package var servedMeanwhile: [ServedMeanwhile]

    /// Whether an earlier version of the object, or of something that it makes, serves.
    package var servesLastGood: Bool { !servedMeanwhile.isEmpty }

    package init(_ problems: [ConfigProblem], servedMeanwhile: Set<ServedMeanwhile> = []) {
        self.servedMeanwhile = servedMeanwhile.sorted()
        let errors = problems.filter { $0.severity == .error }
        let warnings = problems.filter { $0.severity == .warning }
        state = errors.isEmpty ? (warnings.isEmpty ? .accepted : .warning) : .rejected
        var seen: Set<String> = []
        func sorted(_ problems: [ConfigProblem]) -> [ConfigProblem] {
            problems.sorted { ($0.position, $0.message) < ($1.position, $1.message) }
        }
        messages = (sorted(errors) + sorted(warnings)).map(\.description).filter { seen.insert($0).inserted }
    }

    /// All that is said, line by line.
    package var lines: [String] { messages + servedMeanwhile.map(\.description) }

    /// The status as a manifest: the object's name, and its status under the namespace of the reporter.
    package func yaml(of id: ObjectID, reporter: String) -> String {
        var text = """
            apiVersion: \(id.kind.apiVersion)
            kind: \(id.kind.rawValue)
            metadata:
              name: \(JSON.quoted(id.ref.name))
              namespace: \(JSON.quoted(id.ref.namespace))
            status:
              statuses:
                \(JSON.quoted(reporter)):
                  reportedBy: sluice
                  state: \(state.rawValue)

            """
        let lines = lines
        if !lines.isEmpty {
            text += "      reason: \(JSON.quoted(lines.joined(separator: "\n")))\n      messages:\n"
            for line in lines { text += "      - \(JSON.quoted(line))\n" }
        }
        return text
    }
}
