package import ConfigTree
internal import Logging

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The plugins of a deployment in their order, with their hooks laid out for finding: by phase, then by option.
package struct PluginSet: Sendable {
    package let plugins: [LoadedPlugin]
    /// Plugins that are not loaded, and why.
    package let failures: [LoadFailure]
    private let tables: [HookTable]
    /// Each option that any hook waits for, numbered: sets of used options are bit sets over these numbers.
    private let optionNumbers: [String: Int]

    /// One hook for an option, with its place in the order of all hooks of the phase.
    private struct Entry: Sendable {
        let option: String
        let number: Int
        let order: Int
        let hook: LoadedHook
    }

    private struct HookTable: Sendable {
        var always: [(order: Int, hook: LoadedHook)] = []
        /// By the hash that both spellings of an option's name have.
        var byOption: [UInt32: [Entry]] = [:]
    }

    /// A hook that is to run, and the option's value.
    package struct Match {
        package let hook: LoadedHook
        package let value: ConfigValue?
        let order: Int
    }

    package init(plugins: [LoadedPlugin], failures: [LoadFailure] = []) {
        self.plugins = plugins
        self.failures = failures
        var tables = [HookTable](repeating: HookTable(), count: Phase.allCases.count + 1)
        var numbers: [String: Int] = [:]
        var order = 0
        for plugin in plugins {
            for hook in plugin.hooks {
                order += 1
                let phase = Int(hook.phase.rawValue)
                guard let option = hook.option else {
                    tables[phase].always.append((order, hook))
                    continue
                }
                let number = numbers[option] ?? numbers.count
                numbers[option] = number
                tables[phase].byOption[FieldName.hash(of: option), default: []].append(
                    Entry(option: option, number: number, order: order, hook: hook)
                )
            }
        }
        self.tables = tables
        optionNumbers = numbers
    }

    /// The hooks that the options of a subject call, in the order of the plugins.
    ///
    /// - Parameters:
    ///   - options: maps of options; the value of an earlier map hides those of later ones.
    ///   - used: takes note of each option that is there, whatever phase its hooks are of.
    package func matches(_ phase: Phase, _ options: [ConfigValue], into matches: inout [Match], used: inout OptionSet) {
        matches.removeAll(keepingCapacity: true)
        let table = tables[Int(phase.rawValue)]
        for (order, hook) in table.always { matches.append(Match(hook: hook, value: nil, order: order)) }
        for (index, map) in options.enumerated() {
            for member in map.members where !member.isNull {
                let hash = member.document.keyHash(of: member.index)
                guard let entries = table.byOption[hash] else {
                    note(member, hash, in: &used)
                    continue
                }
                for entry in entries where member.document.key(of: member.index, isField: entry.option) {
                    if index > 0, options[..<index].contains(where: { $0[entry.option] != nil }) { continue }
                    used.insert(entry.number)
                    matches.append(Match(hook: entry.hook, value: member, order: entry.order))
                }
            }
        }
        if matches.count > 1 { matches.sort { $0.order < $1.order } }
    }

    /// An option without a hook in this phase may have one in a filter phase.
    private func note(_ member: ConfigValue, _ hash: UInt32, in used: inout OptionSet) {
        for phase in [Phase.httpFilter, .httpConnectionManager, .listener] {
            for entry in tables[Int(phase.rawValue)].byOption[hash] ?? []
            where member.document.key(of: member.index, isField: entry.option) {
                used.insert(entry.number)
            }
        }
    }

    /// The hooks of a listener-wide phase: those of options in `options`, and those of options that anything below has used.
    package func listenerMatches(_ phase: Phase, _ options: [ConfigValue], used: OptionSet, into matches: inout [Match]) {
        var mine = OptionSet()
        self.matches(phase, options, into: &matches, used: &mine)
        for entries in tables[Int(phase.rawValue)].byOption.values {
            for entry in entries where used.contains(entry.number) && !mine.contains(entry.number) {
                matches.append(Match(hook: entry.hook, value: nil, order: entry.order))
            }
        }
        if matches.count > 1 { matches.sort { $0.order < $1.order } }
    }

    /// The number of an option for `OptionSet`; nil when no hook waits for it.
    package func number(of option: String) -> Int? { optionNumbers[option] }
}

/// Which options a part of the configuration uses: what decides about filters, which are there for those who need them only.
package struct OptionSet: Sendable, Hashable {
    private var words = SIMD8<UInt64>.zero

    package init() {}

    package mutating func insert(_ number: Int) {
        precondition(number < 512, "more than 512 different options")
        words[number >> 6] |= 1 << UInt64(number & 63)
    }

    package func contains(_ number: Int) -> Bool { words[number >> 6] & (1 << UInt64(number & 63)) != 0 }

    package mutating func formUnion(_ other: OptionSet) { words |= other.words }
}

extension PluginSet {
    /// Opens every plugin in some folders: files named `libsluice_*.so`, in the order of their names. What cannot be loaded is in
    /// `failures`. A folder that is named explicitly and does not exist is a failure as well.
    package static func load(folders: [String], files: [String] = [], skipping: Set<String> = []) -> PluginSet {
        var plugins: [LoadedPlugin] = []
        var failures: [LoadFailure] = []
        var paths: [String] = []
        for folder in folders {
            guard let names = entries(of: folder) else {
                failures.append(LoadFailure(folder, "there is no such folder"))
                continue
            }
            for name in names.sorted() where name.hasPrefix("libsluice_") && name.hasSuffix(".so") { paths.append("\(folder)/\(name)") }
        }
        for path in paths + files {
            do {
                let plugin = try LoadedPlugin.load(path)
                if let other = plugins.first(where: { $0.name == plugin.name }) {
                    failures.append(LoadFailure(path, "a plugin with the name '\(plugin.name)' is loaded already, from \(other.path)"))
                } else if !skipping.contains(plugin.name) {
                    plugins.append(plugin)
                }
            } catch {
                failures.append(error)
            }
        }
        return PluginSet(plugins: plugins, failures: failures)
    }

    private static func entries(of folder: String) -> [String]? {
        guard let directory = opendir(folder) else { return nil }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            names.append(withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix(while: { $0 != 0 }), as: UTF8.self) })
        }
        return names
    }
}
