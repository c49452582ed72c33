package import EnvoyResources
import Synchronization

/// What every role of proxies is served, and who is served it.
///
/// The index of the xDS side: publications come in from translation, event loops fetch them through a `Mailbox` and report what
/// their streams did. It holds no protocol state (that is in each `XDSStream`, on its loop) and does no I/O.
package final class XDSCache: Sendable {
    struct Role {
        /// What is served.
        var publication: Publication
        /// What the translation made. It is what is served, but for the quarantine.
        var wanted: EnvoySnapshot
        /// Written only by those who hold `publishing`.
        var quarantine = Quarantine()
        /// Of each type, the newest state that a proxy had in whole.
        var accepted: [ResourceType: Quarantine.Accepted] = [:]
        /// Taken back, but kept for the proxies that still run on it.
        var isWithdrawn = false
        /// Streams of this role by mailbox: who is to be told.
        var streams: [MailboxID: Int] = [:]
        var times = PublicationTimes()
    }

    /// A class: each push and each ACK of each stream looks at it, and a status is large to copy.
    final class Stream {
        var status: ProxyStatus
        let mailbox: MailboxID

        init(status: ProxyStatus, mailbox: MailboxID) {
            self.status = status
            self.mailbox = mailbox
        }
    }

    struct State {
        var roles: [String: Role] = [:]
        var streams: [StreamID: Stream] = [:]
        var mailboxes: [MailboxID: Mailbox] = [:]
        var lastNumber: UInt64 = 0
        var lastID: UInt64 = 0
        var waiters: [UInt64: SettlementWaiter] = [:]
        /// From before a restart, for the first publication of each role.
        var restored: [String: QuarantineRecord] = [:]
        var hasQuarantineChanged = false
    }

    let state = Mutex(State())
    /// Held while a publication is compared and stored, so that readers do not wait for the comparison.
    let publishing = Mutex(())
    private let observe: @Sendable (XDSEvent) -> Void
    /// What the server and this cache count.
    package let metrics = XDSMetrics()

    /// - Parameter observe: is told everything that happens, on the thread where it happens: it must not block.
    package init(observe: @escaping @Sendable (XDSEvent) -> Void = { _ in }) {
        self.observe = observe
    }

    // MARK: Publishing

    /// Makes a snapshot the configuration of a role. Every connected proxy of the role is sent what differs.
    ///
    /// - Parameter changed: names that may differ from the snapshot before; nil compares all of it.
    /// - Returns: the number of the publication, or of the one before if nothing differs.
    @discardableResult
    package func publish(_ snapshot: EnvoySnapshot, changed: ChangedNames? = nil, role: String) -> UInt64 {
        let (number, wakes, events) = publishing.withLock { _ -> (UInt64, [@Sendable () -> Void], [XDSEvent]) in
            let (previous, restored, number) = state.withLock { state -> (Role?, QuarantineRecord?, UInt64) in
                state.lastNumber += 1
                return (state.roles[role], state.restored.removeValue(forKey: role), state.lastNumber)
            }
            var quarantine = previous?.quarantine ?? restored.map { Quarantine($0, wanted: snapshot) } ?? Quarantine()
            let wasEmpty = quarantine.isEmpty && restored == nil
            // A role that comes back is compared in whole: its writer does not know what was served before.
            let (served, named) = quarantine.follow(snapshot, changed: previous?.isWithdrawn == true ? nil : changed)
            let publication: Publication
            if let previous {
                publication = Publication(after: previous.publication, number: number, snapshot: served, changed: named) ?? previous.publication
            } else {
                publication = Publication(role: role, number: number, first: served)
            }
            return state.withLock { state in
                if !wasEmpty { state.hasQuarantineChanged = true }
                return state.store(publication, wanted: snapshot, quarantine)
            }
        }
        for wake in wakes { wake() }
        for event in events { observe(event) }
        return number
    }

    /// Takes a role's configuration back. Its proxies keep what they have; new ones wait.
    package func remove(role: String) {
        state.withLock { state in
            guard let entry = state.roles[role] else { return }
            if entry.streams.isEmpty { state.roles[role] = nil } else { state.roles[role]?.isWithdrawn = true }
        }
    }

    package func snapshot(role: String) -> EnvoySnapshot? { state.withLock { $0.published(role)?.snapshot } }

    package func number(role: String) -> UInt64? { state.withLock { $0.published(role)?.number } }

    /// What a node would get now.
    package func role(of node: ProxyNode) -> String? { state.withLock { $0.role(of: node) } }

    package var roles: [String] { state.withLock { $0.roles.filter { !$0.value.isWithdrawn }.keys.sorted() } }

    /// Every stream, in order of connection.
    package func status() -> [ProxyStatus] {
        let streams = state.withLock { state in
            state.streams.values.map { stream in
                var status = stream.status
                guard let role = status.role.flatMap({ state.roles[$0] }) else { return status }
                status.published = role.publication.number
                status.tellHeldBack(role.quarantine)
                if status.isBehind { status.behindSince = role.times.first(after: status.settled).map { max($0, status.connectedSince) } }
                return status
            }
        }
        return streams.sorted { $0.stream.number < $1.stream.number }
    }

    // MARK: Streams

    /// Registers a stream with its first request.
    ///
    /// - Returns: its name, and the configuration of its role; nil when no published role fits: then the mailbox will tell.
    package func connect(
        _ node: ProxyNode,
        address: String,
        dialect: XDSDialect,
        onlyType: ResourceType?,
        mailbox: MailboxID
    ) -> (StreamID, Publication?) {
        let (id, publication) = state.withLock { state -> (StreamID, Publication?) in
            state.lastID += 1
            let id = StreamID(number: state.lastID)
            let role = state.role(of: node)
            let status = ProxyStatus(
                stream: id, node: node, role: role, address: address, dialect: dialect, onlyType: onlyType, connectedSince: .now
            )
            state.streams[id] = Stream(status: status, mailbox: mailbox)
            guard let role else { return (id, nil) }
            state.roles[role]?.streams[mailbox, default: 0] += 1
            return (id, state.roles[role]?.publication)
        }
        if let publication {
            observe(.connected(id, node, role: publication.role, address: address))
        } else {
            observe(.waiting(id, node, address: address))
        }
        return (id, publication)
    }

    package func disconnect(_ id: StreamID) {
        let (gone, ready) = state.withLock { state -> (ProxyNode?, [SettlementWaiter]) in
            guard let stream = state.streams.removeValue(forKey: id) else { return (nil, []) }
            guard let role = stream.status.role else { return (stream.status.node, []) }
            if let count = state.roles[role]?.streams[stream.mailbox] {
                state.roles[role]?.streams[stream.mailbox] = count > 1 ? count - 1 : nil
            }
            if let entry = state.roles[role], entry.isWithdrawn, entry.streams.isEmpty { state.roles[role] = nil }
            return (stream.status.node, state.takeReadyWaiters(role: role))
        }
        if let gone { observe(.disconnected(id, gone)) }
        for waiter in ready { waiter.resume() }
    }

    /// Takes the reports of a stream.
    package func record(_ id: StreamID, _ events: [StreamEvent]) {
        guard !events.isEmpty else { return }
        let now = ContinuousClock.now
        let (node, role, ready) = state.withLock { state -> (ProxyNode?, String?, [SettlementWaiter]) in
            guard let stream = state.streams[id] else { return (nil, nil, []) }
            let role = stream.status.role
            for event in events {
                if case .acknowledged(let type, _, _, _, _) = event, stream.status.types[type]?.hasRefused == true, let role {
                    stream.status.types[type]?.keepHeldBack(state.roles[role]?.quarantine.entries[type] ?? [:])
                }
                if let time = stream.status.apply(event, now) { metrics.count(event, after: time) }
                if case .holds(let type, let number, let snapshot) = event, let role, number > state.roles[role]?.accepted[type]?.number ?? 0 {
                    state.roles[role]?.accepted[type] = Quarantine.Accepted(number: number, snapshot: snapshot)
                }
            }
            return (stream.status.node, role, role.map { state.takeReadyWaiters(role: $0) } ?? [])
        }
        guard let node else { return }
        if let role { judge(events, by: node, role) }
        for event in events {
            switch event {
            case .sent, .holds:
                break
            case .acknowledged(let type, let resources, let removed, _, let number):
                observe(.acknowledged(id, node, type, resources: resources, removed: removed, number: number))
            case .rejected(let type, let resources, _, _, let message):
                observe(.rejected(id, node, type, resources: resources, message: message))
            case .settled(let number):
                observe(.settled(id, node, role: role ?? "", number: number))
            }
        }
        for waiter in ready { waiter.resume() }
    }
}

