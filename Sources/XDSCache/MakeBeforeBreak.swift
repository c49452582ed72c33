import EnvoyResources
import HashTreeCollections

/// The order in which one change reaches a proxy.
///
/// 1. What is named (secrets, clusters, endpoints): added and changed ones at once. 2. What names them (listeners, routes): when
/// the proxy confirmed the first, and the endpoints of the clusters in it, or has been waited for long enough. 3. Removals of
/// what was named: when the proxy confirmed the second, and a grace time has passed. So at no moment does a route name a
/// cluster that is not there.
extension XDSStream {
    /// What holds listeners and routes back.
    struct Gate {
        /// The publication whose clusters are being confirmed; nil when the gate is open.
        var staged: Publication?
        var deadline: ContinuousClock.Instant?
        /// Names of listeners and routes that changed since the publication they are served from.
        var held: ChangedNames = [:]
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
    func servedPublication(_ type: ResourceType) -> Publication? { type.isReferrer ? front : goal }

    func source(_ type: ResourceType) -> EnvoySnapshot.Resources? { servedPublication(type)?.snapshot[type] }

    /// The newest publication of which the client has, or has refused, everything of a type.
    func level(_ type: ResourceType) -> UInt64 {
        let subscription = subscriptions[type.index]
        guard subscription.isActive else { return goal?.number ?? 0 }
        if subscription.inFlight == nil && subscription.hasNothingToSend { return servedPublication(type)?.number ?? 0 }
        return subscription.confirmed
    }

    mutating func advance(from old: Publication, to new: Publication, now: ContinuousClock.Instant) {
        goal = new
        if !new.departed.isEmpty { departures.add(new.departed, at: new.number) }
        for (type, names) in new.changed {
            if type.isReferrer {
                gate.held[type, default: []].formUnion(names)
            } else {
                mark(type, names, had: old.snapshot[type], new: new.snapshot[type])
            }
        }
        if gate.staged == nil {
            gate.staged = new
            gate.deadline = now + policy.patience
        }
    }

    private mutating func mark(
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

    /// Lets listeners and routes go on to the publication whose clusters are in place, or to the newest if all is.
    mutating func openGate(_ now: ContinuousClock.Instant) {
        guard let staged = gate.staged, let goal, let front else { return }
        // The services of one type know nothing of each other: there is no order to keep.
        let isInPlace = onlyType != nil || gate.held.isEmpty || namedLevel >= staged.number && warming.isEmpty
        guard isInPlace || gate.deadline.map({ now >= $0 }) == true else { return }
        if !isInPlace { warming = [] }
        let isNewestInPlace = staged.number == goal.number || onlyType != nil || gate.held.isEmpty || namedLevel >= goal.number
        let next = isNewestInPlace ? goal : staged
        self.front = next
        let held = gate.held
        gate = Gate()
        for (type, names) in held {
            mark(type, names, had: front.snapshot[type], new: next.snapshot[type])
            guard !isNewestInPlace else { continue }
            let rest = names.filter { goal.snapshot[type][$0]?.version != next.snapshot[type][$0]?.version }
            if !rest.isEmpty { gate.held[type] = rest }
        }
        if !isNewestInPlace {
            gate.staged = goal
            gate.deadline = now + policy.patience
        }
    }

    /// The newest publication whose secrets, clusters and endpoints the client has.
    private var namedLevel: UInt64 { min(level(.secret), level(.cluster), level(.endpoint)) }

    /// The newest publication whose listeners and routes the client uses. What it refused keeps it at none: the listener or
    /// route it had before is still at work, and may name anything.
    private var referrerLevel: UInt64 {
        ResourceType.allCases.filter(\.isReferrer).reduce(UInt64.max) { lowest, type in
            subscriptions[type.index].refused.isEmpty ? min(lowest, level(type)) : 0
        }
    }

    mutating func scheduleRetirement(_ now: ContinuousClock.Instant) {
        guard departures.due == nil, !departures.batches.isEmpty else { return }
        let level = onlyType == nil ? referrerLevel : number
        guard let newest = departures.batches.last(where: { $0.number <= level }) else { return }
        departures.due = (newest.number, now + policy.grace)
    }

    /// Takes away what has been kept long enough.
    mutating func retire(_ now: ContinuousClock.Instant) {
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

    private mutating func remove(_ type: ResourceType, _ names: some Sequence<String>, _ goal: Publication) {
        guard subscriptions[type.index].isActive, let content = source(type) else { return }
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
