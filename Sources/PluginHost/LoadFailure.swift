/// Why a plugin is not loaded, in words for the operator. The gateway starts without it.
package struct LoadFailure: Error, Sendable, CustomStringConvertible {
    package let path: String
    package let reason: String
    /// The file is not the one that the operator means.
    package let isPin: Bool

    package init(_ path: String, _ reason: String, isPin: Bool = false) {
        self.path = path
        self.reason = reason
        self.isPin = isPin
    }

    package var description: String { "plugin \(path) is not loaded: \(reason)" }
}
