/// A place in a user's file: line and column count from 1, columns in characters. Line 0 means the file as a whole.
package struct ConfigPosition: Sendable, Hashable, Comparable, CustomStringConvertible {
    package var file: String
    package var line: Int
    package var column: Int

    package init(file: String, line: Int = 0, column: Int = 0) {
        self.file = file
        self.line = line
        self.column = column
    }

    package static func < (a: Self, b: Self) -> Bool {
        (a.file, a.line, a.column) < (b.file, b.line, b.column)
    }

    package var description: String { line == 0 ? file : "\(file):\(line):\(column)" }
}

package enum ConfigSeverity: String, Sendable, Hashable {
    case warning, error
}

/// What is wrong, and where: one line for a person.
package struct ConfigProblem: Sendable, Hashable, CustomStringConvertible {
    package var severity: ConfigSeverity
    package var position: ConfigPosition
    /// The value's way from the root of its document, such as `spec.virtualHost.routes[3]`; empty for the root.
    package var path: String
    package var message: String
    /// No mistake of the user's: the field is known, and nothing that is loaded handles it (`x-sluice-refused`).
    package var isRefusal = false

    package init(_ severity: ConfigSeverity = .error, at position: ConfigPosition, path: String = "", _ message: String) {
        self.severity = severity
        self.position = position
        self.path = path
        self.message = message
    }

    /// A problem of this value.
    package init(_ severity: ConfigSeverity = .error, at value: ConfigValue, _ message: String) {
        self.init(severity, at: value.position, path: value.path, message)
    }

    /// A problem of the key under which this value stands.
    package init(_ severity: ConfigSeverity = .error, atKeyOf value: ConfigValue, _ message: String) {
        self.init(severity, at: value.keyPosition, path: value.parent?.path ?? "", message)
    }

    /// `routes.yaml:14:9: unknown field 'prefx'; did you mean 'prefix'? (spec.virtualHost.routes[3])`
    package var description: String {
        let kind = severity == .warning ? "warning: " : ""
        let place = path.isEmpty ? "" : " (\(path))"
        return "\(position): \(kind)\(message)\(place)"
    }
}

/// A problem that left nothing to go on with.
package struct ConfigError: Error, Sendable, Hashable, CustomStringConvertible {
    package var problem: ConfigProblem

    package init(_ problem: ConfigProblem) { self.problem = problem }

    package var position: ConfigPosition { problem.position }
    package var path: String { problem.path }
    package var message: String { problem.message }
    package var description: String { problem.description }
}
