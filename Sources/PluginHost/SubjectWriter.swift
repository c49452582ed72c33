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

    /// What each plugin has cost so far; by its place in `plugins`.
    @exclusivity(unchecked) package private(set) var counts: [PluginCounts]
    /// Why a plugin is not to be called here, in words that end a sentence; by its place in `plugins`. Empty where all are.
    @exclusivity(unchecked) private var barred: [String?] = []
    /// For which `barred` was made.
    @exclusivity(unchecked) private var listener: ListenerIdentity?

    private struct Overlay {
        let match: PluginSet.Match
        let bytes: [UInt8]
        let plugin: String
        let option: ConfigValue?
    }

    /// - Parameters:
    ///   - settings: of a plugin, by its name, in place of those of the deployment.
    ///   - encode: the bytes of a message of Envoy's API from its JSON.
    ///   - log: where plugins' lines for the operator go.
    package init(
        _ plugins: PluginSet,
        settings: ((String) -> ConfigValue?)? = nil,
        encode: PluginCall.Encode? = nil,
        log: @escaping (_ isError: Bool, _ plugin: String, _ message: String) -> Void = { _, _, _ in }
    ) {
        self.plugins = plugins
        call = PluginCall(plugins, settings: zip(plugins.plugins, plugins.policies).map { settings?($0.name) ?? $1.settings })
        counts = Array(repeating: PluginCounts(), count: plugins.plugins.count)
        if plugins.policies.contains(where: { $0.off != nil }) { barred = plugins.policies.map(\.off) }
        ownerships = [Ownership(.route)] + Phase.allCases.map { Ownership($0) }
        call.log = log
        if let encode { call.encode = encode }
    }

    /// Begins with a unit of work.
    ///
    /// - Parameters:
    ///   - listener: to which the unit belongs; nil for what all listeners share, clusters.
    ///   - listenerOptions: of the HTTP listener above, for hooks of what is below it.
    ///   - find: how hooks look up other objects; records what is read.
    package func beginUnit(listener: ListenerIdentity? = nil, listenerOptions: ConfigValue? = nil, find: @escaping PluginCall.Find) {
        if plugins.hasLimits, listener != self.listener { bar(at: listener) }
        used = OptionSet()
        if !resources.isEmpty { resources = [] }
        call.listenerOptions = listenerOptions
        call.hasReadListener = false
        call.find = find
    }

    /// Notes which plugins are not to be called for a listener.
    private func bar(at listener: ListenerIdentity?) {
        self.listener = listener
        barred = plugins.policies.map { policy in
            if let off = policy.off { return off }
            guard let listener, !policy.reach.includes(listener) else { return nil }
            return "is not to be used by gateway '\(listener.gateway)' in proxy '\(listener.proxy)'; add one of them to its 'gateways' or 'proxies' in the plugins' configuration"
        }
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
        let plugin = Int(plugins.pluginOfHook[Int(match.hook)])
        if !barred.isEmpty, let why = barred[plugin] { return refuse(match, why) }
        let outcome = invoke(match, of: plugin)
        if !outcome.isDone { counts[plugin].failures += 1 }
        if !match.isAsked, !outcome.isDone || call.reports.contains(where: \.isError) { return }
        let (reportsBefore, filtersBefore) = (reports.count, filters.count)
        defer {
            if phase.addsFilters, filters.count == filtersBefore, reports[reportsBefore...].contains(where: \.isError) { lacksFilter = true }
        }
        if !call.reports.isEmpty, match.isAsked {
            for said in call.reports {
                if said.isError { counts[plugin].errors += 1 }
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

    private func invoke(_ match: PluginSet.Match, of plugin: Int) -> PluginCall.Outcome {
        counts[plugin].calls += 1
        guard counts[plugin].calls % PluginCounts.sampling == 1 else { return call.invoke(match) }
        let start = ContinuousClock.now
        let outcome = call.invoke(match)
        let time = start.duration(to: .now).components
        counts[plugin].nanoseconds += PluginCounts.sampling * UInt64(max(0, time.seconds * 1_000_000_000 + time.attoseconds / 1_000_000_000))
        return outcome
    }

    /// An option of a plugin that is not to be called here. A hook that waits for no option has nothing to refuse.
    private func refuse(_ match: PluginSet.Match, _ why: String) {
        let hook = plugins.hooks[Int(match.hook)]
        guard match.isAsked, let option = hook.option else { return }
        let message = PluginText.barred(option, plugin: hook.plugin, why)
        // Several of its hooks may wait for one option.
        guard !reports.contains(where: { $0.message == message }) else { return }
        if phase.addsFilters { lacksFilter = true }
        reports.append(Report(isError: true, message: message, plugin: hook.plugin, at: call.value(of: match)))
    }

    private func takeFilters() {
        guard call.fragmentOutput.count == 0 else { return complain(PluginText.misuse(call.hook.plugin, .filterNotAdded)) }
        for filter in call.filters {
            do throws(WireError) {
                _ = try PluginCall.fields(of: filter.bytes)
            } catch {
                return complain(PluginText.notProtobuf(filter.plugin, error))
            }
        }
        guard phase == .httpFilter, let place = plugins.policies[Int(plugins.pluginOfHook[Int(call.hookIndex)])].filterPlace else {
            return filters.append(contentsOf: call.filters)
        }
        for filter in call.filters { filters.append(filter.moved(to: place)) }
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
            do throws(WireError) {
                ownerships[Int(phase.rawValue)].note(try PluginCall.fields(of: overlay.bytes), for: owner)
            } catch {
                reports.append(Report(isError: true, message: PluginText.notProtobuf(overlay.plugin, error), plugin: overlay.plugin, at: overlay.option))
                continue
            }
            output.append(overlay.bytes)
            if traces { origins.append(Origin(range: (before - start)..<(output.count - start), plugin: overlay.plugin, option: overlay.option)) }
        }
        overlays.removeAll(keepingCapacity: true)
    }

    private func complain(_ message: String) {
        counts[Int(plugins.pluginOfHook[Int(call.hookIndex)])].errors += 1
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
