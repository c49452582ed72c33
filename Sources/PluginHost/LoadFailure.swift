/// Why a plugin is not loaded, in words for the operator. The gateway starts without it.
package struct LoadFailure: Error, Sendable, CustomStringConvertible {
    package let path: String
    package let reason: String

    init(_ path: String, _ reason: String) {
        self.path = path
        self.reason = reason
    }

    package var description: String { "plugin \(path) is not loaded: \(reason)" }
}
