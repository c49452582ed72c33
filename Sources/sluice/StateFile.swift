import Foundation

/// Where what must outlive the control plane is kept, unless `--state-file` says it.
enum StateFile {
    /// In the folder that systemd gives the service, else among the user's, apart for each folder of configuration: two control planes
    /// on one machine share nothing. Nil when there is no such place.
    static func path(configuration folder: String, environment: [String: String] = ProcessInfo.processInfo.environment) -> String? {
        // A service with several such folders gets all of them in one variable.
        if let folder = environment["STATE_DIRECTORY"]?.split(separator: ":").first { return "\(folder)/last-good.json" }
        let own = "sluice/\(hash(URL.canonical(folder)))/last-good.json"
        // A relative one is not valid, says the XDG specification.
        if let states = environment["XDG_STATE_HOME"], states.hasPrefix("/") { return "\(states)/\(own)" }
        guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
        return "\(home)/.local/state/\(own)"
    }

    /// FNV-1a: the same in every process, and short.
    private static func hash(_ text: String) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
