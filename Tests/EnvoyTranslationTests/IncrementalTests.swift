import APIResources
import ConfigStores
import ConfigTree
import Emitter
import EnvoyResources
import EnvoyTranslation
import HashTreeCollections
import Syncer
import Testing
import TranslationHarness

/// What a control plane keeps between changes: the same rooms as Syncer's, without proxies.
struct Running {
    var store = MemoryStore()
    var emitter: Emitter
    let translator: Translator
    var reporter = Reporter()
    var snapshots: [String: EnvoySnapshot] = [:]
    /// Each object's status as it was told last.
    var told: [ObjectID: ObjectStatus] = [:]
    /// Of the last change; nil when it changed nothing.
    var translation: Translation?
    private var hasRun = false

    init(keepsLastGood: Bool = false) throws {
        emitter = try Stock.emitter()
        translator = try Stock.translator(keepsLastGood: keepsLastGood)
    }

    /// Takes some changes in as one event.
    mutating func apply(_ changes: [(file: String, text: String?)]) {
        var all = SnapshotChanges()
        for (file, text) in changes { all.formUnion(emitter.apply(store.write(file, text))) }
        if !hasRun || !all.isEmpty {
            let translation = translator.translate(emitter.snapshot, hasRun ? all : nil)
            self.translation = translation
            for (unit, reports) in translation.reports { reporter.set(.unit(unit), reports) }
            reporter.setRoles(translation.roles)
            snapshots = translation.snapshots
        } else {
            translation = nil
        }
        hasRun = true
        if translator.takeLastGoodChange() { reporter.setKept(translator.lastGood) }
        reporter.noteChanged(emitter.takeReportChanges())
        for (id, status) in reporter.takeChanges(emitter) { told[id] = status }
    }

    mutating func apply(_ file: String, _ text: String?) { apply([(file, text)]) }
}

extension Dictionary where Key == String, Value == EnvoySnapshot {
    /// Every resource by role, type and name. Joined bytes, since where parts are cut does not matter to a proxy.
    var flat: [String: [UInt8]] {
        var all: [String: [UInt8]] = [:]
        for (role, snapshot) in self {
            for type in ResourceType.allCases {
                for (name, resource) in snapshot[type] { all["\(role) \(type) \(name)"] = resource.joined() }
            }
        }
        return all
    }

    var versions: [String: UInt64] {
        var all: [String: UInt64] = [:]
        for (role, snapshot) in self {
            for type in ResourceType.allCases {
                for (name, resource) in snapshot[type] { all["\(role) \(type) \(name)"] = resource.version }
            }
        }
        return all
    }
}

@Suite struct IncrementalTests {
    static let steps = 40

    static let seeds = SeededNumbers.seeds(60)

    @Test("after any changes the translation is what a new one makes", arguments: seeds)
    func equalsFull(_ seed: UInt64) throws {
        var random = RandomConfiguration(seed: seed)
        var running = try Running()
        for step in 0..<Self.steps {
            let changes = (0..<(step == 0 ? 30 : random.int(1...(random.chance(20) ? 4 : 1)))).map { _ in random.change() }
            let before = running.snapshots.flat
            running.apply(changes)
            guard let difference = try Self.difference(running, before) else { continue }
            let words = changes.map { "\($0.file): \($0.text?.replacing(/BEGIN.*?END/, with: "...") ?? "removed")" }.joined(separator: "\n")
            Issue.record("SLUICE_SEED=\(seed) step \(step): \(difference)\nafter\n\(words)")
            return
        }
    }

    /// In what the running translation differs from one that begins anew; nil when in nothing.
    private static func difference(_ running: Running, _ before: [String: [UInt8]]) throws -> String? {
        let full = try Stock.translator().translate(running.emitter.snapshot, nil)
        let now = running.snapshots.flat
        let wanted = full.snapshots.flat
        for (name, bytes) in wanted.sorted(by: { $0.key < $1.key }) {
            guard let mine = now[name] else { return "\(name) is missing" }
            if mine != bytes { return "\(name) differs" }
        }
        if let extra = now.keys.sorted().first(where: { wanted[$0] == nil }) { return "\(extra) is left over" }
        if running.snapshots.versions != full.snapshots.versions { return "versions differ" }

        var named: Set<String> = []
        for (role, changed) in running.translation?.changed ?? [:] {
            for (type, names) in changed { for name in names { named.insert("\(role) \(type) \(name)") } }
        }
        for name in Set(before.keys).union(now.keys) where before[name] != now[name] && !named.contains(name) { return "\(name) changed and is not named" }
        // A proxy that goes away in the same run as a cluster comes may be told of it.
        for name in named where before[name] == now[name] && now[name] != nil { return "\(name) is named and did not change" }

        var reporter = Reporter()
        for (unit, reports) in full.reports { reporter.set(.unit(unit), reports) }
        reporter.setRoles(full.roles)
        let mine = lines(running.reporter, running.emitter)
        let theirs = lines(reporter, running.emitter)
        if let extra = mine.subtracting(theirs).min() { return "a report stays: \(extra)" }
        if let missing = theirs.subtracting(mine).min() { return "a report is missing: \(missing)" }
        reporter.noteChanged(Set(running.emitter.newest.keys))
        let statuses = Dictionary(uniqueKeysWithValues: reporter.takeChanges(running.emitter).compactMap { id, status in status.map { (id, $0) } })
        for id in Set(statuses.keys).union(running.told.keys).sorted() where statuses[id] != running.told[id] {
            return "the status of \(id) was told as \(String(describing: running.told[id])) and is \(String(describing: statuses[id]))"
        }
        return nil
    }

    private static func lines(_ reporter: Reporter, _ emitter: Emitter) -> Set<String> {
        Set(reporter.allProblems(emitter).map { "\($0.0?.description ?? "-"): \($0.1.severity) \($0.1)" })
    }
}
