package import ConfigTree

/// The plugins of a deployment in their order, with their hooks laid out for finding: by option, then by phase.
package struct PluginSet: Sendable {
    package let plugins: [LoadedPlugin]
    /// How each of them is used; by its place in `plugins`.
    package let policies: [PluginPolicy]
    /// Plugins that are not loaded, and why.
    package let failures: [LoadFailure]
    /// The hooks of all plugins, in order.
    let hooks: [LoadedHook]
    /// Of each hook, the place of its plugin in `plugins`.
    let pluginOfHook: [Int32]
    /// Of each hook, so that calling it touches no object.
    let calls: [PreparedCall]
    let titles: [HookTitle]
    private let options: OptionTable
    /// Options that hooks of HTTP filters wait for.
    let filterOptions: OptionSet
    /// By phase.
    private let tables: [HookTable]
    /// Some plugins contribute to some listeners only.
    let hasLimits: Bool

    /// Hooks by their place in `hooks`.
    private struct HookTable: Sendable {
        var always: [Int32] = []
        /// By the number of the option.
        var byOption: [[Int32]] = []
    }

    /// A hook that is to run, and where its option stands: numbers only, so that matching counts no references.
    package struct Match {
        /// In `PluginSet.hooks`.
        let hook: Int32
        /// Of the maps of options, the one in which the option stands; -1 when there is no value.
        let map: Int32
        /// Of the value, in the document of that map.
        let node: Int32
        /// False of a filter's hook that nothing asks for: it adds its filter where it can, and says nothing.
        var isAsked = true
    }

    /// Sets of options are bit sets of this many.
    static let optionLimit = 512

    /// - Parameters:
    ///   - policies: by the name of the plugin; those that are not there are used as they are.
    ///   - previous: the plugins before these. Options that both know keep their numbers, so that an `OptionSet` outlives the change.
    package init(
        plugins all: [LoadedPlugin], failures: [LoadFailure] = [], policies: [String: PluginPolicy] = [:], previous: PluginSet? = nil
    ) {
        var plugins: [LoadedPlugin] = []
        var failures = failures
        var hooks: [LoadedHook] = []
        var pluginOfHook: [Int32] = []
        var options = OptionTable(numbering: previous?.options)
        var tables = [HookTable](repeating: HookTable(), count: Phase.allCases.count + 1)
        for plugin in all {
            let names = Set(plugin.hooks.compactMap(\.option)).filter { options.number(of: $0) == nil }
            guard options.count + names.count <= Self.optionLimit else {
                failures.append(
                    LoadFailure(plugin.path, "with its options there would be more than \(Self.optionLimit); leave out plugins that are not needed")
                )
                continue
            }
            for hook in plugin.hooks {
                let place = Int32(hooks.count)
                hooks.append(hook)
                pluginOfHook.append(Int32(plugins.count))
                let phase = Int(hook.phase.rawValue)
                guard let option = hook.option else {
                    if policies[plugin.name]?.off == nil { tables[phase].always.append(place) }
                    continue
                }
                let number = options.add(option, decidesAboutListeners: hook.phase.isOfListener)
                while tables[phase].byOption.count <= number { tables[phase].byOption.append([]) }
                tables[phase].byOption[number].append(place)
            }
            plugins.append(plugin)
        }
        options.layOut()
        for index in tables.indices {
            while tables[index].byOption.count < options.count { tables[index].byOption.append([]) }
        }
        self.plugins = plugins
        self.policies = plugins.map { policies[$0.name] ?? PluginPolicy() }
        hasLimits = self.policies.contains { $0.reach.isLimited }
        self.failures = failures
        self.hooks = hooks
        self.pluginOfHook = pluginOfHook
        calls = hooks.map(\.call)
        titles = hooks.map(\.title)
        self.options = options
        self.tables = tables
        var filterOptions = OptionSet()
        for (number, hooks) in tables[Int(Phase.httpFilter.rawValue)].byOption.enumerated() where !hooks.isEmpty { filterOptions.insert(number) }
        self.filterOptions = filterOptions
    }

    /// The hooks that the options of a subject call, in the order of the plugins.
    ///
    /// - Parameters:
    ///   - maps: maps of options; the value of an earlier map hides those of later ones.
    ///   - used: takes note of each option that is there and that a hook of a listener waits for, whatever `phase` is.
    package func matches(_ phase: Phase, _ maps: [ConfigValue], into matches: inout [Match], used: inout OptionSet) {
        if !matches.isEmpty { matches.removeAll(keepingCapacity: true) }
        let phase = Int(phase.rawValue)
        for hook in tables[phase].always { Self.insert(Match(hook: hook, map: -1, node: 0), into: &matches) }
        for place in maps.indices {
            let map = maps[place]
            let document = map.document
            guard document.kind(of: map.index) == .map else { continue }
            var next = document.firstChild(of: map.index)
            while let node = next {
                next = document.nextSibling(of: node)
                let number = options.number(of: node, in: document)
                guard number >= 0, document.kind(of: node) != .null else { continue }
                if place > 0, isHidden(number, before: place, in: maps) { continue }
                if options.decidesAboutListeners(number) { used.insert(number) }
                for hook in tables[phase].byOption[number] {
                    Self.insert(Match(hook: hook, map: Int32(place), node: Int32(node)), into: &matches)
                }
            }
        }
    }

    private func isHidden(_ number: Int, before place: Int, in maps: [ConfigValue]) -> Bool {
        for map in maps[..<place] where map[options.name(number)] != nil { return true }
        return false
    }

    /// Few at a time, and mostly in order already.
    private static func insert(_ match: Match, into matches: inout [Match]) {
        var place = matches.count
        while place > 0, matches[place - 1].hook > match.hook { place -= 1 }
        if place == matches.count { matches.append(match) } else { matches.insert(match, at: place) }
    }

    /// The hooks of a listener-wide phase: those of options in `options`, and those of options that anything below has used.
    ///
    /// - Parameter addsUnused: those of options as well that could be used below the listener, and are not.
    package func listenerMatches(_ phase: Phase, _ options: [ConfigValue], used: OptionSet, addsUnused: Bool = false, into matches: inout [Match]) {
        var mine = OptionSet()
        self.matches(phase, options, into: &matches, used: &mine)
        for (number, hooks) in tables[Int(phase.rawValue)].byOption.enumerated() where !mine.contains(number) {
            guard used.contains(number) || addsUnused && standsBelowListeners(number) else { continue }
            for hook in hooks { Self.insert(Match(hook: hook, map: -1, node: 0, isAsked: used.contains(number)), into: &matches) }
        }
    }

    private func standsBelowListeners(_ number: Int) -> Bool {
        [Phase.virtualHost, .route, .weightedDestination].contains { !tables[Int($0.rawValue)].byOption[number].isEmpty }
    }

    /// The names of options, for keeping a set over a restart: the numbers are this deployment's.
    package func names(of used: OptionSet) -> [String] { (0..<options.count).filter(used.contains).map(options.name) }

    /// The set again; nil when no hook waits for one of them any more: its filter would not be there.
    package func options(named names: [String]) -> OptionSet? {
        var used = OptionSet()
        for name in names {
            // One that only earlier plugins waited for has a number still, and no hooks.
            guard let number = number(of: name), tables.contains(where: { !$0.byOption[number].isEmpty }) else { return nil }
            used.insert(number)
        }
        return used
    }

    /// Whether a hook waits for an option in a phase.
    package func handles(_ phase: Phase, _ option: String) -> Bool {
        options.number(of: option).map { !tables[Int(phase.rawValue)].byOption[$0].isEmpty } ?? false
    }

    /// The number of an option for `OptionSet`; nil when no hook waits for it.
    package func number(of option: String) -> Int? { options.number(of: option) }
}

