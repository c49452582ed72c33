package import APIResources
package import ConfigTree

/// What is said of an object, in Gloo's words.
package struct ObjectStatus: Sendable, Hashable {
    package enum State: String, Sendable {
        case accepted = "Accepted"
        case warning = "Warning"
        case rejected = "Rejected"
    }

    package var state: State
    /// `file:line:column: message (path)`, errors first, each once.
    package var messages: [String]

    package init(_ problems: [ConfigProblem]) {
        let errors = problems.filter { $0.severity == .error }
        let warnings = problems.filter { $0.severity == .warning }
        state = errors.isEmpty ? (warnings.isEmpty ? .accepted : .warning) : .rejected
        var seen: Set<String> = []
        func sorted(_ problems: [ConfigProblem]) -> [ConfigProblem] {
            problems.sorted { ($0.position, $0.message) < ($1.position, $1.message) }
        }
        messages = (sorted(errors) + sorted(warnings)).map(\.description).filter { seen.insert($0).inserted }
    }

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
        if !messages.isEmpty {
            text += "      reason: \(JSON.quoted(messages.joined(separator: "\n")))\n      messages:\n"
            for message in messages { text += "      - \(JSON.quoted(message))\n" }
        }
        return text
    }
}
