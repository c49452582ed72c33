package import APIResources
package import ConfigServerTranslation
internal import ConfigStores
package import ConfigTree
package import Emitter
package import EnvoyResources
package import EnvoyTranslation

/// Collects what is to be said about objects, from wherever it comes, and tells which statuses that changes.
package struct Reporter: Sendable {
    /// Where reports come from; new ones of a source replace its earlier ones.
    package enum Source: Hashable, Sendable {
        case unit(UnitID)
        /// What is written for servers that Envoy asks.
        case configServer(ConfigServerUnit)
        /// What the Settings say about plugins.
        case plugins
        /// A proxy's refusal of a resource.
        case refusal(role: String, ResourceType, name: String)

        /// The proxy that it is about; nil when it is about none of them alone.
        var role: String? {
            switch self {
            case .refusal(let role, _, _): role
            case .unit(.virtualHost(let key)): key.table.role
            case .unit(.filterChain(let key)), .unit(.listener(let key)): key.role
            case .unit, .configServer, .plugins: nil
            }
        }
    }

    /// Of each source, by the object on whose status they are shown.
    private var reports: [Source: [ObjectID: [Report]]] = [:]
    private var sources: [ObjectID: Set<Source>] = [:]
    /// For each object, those whose status shows a place in its document: they are to be told when its lines move.
    private var readers: [ObjectID: [ObjectID: Int]] = [:]
    private var statuses: [ObjectID: ObjectStatus] = [:]
    /// Objects of which a part goes on as it was.
    private var keptParts: [ObjectID: Set<ObjectStatus.ServedMeanwhile>] = [:]
    /// Of the proxies to which each object contributes.
    private var roles: [ObjectID: [String]] = [:]
    /// Objects whose status is to be looked at again.
    private var stale: Set<ObjectID> = []

    package init() {}

    package mutating func set(_ source: Source, _ new: [Report]) {
        let old = reports[source] ?? [:]
        if old.isEmpty && new.isEmpty { return }
        for report in old.values.joined() {
            sources[report.object]?.remove(source)
            if sources[report.object]?.isEmpty == true { sources[report.object] = nil }
            readers[report.owner]?[report.object, default: 0] -= 1
            if readers[report.owner]?[report.object] == 0 { readers[report.owner]?[report.object] = nil }
            if readers[report.owner]?.isEmpty == true { readers[report.owner] = nil }
            stale.insert(report.object)
        }
        for report in new {
            sources[report.object, default: []].insert(source)
            readers[report.owner, default: [:]][report.object, default: 0] += 1
            stale.insert(report.object)
        }
        reports[source] = new.isEmpty ? nil : Dictionary(grouping: new, by: \.object)
    }

    /// Objects that contribute to other proxies than before; none takes the object out of all.
    package mutating func setRoles(_ changes: [ObjectID: [String]]) {
        for (id, new) in changes {
            roles[id] = new.isEmpty ? nil : new
            stale.insert(id)
        }
    }

    /// All units that go on as they were.
    package mutating func setKept(_ units: some Sequence<LastGoodUnit>) {
        var parts: [ObjectID: Set<ObjectStatus.ServedMeanwhile>] = [:]
        for unit in units {
            for object in unit.objects { parts[object, default: []].insert(ObjectStatus.ServedMeanwhile(unit.key)) }
        }
        for id in Set(keptParts.keys).union(parts.keys) where keptParts[id] != parts[id] { stale.insert(id) }
        keptParts = parts
    }

    package mutating func noteChanged(_ ids: Set<ObjectID>) {
        stale.formUnion(ids)
        for id in ids { if let readers = readers[id] { stale.formUnion(readers.keys) } }
    }

    /// The statuses that differ from what was told before; nil for an object that is gone.
    package mutating func takeChanges(_ emitter: Emitter) -> [(ObjectID, ObjectStatus?)] {
        var changes: [(ObjectID, ObjectStatus?)] = []
        for id in stale.sorted() {
            let status = self.status(of: id, emitter)
            if statuses[id] == status { continue }
            statuses[id] = status
            changes.append((id, status))
        }
        stale = []
        return changes
    }

    /// Everything that is said about an object now; nil when there is no such object.
    private func status(of id: ObjectID, _ emitter: Emitter) -> ObjectStatus? {
        let problems = self.problems(of: id, emitter)
        guard emitter.newest[id] != nil || !problems.isEmpty else { return nil }
        var servedMeanwhile = keptParts[id] ?? []
        if let served = emitter.servedMeanwhile(id) { servedMeanwhile.insert(.lastVersion(generation: served.generation)) }
        return ObjectStatus(
            problems, servedMeanwhile: servedMeanwhile, proxies: proxies(of: id, emitter),
            generation: id.kind == .rateLimitConfig ? emitter.newest[id]?.generation : nil
        )
    }

    private func proxies(of id: ObjectID, _ emitter: Emitter) -> [ObjectStatus.ProxyStatus] {
        guard let roles = roles[id] else { return [] }
        var problems: [String: [ConfigProblem]] = [:]
        for source in sources[id] ?? [] {
            guard let role = source.role else { continue }
            for report in reports[source]?[id] ?? [] { problems[role, default: []].append(Self.problem(report, emitter)) }
        }
        return roles.map { ObjectStatus.ProxyStatus(role: $0, problems[$0] ?? []) }.sorted { $0.key < $1.key }
    }

    private func problems(of id: ObjectID, _ emitter: Emitter) -> [ConfigProblem] {
        var problems = emitter.problems[id] ?? []
        // Nobody knows which of the objects that a broken file held the mistake is in: each of them says it.
        let file = emitter.unreadableFile(of: id)
        for found in emitter.storeProblems {
            let isOfFile = file != nil && found.problem.severity == .error && found.problem.position.file == file
            if found.object == id || isOfFile { problems.append(found.problem) }
        }
        for source in sources[id] ?? [] {
            for report in reports[source]?[id] ?? [] {
                problems.append(Self.problem(report, emitter))
            }
        }
        return problems
    }

    /// All problems there are, for `sluice validate`; those of no object among them.
    package func allProblems(_ emitter: Emitter) -> [(ObjectID?, ConfigProblem)] {
        var found: [(ObjectID?, ConfigProblem)] = emitter.storeProblems.filter { $0.object == nil }.map { (nil, $0.problem) }
        let ids = Set(emitter.newest.keys).union(sources.keys).union(emitter.storeProblems.compactMap(\.object))
        for id in ids.sorted() {
            var seen: Set<ConfigProblem> = []
            for problem in problems(of: id, emitter) where seen.insert(problem).inserted { found.append((id, problem)) }
        }
        return found
    }

    /// Lines move while content stays, and a unit does not run again for a change that it did not read: the place is looked up in
    /// the newest form of the document, by its path.
    private static func problem(_ report: Report, _ emitter: Emitter) -> ConfigProblem {
        let newest = emitter.newest[report.owner]
        guard let value = report.value else {
            return ConfigProblem(report.severity, at: newest?.position ?? ConfigPosition(file: report.owner.description), report.text)
        }
        return ConfigProblem(report.severity, at: newest.flatMap { moved(value, to: $0.value) } ?? value, report.text)
    }

    /// Where `value` stands in a newer form of its object; nil when there is nothing any more.
    private static func moved(_ value: ConfigValue, to object: ConfigValue) -> ConfigValue? {
        if value.document === object.document { return value }
        guard let step = value.parent else { return object }
        guard let parent = moved(step, to: object) else { return nil }
        if let key = value.key { return parent[key: key] }
        return zip(step.elements, parent.elements).first { $0.0.index == value.index }?.1
    }
}

extension ObjectStatus.ServedMeanwhile {
    fileprivate init(_ unit: LastGoodUnit.Key) {
        self =
            switch unit {
            case .cluster: .cluster
            case .virtualHost: .virtualHost
            case .filterChain: .filterChain
            case .listener: .listener
            }
    }
}
