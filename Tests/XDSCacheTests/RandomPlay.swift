import EnvoyResources
import HashTreeCollections

@testable import XDSCache

/// A client that does whatever the protocol allows, and what it finds wrong with the server.
///
/// Resources are numbers: the version of a route or listener leads to the clusters it names in `clusters(of:)`. Patience is without
/// end here, and every response is answered some time, so the order has no excuse.
struct RandomPlay {
    private(set) var faults: [String] = []
    private(set) var trace: [String] = []
    private var random: SeededNumbers
    private let dialect: XDSDialect
    private let policy = ServingPolicy(patience: .seconds(1_000_000), grace: .seconds(2), responseBytes: 500)
    private var stream: XDSStream
    private var now = ContinuousClock.now
    private var number: UInt64 = 0
    private var publication: Publication?
    private var content: [ResourceType: [String: UInt64]] = [:]
    private var client = ModelClient()
    /// Clusters and when the client dropped or changed the last listener or route that named them.
    private var lastUse: [String: ContinuousClock.Instant] = [:]
    private var isReconnected = false

    static let types: [ResourceType] = [.cluster, .endpoint, .listener, .route, .virtualHost]

    struct ModelClient {
        var has: [ResourceType: [String: UInt64]] = [:]
        var names: [ResourceType: Set<String>] = [:]
        /// Refused versions: what was published is not to be had.
        var refused: [ResourceType: [String: UInt64]] = [:]
        var unanswered: [ResourceType: DiscoveryResponse] = [:]
        var nonces: [ResourceType: String] = [:]
        /// Delta: asked since the stream began, so that it may be sent again.
        var mayRepeat: [ResourceType: Set<String>] = [:]
    }

    init(_ dialect: XDSDialect, seed: UInt64) {
        self.dialect = dialect
        random = SeededNumbers(seed)
        stream = XDSStream(dialect: dialect, policy: policy)
    }

    /// Two clusters of five, by the number alone.
    private static func clusters(of version: UInt64) -> Set<String> { ["c\(version % 5)", "c\(version / 5 % 5)"] }

    mutating func run(steps: Int) {
        publish()
        connect()
        for _ in 0..<steps where faults.isEmpty {
            switch random.below(20) {
            case 0..<4: publish()
            case 4..<12: answerOne(mayRefuse: true)
            case 12..<15: pass(.milliseconds(random.below(3000)))
            case 15..<18: changeInterest()
            case 18: reconnect()
            default: askAgain()
            }
        }
        // Let it all come to rest.
        for _ in 0..<400 where faults.isEmpty {
            if client.unanswered.isEmpty { pass(.seconds(3)) } else { answerOne(mayRefuse: false) }
        }
        if faults.isEmpty { compare() }
    }

    // MARK: The server's side

    private mutating func publish() {
        number += 1
        var next = content
        for _ in 0...random.below(3) {
            switch random.below(6) {
            case 0: next[.cluster, default: [:]]["c\(random.below(5))"] = random.version()
            case 1: next[.cluster]?["c\(random.below(5))"] = nil
            case 2: next[.endpoint, default: [:]]["c\(random.below(5))"] = random.chance(3) ? nil : random.version()
            case 3: next[.listener, default: [:]]["l\(random.below(3))"] = random.chance(3) ? nil : random.version()
            case 4: next[.route, default: [:]]["r\(random.below(4))"] = random.chance(3) ? nil : random.version()
            default: next[.virtualHost, default: [:]]["r\(random.below(2))/h\(random.below(4))"] = random.chance(3) ? nil : random.version()
            }
        }
        // No dangling references are published.
        for type in [ResourceType.listener, .route, .virtualHost] {
            for version in (next[type] ?? [:]).values {
                for name in Self.clusters(of: version) where next[.cluster]?[name] == nil {
                    next[.cluster, default: [:]][name] = random.version()
                }
            }
        }
        next[.endpoint] = next[.endpoint]?.filter { next[.cluster]?[$0.key] != nil }
        var snapshot = EnvoySnapshot()
        for (type, resources) in next {
            for (name, version) in resources { snapshot[type][name] = StreamDriver.resource("\(name):\(version)") }
        }
        content = next
        if let before = publication {
            guard let after = Publication(after: before, number: number, snapshot: snapshot, changed: nil) else { return }
            publication = after
            // What changes, and back, while a reconnecting client's part is not looked at yet may come though it is held.
            for (type, names) in after.changed where isReconnected { client.mayRepeat[type, default: []].formUnion(names) }
        } else {
            publication = Publication(role: "ns~p", number: number, first: snapshot)
        }
        note("publish \(number): \(Self.text(next))")
        if let publication { take(stream.published(publication, now: now)) }
    }

