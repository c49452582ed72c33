package import ConfigTree
package import EnvoyWire

/// Puts one subject together: lets the hooks of its options append their fragments, and keeps each field to one owner.
///
/// One thread uses one writer, for one subject after another, so that nothing is allocated for a subject without options.
package final class SubjectWriter {
    /// What went wrong with a hook, and at which value.
    package struct Report {
        package let isError: Bool
        package let message: String
        package let plugin: String
        package let at: ConfigValue?

        package var severity: ConfigSeverity { isError ? .error : .warning }
    }

    /// Which bytes of the subject a plugin wrote, for which option.
    package struct Origin {
        package let range: Range<Int>
        package let plugin: String
        package let option: ConfigValue?
    }

    private let plugins: PluginSet
    private let call: PluginCall

    // One thread uses a writer, and no access to one of these members spans another; see PluginCall.

    @exclusivity(unchecked) private var matches: [PluginSet.Match] = []
    /// One for each phase, by its number.
    @exclusivity(unchecked) private var ownerships: [Ownership]
    @exclusivity(unchecked) private var phase = Phase.route
    /// The core's own part of the subject is looked through only when a plugin writes something.
    @exclusivity(unchecked) private var knowsCore = false

    /// Options that the subjects since `beginUnit` have used.
    @exclusivity(unchecked) package var used = OptionSet()
    @exclusivity(unchecked) package private(set) var reports: [Report] = []
    @exclusivity(unchecked) package private(set) var filters: [PluginCall.StagedFilter] = []
    /// True when a hook failed that should have added a filter, and none stands in its place.
    @exclusivity(unchecked) package private(set) var lacksFilter = false
    /// Those of them that HTTP filters wait for.
    package var usedByFilters: OptionSet { used.intersection(plugins.filterOptions) }
    /// What the hooks since `beginUnit` added beside their subjects.
    @exclusivity(unchecked) package private(set) var resources: [PluginCall.AddedResource] = []
    /// What is laid over the subject when all else is written.
    @exclusivity(unchecked) private var overlays: [Overlay] = []
    /// Filled only while `traces` is true.
    @exclusivity(unchecked) package private(set) var origins: [Origin] = []
    package var traces = false

    private struct Overlay {
        let match: PluginSet.Match
        let bytes: [UInt8]
        let plugin: String
        let option: ConfigValue?
    }

    /// - Parameters:
    ///   - settings: of a plugin in this deployment, by its name.
    ///   - encode: the bytes of a message of Envoy's API from its JSON.
    ///   - log: where plugins' lines for the operator go.
    package init(
        _ plugins: PluginSet,
        settings: (String) -> ConfigValue? = { _ in nil },
        encode: PluginCall.Encode? = nil,
        log: @escaping (_ isError: Bool, _ plugin: String, _ message: String) -> Void = { _, _, _ in }
    ) {
        self.plugins = plugins
        call = PluginCall(plugins, settings: plugins.plugins.map { settings($0.name) })
        ownerships = [Ownership(.route)] + Phase.allCases.map { Ownership($0) }
        call.log = log
        if let encode { call.encode = encode }
    }

    /// Begins with a unit of work.
    ///
    /// - Parameters:
    ///   - listenerOptions: of the HTTP listener above, for hooks of what is below it.
    ///   - find: how hooks look up other objects; records what is read.
    package func beginUnit(listenerOptions: ConfigValue? = nil, find: @escaping PluginCall.Find) {
        used = OptionSet()
        if !resources.isEmpty { resources = [] }
        call.listenerOptions = listenerOptions
        call.hasReadListener = false
        call.find = find
    }

    /// Whether a hook since `beginUnit` has asked for an option of the HTTP listener above.
    package var hasReadListener: Bool { call.hasReadListener }

    /// Whether a hook waits for an option in a phase.
    package func handles(_ phase: Phase, _ option: String) -> Bool { plugins.handles(phase, option) }

    /// Lets the hooks of `phase` contribute to the subject whose own bytes stand in `output`, beginning at `start`.
    ///
    /// - Parameters:
    ///   - options: maps of options, the one that wins first.
    ///   - listenerUses: for the phases of a listener, the options that anything below it has used.
    ///   - addsUnused: lets hooks add filters for options that nothing has used.
    package func contribute(
        _ phase: Phase, to output: WireOutput, from start: Int, facts: @autoclosure () -> SubjectFacts, options: [ConfigValue],
        listenerUses: OptionSet? = nil, addsUnused: Bool = false
    ) {
        begin()
        if let listenerUses {
            plugins.listenerMatches(phase, options, used: listenerUses, addsUnused: addsUnused, into: &matches)
        } else {
            plugins.matches(phase, options, into: &matches, used: &used)
        }
        guard !matches.isEmpty else { return }
        self.phase = phase
        ownerships[Int(phase.rawValue)].begin()
        knowsCore = false
        call.begin(facts(), options: options)
        for match in matches { run(match, output: output, from: start) }
        if !overlays.isEmpty { layOver(output, from: start) }
    }

    /// Forgets the reports, filters and origins of the subject before.
    package func begin() {
        lacksFilter = false
        if !reports.isEmpty { reports.removeAll(keepingCapacity: true) }
        if !filters.isEmpty { filters.removeAll(keepingCapacity: true) }
        if !origins.isEmpty { origins.removeAll(keepingCapacity: true) }
    }

    /// True when a plugin has written a field of the subject of the last `contribute`.
    package func isWritten(_ field: UInt32) -> Bool {
        !matches.isEmpty && ownerships[Int(phase.rawValue)].isWritten(field)
    }

    private func run(_ match: PluginSet.Match, output: WireOutput, from start: Int) {
        let outcome = call.invoke(match)
        if !match.isAsked, !outcome.isDone || call.reports.contains(where: \.isError) { return }
        let (reportsBefore, filtersBefore) = (reports.count, filters.count)
        defer {
            if phase.addsFilters, filters.count == filtersBefore, reports[reportsBefore...].contains(where: \.isError) { lacksFilter = true }
        }
        if !call.reports.isEmpty, match.isAsked {
            for said in call.reports {
                reports.append(Report(isError: said.isError, message: said.message, plugin: call.hook.plugin, at: said.at))
            }
        }
        switch outcome {
        case .done: break
        case .failed: return complain(PluginText.failed(call.hook.plugin, option: call.hook.option))
        case .misused(let misuse): return complain(PluginText.misuse(call.hook.plugin, misuse))
        }
        if !call.resources.isEmpty { resources += call.resources }
        if phase.addsFilters {
            takeFilters()
        } else if call.overlays {
            overlays.append(Overlay(match: match, bytes: call.fragmentBytes, plugin: call.hook.plugin, option: call.option))
        } else if call.fragmentOutput.count > 0 || !call.replacedFields.isEmpty {
            takeFragment(of: Int(plugins.pluginOfHook[Int(match.hook)]), output, from: start)
        }
    }

    private func takeFilters() {
        guard call.fragmentOutput.count == 0 else { return complain(PluginText.misuse(call.hook.plugin, .filterNotAdded)) }
        for filter in call.filters {
            if let error = call.problem(ofFilter: filter) { return complain(PluginText.notProtobuf(filter.plugin, error)) }
        }
        filters.append(contentsOf: call.filters)
    }

    /// Joins what the hook wrote to the subject, unless it is not the plugin's to write.
    private func takeFragment(of plugin: Int, _ output: WireOutput, from start: Int) {
        let phase = Int(phase.rawValue)
        let owner = Ownership.core + 1 + Ownership.Contributor(plugin)
        let fragment = call.fragmentOutput
        do throws(WireError) {
            if !knowsCore {
                knowsCore = true
                _ = try ownerships[phase].claim(output.reader(from: start), for: Ownership.core)
            }
            if ownerships[phase].hasReplacements {
                let taken = ownerships[phase].fieldsTaken(fromOthersThan: owner).filter { !call.replacedFields.contains($0) }
                if !taken.isEmpty { fragment.removeFields(taken, in: 0..<fragment.count) }
            }
            if let conflict = try ownerships[phase].claim(fragment.reader(), for: owner, replacing: call.replacedFields) {
                let other = conflict.owner == Ownership.core ? "sluice" : plugins.plugins[Int(conflict.owner - Ownership.core - 1)].name
                return complain(PluginText.conflict(call.hook.plugin, field: conflict.field, owner: other))
            }
        } catch {
            return complain(PluginText.notProtobuf(call.hook.plugin, error))
        }
        if !call.replacedFields.isEmpty { move(output.removeFields(call.replacedFields, in: start..<output.count), from: start) }
        let before = output.count
        call.appendFragment(to: output)
        if traces, output.count > before {
            origins.append(Origin(range: (before - start)..<(output.count - start), plugin: call.hook.plugin, option: call.option))
        }
    }

    /// After all others, so that a scalar written here is the last one, which counts.
    private func layOver(_ output: WireOutput, from start: Int) {
        for overlay in overlays {
            let owner = Ownership.core + 1 + Ownership.Contributor(plugins.pluginOfHook[Int(overlay.match.hook)])
            let before = output.count
            if let error = ownerships[Int(phase.rawValue)].note(overlay.bytes, for: owner) {
                reports.append(Report(isError: true, message: PluginText.notProtobuf(overlay.plugin, error), plugin: overlay.plugin, at: overlay.option))
                continue
            }
            output.append(overlay.bytes)
            if traces { origins.append(Origin(range: (before - start)..<(output.count - start), plugin: overlay.plugin, option: overlay.option)) }
        }
        overlays.removeAll(keepingCapacity: true)
    }

    private func complain(_ message: String) {
        reports.append(Report(isError: true, message: message, plugin: call.hook.plugin, at: call.option))
    }

    /// Fields were taken out of the subject: what is known about its bytes moves up.
    private func move(_ cuts: [Range<Int>], from start: Int) {
        guard !cuts.isEmpty, !origins.isEmpty else { return }
        func moved(_ offset: Int) -> Int {
            var result = offset
            for cut in cuts where cut.lowerBound - start < offset { result -= min(cut.upperBound - start, offset) - (cut.lowerBound - start) }
            return result
        }
        origins = origins.compactMap { origin in
            let range = moved(origin.range.lowerBound)..<moved(origin.range.upperBound)
            return range.isEmpty ? nil : Origin(range: range, plugin: origin.plugin, option: origin.option)
        }
    }
}
