import Foundation
import PluginHost

/// Plugins that ended the program, in a file beside the state file: `crashed-plugins`.
enum CrashedPlugins {
    /// What was recorded of files that are still as they were; others are forgotten. From now on crashes of plugins are recorded.
    ///
    /// - Parameter stateFile: nil where nothing outlives the program.
    static func read(beside stateFile: String?) -> (crashes: [CrashRecord], problem: String?) {
        guard let stateFile else { return ([], CrashRecord.watch(recordingTo: nil)) }
        let folder = URL(filePath: stateFile).deletingLastPathComponent()
        let file = folder.appending(path: "crashed-plugins").path
        let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
        let all = CrashRecord.parse(text)
        let current = all.filter(\.isCurrent)
        if current.count < all.count {
            try? Data(current.map(\.text).joined().utf8).write(to: URL(filePath: file), options: .atomic)
            try? FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        }
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        return (current, CrashRecord.watch(recordingTo: file).map { "crashes of plugins cannot be recorded in \(file): \($0)" })
    }
}