extension XDSCache.State {
    func published(_ role: String) -> Publication? {
        guard let entry = roles[role], !entry.isWithdrawn else { return nil }
        return entry.publication
    }

    /// The role a node names, or the one that, or whose proxy, is called exactly as the node's label says, else as its cluster or id: never a
    /// guess between two.
    func role(of node: ProxyNode) -> String? {
        if let role = node.role { return published(role) == nil ? nil : role }
        let names = node.proxyName.isEmpty ? [node.cluster, node.id] : [node.proxyName]
        for name in names where !name.isEmpty {
            let fitting = roles.filter { !$0.value.isWithdrawn && ($0.key == name || $0.key.proxyName == name[...]) }
            if let only = fitting.first, fitting.count == 1 { return only.key }
        }
        return nil
    }

    /// Stores a publication and finds who is to hear of it.
    mutating func store(
        _ publication: Publication, wanted: EnvoySnapshot, _ quarantine: Quarantine
    ) -> (UInt64, [@Sendable () -> Void], [XDSEvent]) {
        let role = publication.role
        var events: [XDSEvent] = []
        var told: Set<MailboxID> = []
        let before = roles[role]
        roles[role, default: XDSCache.Role(publication: publication, wanted: wanted)].publication = publication
        roles[role]?.wanted = wanted
        roles[role]?.quarantine = quarantine
        roles[role]?.isWithdrawn = false
        if publication.number != before?.publication.number {
            roles[role]?.times.add(publication.number, at: .now)
            for id in roles[role].map({ Array($0.streams.keys) }) ?? [] {
                mailboxes[id]?.add(publication)
                told.insert(id)
            }
        }
        if before == nil || before?.isWithdrawn == true {
            let waiting = streams.values.filter { $0.status.isWaiting }.sorted { $0.status.stream.number < $1.status.stream.number }
            for stream in waiting where self.role(of: stream.status.node) == role {
                let id = stream.status.stream
                stream.status.role = role
                roles[role]?.streams[stream.mailbox, default: 0] += 1
                mailboxes[stream.mailbox]?.assigned.append((id, role))
                told.insert(stream.mailbox)
                events.append(.connected(id, stream.status.node, role: role, address: stream.status.address))
            }
        }
        return (publication.number, told.compactMap { mailboxes[$0]?.wakeOnce() }, events)
    }
}

