import EnvoyResources
import HashTreeCollections

/// The order in which one change reaches a proxy.
///
/// 1. What is named (secrets, clusters, endpoints): added and changed ones at once. 2. Listeners: when the proxy confirmed the
/// first, and the endpoints of the clusters in it. 3. Routes and virtual hosts: when it confirmed the second. 4. Removals of what
/// was named: when it confirmed the third, and a grace time has passed. So at no moment does a route name a cluster, or
/// configure a filter, that is not there. Steps 2 and 3 do not wait for ever; a refusal is an answer.
extension XDSStream {
    /// What holds listeners and routes back. One change goes through at a time: what comes meanwhile is staged in one piece.
    struct Gate {
        /// The publication whose clusters are being confirmed; nil while listeners are, and when the gate is open.
        var staged: Publication?
        var deadline: ContinuousClock.Instant?
        /// Names of listeners and routes that changed since the publication they are served from.
        var held: ChangedNames = [:]
        /// Names of routes and tables that were asked for the first time while routes wait: they are those of a new listener, which
        /// cannot work without them. Served from where listeners are.
        var early: Set<String> = []
    }

    /// A proxy that connects again is at work: what it missed goes in the same order. A new one has nothing to break.
    struct Resumption {
        var isUnderWay = false
        var deadline: ContinuousClock.Instant?
    }

    /// Whether listeners and routes wait for what a reconnecting proxy missed of clusters.
    func waitsToResume(_ now: ContinuousClock.Instant) -> Bool {
        guard resumption.isUnderWay, onlyType == nil, let goal else { return false }
        let deadline = resumption.deadline ?? now + policy.patience
        resumption.deadline = deadline
        guard namedLevel >= goal.number && warming.isEmpty || now >= deadline else { return true }
        resumption = Resumption()
        return false
    }

    /// What is no longer in the configuration but still served.
    struct Departures {
        struct Batch {
            var number: UInt64
            var departed: Departed
        }

        var batches: [Batch] = []
        /// Batches up to this number go at the deadline.
        var due: (number: UInt64, deadline: ContinuousClock.Instant)?

        mutating func add(_ departed: Departed, at number: UInt64) { batches.append(Batch(number: number, departed: departed)) }

        func resource(_ type: ResourceType, _ name: String) -> EnvoyResource? {
            for batch in batches.reversed() {
                if let resource = batch.departed.resources[type]?[name] { return resource }
            }
            return nil
        }

        func all(_ type: ResourceType) -> [EnvoyResource] {
            var resources: [String: EnvoyResource] = [:]
            for batch in batches { resources.merge(batch.departed.resources[type] ?? [:]) { _, newer in newer } }
            return resources.values.sorted { $0.name < $1.name }
        }

        func version(_ type: ResourceType) -> UInt64 {
            batches.isEmpty ? 0 : all(type).reduce(0) { $0 &+ Publication.mixed($1) }
        }
    }

    /// The publication that a type is served from.
    func servedPublication(_ type: ResourceType) -> Publication? { type.isTable ? tables : type.isReferrer ? front : goal }

    func served(_ type: ResourceType) -> ServedContent? {
        guard let publication = servedPublication(type) else { return nil }
        var content = ServedContent(resources: publication.snapshot[type])
        if type == .endpoint { content.clusters = publication.snapshot.clusters }
        if type.isTable && !gate.early.isEmpty {
            content.newer = front?.snapshot[type]
            content.early = gate.early
        }
        return content
    }

    /// Routes still wait for listeners to be confirmed.
    var areTablesBehind: Bool { (tables?.number ?? 0) < (front?.number ?? 0) }

    /// The newest publication of which the client has, or has refused, everything of a type.
    func level(_ type: ResourceType) -> UInt64 {
        guard subscriptions[type.index].isActive else { return goal?.number ?? 0 }
        if subscriptions[type.index].inFlight == nil && subscriptions[type.index].hasNothingToSend {
            return (type.isReferrer ? front?.number : goal?.number) ?? 0
        }
        return subscriptions[type.index].confirmed
    }

    func advance(from old: Publication, to new: Publication, now: ContinuousClock.Instant) {
        goal = new
        if !new.departed.isEmpty { departures.add(new.departed, at: new.number) }
        for (type, names) in new.changed {
            if type.isReferrer {
                gate.held[type, default: []].formUnion(names)
            } else {
                mark(type, names, had: old.snapshot[type], new: new.snapshot[type])
            }
        }
        if let clusters = new.changed[.cluster] { markAwaitedEndpoints(of: clusters, from: old, to: new) }
        if gate.staged == nil && !areTablesBehind {
            gate.staged = new
            gate.deadline = now + policy.patience
        }
    }

    /// A client that was told that there are no such endpoints is told that there are none yet, when their cluster comes.
    private func markAwaitedEndpoints(of clusters: Set<String>, from old: Publication, to new: Publication) {
        let index = ResourceType.endpoint.index
        guard !subscriptions[index].names.isEmpty else { return }
        for name in clusters where subscriptions[index].names.contains(name) {
            guard old.snapshot.clusters[name] == nil, new.snapshot.endpoints[name] == nil else { continue }
            subscriptions[index].mark(name, had: 0)
        }
    }

