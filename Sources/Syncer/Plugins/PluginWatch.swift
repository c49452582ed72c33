internal import PluginHost

/// Notices that files of plugins, or the file that says how they are used, have changed: by looking, since they may lie anywhere, also on
/// file systems that tell nobody.
struct PluginWatch {
    /// A change counts when it is the same at two looks: a file that is being written is not opened.
    static let interval = Duration.seconds(1)

    private var known: [String: LoadedPlugin.FileIdentity?]
    private var candidate: [String: LoadedPlugin.FileIdentity?]?

    init(_ deployment: Deployment) { known = Self.look(at: deployment) }

    /// True when there is something new, once for each change.
    mutating func hasChanged(_ deployment: Deployment) -> Bool {
        let now = Self.look(at: deployment)
        guard now != known else {
            candidate = nil
            return false
        }
        guard now == candidate else {
            candidate = now
            return false
        }
        known = now
        candidate = nil
        return true
    }

    private static func look(at deployment: Deployment) -> [String: LoadedPlugin.FileIdentity?] {
        var found: [String: LoadedPlugin.FileIdentity?] = [:]
        for path in deployment.watchedFiles { found[path] = LoadedPlugin.identity(path) }
        for folder in deployment.watchedFolders {
            for path in (try? LoadedPlugin.libraries(in: folder)) ?? [] { found[path] = LoadedPlugin.identity(path) }
        }
        return found
    }
}
