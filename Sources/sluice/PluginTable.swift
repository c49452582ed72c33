import AdminServer

/// Plugins as a table for people.
enum PluginTable {
    /// - Parameter withCounts: what they did since the control plane's start, in place of their options.
    static func text(_ plugins: [PluginReport], withCounts: Bool) -> String {
        let head = ["NAME", "VERSION", "ABI", "STATE"] + (withCounts ? ["CALLS", "ERRORS", "SECONDS", "HOOKS", "FILE"] : ["OPTIONS", "FILE"])
        let rows = [head] + plugins.map { plugin in
            let state = plugin.enabled ? "on" : "off"
            let options = Set(plugin.hooks.map(\.option)).subtracting([""]).sorted().joined(separator: ",")
            return [plugin.name, plugin.version, plugin.abi, state]
                + (withCounts
                    ? ["\(plugin.calls)", "\(plugin.errors)", seconds(plugin.seconds), "\(plugin.hooks.count)", plugin.file]
                    : [options.isEmpty ? "-" : options, plugin.file])
        }
        let widths = head.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        let table = rows.map { row in
            row.enumerated().map { $0 == head.count - 1 ? $1 : $1.padding(to: widths[$0]) }.joined(separator: "  ")
        }
        let reasons = plugins.compactMap { plugin in plugin.reason.map { "\(plugin.name) \($0)" } }
        return (table + (reasons.isEmpty ? [] : [""] + reasons)).joined(separator: "\n") + "\n"
    }

    /// Three digits after the point: milliseconds are what one can act on.
    private static func seconds(_ value: Double) -> String {
        let thousandths = Int((value * 1000).rounded())
        let rest = String(thousandths % 1000)
        return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }
}

extension String {
    fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