/// The options that hooks wait for, numbered in the order in which they came; found by the hash that both spellings of a name have.
private struct OptionTable: Sendable {
    private struct Option: Sendable {
        let name: String
        let hash: UInt32
        var decidesAboutListeners: Bool
    }

    private var options: [Option] = []
    /// Number plus one, at the place that the hash says or the next free one; zero where nothing is. Never more than half full.
    private var buckets: [UInt16] = []

    var count: Int { options.count }

    init() {}

    /// Begins with the numbers of another table.
    init(numbering other: OptionTable?) {
        options = (other?.options ?? []).map { Option(name: $0.name, hash: $0.hash, decidesAboutListeners: false) }
    }

    mutating func add(_ name: String, decidesAboutListeners: Bool) -> Int {
        let number = number(of: name) ?? options.count
        if number == options.count { options.append(Option(name: name, hash: FieldName.hash(of: name), decidesAboutListeners: false)) }
        if decidesAboutListeners { options[number].decidesAboutListeners = true }
        return number
    }

    mutating func layOut() {
        var size = 16
        while size < 2 * options.count { size *= 2 }
        buckets = [UInt16](repeating: 0, count: size)
        for (number, option) in options.enumerated() {
            var place = Int(option.hash) & (size - 1)
            while buckets[place] != 0 { place = (place + 1) & (size - 1) }
            buckets[place] = UInt16(number + 1)
        }
    }

    func number(of name: String) -> Int? { options.firstIndex { $0.name == name } }
    func name(_ number: Int) -> String { options[number].name }
    func decidesAboutListeners(_ number: Int) -> Bool { options[number].decidesAboutListeners }

    /// Of the option that stands under the key of a node; -1 when no hook waits for it.
    func number(of node: Int, in document: ConfigDocument) -> Int {
        let hash = document.keyHash(of: node)
        var place = Int(hash) & (buckets.count - 1)
        while buckets[place] != 0 {
            let number = Int(buckets[place]) - 1
            if options[number].hash == hash, document.key(of: node, isField: options[number].name) { return number }
            place = (place + 1) & (buckets.count - 1)
        }
        return -1
    }
}

/// Which options a part of the configuration uses: what decides about filters, which are there for those who need them only.
package struct OptionSet: Sendable, Hashable {
    private var words = SIMD8<UInt64>.zero

    package init() {}

    package mutating func insert(_ number: Int) {
        precondition(number < PluginSet.optionLimit, "PluginSet numbers options below its limit")
        words[number >> 6] |= 1 << UInt64(number & 63)
    }

    package func contains(_ number: Int) -> Bool { words[number >> 6] & (1 << UInt64(number & 63)) != 0 }

    package var isEmpty: Bool { words == .zero }

    package func intersection(_ other: OptionSet) -> OptionSet {
        var result = self
        result.words &= other.words
        return result
    }

    package mutating func formUnion(_ other: OptionSet) { words |= other.words }
}

extension PluginSet {
    /// Of those that are used.
    package var names: [String] { zip(plugins, policies).filter { $0.1.off == nil }.map(\.0.name) }

    /// The plugin of a name, and how it is used.
    package func plugin(_ name: String) -> (plugin: LoadedPlugin, policy: PluginPolicy)? {
        plugins.firstIndex { $0.name == name }.map { (plugins[$0], policies[$0]) }
    }
}
