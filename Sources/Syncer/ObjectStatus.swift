internal import APIResources
package import ConfigTree

/// What is said of an object, in Gloo's words.
package struct ObjectStatus: Sendable, Hashable {
    package enum State: String, Sendable {
        case accepted = "Accepted"
        case warning = "Warning"
        case rejected = "Rejected"
    }

    package private(set) var found: Findings
    package var servedMeanwhile: [ServedMeanwhile]
    /// Of each proxy to which the object contributes, sorted by name.
    package var proxies: [ProxyStatus]
    /// What Kubernetes counts in the object's metadata.
    package var generation: Int64?

    package init(
        _ problems: [ConfigProblem], servedMeanwhile: Set<ServedMeanwhile> = [], proxies: [ProxyStatus] = [], generation: Int64? = nil
    ) {
        found = Findings(problems)
        self.servedMeanwhile = servedMeanwhile.sorted()
        self.proxies = proxies
        self.generation = generation
    }

    package var state: State { found.state }
    /// `file:line:column: message (path)`, errors first, each once.
    package var messages: [String] { found.errors + found.warnings }
    /// Whether an earlier version of the object, or of something that it makes, serves.
    package var servesLastGood: Bool { !servedMeanwhile.isEmpty }
    /// All that is said, line by line.
    package var lines: [String] { messages + servedMeanwhile.map(\.description) }

    /// Errors, what serves meanwhile, and then the warnings; nil when nothing is to be said.
    package var reason: String? { found.reason(with: servedMeanwhile.map(\.description)) }
}

extension ObjectStatus {
    /// Problems in the order in which they are told.
    package struct Findings: Sendable, Hashable {
        package private(set) var errors: [String] = []
        package private(set) var warnings: [String] = []

        init(_ problems: [ConfigProblem]) {
            if problems.isEmpty { return }
            let sorted = problems.sorted { ($0.position, $0.message) < ($1.position, $1.message) }
            var seen: Set<String> = []
            for problem in sorted where problem.severity == .error && seen.insert(problem.description).inserted { errors.append(problem.description) }
            for problem in sorted where problem.severity == .warning && seen.insert(problem.description).inserted { warnings.append(problem.description) }
        }

        var state: State { errors.isEmpty ? (warnings.isEmpty ? .accepted : .warning) : .rejected }

        func reason(with remarks: [String] = []) -> String? {
            let first = errors + remarks
            let last = warnings.isEmpty || first.isEmpty ? warnings : ["warnings:"] + warnings
            return first.isEmpty && last.isEmpty ? nil : (first + last).joined(separator: "\n")
        }
    }

    /// What became of the object's part of one proxy.
    package struct ProxyStatus: Sendable, Hashable {
        /// `*v1.Proxy.<name>_<namespace>`, as Gloo names it.
        package let key: String
        private let found: Findings

        /// - Parameter role: `<namespace>~<proxy>`.
        package init(role: String, _ problems: [ConfigProblem]) {
            let parts = role.split(separator: "~", maxSplits: 1)
            key = "*v1.Proxy.\(parts.last ?? "")_\(parts.first ?? "")"
            found = Findings(problems)
        }

        package var state: State { found.state }
        package var reason: String? { found.reason() }
    }

    /// What serves in place of the newest form, which cannot be used.
    package enum ServedMeanwhile: Sendable, Hashable, Comparable, CustomStringConvertible {
        /// The object as it was; the number is what Kubernetes counts in its metadata.
        case lastVersion(generation: Int64?)
        case virtualHost, filterChain, listener, cluster

        package var description: String {
            switch self {
            case .lastVersion(let generation): "served meanwhile: its last accepted version" + (generation.map { " (generation \($0))" } ?? "")
            case .virtualHost: "served meanwhile: its last good virtual host"
            case .filterChain: "served meanwhile: its last good filter chain, with the certificate of that time"
            case .listener: "served meanwhile: its last good listener"
            case .cluster: "served meanwhile: its last good cluster"
            }
        }

        package static func < (a: Self, b: Self) -> Bool { a.rank < b.rank }

        private var rank: Int {
            switch self {
            case .lastVersion: 0
            case .virtualHost: 1
            case .filterChain: 2
            case .listener: 3
            case .cluster: 4
            }
        }
    }
}