    private mutating func pass(_ time: Duration) {
        now = now + time
        take(stream.passed(to: now))
    }

    private mutating func take(_ output: StreamOutput) {
        for response in output.responses {
            note("  sent \(response.type) \(response.resources.map { "\($0.name):\($0.version)" }) -\(response.removed)")
            if client.unanswered[response.type] != nil { fault("two \(response.type) responses in flight") }
            let names = response.resources.map(\.name) + response.removed
            if Set(names).count != names.count { fault("a name twice in one response: \(names)") }
            check(response)
            client.unanswered[response.type] = response
        }
    }

    /// Nothing is sent that names a cluster the client does not have, and nothing is taken away that it may use.
    private mutating func check(_ response: DiscoveryResponse) {
        let type = response.type
        if type.isReferrer {
            for resource in response.resources where !isNewProxy {
                for cluster in Self.clusters(of: resource.version) where client.has[.cluster]?[cluster] == nil {
                    if client.refused[.cluster]?[cluster] == nil { fault("\(type) \(resource.name) names \(cluster), which is not confirmed") }
                }
            }
        }
        guard type == .cluster else { return checkRepetition(response) }
        let left = Set(response.resources.map(\.name))
        let gone = dialect == .delta ? Set(response.removed) : Set(client.has[.cluster]?.keys.map { $0 } ?? []).subtracting(left)
        // After a reconnect a client of the state of the world has to be told the world: nobody knows what it uses.
        guard dialect == .delta || !isReconnected else { return checkRepetition(response) }
        for cluster in gone where client.has[.cluster]?[cluster] != nil {
            if uses(cluster) { fault("cluster \(cluster) is taken away while it is used") }
            if let last = lastUse[cluster], now < last + policy.grace { fault("cluster \(cluster) is taken away before the grace is over") }
        }
        checkRepetition(response)
    }

    /// What a delta client has is not sent again unless it asked again, or waits for endpoints of a changed cluster.
    private mutating func checkRepetition(_ response: DiscoveryResponse) {
        guard dialect == .delta, response.type != .endpoint else { return }
        for resource in response.resources where client.has[response.type]?[resource.name] == resource.version {
            if client.mayRepeat[response.type]?.contains(resource.name) != true {
                fault("\(response.type) \(resource.name):\(resource.version) is sent again")
            }
        }
    }

    private func uses(_ cluster: String) -> Bool {
        [ResourceType.listener, .route, .virtualHost].contains { type in
            (client.has[type] ?? [:]).values.contains { Self.clusters(of: $0).contains(cluster) }
        }
    }

    // MARK: The client's side

    /// A proxy that has nothing yet may be sent everything in one go: it has no traffic to lose.
    private var isNewProxy = true

    private mutating func connect() {
        // Every cluster is one that waits for endpoints, and so asks for them.
        client.names = [.endpoint: ["c0", "c1", "c2", "c3", "c4"], .route: ["r0", "r1"], .virtualHost: dialect == .delta ? ["r0"] : []]
        begin(held: [:])
    }