extension String {
    /// The second part of `<namespace>~<proxy>`.
    fileprivate var proxyName: Substring? {
        guard let tilde = firstIndex(of: "~") else { return nil }
        return self[index(after: tilde)...]
    }
}

extension ProxyStatus {
    /// Returns, of an answer, the time that the client took for it.
    mutating func apply(_ event: StreamEvent, _ now: ContinuousClock.Instant) -> Duration? {
        switch event {
        case .sent(let type, let version, let nonce, _):
            types[type, default: TypeStatus()].sent(version: version, nonce: nonce, now)
        case .acknowledged(let type, _, _, let version, _):
            return types[type]?.acknowledged(version: version).map { now - $0 }
        case .rejected(let type, let resources, let removed, let version, let message):
            return types[type]?.rejected(version: version, resources: resources, removed: removed, message: message).map { now - $0 }
        case .settled(let number):
            settled = max(settled, number)
        case .holds:
            break
        }
        return nil
    }

    /// Adds what is not served to anybody because this proxy refused it, on this stream or on one before.
    mutating func tellHeldBack(_ quarantine: Quarantine) {
        for (type, entries) in quarantine.entries {
            guard let ofType = types[type], ofType.rejection == nil else { continue }
            let own = entries.filter { $0.value.proxy == node.id || ofType.heldBack[$0.key] == $0.value.refused }.sorted { $0.key < $1.key }
            guard let first = own.first?.value else { continue }
            types[type]?.rejection = TypeStatus.Rejection(
                nonce: ofType.sentNonce, version: first.refused, names: own.map(\.key), message: first.words
            )
        }
    }
}

extension TypeStatus {
    var hasRefused: Bool { rejection != nil || !heldBack.isEmpty }

    /// Before an acknowledgement: what it refused and will not be sent again is not forgotten with it.
    mutating func keepHeldBack(_ entries: [String: Quarantine.Entry]) {
        heldBack.merge(rejection?.versions ?? [:]) { $1 }
        heldBack = heldBack.filter { entries[$0.key]?.refused == $0.value }
    }

    fileprivate mutating func sent(version: UInt64, nonce: UInt64, _ now: ContinuousClock.Instant) {
        sentVersion = version
        sentNonce = nonce
        unansweredSince = now
    }

    /// Like `rejected`, it returns since when the answer was awaited.
    fileprivate mutating func acknowledged(version: UInt64) -> ContinuousClock.Instant? {
        defer { unansweredSince = nil }
        acknowledgedVersion = version
        acknowledgedNonce = sentNonce
        rejection = nil
        return unansweredSince
    }

    fileprivate mutating func rejected(
        version: UInt64, resources: [EnvoyResource], removed: [String], message: String
    ) -> ContinuousClock.Instant? {
        defer { unansweredSince = nil }
        rejection = Rejection(
            nonce: sentNonce, version: version, names: resources.map(\.name) + removed, message: message,
            versions: Dictionary(resources.map { ($0.name, $0.version) }) { $1 }
        )
        return unansweredSince
    }
}
