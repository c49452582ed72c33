package import EnvoyResources
import HashTreeCollections

/// The protocol of one discovery stream: requests, publications and the passing of time go in, responses and reports come out.
///
/// Without I/O, and confined to whoever owns it. An aggregated stream carries all types and keeps their order (see
/// `MakeBeforeBreak`); the stream of a single-type service carries one, and cannot.
package final class XDSStream {
    package let dialect: XDSDialect
    /// Set for the services of one type, nil for the aggregated one.
    package let onlyType: ResourceType?
    let policy: ServingPolicy

    let subscriptions = ResourceType.allCases.map { Subscription(coversNameSpaces: $0 == .virtualHost) }
    /// The newest configuration; nil while the proxy's role is unknown.
    var goal: Publication?
    /// What listeners are served from: the goal, or a publication before it while its clusters are being confirmed.
    var front: Publication?
    /// What routes are served from: the front, or the publication before it while its listeners are being confirmed.
    var tables: Publication?
    var gate = Gate()
    var resumption = Resumption()
    var departures = Departures()
    /// Clusters sent whose endpoints are still to be confirmed: until then Envoy does not route to them.
    var warming: Set<String> = []

    /// The client asks for virtual hosts without names; see `FollowedTables`.
    var followsTables = false
    /// Virtual hosts that the client has still, because their table is gone; by table.
    var keptHosts: [String: Set<String>] = [:]

    private var lastNonce: UInt64 = 0
    private var lastSettled: UInt64 = 0
    /// What the client's node says; see `ProxyNode`.
    var readsWrappedResources = false
    var output = StreamOutput()

    package init(dialect: XDSDialect, onlyType: ResourceType? = nil, policy: ServingPolicy = ServingPolicy()) {
        self.dialect = dialect
        self.onlyType = onlyType
        self.policy = policy
    }

    /// When `passed(to:)` is to be called, unless something else happens first.
    package var deadline: ContinuousClock.Instant? {
        var earliest = gate.deadline
        for next in [departures.due?.deadline, resumption.deadline, nextHeartbeat] {
            guard let next else { continue }
            earliest = earliest.map { min($0, next) } ?? next
        }
        return earliest
    }

    /// The configuration this stream was given; its number tells an owner that a publication is old news.
    package var number: UInt64 { goal?.number ?? 0 }

    // MARK: Events

    /// A request for a type the stream serves.
    package func received(
        _ request: DiscoveryRequest,
        type: ResourceType,
        now: ContinuousClock.Instant
    ) -> StreamOutput {
        let isFirst = !subscriptions[type.index].isActive
        if request.node?.readsWrappedResources == true { readsWrappedResources = true }
        if isFirst && request.isResumed { resumption.isUnderWay = true }
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
    package func published(_ publication: Publication, now: ContinuousClock.Instant) -> StreamOutput {
        guard publication.number > number else { return StreamOutput(deadline: deadline) }
        if let old = goal {
            advance(from: old, to: publication, now: now)
        } else {
            goal = publication
            front = publication
            tables = publication
            for type in ResourceType.allCases where subscriptions[type.index].isActive { begin(type) }
        }
        return flush(now)
    }

    /// Time went by: a wait may have ended.
    package func passed(to now: ContinuousClock.Instant) -> StreamOutput { flush(now) }

    // MARK: Interest

    private func updateDelta(
        _ type: ResourceType,
        subscribe: [String],
        unsubscribe: [String],
        held: [String: String],
        isFirst: Bool
    ) {
        let content = served(type)
        for name in unsubscribe {
            if name == "*" { subscriptions[type.index].isWildcard = false } else { subscriptions[type.index].forget(name) }
            if type == .cluster { warming.remove(name) }
            if type == .route { leaveTable(name) }
            gate.early.remove(name)
        }
        if unsubscribe.contains("*") { subscriptions[type.index].forgetWildcard() }
        let isLegacyWildcard = isFirst && subscribe.isEmpty && unsubscribe.isEmpty
            && (type.hasLegacyWildcard || type == .virtualHost && onlyType != nil)
        var isNewWildcard = isLegacyWildcard
        var added: [String] = []
        for name in subscribe {
            if name == "*" {
                isNewWildcard = true
                continue
            }
            // The snapshot's own string, so that a thousand streams share one copy of a long name.
            let (isNew, _) = subscriptions[type.index].names.insert(content?[name]?.name ?? name)
            if isNew && type.isTable && areTablesBehind { gate.early.insert(name) }
            added.append(name)
        }
        if isNewWildcard { subscriptions[type.index].isWildcard = true }
        guard !isFirst else {
            subscriptions[type.index].isActive = true
            subscriptions[type.index].heldAtStart = held.mapValues { HexText.value($0) ?? 0 }
            if type == .virtualHost && onlyType == nil && subscribe.allSatisfy({ $0.nameSpace != nil }) { followsTables = true }
            begin(type)
            return
        }
        guard goal != nil else { return }
        for name in added {
            // Asking again means that the client has lost it, refused or not.
            subscriptions[type.index].refused[name] = nil
            if type == .virtualHost { subscribeVirtualHosts(name, held: [:]) } else { subscriptions[type.index].force(name) }
        }
        if isNewWildcard {
            subscriptions[type.index].walks.removeAll { $0.space == nil }
            subscriptions[type.index].walks.append(Subscription.Walk(rest: everything(type), held: [:]))
            subscriptions[type.index].isAnswerDue = true
        }
    }

    private func updateWorld(_ type: ResourceType, names: [String], isFirst: Bool) {
        let content = served(type)
        let (oldNames, wasWildcard) = (subscriptions[type.index].names, subscriptions[type.index].isWildcard)
        var wanted = Set<String>(minimumCapacity: names.count)
        for name in names where name != "*" { wanted.insert(content?[name]?.name ?? name) }
        let isLegacy = names.isEmpty && type.hasLegacyWildcard && (isFirst || subscriptions[type.index].isLegacyWildcard)
        let isWildcard = isLegacy || names.contains("*")
        subscriptions[type.index].isLegacyWildcard = isLegacy
        subscriptions[type.index].isWildcard = isWildcard
        subscriptions[type.index].names = wanted
        if type.isTable && areTablesBehind { gate.early.formUnion(wanted.subtracting(oldNames)) }
        if isFirst {
            subscriptions[type.index].isActive = true
            begin(type)
            return
        }
        guard goal != nil, wanted != oldNames || isWildcard != wasWildcard else { return }
        if type.isFullState {
            subscriptions[type.index].isAnswerDue = true
            return
        }
        for name in wanted.subtracting(oldNames) {
            if type == .virtualHost { subscribeVirtualHosts(name, held: [:]) } else { subscriptions[type.index].force(name) }
        }
        for name in oldNames.subtracting(wanted) { subscriptions[type.index].forget(name) }
        if isWildcard, !wasWildcard {
            subscriptions[type.index].walks.append(Subscription.Walk(rest: everything(type), held: [:]))
        } else if wasWildcard, !isWildcard {
            subscriptions[type.index].forgetWildcard()
        }
    }

    /// Compares what a first request asks for with the configuration. Without one it waits for it.
    private func begin(_ type: ResourceType) {
        guard let goal, let content = served(type) else { return }
        let held = subscriptions[type.index].heldAtStart
        subscriptions[type.index].heldAtStart = [:]
        if type == .virtualHost && followsTables { followTables(held) }
        if !held.isEmpty { resumption.isUnderWay = true }
        if dialect == .stateOfTheWorld && type.isFullState {
            subscriptions[type.index].isAnswerDue = true
            subscriptions[type.index].touched = Set(content.resources.keys)
            return
        }
        if subscriptions[type.index].isWildcard {
            subscriptions[type.index].walks.append(Subscription.Walk(rest: everything(type), held: held))
            // An empty answer tells a new client that there is nothing, so that it does not wait; one that holds
            // resources has had such an answer.
            subscriptions[type.index].isAnswerDue = held.isEmpty
        }
        let gone = held.keys.filter {
            subscriptions[type.index].matches($0) && content[$0] == nil && content.placeholder($0) == nil
        }
        for name in subscriptions[type.index].names {
            guard type != .virtualHost else {
                subscribeVirtualHosts(name, held: held)
                continue
            }
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
    private func settle(_ type: ResourceType, _ request: DiscoveryRequest) {
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
        if type == .route && followsTables { followTables(sent.resources) }
        if type == .endpoint && !warming.isEmpty {
            for resource in sent.resources where subscriptions[type.index].pending[resource.name] == nil {
                warming.remove(resource.name)
            }
        }
    }

    // MARK: Responses

    /// Sends whatever may be sent now, in the order of the types.
    private func flush(_ now: ContinuousClock.Instant) -> StreamOutput {
        if goal != nil {
            retire(now)
            startHeartbeats(now)
            for type in ResourceType.named { respond(type, now) }
            var hasMoved = !waitsToResume(now)
            while hasMoved {
                // Now it shows whether anything that listeners and routes name is on its way.
                openGate(now)
                for type in ResourceType.listening { respond(type, now) }
                hasMoved = openTables(now) && gate.staged != nil
                for type in ResourceType.tables { respond(type, now) }
            }
            for type in ResourceType.independent { respond(type, now) }
            scheduleRetirement(now)
            tellHeld()
            var settled = UInt64.max
            for type in ResourceType.inOrder where subscriptions[type.index].isActive { settled = min(settled, level(type)) }
            if settled != .max && settled > lastSettled {
                lastSettled = settled
                output.events.append(.settled(number: settled))
            }
        }
        var result = StreamOutput()
        swap(&result, &output)
        result.deadline = deadline
        return result
    }

    /// Tells of each type when the client has all of it as it is served now, and refuses nothing: that state can be gone back to.
    private func tellHeld() {
        for type in ResourceType.inOrder where subscriptions[type.index].isActive {
            guard let served = servedPublication(type), served.versions[type.index] != subscriptions[type.index].heldVersion else { continue }
            let subscription = subscriptions[type.index]
            guard subscription.inFlight == nil, subscription.hasNothingToSend, subscription.refused.isEmpty else { continue }
            subscription.heldVersion = served.versions[type.index]
            output.events.append(.holds(type, number: served.number, snapshot: served.snapshot))
        }
    }

    private func respond(_ type: ResourceType, _ now: ContinuousClock.Instant) {
        guard subscriptions[type.index].isActive, subscriptions[type.index].inFlight == nil else { return }
        if subscriptions[type.index].hasNothingToSend {
            if !subscriptions[type.index].heartbeat.rest.isEmpty { respondWithHeartbeat(type) }
            return
        }
        guard let content = served(type) else { return }
        let isFullState = dialect == .stateOfTheWorld && type.isFullState
        let (resources, removed) = isFullState ? fullState(type, content.resources) : difference(type, content)
        let isOwed = subscriptions[type.index].isAnswerDue
        subscriptions[type.index].isAnswerDue = false
        var unresolved: [String] = []
        swap(&unresolved, &subscriptions[type.index].unresolved)
        guard isOwed || !resources.isEmpty || !removed.isEmpty || !unresolved.isEmpty else { return }
        send(type, resources, removed) { response, subscription in
            response.unresolved = unresolved
            guard !subscription.asked.isEmpty else { return }
            for resource in resources {
                if let names = subscription.asked.removeValue(forKey: resource.name) { response.aliases[resource.name] = names }
            }
        }
        if !resources.isEmpty { awaitHeartbeat(type, now) }
    }

    /// Puts a response on its way. `complete` adds to it what is seldom there.
    func send(
        _ type: ResourceType,
        _ resources: [EnvoyResource],
        _ removed: [String],
        _ complete: (inout DiscoveryResponse, Subscription) -> Void
    ) {
        guard let source = servedPublication(type) else { return }
        lastNonce += 1
        let version = source.versions[type.index] &+ departures.version(type)
        var response = DiscoveryResponse(
            dialect: dialect, type: type, version: version, resources: resources, removed: removed, nonce: lastNonce,
            number: source.number
        )
        response.ttl = timeToLive(type)
        complete(&response, subscriptions[type.index])
        subscriptions[type.index].lastNonce = lastNonce
        subscriptions[type.index].inFlight = Subscription.InFlight(
            nonce: lastNonce,
            version: version,
            resources: response.isHeartbeat ? [] : resources,
            removed: removed,
            completes: subscriptions[type.index].hasNothingToSend ? source.number : subscriptions[type.index].confirmed
        )
        output.responses.append(response)
        output.events.append(.sent(type, version: version, nonce: lastNonce, number: source.number))
    }

    /// Everything of the type, and what is kept for grace.
    private func fullState(_ type: ResourceType, _ content: EnvoySnapshot.Resources) -> ([EnvoyResource], [String]) {
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
    private func difference(_ type: ResourceType, _ content: ServedContent) -> ([EnvoyResource], [String]) {
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
                continue
            }
            let departed = content[name] == nil ? departures.resource(type, name) : nil
            var resource = content[name] ?? departed ?? content.placeholder(name)
            if type == .route, let table = resource { resource = withVirtualHosts(table) }
            if departed != nil && held != 0 || resource?.version == held
                || resource != nil && subscriptions[type.index].refused[name] == resource?.version {
                // Nothing is in flight: the client has answered for what it has, and its cluster waits no longer.
                if type == .endpoint { warming.remove(name) }
                continue
            }
            if let resource {
                resources.append(resource)
                bytes += resource.count + name.utf8.count + 128
            } else if dialect == .delta {
                if type == .virtualHost && keeps(name) { continue }
                removed.append(name)
                bytes += name.utf8.count + 4
                // Whoever asked for it by another name is told as well.
                if let asked = subscriptions[type.index].asked.removeValue(forKey: name) {
                    subscriptions[type.index].unresolved += asked
                }
            }
        }
        if !subscriptions[type.index].walks.isEmpty { walk(type, content, pending, most, &resources, &bytes) }
        if later.isEmpty && subscriptions[type.index].walks.isEmpty { subscriptions[type.index].mostResources = nil }
        // Settling the endpoints of a cluster below may add to what is pending, of another type only.
        subscriptions[type.index].pending = later
        resources.sort { $0.name < $1.name }
        removed.sort()
        if type == .cluster {
            for resource in resources { warm(resource.name) }
        }
        return (resources, removed)
    }

    /// What a new wildcard goes through.
    private func everything(_ type: ResourceType) -> ArraySlice<EnvoyResource> { servedPublication(type)?.byName(type)[...] ?? [] }

    /// Goes on with new wildcards and name spaces, as far as a response has room.
    private func walk(
        _ type: ResourceType,
        _ content: ServedContent,
        _ pending: [String: UInt64],
        _ most: Int,
        _ resources: inout [EnvoyResource],
        _ bytes: inout Int
    ) {
        var walks: [Subscription.Walk] = []
        swap(&walks, &subscriptions[type.index].walks)
        // A response must not hold a name twice; with one walk none comes twice.
        var taken = Set<String>()
        while var walk = walks.popLast() {
            while bytes < policy.responseBytes, resources.count < most, let resource = walk.rest.popFirst() {
                let name = resource.name
                // What changed since the walk began is, or was, among the pending, and so is what is asked for by name as well.
                guard content[name]?.version == resource.version, walk.held[name] != resource.version, pending[name] == nil,
                    !subscriptions[type.index].names.contains(name), taken.isEmpty || !taken.contains(name)
                else { continue }
                resources.append(resource)
                bytes += resource.count + name.utf8.count + 128
                if !walks.isEmpty { taken.insert(name) }
            }
            if bytes >= policy.responseBytes || resources.count >= most {
                walks.append(walk)
                break
            }
        }
        subscriptions[type.index].walks = walks
    }

    /// A cluster was sent: Envoy waits for its endpoints, and does not ask again for those that it had for the cluster before.
    private func warm(_ name: String) {
        let index = ResourceType.endpoint.index
        let exist = goal?.snapshot.endpoints[name] != nil
        let isAsked = exist ? subscriptions[index].matches(name) : subscriptions[index].names.contains(name)
        guard isAsked || exist else { return }
        warming.insert(name)
        if isAsked && subscriptions[index].isActive { subscriptions[index].force(name) }
    }
}
