internal import EnvoyDescriptors

/// A Listener's filter chains, and which of them takes a connection.
struct FilterChains: Sendable {
    let chains: [FilterChain]
    let defaultChain: FilterChain?

    init(_ listener: ProtoJSON) {
        chains = (listener["filter_chains"]?.items ?? []).enumerated().map { FilterChain($1, number: $0) }
        defaultChain = listener["default_filter_chain"].map { FilterChain($0, number: nil) }
    }

    /// What of a connection is looked at.
    struct Connection {
        let port: UInt32
        /// Nil without TLS.
        let serverName: String?
        let source: IPAddress?
    }

    struct Choice {
        let chain: FilterChain?
        /// Of each chain that is not taken, why, in order.
        let reasons: [(chain: FilterChain, reason: String)]
        let caveats: [String]
    }

    /// Criterion by criterion, each leaving the chains that fit it best: Envoy never goes back to a chain that an earlier
    /// criterion has put behind another.
    func choose(_ connection: Connection) -> Choice {
        var left = chains
        var reasons: [(chain: FilterChain, reason: String)] = []
        var caveats: [String] = []

        /// Keeps the chains of the highest rank; nil is no fit.
        func narrow(_ rank: (FilterChain) -> Int?, _ unfit: (FilterChain) -> String, _ lesser: (FilterChain) -> String) {
            let ranks = left.map(rank)
            let best = ranks.compactMap { $0 }.max()
            for (chain, rank) in zip(left, ranks) where rank == nil || rank != best { reasons.append((chain, rank == nil ? unfit(chain) : lesser(chain))) }
            left = zip(left, ranks).filter { best != nil && $0.1 == best }.map(\.0)
        }

        narrow(
            { $0.port == nil ? 0 : $0.port == connection.port ? 1 : nil }, { "it is for port \($0.port ?? 0)" },
            { _ in "another chain names the port" }
        )
        if left.contains(where: \.hasDestinations) { caveats.append("filter chains are chosen by destination address ('prefix_ranges'), which is not evaluated") }
        // Envoy looks into the TLS greeting only where some chain asks about it.
        let looksIntoTLS = chains.contains(where: \.asksAboutTLS)
        let serverName = looksIntoTLS ? (connection.serverName ?? "").asciiLowercased : ""
        narrow(
            { $0.rank(ofServerName: serverName) },
            { "it is for the server name \($0.serverNames.joined(separator: ", "))\(connection.serverName == nil ? ", and without TLS there is none" : "")" },
            { _ in "another chain fits the server name '\(serverName)' better" }
        )
        let transport = connection.serverName != nil && looksIntoTLS ? "tls" : "raw_buffer"
        narrow(
            { $0.transport.isEmpty ? 0 : $0.transport == transport ? 1 : nil },
            { $0.transport == "tls" ? "it is for TLS" : "it is for connections without TLS" },
            { _ in "another chain names the transport '\(transport)'" }
        )
        if left.contains(where: \.hasProtocols) {
            caveats.append("filter chains are chosen by 'application_protocols'; taken is the one of a client that offers none")
            narrow({ $0.hasProtocols ? nil : 0 }, { _ in "it is for clients that offer certain protocols" }, { _ in "" })
        }
        if left.contains(where: { $0.criteria.contains("direct_source_prefix_ranges") || $0.criteria.contains("source_type") || $0.criteria.contains("source_ports") }) {
            caveats.append("filter chains are chosen by 'source_type', 'source_ports' or 'direct_source_prefix_ranges', which are not evaluated")
        }
        if left.contains(where: { !$0.sources.isEmpty }) {
            if connection.source == nil { caveats.append("the filter chain depends on the client's address; name one with --source-ip") }
            narrow(
                { $0.rank(ofSource: connection.source) },
                { _ in connection.source.map { "the client's address \($0) is in none of its ranges" } ?? "it is for certain addresses of clients" },
                { _ in "another chain has a narrower range around the client's address" }
            )
        }
        for chain in left.dropFirst() { reasons.append((chain, "an earlier chain asks for the same")) }
        return Choice(
            chain: left.first ?? defaultChain,
            reasons: reasons.sorted { ($0.chain.number ?? 0) < ($1.chain.number ?? 0) },
            caveats: caveats
        )
    }
}

