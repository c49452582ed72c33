import ConfigTree
import EnvoyDescriptors
import EnvoyTranslation
import EnvoyValidation
import Foundation
import HashTreeCollections
import Testing
import TranslationHarness

/// What the schemas of the stock plugins allow, Envoy takes, or a plugin refuses it with words before Envoy sees it: a configuration
/// that only Envoy refuses would stop every later change of its listener or cluster.
///
/// `SLUICE_GENERATED=2000` draws so many in place of a few, and wants every member of every option to be in one that is accepted;
/// `SLUICE_SEED=7` draws others. A failure prints the configuration and what Envoy says.
@Suite struct GeneratorTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let wanted = environment["SLUICE_GENERATED"].flatMap { Int($0) }
    private static let seed = environment["SLUICE_SEED"].flatMap { UInt64($0) } ?? 1

    /// What came of the draws of one option.
    private struct Tally {
        var accepted = 0
        var refused = 0
        var lastRefusal = "it was never drawn"
    }

    @Test("Envoy accepts what plugins accept of random options", .enabled(if: RealEnvoy.check != nil))
    func accepted() throws {
        let envoy = try #require(RealEnvoy.check)
        let options = try Option.all()
        let paths = options.map { Self.paths(of: $0, among: options) }
        // An option with many members gets more of the draws.
        let share = Double(Self.wanted ?? 400) / Double(paths.reduce(0) { $0 + $1.count + 3 })
        var number = 0
        var texts: [String: String] = [:]
        var accepted: [(name: String, resources: EnvoyCheck.Resources)] = []
        var remains: [(name: String, resources: EnvoyCheck.Resources)] = []
        var members: Set<String> = []
        var tallies: [Tally] = []
        for (option, paths) in zip(options, paths) {
            let goal = max(2, Int((Double(paths.count + 3) * share).rounded()))
            var missing = paths.sorted()
            var aims = SeededNumbers(Self.seed)
            var tally = Tally()
            while tally.accepted < goal, tally.accepted + tally.refused < goal * 15 {
                number += 1
                let aim = missing.isEmpty ? "" : aims.pick(missing)
                var drawn = DrawnConfiguration(number, seed: Self.seed, focus: option, aim: aim, among: options, addsType: false)
                var made = try OneTranslation(drawn.text)
                if made.problems.contains(where: { $0.1.message.contains("knows this type of upstream") }) {
                    drawn = DrawnConfiguration(number, seed: Self.seed, focus: option, aim: aim, among: options, addsType: true)
                    made = try OneTranslation(drawn.text)
                }
                #expect(made.schemaErrors.isEmpty, "a draw that the schema refuses is a mistake of SchemaDraw: \(made.schemaErrors) \(drawn.shown)")
                let name = "#\(number) \(option)"
                texts[name] = drawn.shown
                let refusal = made.problems.first { $0.1.severity == .error }
                if let refusal {
                    tally.refused += 1
                    tally.lastRefusal = refusal.1.message
                    // What is left of it is served, so Envoy has to take that as well.
                    if remains.count < (Self.wanted ?? 400) / 3 { remains.append((name, try Self.resources(made))) }
                } else {
                    tally.accepted += 1
                    members.formUnion(drawn.members)
                    missing.removeAll(where: members.contains)
                    accepted.append((name, try Self.resources(made)))
                }
            }
            tallies.append(tally)
        }
        for (kind, all) in [("accepted", accepted), ("what is left of a refused one", remains)] {
            for start in stride(from: 0, to: all.count, by: 100) {
                for (name, why) in try envoy.refusals(among: Array(all[start..<min(start + 100, all.count)])) {
                    Issue.record("SLUICE_SEED=\(Self.seed) \(kind), \(name): Envoy refuses it: \(why.joined(separator: "\n"))\n\(texts[name] ?? "")")
                }
            }
        }
        for (option, tally) in zip(options, tallies) {
            #expect(
                tally.accepted > 0,
                """
                no value of \(option) (plugin \(option.plugin)) was accepted in \(tally.refused) draws, so none was put to Envoy. The last one: \
                \(tally.lastRefusal). Give texts whose form the schema does not tell 'examples' in it, or put what the option refers to \
                into Surroundings.
                """
            )
        }
        // A plugin that refused nearly everything would prove nothing.
        let drawn = accepted.count + tallies.reduce(0) { $0 + $1.refused }
        #expect(accepted.count * 3 > drawn, "\(accepted.count) of \(drawn) draws were accepted")
        print("\(accepted.count) of \(drawn) configurations with random options were accepted by plugins and put to Envoy, with \(remains.count) more in part")
        guard Self.wanted != nil else { return }
        for (option, tally) in zip(options, tallies) where tally.refused > 2 * tally.accepted {
            print("\(option): \(tally.accepted) accepted, \(tally.refused) refused, the last one: \(tally.lastRefusal)")
        }
        for paths in paths {
            let missing = paths.subtracting(members).sorted()
            #expect(missing.isEmpty, "never in a configuration that was accepted: \(missing.joined(separator: ", "))")
        }
    }

    /// All members of an option that can be set.
    private static func paths(of option: Option, among options: [Option]) -> Set<String> {
        let draw = SchemaDraw(SeededNumbers(0), names: ObjectNames(upstreams: [], secrets: [], others: [], cluster: "")) { path in
            options.first { "\($0)" == path }?.schema
        }
        return draw.paths(option.schema, at: "\(option)")
    }

    private static func resources(_ made: OneTranslation) throws -> EnvoyCheck.Resources {
        var all = EnvoyCheck.Resources()
        for snapshot in made.translation.snapshots.values {
            let resources = try EnvoyCheck.Resources(snapshot)
            all.listeners += resources.listeners
            all.clusters += resources.clusters
        }
        return all
    }
}
