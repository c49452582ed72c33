internal import CPluginGuard
package import ConfigTree

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A plugin that ended the program: what the handler of crashes wrote down, and the next start reads.
package struct CrashRecord: Sendable, Hashable {
    package var plugin: String
    package var file: String
    /// Of the file and the settings with which it crashed: with others it gets another chance.
    var identity: String
    var settings: String
    /// "route 'cors'"
    package var hook: String
    /// Of Envoy's: the name of a route, a virtual host, a cluster.
    package var subject: String
    package var signal: String

    /// Whether a plugin is the one that crashed, and would be called as it was then.
    package func isOf(_ plugin: LoadedPlugin, settings: ConfigValue?) -> Bool {
        plugin.name == self.plugin && plugin.path == file && plugin.identity.text == identity && Self.version(of: settings) == self.settings
    }

    /// Why it is not used, in words that end a sentence.
    package var reason: String {
        "is quarantined, since it ended the control plane with \(signal) in its hook for \(hook), at '\(subject)'; it is used again when its file or its settings change"
    }

    private static func version(of settings: ConfigValue?) -> String { settings.map { String($0.contentHash(), radix: 16) } ?? "none" }

    /// The text with which a record of the plugin begins.
    static func prepared(_ plugin: LoadedPlugin, settings: ConfigValue?) -> UnsafePointer<sluice_guard_plugin> {
        let text = "plugin: \(plugin.name)\nfile: \(plugin.path)\nidentity: \(plugin.identity.text)\nsettings: \(version(of: settings))\n"
        let record = UnsafeMutablePointer<sluice_guard_plugin>.allocate(capacity: 1)
        record.initialize(to: sluice_guard_plugin(text: strdup(text), length: text.utf8.count))
        return UnsafePointer(record)
    }

    /// Reads records one after another, each ended by an empty line; what is no record is left out.
    package static func parse(_ text: String) -> [CrashRecord] {
        text.split(separator: "\n\n").compactMap { record in
            var fields: [Substring: String] = [:]
            for line in record.split(separator: "\n") {
                guard let colon = line.firstIndex(of: ":") else { continue }
                fields[line[..<colon]] = String(line[line.index(after: colon)...].drop { $0 == " " })
            }
            guard let plugin = fields["plugin"], let file = fields["file"], let identity = fields["identity"], let settings = fields["settings"] else { return nil }
            return CrashRecord(
                plugin: plugin, file: file, identity: identity, settings: settings, hook: fields["hook"] ?? "", subject: fields["subject"] ?? "",
                signal: fields["signal"] ?? "a signal"
            )
        }
    }

    /// Whether the file that crashed is still there as it was.
    package var isCurrent: Bool { LoadedPlugin.identity(file)?.text == identity }

    package var text: String {
        "plugin: \(plugin)\nfile: \(file)\nidentity: \(identity)\nsettings: \(settings)\nhook: \(hook)\nsubject: \(subject)\nsignal: \(signal)\n\n"
    }

    /// From now on a crash in a plugin is told on standard error, and recorded.
    ///
    /// - Parameter file: to which records are appended; nil for none.
    /// - Returns: why there will be no records, or nil.
    package static func watch(recordingTo file: String?) -> String? {
        let problem = file.map { $0.withCString { sluice_guard_install($0) } } ?? sluice_guard_install(nil)
        return problem == 0 ? nil : String(cString: strerror(problem))
    }
}
