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
    }

    /// Which bytes of the subject a plugin wrote, for which option.
    package struct Origin {
        package let range: Range<Int>
        package let plugin: String
        package let option: ConfigValue?
    }

    private let plugins: PluginSet
    private let call = PluginCall()
    private var matches: [PluginSet.Match] = []
    private var ownership: Ownership
    private var phase = Phase.route

    /// Options that the subjects since `beginUnit` have used.
    package var used = OptionSet()
    package private(set) var reports: [Report] = []
    package private(set) var filters: [PluginCall.StagedFilter] = []
    /// Filled only while `traces` is true.
    package private(set) var origins: [Origin] = []
    package var traces = false

    /// - Parameters:
    ///   - find: how hooks look up other objects; records what is read.
    ///   - settings: of a plugin in this deployment, by its name.
    package init(
        _ plugins: PluginSet,
        settings: @escaping (String) -> ConfigValue? = { _ in nil },
        log: @escaping (_ isError: Bool, _ plugin: String, _ message: String) -> Void = { _, _, _ in }
    ) {
        self.plugins = plugins
        self.settings = settings
        ownership = Ownership(.route)
        call.log = log
    }

    private let settings: (String) -> ConfigValue?

    package func beginUnit(find: @escaping PluginCall.Find) {
        used = OptionSet()
        call.find = find
    }

    /// Lets the hooks of `phase` contribute to the subject whose own bytes stand in `output`, beginning at `start`.
    ///
    /// - Parameters:
    ///   - options: maps of options, the one that wins first.
    ///   - listenerUses: for the phases of a listener, the options that anything below it has used.
    package func contribute(
        _ phase: Phase, to output: WireOutput, from start: Int, facts: @autoclosure () -> SubjectFacts, options: [ConfigValue],
        listenerUses: OptionSet? = nil
    ) {
        begin()
        if let listenerUses {
            plugins.listenerMatches(phase, options, used: listenerUses, into: &matches)
        } else {
            plugins.matches(phase, options, into: &matches, used: &used)
        }
        guard !matches.isEmpty else { return }
        if self.phase != phase {
            ownership = Ownership(phase)
            self.phase = phase
        }
        ownership.begin()
        claim(output, from: start, owner: Self.core, at: nil)
        call.begin(facts(), options: options)
        for match in matches { run(match, output: output, subjectStart: start) }
        for filter in call.filters { filters.append(filter) }
    }

    /// Forgets the reports, filters and origins of the subject before.
    package func begin() {
        reports.removeAll(keepingCapacity: true)
        filters.removeAll(keepingCapacity: true)
        origins.removeAll(keepingCapacity: true)
    }

    /// True when any contributor has written a field of the subject of the last `contribute`.
    package func isWritten(_ field: UInt32) -> Bool { !matches.isEmpty && ownership.isWritten(field) }

    private static let core = "sluice"

    private func run(_ match: PluginSet.Match, output: WireOutput, subjectStart: Int) {
        call.settings = settings(match.hook.plugin)
        let start = output.count
        let firstReport = call.reports.count
        let succeeded = call.invoke(match.hook, option: match.value, output: output)
        for report in call.reports[firstReport...] {
            reports.append(Report(isError: report.isError, message: report.message, plugin: match.hook.plugin, at: report.at))
        }
        guard succeeded else {
            let option = match.hook.option.map { " for option '\($0)'" } ?? ""
            reports.append(
                Report(
                    isError: true, message: "plugin '\(match.hook.plugin)' failed\(option); its log says more", plugin: match.hook.plugin,
                    at: match.value
                )
            )
            return
        }
        guard output.count > start else { return }
        if claim(output, from: start, owner: match.hook.plugin, at: match.value, subjectStart: subjectStart), traces, output.count > start {
            origins.append(Origin(range: (start - subjectStart)..<(output.count - subjectStart), plugin: match.hook.plugin, option: match.value))
        }
    }

    /// Takes note of what a fragment writes; takes the fragment back when that is not its to write.
    @discardableResult
    private func claim(_ output: WireOutput, from start: Int, owner: String, at option: ConfigValue?, subjectStart: Int? = nil) -> Bool {
        do {
            let conflict = try ownership.claim(output.reader(from: start), for: owner, replacing: call.replacedFields)
            if let conflict {
                output.truncate(to: start)
                reports.append(
                    Report(
                        isError: true,
                        message: "plugin '\(owner)' writes '\(conflict.field)', which '\(conflict.owner)' has written; one of them has to go",
                        plugin: owner, at: option
                    )
                )
                return false
            }
            if let subjectStart, owner != Self.core, !call.replacedFields.isEmpty {
                output.removeFields(call.replacedFields, in: subjectStart..<start)
            }
            return true
        } catch {
            output.truncate(to: start)
            reports.append(
                Report(isError: true, message: "plugin '\(owner)' wrote something that is not protobuf: \(error)", plugin: owner, at: option)
            )
            return false
        }
    }
}
