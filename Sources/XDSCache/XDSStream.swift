package import EnvoyResources
import HashTreeCollections

/// The protocol of one discovery stream: requests, publications and the passing of time go in, responses and reports come out.
///
/// A value without I/O, confined to whoever owns it. An aggregated stream carries all types and keeps their order (see
/// `MakeBeforeBreak`); the stream of a single-type service carries one, and cannot.
package struct XDSStream {
    package let dialect: XDSDialect
    /// Set for the services of one type, nil for the aggregated one.
    package let onlyType: ResourceType?
    let policy: ServingPolicy

    var subscriptions: [Subscription] = Array(repeating: Subscription(), count: ResourceType.allCases.count)
    /// The newest configuration; nil while the proxy's role is unknown.
    var goal: Publication?
    /// What listeners and routes are served from: the goal, or the publication before it while the gate is shut.
    var front: Publication?
    var gate = Gate()
    var departures = Departures()
    /// Clusters sent whose endpoints are still to be confirmed: until then Envoy does not route to them.
    var warming: Set<String> = []

    private var lastNonce: UInt64 = 0
    private var lastSettled: UInt64 = 0
    var output = StreamOutput()

    package init(dialect: XDSDialect, onlyType: ResourceType? = nil, policy: ServingPolicy = ServingPolicy()) {
        self.dialect = dialect
        self.onlyType = onlyType
        self.policy = policy
    }

    /// When `passed(to:)` is to be called, unless something else happens first.
    package var deadline: ContinuousClock.Instant? {
        switch (gate.deadline, departures.due?.deadline) {
        case (let a?, let b?): min(a, b)
        case (let a, let b): a ?? b
        }
    }

    /// The configuration this stream was given; its number tells an owner that a publication is old news.
    package var number: UInt64 { goal?.number ?? 0 }

    // MARK: Events

    /// A request for a type the stream serves.
    package mutating func received(
        _ request: DiscoveryRequest,
        type: ResourceType,
        now: ContinuousClock.Instant
    ) -> StreamOutput {
        let isFirst = !subscriptions[type.index].isActive
        switch request.interest {
        case .delta(let subscribe, let unsubscribe, let held):
            // Interest counts whatever the nonce says: a delta client sends each change of it once.
            settle(type, request)
            updateDelta(type, subscribe: subscribe, unsubscribe: unsubscribe, held: isFirst ? held : [:], isFirst: isFirst)
        case .stateOfTheWorld(let names):
            // A request that answers an older response is behind: the client will answer the newer one too, with all names.
            let isStale = !isFirst && !request.nonce.isEmpty && HexText.value(request.nonce) != lastNonce(of: type)
            if !isStale {
                settle(type, request)
                updateWorld(type, names: names, isFirst: isFirst)
            }
        }
        return flush(now)
    }

    /// A new configuration, or the first one.
    package mutating func published(_ publication: Publication, now: ContinuousClock.Instant) -> StreamOutput {
        guard publication.number > number else { return StreamOutput() }
        if let old = goal {
            advance(from: old, to: publication, now: now)
        } else {
            goal = publication
            front = publication
            for type in ResourceType.allCases where subscriptions[type.index].isActive { begin(type) }
        }
        return flush(now)
    }

    /// Time went by: a wait may have ended.
    package mutating func passed(to now: ContinuousClock.Instant) -> StreamOutput { flush(now) }

    // MARK: Interest

    private mutating func updateDelta(
        _ type: ResourceType,
        subscribe: [String],
        unsubscribe: [String],
        held: [String: String],
        isFirst: Bool
    ) {
        let content = source(type)
        for name in unsubscribe {
            if name == "*" { subscriptions[type.index].isWildcard = false } else { subscriptions[type.index].forget(name) }
            if type == .cluster { warming.remove(name) }
        }
        var isNewWildcard = isFirst && subscribe.isEmpty && type.hasLegacyWildcard
        for name in subscribe {
            if name == "*" {
                isNewWildcard = isNewWildcard || !subscriptions[type.index].isWildcard
                continue
            }
            // The snapshot's own string, so that a thousand streams share one copy of a long name.
            subscriptions[type.index].names.insert(content?[name]?.name ?? name)
            guard !isFirst else { continue }
            // Asking again means that the client has lost it, refused or not.
            subscriptions[type.index].refused[name] = nil
            subscriptions[type.index].force(name)
        }
        if isNewWildcard { subscriptions[type.index].isWildcard = true }
        if isFirst {
            subscriptions[type.index].isActive = true
            subscriptions[type.index].heldAtStart = held.mapValues { HexText.value($0) ?? 0 }
            begin(type)
        } else if isNewWildcard, let content {
            subscriptions[type.index].walk = Subscription.Walk(rest: content.makeIterator(), held: [:])
            subscriptions[type.index].isAnswerDue = true
        }
    }

    private mutating func updateWorld(_ type: ResourceType, names: [String], isFirst: Bool) {
        let content = source(type)
        let old = subscriptions[type.index]
        var wanted = Set<String>(minimumCapacity: names.count)
        for name in names where name != "*" { wanted.insert(content?[name]?.name ?? name) }
        let isLegacy = names.isEmpty && type.hasLegacyWildcard && (isFirst || old.isLegacyWildcard)
        let isWildcard = isLegacy || names.contains("*")
        subscriptions[type.index].isLegacyWildcard = isLegacy
        subscriptions[type.index].isWildcard = isWildcard
        subscriptions[type.index].names = wanted
        if isFirst {
            subscriptions[type.index].isActive = true
            begin(type)
            return
        }
        guard goal != nil, wanted != old.names || isWildcard != old.isWildcard else { return }
        if type.isFullState {
            subscriptions[type.index].isAnswerDue = true
            return
        }
        for name in wanted.subtracting(old.names) { subscriptions[type.index].force(name) }
        for name in old.names.subtracting(wanted) { subscriptions[type.index].forget(name) }
        if isWildcard, !old.isWildcard, let content {
            subscriptions[type.index].walk = Subscription.Walk(rest: content.makeIterator(), held: [:])
        }
    }

    /// Compares what a first request asks for with the configuration. Without one it waits for it.
    private mutating func begin(_ type: ResourceType) {
        guard let goal, let content = source(type) else { return }
        let held = subscriptions[type.index].heldAtStart
        subscriptions[type.index].heldAtStart = [:]
        if dialect == .stateOfTheWorld && type.isFullState {
            subscriptions[type.index].isAnswerDue = true
            subscriptions[type.index].touched = Set(content.keys)
            return
        }
        if subscriptions[type.index].isWildcard {
            subscriptions[type.index].walk = Subscription.Walk(rest: content.makeIterator(), held: held)
            // An empty answer tells a new client that there is nothing, so that it does not wait; one that holds
            // resources has had such an answer.
            subscriptions[type.index].isAnswerDue = held.isEmpty
        }
        let gone = held.keys.filter { subscriptions[type.index].matches($0) && content[$0] == nil }
        for name in subscriptions[type.index].names {
            // The client may hold the endpoints of a cluster it was just sent, and yet wait to be told them again.
            subscriptions[type.index].pending[name] = type == .endpoint && warming.contains(name) ? 0 : held[name] ?? 0
        }
        if type.isKeptForGrace && !gone.isEmpty {
            for name in gone { subscriptions[type.index].pending[name] = nil }
            departures.add(Departed(held: [type: gone]), at: goal.number)
        } else {
            for name in gone { subscriptions[type.index].force(name) }
        }
    }

    // MARK: Confirmation

    private func lastNonce(of type: ResourceType) -> UInt64 {
        subscriptions[type.index].inFlight?.nonce ?? subscriptions[type.index].lastNonce
    }

    /// Takes the ACK or NACK that a request carries, if it is about the response in flight.
    private mutating func settle(_ type: ResourceType, _ request: DiscoveryRequest) {
        guard let sent = subscriptions[type.index].inFlight, HexText.value(request.nonce) == sent.nonce else { return }
        subscriptions[type.index].inFlight = nil
        if let refusal = request.refusal {
            refuse(type, sent, refusal)
        } else {
            subscriptions[type.index].confirmed = max(subscriptions[type.index].confirmed, sent.completes)
            if let most = subscriptions[type.index].mostResources { subscriptions[type.index].mostResources = most * 2 }
            if !subscriptions[type.index].refused.isEmpty {
                for resource in sent.resources { subscriptions[type.index].refused[resource.name] = nil }
            }
            output.events.append(
                .acknowledged(type, resources: sent.resources, removed: sent.removed, version: sent.version, number: sent.completes)
            )
        }
        if type == .endpoint && !warming.isEmpty {
            for resource in sent.resources where subscriptions[type.index].pending[resource.name] == nil {
                warming.remove(resource.name)
            }
        }
    }

    // MARK: Responses

    /// Sends whatever may be sent now, in the order of the types.
    private mutating func flush(_ now: ContinuousClock.Instant) -> StreamOutput {
        if goal != nil {
            retire(now)
            for type in ResourceType.allCases where type < .listener { respond(type) }
            // Now it shows whether anything that listeners and routes name is on its way.
            openGate(now)
            for type in ResourceType.allCases where type >= .listener { respond(type) }
            scheduleRetirement(now)
            tellHeld()
            let settled = ResourceType.allCases.reduce(UInt64.max) { min($0, level($1)) }
            if settled > lastSettled && subscriptions.contains(where: \.isActive) {
                lastSettled = settled
                output.events.append(.settled(number: settled))
            }
        }
        let result = output
        output = StreamOutput()
        return result
    }

    /// Tells of each type when the client has all of it as it is served now, and refuses nothing: that state can be gone back to.
    private mutating func tellHeld() {
        for type in ResourceType.allCases where subscriptions[type.index].isActive {
            guard let served = servedPublication(type), served.versions[type.index] != subscriptions[type.index].heldVersion else { continue }
            let subscription = subscriptions[type.index]
            guard subscription.inFlight == nil, subscription.hasNothingToSend, subscription.refused.isEmpty else { continue }
            subscriptions[type.index].heldVersion = served.versions[type.index]
            output.events.append(.holds(type, number: served.number, snapshot: served.snapshot))
        }
    }

    private mutating func respond(_ type: ResourceType) {
        guard let source = servedPublication(type) else { return }
        let subscription = subscriptions[type.index]
        guard subscription.isActive, subscription.inFlight == nil, !subscription.hasNothingToSend else { return }
        let isFullState = dialect == .stateOfTheWorld && type.isFullState
        let (resources, removed) = isFullState ? fullState(type, source.snapshot[type]) : difference(type, source.snapshot[type])
        let isOwed = subscriptions[type.index].isAnswerDue
        subscriptions[type.index].isAnswerDue = false
        guard isOwed || !resources.isEmpty || !removed.isEmpty else { return }

        lastNonce += 1
        let version = source.versions[type.index] &+ departures.version(type)
        subscriptions[type.index].lastNonce = lastNonce
        subscriptions[type.index].inFlight = Subscription.InFlight(
            nonce: lastNonce,
            version: version,
            resources: resources,
            removed: removed,
            completes: subscriptions[type.index].hasNothingToSend ? source.number : subscriptions[type.index].confirmed
        )
        output.responses.append(
            DiscoveryResponse(
                dialect: dialect, type: type, version: version, resources: resources, removed: removed, nonce: lastNonce,
                number: source.number
            )
        )
        output.events.append(.sent(type, version: version, nonce: lastNonce, number: source.number))
    }

    /// Everything of the type, and what is kept for grace.
    private mutating func fullState(_ type: ResourceType, _ content: EnvoySnapshot.Resources) -> ([EnvoyResource], [String]) {
        var resources: [EnvoyResource] = []
        if subscriptions[type.index].isWildcard {
            resources.reserveCapacity(content.count)
            for (_, resource) in content { resources.append(resource) }
            resources += departures.all(type).filter { content[$0.name] == nil }
        } else {
            for name in subscriptions[type.index].names.sorted() {
                if let resource = content[name] ?? departures.resource(type, name) { resources.append(resource) }
            }
        }
        if type == .cluster {
            for name in subscriptions[type.index].touched where content[name] != nil { warm(name) }
        }
        subscriptions[type.index].touched = []
        return (resources, [])
    }

    /// The next part, of bounded size, of what the client does not have.
    private mutating func difference(_ type: ResourceType, _ content: EnvoySnapshot.Resources) -> ([EnvoyResource], [String]) {
        var resources: [EnvoyResource] = []
        var removed: [String] = []
        var bytes = 0
        // Out of the stream while it is worked on, so that nothing is copied.
        var pending: [String: UInt64] = [:]
        swap(&pending, &subscriptions[type.index].pending)
        var later: [String: UInt64] = [:]
        let most = subscriptions[type.index].mostResources ?? Int.max
        for (name, held) in pending {
            if bytes >= policy.responseBytes || resources.count >= most {
                later[name] = held
            } else if let resource = content[name] ?? (held == 0 ? departures.resource(type, name) : nil) {
                if resource.version == held || subscriptions[type.index].refused[name] == resource.version { continue }
                resources.append(resource)
                bytes += resource.count + name.utf8.count + 128
            } else if dialect == .delta && departures.resource(type, name) == nil {
                removed.append(name)
                bytes += name.utf8.count + 4
            }
        }
        var walk = subscriptions[type.index].walk
        subscriptions[type.index].walk = nil
        while bytes < policy.responseBytes, resources.count < most, let (name, resource) = walk?.rest.next() {
            // What changed since the walk began is among the pending.
            guard content[name]?.version == resource.version, walk?.held[name] != resource.version else { continue }
            // What is asked for by name as well is, or was, among them too.
            guard !subscriptions[type.index].names.contains(name) else { continue }
            resources.append(resource)
            bytes += resource.count + name.utf8.count + 128
        }
        if bytes >= policy.responseBytes || resources.count >= most { subscriptions[type.index].walk = walk }
        if later.isEmpty && subscriptions[type.index].walk == nil { subscriptions[type.index].mostResources = nil }
        // Settling the endpoints of a cluster below may add to what is pending, of another type only.
        subscriptions[type.index].pending = later
        resources.sort { $0.name < $1.name }
        removed.sort()
        if type == .cluster {
            for resource in resources { warm(resource.name) }
        }
        return (resources, removed)
    }

    /// A cluster was sent: Envoy waits for its endpoints, and does not ask again for those that it had for the cluster before.
    private mutating func warm(_ name: String) {
        guard goal?.snapshot.endpoints[name] != nil else { return }
        warming.insert(name)
        let index = ResourceType.endpoint.index
        if subscriptions[index].isActive && subscriptions[index].matches(name) { subscriptions[index].force(name) }
    }
}