    private func mark(
        _ type: ResourceType,
        _ names: Set<String>,
        had old: EnvoySnapshot.Resources,
        new: EnvoySnapshot.Resources
    ) {
        guard subscriptions[type.index].isActive else { return }
        let isFullState = dialect == .stateOfTheWorld && type.isFullState
        for name in names where subscriptions[type.index].matches(name) {
            guard isFullState else {
                subscriptions[type.index].mark(name, had: old[name]?.version ?? 0)
                // What is kept for grace is still what was refused.
                let isKept = new[name] == nil && type.isKeptForGrace
                if !isKept, new[name]?.version != subscriptions[type.index].refused[name] { subscriptions[type.index].refused[name] = nil }
                continue
            }
            subscriptions[type.index].refused[name] = nil
            // A removal that is put off changes nothing yet.
            guard new[name] != nil || !type.isKeptForGrace else { continue }
            subscriptions[type.index].isAnswerDue = true
            subscriptions[type.index].touched.insert(name)
        }
    }

    /// Lets listeners go on to the publication whose clusters are in place, or to the newest if all is.
    func openGate(_ now: ContinuousClock.Instant) {
        guard let staged = gate.staged, let goal, let front else { return }
        // The services of one type know nothing of each other: there is no order to keep.
        let isInPlace = onlyType != nil || gate.held.isEmpty || namedLevel >= staged.number && warming.isEmpty
        guard isInPlace || gate.deadline.map({ now >= $0 }) == true else { return }
        if !isInPlace { warming = [] }
        let isNewestInPlace = staged.number == goal.number || onlyType != nil || gate.held.isEmpty || namedLevel >= goal.number
        let next = isNewestInPlace ? goal : staged
        gate.staged = nil
        gate.deadline = now + policy.patience
        self.front = next
        for type in ResourceType.listening { release(type, from: front, to: next, newest: goal) }
    }

    /// Lets routes and virtual hosts follow when the listeners before them were answered for. True if they moved.
    func openTables(_ now: ContinuousClock.Instant) -> Bool {
        guard areTablesBehind, let goal, let front, let tables else { return false }
        let isInPlace = onlyType != nil || !ResourceType.tables.contains { gate.held[$0] != nil }
            || ResourceType.listening.allSatisfy { level($0) >= front.number }
        guard isInPlace || gate.deadline.map({ now >= $0 }) == true else { return false }
        self.tables = front
        let early = gate.early
        gate.early = []
        gate.deadline = nil
        for type in ResourceType.tables { release(type, from: tables, to: front, newest: goal, except: early) }
        if front.number < goal.number {
            gate.staged = goal
            gate.deadline = now + policy.patience
        }
        return true
    }

    /// Notes what differs for the client when a type moves on, and holds back what differs from the newest still.
    private func release(
        _ type: ResourceType,
        from old: Publication,
        to next: Publication,
        newest: Publication,
        except early: Set<String> = []
    ) {
        guard let names = gate.held.removeValue(forKey: type) else { return }
        let (before, after, last) = (old.snapshot[type], next.snapshot[type], newest.snapshot[type])
        var changed = names.filter { before[$0]?.version != after[$0]?.version }
        if !early.isEmpty { changed = changed.filter { !early.contains($0) && $0.nameSpace.map(early.contains) != true } }
        mark(type, changed, had: before, new: after)
        if type == .virtualHost { markTables(of: changed) }
        if type == .virtualHost && !changed.isEmpty && subscriptions[type.index].isActive { resolveAgain(from: old, to: next) }
        guard next.number < newest.number else { return }
        let rest = names.filter { last[$0]?.version != after[$0]?.version }
        if !rest.isEmpty { gate.held[type] = rest }
    }

    /// The newest publication whose secrets, clusters and endpoints the client has.
    private var namedLevel: UInt64 { min(level(.secret), level(.cluster), level(.endpoint)) }

    /// The newest publication whose listeners and routes the client uses. What it refused keeps it at none: the listener or
    /// route it had before is still at work, and may name anything.
    private var referrerLevel: UInt64 {
        var lowest = UInt64.max
        for type in ResourceType.inOrder where type.isReferrer {
            lowest = subscriptions[type.index].refused.isEmpty ? min(lowest, level(type)) : 0
        }
        return lowest
    }

    func scheduleRetirement(_ now: ContinuousClock.Instant) {
        guard departures.due == nil, !departures.batches.isEmpty else { return }
        let level = onlyType == nil ? referrerLevel : number
        guard let newest = departures.batches.last(where: { $0.number <= level }) else { return }
        departures.due = (newest.number, now + policy.grace)
    }

    /// Takes away what has been kept long enough.
    func retire(_ now: ContinuousClock.Instant) {
        guard let due = departures.due, now >= due.deadline, let goal else { return }
        departures.due = nil
        // A NACK may have come in the meantime.
        guard onlyType != nil || referrerLevel >= due.number else { return }
        let gone = departures.batches.filter { $0.number <= due.number }
        departures.batches.removeAll { $0.number <= due.number }
        for batch in gone {
            for (type, resources) in batch.departed.resources { remove(type, resources.keys, goal) }
            for (type, names) in batch.departed.held { remove(type, names, goal) }
        }
    }

    private func remove(_ type: ResourceType, _ names: some Sequence<String>, _ goal: Publication) {
        guard subscriptions[type.index].isActive, let content = served(type) else { return }
        for name in names where subscriptions[type.index].matches(name) {
            guard content[name] == nil, departures.resource(type, name) == nil else { continue }
            if type == .cluster || type == .endpoint { warming.remove(name) }
            subscriptions[type.index].refused[name] = nil
            if dialect == .delta {
                subscriptions[type.index].force(name)
            } else if type.isFullState {
                subscriptions[type.index].isAnswerDue = true
            }
        }
    }
}
