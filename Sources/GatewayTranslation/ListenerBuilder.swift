internal import APIResources
internal import ConfigTree
internal import Emitter

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Puts the filter chains and route configurations of one listener together.
struct ListenerBuilder {
    /// The Gateway or Proxy that is worked on.
    let source: StoredObject
    let name: String
    let reader: SnapshotReader
    /// Whether a virtual service is reachable by its own TLS configuration only.
    let isolates: Bool
    /// In names of route configurations. With discovery it is another: a listener whose gateway changes its mind waits, with the virtual
    /// hosts that it has, until those of the other route configuration are there.
    let routesWord: String
    private(set) var chains: [FilterChainPlan] = []
    private(set) var routeConfigs: [RouteConfigPlan] = []
    var reports: [Report] = []
    /// That delegated chains come from.
    var matchableGateways: [ObjectID] = []
    /// How many gateways of this listener have the same matcher.
    private var gatewaysByMatcher: [String: Int] = [:]
    /// Who takes which connections.
    private var claims: [Claim: String] = [:]

    /// Connections of which Envoy lets only one chain speak.
    private struct Claim: Hashable {
        var serverName: String
        var prefix: SourcePrefix?
        var isTLS: Bool
    }

    init(source: StoredObject, name: String, reader: SnapshotReader, isolates: Bool) {
        self.source = source
        self.name = name
        self.reader = reader
        self.isolates = isolates
        routesWord = source.id.kind == .gateway && Self.discoversVirtualHosts(source.spec) ? "vhds" : "routes"
    }

    /// - Parameter listener: a Gateway's content, or a listener of a Proxy.
    static func discoversVirtualHosts(_ listener: ConfigValue) -> Bool { listener["routeOptions"]?["virtualHostDiscovery"]?.bool ?? false }

    /// Adds a chain unless another one takes the same connections.
    ///
    /// - Parameters:
    ///   - holder: whose chain it is, in words, such as `VirtualService 'ns/name'`.
    ///   - complain: told what is taken, and by whom.
    /// - Returns: whether it was added.
    mutating func add(_ chain: FilterChainPlan, holder: String, complain: (inout Self, _ problem: String) -> Void) -> Bool {
        var wanted: [Claim] = []
        for serverName in chain.match.serverNames.isEmpty ? [""] : chain.match.serverNames {
            for prefix in chain.match.sourcePrefixes.isEmpty ? [nil] : chain.match.sourcePrefixes.map(Optional.init) {
                wanted.append(Claim(serverName: serverName, prefix: prefix, isTLS: chain.isTLS))
            }
        }
        if let taken = wanted.first(where: { claims[$0] != nil }), let other = claims[taken] {
            complain(&self, "\(Self.words(taken)) belong to \(other) on this listener")
            return false
        }
        for claim in wanted { claims[claim] = holder }
        chains.append(chain)
        return true
    }

    private static func words(_ claim: Claim) -> String {
        let kind = claim.isTLS ? (claim.serverName.isEmpty ? "TLS connections for any server name" : "TLS connections for '\(claim.serverName)'") : "plain connections"
        return claim.prefix.map { "\(kind) from \($0.address)/\($0.length)" } ?? kind
    }

    mutating func add(_ config: RouteConfigPlan) {
        if !routeConfigs.contains(where: { $0.name == config.name }) { routeConfigs.append(config) }
    }

    mutating func report(_ severity: ConfigSeverity, on object: StoredObject? = nil, at value: ConfigValue? = nil, _ message: String) {
        reports.append(Report(severity, (object ?? source).id, at: value, message))
    }

    func plan(_ value: ConfigValue, address: String, port: UInt32, proxies: [ResourceRef]) -> ListenerPlan {
        var chains = chains
        if chains.contains(where: \.isTLS), chains.contains(where: { !$0.isTLS }) {
            // Without this a client that speaks TLS to an unknown server name would end at a chain that does not. A TCP host without
            // conditions takes what nobody else does, whatever it is.
            for index in chains.indices {
                chains[index].match.transport = chains[index].isTLS ? .tls : chains[index].routeConfigName == nil ? nil : .plain
            }
        }
        let led = Set(chains.compactMap(\.routeConfigName))
        return ListenerPlan(
            source: source,
            value: value,
            name: name,
            address: address,
            port: port,
            proxies: proxies,
            chains: chains.sorted { $0.name < $1.name },
            routeConfigs: routeConfigs.filter { led.contains($0.name) }.sorted { $0.name < $1.name },
            matchableGateways: matchableGateways
        )
    }

    // MARK: Matchers

    /// Tells the gateways of a listener apart: a hash of the matcher, and a number where another one has the same.
    mutating func suffix(of matcher: ConfigValue?) -> String {
        let hash = String(matcher?.contentHash() ?? 0, radix: 16)
        let number = gatewaysByMatcher[hash, default: 0] + 1
        gatewaysByMatcher[hash] = number
        return number == 1 ? hash : "\(hash)-\(number)"
    }

    /// The connections of a `matcher`; nil when an address range is none, which is then reported.
    mutating func match(_ matcher: ConfigValue?, on object: StoredObject) -> ChainMatch? {
        var match = ChainMatch()
        for range in matcher?["sourcePrefixRanges"]?.elements ?? .none {
            let text = range["addressPrefix"]?.text ?? ""
            guard let prefix = Self.prefix(text, range["prefixLen"]?.uint32) else {
                let length = range["prefixLen"]?.text.map { " with 'prefixLen' \($0)" } ?? ""
                report(.error, on: object, at: range, "'\(text)'\(length) is no range of addresses; write it like {addressPrefix: 10.0.0.0, prefixLen: 8}")
                return nil
            }
            // To Envoy a range that stands there twice is two chains for the same connections.
            if !match.sourcePrefixes.contains(prefix) { match.sourcePrefixes.append(prefix) }
        }
        match.sourcePrefixes.sort()
        return match
    }

    /// The range in the form in which Envoy compares it: bits behind the prefix are zero. No length is the whole address.
    private static func prefix(_ text: String, _ length: UInt32?) -> SourcePrefix? {
        var bytes = [UInt8](repeating: 0, count: 16)
        let family: Int32
        let size: Int
        if inet_pton(AF_INET, text, &bytes) == 1 {
            (family, size) = (AF_INET, 4)
        } else if inet_pton(AF_INET6, text, &bytes) == 1 {
            (family, size) = (AF_INET6, 16)
        } else {
            return nil
        }
        let length = Int(length ?? UInt32(size * 8))
        guard length <= size * 8 else { return nil }
        for bit in length..<(size * 8) { bytes[bit / 8] &= ~(0x80 >> UInt8(bit % 8)) }
        var room = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(family, &bytes, &room, socklen_t(room.count)) != nil else { return nil }
        return SourcePrefix(address: String(decoding: room.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self), length: UInt32(length))
    }

    static func isAddress(_ text: String) -> Bool {
        var room = in6_addr()
        return inet_pton(AF_INET, text, &room) == 1 || inet_pton(AF_INET6, text, &room) == 1
    }
}