    private mutating func reconnect() {
        note("reconnect")
        stream = XDSStream(dialect: dialect, policy: policy)
        client.unanswered = [:]
        client.refused = [:]
        client.mayRepeat = [:]
        client.nonces = [:]
        isReconnected = true
        isNewProxy = client.has[.cluster]?.isEmpty != false
        if let publication { take(stream.published(publication, now: now)) }
        begin(held: client.has)
    }

    private mutating func begin(held: [ResourceType: [String: UInt64]]) {
        for type in Self.types {
            let names = client.names[type] ?? []
            let isWildcard = type == .cluster || type == .listener
            guard isWildcard || !names.isEmpty else { continue }
            switch dialect {
            case .delta: delta(type, subscribe: isWildcard ? ["*"] : names.sorted(), held: held[type] ?? [:])
            case .stateOfTheWorld: world(type, isResumed: held[type]?.isEmpty == false)
            }
        }
    }

    private mutating func answerOne(mayRefuse: Bool) {
        guard let type = client.unanswered.keys.sorted().randomElement(using: &random), let response = client.unanswered[type] else { return }
        client.unanswered[type] = nil
        let refused = mayRefuse && random.chance(8) ? response.resources.randomElement(using: &random) : nil
        apply(response, except: refused)
        let nonce = response.nonceText
        client.nonces[type] = nonce
        // As Envoy says that it applied the rest.
        let words = refused.map { "Error adding/updating \(type)(s) \($0.name): no" }
        note("answer \(type) \(words ?? "ACK")")
        switch dialect {
        case .delta: delta(type, nonce: nonce, refusal: words)
        case .stateOfTheWorld: world(type, nonce: nonce, refusal: words)
        }
        if type == .cluster && client.unanswered[.cluster] == nil { isNewProxy = false }
    }

    private mutating func apply(_ response: DiscoveryResponse, except refused: EnvoyResource?) {
        let type = response.type
        let before = client.has[type] ?? [:]
        var after = dialect == .stateOfTheWorld && type.isFullState ? [:] : before
        for resource in response.resources where covers(type, resource.name) {
            if resource === refused {
                after[resource.name] = before[resource.name]
                client.refused[type, default: [:]][resource.name] = resource.version
                // The server does not know what a client has that refused something.
                client.mayRepeat[type, default: []].insert(resource.name)
            } else {
                after[resource.name] = resource.version
                client.refused[type]?[resource.name] = nil
            }
        }
        for name in response.removed { after[name] = nil }
        client.has[type] = after
        guard type.isReferrer else { return }
        for (name, version) in before where after[name] != version {
            for cluster in Self.clusters(of: version) where !uses(cluster) { lastUse[cluster] = now }
        }
    }

    private func covers(_ type: ResourceType, _ name: String) -> Bool {
        if type == .cluster || type == .listener { return true }
        let names = client.names[type] ?? []
        return names.contains(name) || type == .virtualHost && names.contains(name.nameSpace ?? "")
    }

    private mutating func changeInterest() {
        let (type, name) = randomInterest()
        let isOn = client.names[type]?.contains(name) == true
        if isOn {
            client.names[type]?.remove(name)
            forget(type, name)
        } else {
            client.names[type, default: []].insert(name)
            client.mayRepeat[type, default: []].formUnion((content[type] ?? [:]).keys.filter { $0 == name || $0.nameSpace == name })
        }
        note("\(isOn ? "unsubscribe" : "subscribe") \(type) \(name)")
        switch dialect {
        case .delta: delta(type, subscribe: isOn ? [] : [name], unsubscribe: isOn ? [name] : [])
        case .stateOfTheWorld: world(type, nonce: client.nonces[type] ?? "")
        }
    }

