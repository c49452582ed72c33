package import APIResources
internal import ConfigStores
package import ConfigTree
package import Emitter

/// The listeners of a Proxy that a user, or another controller, wrote down.
package struct ProxyListeners {
    package private(set) var plans: [ListenerPlan] = []
    /// The virtual hosts, by what they are called in the plans.
    package private(set) var virtualHosts: [VirtualHostID: ConfigValue] = [:]
    package private(set) var reports: [Report] = []

    package init(_ proxy: StoredObject, _ reader: SnapshotReader) {
        let spec = Proxy(proxy.spec)
        if let creator = proxy.object.labels[Proxy.creatorLabel], Proxy.creators.contains(creator) {
            // Gloo wrote it down for itself; Sluice makes the same of the same gateways.
            return
        }
        if let text = proxy.spec["compressedSpec"] {
            reports.append(Report(.error, proxy.id, at: text, "'compressedSpec' is Gloo's own form and is not read; write 'listeners'"))
            return
        }
        var names: Set<String> = []
        for listener in spec.listeners { add(listener, proxy, reader, &names) }
    }

    private mutating func add(_ listener: ConfigValue, _ proxy: StoredObject, _ reader: SnapshotReader, _ names: inout Set<String>) {
        let name = listener["name"]?.text ?? ""
        func refuse(_ value: ConfigValue?, _ message: String) { reports.append(Report(.error, proxy.id, at: value ?? listener, message)) }
        guard !name.isEmpty else { return refuse(nil, "a listener needs a 'name'") }
        guard names.insert(name).inserted else { return refuse(listener["name"], "another listener is called '\(name)' too") }
        let address = listener["bindAddress"]?.text ?? "::"
        guard ListenerBuilder.isAddress(address) else {
            return refuse(listener["bindAddress"], "'\(address)' is not an IP address; '0.0.0.0' and '::' listen on all")
        }
        guard let port = listener["bindPort"]?.uint32, port > 0, port < 65536 else { return refuse(listener["bindPort"], "a listener needs a 'bindPort'") }
        var builder = ListenerBuilder(source: proxy, name: name, reader: reader, isolates: false)
        if let http = listener["httpListener"] {
            addHttp(http, ssl: listener, match: ChainMatch(), routesName: "\(name)-routes", proxy, &builder)
        } else if let tcp = listener["tcpListener"] {
            builder.addTcpChains(tcp, in: proxy, sslDefaults: Self.tcpTLS(listener, proxy, &builder))
        } else if let hybrid = listener["hybridListener"] {
            for matched in hybrid["matchedListeners"]?.elements ?? .none { addMatched(matched, proxy, &builder) }
        } else if let aggregate = listener["aggregateListener"] {
            addAggregate(aggregate, proxy, &builder)
        } else {
            refuse(nil, "a listener needs a type: 'httpListener', 'tcpListener', 'hybridListener' or 'aggregateListener'")
        }
        if ListenerBuilder.discoversVirtualHosts(listener) {
            builder.report(.warning, at: listener["routeOptions"]?["virtualHostDiscovery"], "virtual hosts are discovered one by one behind Gateways only; those of a Proxy go with their route configuration")
        }
        reports += builder.reports
        plans.append(builder.plan(listener, address: address, port: port, proxies: [proxy.id.ref]))
    }

    private mutating func addMatched(_ matched: ConfigValue, _ proxy: StoredObject, _ builder: inout ListenerBuilder) {
        let matcher = matched["matcher"]
        guard let match = builder.match(matcher, on: proxy) else { return }
        let suffix = builder.suffix(of: matcher)
        if let http = matched["httpListener"] {
            addHttp(http, ssl: matched, match: match, routesName: "\(builder.name)-routes-\(suffix)", proxy, &builder)
        } else if let tcp = matched["tcpListener"] {
            let ssl = Self.tcpTLS(matched, proxy, &builder) + (matcher?["sslConfig"].map { [(proxy, $0)] } ?? [])
            builder.addTcpChains(tcp, in: proxy, match: match, sslDefaults: ssl, qualifier: "-\(suffix)")
        } else {
            builder.report(.error, at: matched, "a matched listener needs 'httpListener' or 'tcpListener'")
        }
    }

    /// What stands below the `sslConfig` of each TCP host: one configuration, since each host has one chain.
    private static func tcpTLS(_ place: ConfigValue, _ proxy: StoredObject, _ builder: inout ListenerBuilder) -> [(StoredObject, ConfigValue)] {
        let configs = place["sslConfigurations"].map { Array($0.elements) } ?? []
        if configs.count > 1 { builder.report(.error, at: configs[1], "TCP hosts have one TLS configuration below their own; write the others as 'sslConfig' of the hosts") }
        return configs.first.map { [(proxy, $0)] } ?? []
    }

    /// - Parameter ssl: where `sslConfigurations` stand, and a `matcher` around them.
    private mutating func addHttp(
        _ http: ConfigValue, ssl: ConfigValue, match: ChainMatch, routesName: String, _ proxy: StoredObject, _ builder: inout ListenerBuilder
    ) {
        let hosts = hosts(http["virtualHosts"].map { Array($0.elements) } ?? [], proxy, &builder)
        let defaults = ssl["matcher"]?["sslConfig"].map { [(proxy, $0)] } ?? []
        let base = HttpChainBase(
            owner: proxy, options: OwnedValue(proxy, http["options"]), statPrefix: http["statPrefix"]?.text ?? "http", match: match,
            routesName: routesName, sslDefaults: defaults
        )
        let written = ssl["sslConfigurations"].map { $0.elements.map { [(proxy, $0)] + defaults } } ?? []
        let configs = written.isEmpty && !defaults.isEmpty ? [defaults] : written
        if configs.isEmpty {
            builder.addPlainChain(base, hosts, at: http)
        } else {
            builder.addSharedChains(base, configs.map { (OwnedValue($0, under: "sslConfig"), [proxy.id]) }, hosts)
        }
    }

    private mutating func addAggregate(_ aggregate: ConfigValue, _ proxy: StoredObject, _ builder: inout ListenerBuilder) {
        let resources = aggregate["httpResources"]
        for chain in aggregate["httpFilterChains"]?.elements ?? .none {
            let matcher = chain["matcher"]
            guard let match = builder.match(matcher, on: proxy) else { continue }
            var values: [ConfigValue] = []
            for reference in chain["virtualHostRefs"]?.elements ?? .none {
                if let host = resources?["virtualHosts"]?[key: reference.text ?? ""] {
                    values.append(host)
                } else {
                    builder.report(.error, at: reference, "'httpResources.virtualHosts' has no '\(reference.text ?? "")'")
                }
            }
            let options = chain["httpOptionsRef"].flatMap { resources?["httpOptions"]?[key: $0.text ?? ""] }
            if options == nil, let reference = chain["httpOptionsRef"], reference.text?.isEmpty == false {
                builder.report(.error, at: reference, "'httpResources.httpOptions' has no '\(reference.text ?? "")'")
            }
            let hosts = hosts(values, proxy, &builder)
            let suffix = matcher == nil ? "" : "-\(builder.suffix(of: matcher))"
            let base = HttpChainBase(
                owner: proxy, options: OwnedValue(proxy, options), statPrefix: "http", match: match, routesName: "\(builder.name)-routes\(suffix)",
                sslDefaults: []
            )
            if let ssl = matcher?["sslConfig"] {
                builder.addSharedChains(base, [(OwnedValue([(proxy, ssl)], under: "sslConfig"), [proxy.id])], hosts)
            } else {
                builder.addPlainChain(base, hosts, at: chain)
            }
        }
    }

    /// Virtual hosts that can be told apart: by name, and by their domains. Of two, the first one serves.
    private mutating func hosts(_ values: [ConfigValue], _ proxy: StoredObject, _ builder: inout ListenerBuilder) -> [VirtualHostID] {
        var names: Set<String> = []
        var owners: [String: String] = [:]
        var kept: [VirtualHostID] = []
        for value in values {
            let name = value["name"]?.text ?? value.key ?? ""
            guard !name.isEmpty else {
                builder.report(.error, at: value, "a virtual host needs a 'name'")
                continue
            }
            guard names.insert(name).inserted else {
                builder.report(.error, at: value, "another virtual host is called '\(name)' too")
                continue
            }
            let domains = VirtualService.domains(of: value).map { $0.lowercased() }
            if let twice = ListenerBuilder.repeated(domains) {
                builder.report(.error, at: value["domains"], "domain '\(twice)' stands in the list twice")
                continue
            }
            if let taken = domains.first(where: { owners[$0] != nil }) {
                builder.report(.error, at: value["domains"] ?? value, "domain '\(taken)' belongs to virtual host '\(owners[taken] ?? "")', which comes first and keeps it")
                continue
            }
            for domain in domains { owners[domain] = name }
            let id = VirtualHostID.proxy(proxy.id.ref, path: value.path)
            virtualHosts[id] = value
            kept.append(id)
        }
        return kept.sorted()
    }
}