struct FilterChain: Sendable {
    /// Its place in the listener; nil for the default chain.
    let number: Int?
    let name: String
    let isTLS: Bool
    let serverNames: [String]
    let transport: String
    let port: UInt32?
    let criteria: Set<String>
    let sources: [IPRange]
    let handler: Handler

    /// It chooses by what only TLS tells, and does not end it.
    var passesTLSOn: Bool {
        guard case .tcp = handler else { return false }
        return !isTLS && (!serverNames.isEmpty || transport == "tls")
    }

    enum Handler: Sendable {
        case http(HTTPManager)
        /// A TCP proxy's route action: its clusters.
        case tcp(Forward)
        case unknown([String])
    }

    init(_ json: ProtoJSON, number: Int?) {
        self.number = number
        name = json["name"]?.text ?? ""
        isTLS = json["transport_socket"].map { $0["name"]?.text?.contains("raw_buffer") != true } ?? false
        let match = json["filter_chain_match"] ?? .object([])
        serverNames = (match["server_names"]?.items ?? []).compactMap(\.text)
        transport = match["transport_protocol"]?.text ?? ""
        port = match["destination_port"]?.int.map { UInt32($0) }
        criteria = Set(match.members.filter { $0.value != .array([]) && $0.value != .string("ANY") }.map(\.key))
        sources = (match["source_prefix_ranges"]?.items ?? []).compactMap { range in
            IPRange(range["address_prefix"]?.text ?? "", length: range["prefix_len"]?.int ?? 0)
        }
        let filters = json["filters"]?.items ?? []
        if let manager = filters.lazy.compactMap({ Self.config($0, "HttpConnectionManager") }).first {
            handler = .http(HTTPManager(manager))
        } else if let proxy = filters.lazy.compactMap({ Self.config($0, "TcpProxy") }).first {
            handler = .tcp(Forward(proxy))
        } else {
            handler = .unknown(filters.compactMap { $0["name"]?.text })
        }
    }

    private static func config(_ filter: ProtoJSON, _ type: String) -> ProtoJSON? {
        guard let config = filter["typed_config"], config["@type"]?.text?.hasSuffix(".\(type)") == true else { return nil }
        return config
    }

    /// For a person: its name, or its place.
    var title: String { name.isEmpty ? number.map { "filter chain \($0 + 1)" } ?? "the default filter chain" : "'\(name)'" }

    var hasDestinations: Bool { criteria.contains("prefix_ranges") }
    var hasProtocols: Bool { criteria.contains("application_protocols") }
    var asksAboutTLS: Bool { transport == "tls" || transport.isEmpty && (!serverNames.isEmpty || hasProtocols) }

    /// Exact names before wildcards, long wildcards before short ones, chains for any name last.
    func rank(ofServerName name: String) -> Int? {
        guard !serverNames.isEmpty else { return 0 }
        return serverNames.compactMap { pattern -> Int? in
            if pattern == name, !name.isEmpty { return Int.max }
            guard pattern.hasPrefix("*."), name.hasSuffix(pattern.dropFirst()), name.utf8.count > pattern.utf8.count - 1 else { return nil }
            return pattern.utf8.count
        }.max()
    }

    func rank(ofSource address: IPAddress?) -> Int? {
        guard !sources.isEmpty else { return 0 }
        guard let address else { return nil }
        return sources.filter { $0.contains(address) }.map { $0.length + 1 }.max()
    }
}

/// What of an HttpConnectionManager decides where a request goes.
struct HTTPManager: Sendable {
    enum Routes: Sendable {
        case named(String)
        case inline(RouteTable)
        case unknown(String)
    }

    let json: ProtoJSON
    let routes: Routes
    /// Names of the filters before the router: each may answer by itself, or choose another route.
    let filters: [String]

    init(_ json: ProtoJSON) {
        self.json = json
        if let name = json["rds"]?["route_config_name"]?.text {
            routes = .named(name)
        } else if let table = json["route_config"] {
            routes = .inline(RouteTable(table))
        } else {
            routes = .unknown("the routes are scoped ('scoped_routes'), which is not evaluated")
        }
        filters = (json["http_filters"]?.items ?? []).compactMap { $0["name"]?.text }.filter { $0 != "envoy.filters.http.router" }
    }

    func takesUpgrade(_ type: String) -> Bool {
        (json["upgrade_configs"]?.items ?? []).contains { $0["upgrade_type"]?.text?.lowercased() == type.lowercased() && $0["enabled"]?.bool != false }
    }
}