    private mutating func forget(_ type: ResourceType, _ name: String) {
        let gone = (client.has[type] ?? [:]).filter { $0.key == name || type == .virtualHost && $0.key.nameSpace == name }
        for (name, version) in gone {
            client.has[type]?[name] = nil
            client.refused[type]?[name] = nil
            guard type.isReferrer else { continue }
            for cluster in Self.clusters(of: version) where !uses(cluster) { lastUse[cluster] = now }
        }
        for (other, _) in client.refused[type] ?? [:] where !covers(type, other) { client.refused[type]?[other] = nil }
    }

    private mutating func askAgain() {
        let (type, name) = randomInterest()
        guard dialect == .delta, client.names[type]?.contains(name) == true else { return }
        let covered = (content[type] ?? [:]).keys.filter { $0 == name || type == .virtualHost && $0.nameSpace == name }
        client.mayRepeat[type, default: []].formUnion(covered + (client.has[type] ?? [:]).keys.filter { $0 == name || $0.nameSpace == name })
        note("ask again \(type) \(name)")
        delta(type, subscribe: [name])
    }

    private mutating func randomInterest() -> (ResourceType, String) {
        // There is no discovery of virtual hosts in the state of the world.
        switch random.below(dialect == .delta ? 2 : 1) {
        case 0: (.route, "r\(random.below(4))")
        default: (.virtualHost, "r\(random.below(2))")
        }
    }

    private mutating func delta(
        _ type: ResourceType,
        subscribe: [String] = [],
        unsubscribe: [String] = [],
        held: [String: UInt64] = [:],
        nonce: String = "",
        refusal: String? = nil
    ) {
        let interest = DiscoveryRequest.Interest.delta(
            subscribe: subscribe, unsubscribe: unsubscribe, held: held.mapValues(HexText.string)
        )
        let request = DiscoveryRequest(typeURL: type.typeURL, nonce: nonce, refusal: refusal, interest: interest)
        take(stream.received(request, type: type, now: now))
    }

    private mutating func world(_ type: ResourceType, nonce: String = "", refusal: String? = nil, isResumed: Bool = false) {
        let names = type == .cluster || type == .listener ? ["*"] : (client.names[type] ?? []).sorted()
        var request = DiscoveryRequest(typeURL: type.typeURL, nonce: nonce, refusal: refusal, interest: .stateOfTheWorld(names: names))
        request.isResumed = isResumed
        take(stream.received(request, type: type, now: now))
    }

    // MARK: The end

    private mutating func compare() {
        for type in Self.types {
            var wanted = (content[type] ?? [:]).filter { covers(type, $0.key) }
            var has = client.has[type] ?? [:]
            if type == .endpoint { has = has.filter { $0.value != ServedContent.placeholderVersion } }
            for name in (client.refused[type] ?? [:]).keys {
                wanted[name] = nil
                has[name] = nil
            }
            // The state of the world has no words for the removal of anything but clusters and listeners.
            if dialect == .stateOfTheWorld && !type.isFullState { has = has.filter { wanted[$0.key] != nil } }
            // While something is refused, what the old one may name is kept.
            let isKept = type.isKeptForGrace && [ResourceType.listener, .route, .virtualHost].contains { client.refused[$0]?.isEmpty == false }
            if isKept { has = has.filter { wanted[$0.key] != nil } }
            if has != wanted { fault("\(type): has \(has), should have \(wanted)") }
        }
    }

    private mutating func fault(_ text: String) { faults.append(text) }
    private mutating func note(_ text: String) { trace.append(text) }

    private static func text(_ content: [ResourceType: [String: UInt64]]) -> String {
        content.sorted { $0.key < $1.key }.map { type, names in
            "\(type) " + names.sorted { $0.key < $1.key }.map { "\($0):\($1)" }.joined(separator: " ")
        }.joined(separator: ", ")
    }
}

/// SplitMix64: the same numbers for the same seed, everywhere.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }
    mutating func chance(_ one: Int) -> Bool { below(one) == 0 }
    mutating func version() -> UInt64 { UInt64(below(25)) + 1 }
}
