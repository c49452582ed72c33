internal import APIResources
internal import ConfigStores
internal import ConfigTree
internal import Emitter
internal import EnvoyWire
internal import GatewayTranslation
internal import PluginHost

/// One filter chain; without bytes when its TLS or its filters cannot be set up.
struct FilterChainUnit {
    var bytes: Scratch?
    /// What plugins added.
    var resources: [PluginCall.AddedResource] = []
    var reports: [Report] = []
}

/// Writes a listener and its filter chains.
enum ListenerWriter {
    /// Fields of HttpConnectionManager that the core asks about.
    private enum Field {
        static let upgradeConfigs: UInt32 = 23
        static let normalizePath: UInt32 = 30
    }

    /// A filter chain: who it is for, its TLS, and where its connections go.
    ///
    /// - Parameters:
    ///   - used: options that anything below the chain uses.
    ///   - usedByClusters: options of upstreams, which filters may wait for.
    ///   - hasCluster: whether an upstream has been translated.
    static func write(
        chain: FilterChainPlan, of plan: ListenerPlan, used: OptionSet, usedByClusters: OptionSet, _ subject: SubjectWriter, _ reader: SnapshotReader,
        hasCluster: @escaping (ResourceRef) -> Bool
    ) -> FilterChainUnit {
        var unit = FilterChainUnit()
        let chainBytes = Scratch()
        let envoy = Listener.FilterChain(chainBytes.output)
        write(chain.match, to: envoy)
        guard writeNetworkFilters(of: plan, to: chainBytes, subject, &unit.reports) else { return unit }
        switch chain.content {
        case .http(let http):
            guard let manager = manager(http, plan, used, usedByClusters, subject, reader, &unit.reports) else { return unit }
            chainBytes.embed(manager, field: 3)
        case .tcp(let tcp):
            var writer = TcpProxyWriter(subject, reader, hasCluster: hasCluster)
            let isUsable = writer.write(tcp, of: plan, to: chainBytes)
            unit.reports += writer.reports
            guard isUsable else { return unit }
        }
        if plan.chains.count > 1 || chain.isTLS { envoy.name(chain.name) }
        if let tls = chain.tls {
            subject.contribute(
                .filterChain, to: chainBytes.output, from: 0,
                facts: SubjectFacts(name: Array(chain.name.utf8), namespace: tls.namespace),
                options: [tls.config.value]
            )
            if subject.traces { chainBytes.note(subject.origins) }
            for said in subject.reports {
                let origin = tls.config.origin(of: said.at)
                if !tls.users.contains(origin.owner) { unit.reports.append(Report(said.severity, origin.owner, at: origin.value, said.message)) }
                // All that is behind the chain stands and falls with its certificate.
                for user in tls.users { unit.reports.append(Report(said.severity, user, owner: origin.owner, at: origin.value, said.message)) }
            }
            if subject.reports.contains(where: \.isError) { return unit }
        }
        if subject.traces { chainBytes.note(from: 0, plan.value) }
        unit.bytes = chainBytes
        unit.resources = subject.resources
        return unit
    }

    private static func write(_ match: ChainMatch, to chain: Listener.FilterChain) {
        guard match.transport != nil || !match.serverNames.isEmpty || !match.sourcePrefixes.isEmpty else { return }
        chain.filterChainMatch { out in
            for prefix in match.sourcePrefixes { out.sourcePrefixRanges { $0.addressPrefix(prefix.address).prefixLen(prefix.length) } }
            for name in match.serverNames { out.serverNames(name) }
            switch match.transport {
            case .tls: out.transportProtocol("tls" as StaticString)
            case .plain: out.transportProtocol("raw_buffer" as StaticString)
            case nil: break
            }
        }
    }

    /// What stands before the HTTP connection manager or the TCP proxy. False: something is missing, which might be what refuses.
    private static func writeNetworkFilters(of plan: ListenerPlan, to chain: Scratch, _ subject: SubjectWriter, _ reports: inout [Report]) -> Bool {
        guard let options = plan.options else { return true }
        let none = Scratch()
        subject.contribute(
            .networkFilter, to: none.output, from: 0,
            facts: SubjectFacts(name: Array(plan.name.utf8), namespace: plan.source.id.ref.namespace), options: [options]
        )
        for said in subject.reports { reports.append(Report(said.severity, plan.source.id, at: said.at, said.message)) }
        if subject.reports.contains(where: \.isError) { return false }
        for filter in subject.filters.sorted(by: precedes) {
            let start = chain.count
            chain.output.message(3, encoded: filter.bytes)
            if subject.traces { chain.note(from: start, options, plugin: filter.plugin) }
        }
        return true
    }

    /// The network filter that holds the HTTP connection manager; nil when settings are wrong or a filter is missing, which might be one that refuses.
    private static func manager(
        _ http: HttpPlan, _ plan: ListenerPlan, _ used: OptionSet, _ usedByClusters: OptionSet, _ subject: SubjectWriter, _ reader: SnapshotReader,
        _ reports: inout [Report]
    ) -> Scratch? {
        let options = http.options.map { [$0.value] } ?? []
        let owner = http.options?.owners[0] ?? plan.source
        let facts = SubjectFacts(name: Array(plan.name.utf8), namespace: owner.id.ref.namespace)
        func take() {
            for said in subject.reports {
                // The listener's own options stand in its document; those of a hybrid gateway's child are put together in another one.
                let isListeners = said.at.map { $0.document === plan.value.document } ?? false
                let origin = isListeners ? nil : http.options?.origin(of: said.at)
                reports.append(Report(said.severity, origin?.owner ?? plan.source.id, at: origin?.value ?? said.at, said.message))
            }
        }

        let filterOutput = Scratch()
        var filterUses = used
        filterUses.formUnion(usedByClusters)
        subject.contribute(
            .httpFilter, to: filterOutput.output, from: 0, facts: facts, options: options, listenerUses: filterUses,
            addsUnused: !reader.settings().removesUnusedFilters
        )
        take()
        guard !subject.lacksFilter else { return nil }
        let filters = subject.filters.sorted(by: precedes)

        let manager = Scratch()
        let envoy = FiltersNetworkHttpConnectionManager.HttpConnectionManager(manager.output)
        envoy.statPrefix(http.statPrefix)
        envoy.rds { rds in
            rds.routeConfigName(http.routeConfigName)
            rds.configSource { $0.ads { _ in }.resourceApiVersion(.v3) }
        }
        func add(_ filter: PluginCall.StagedFilter) {
            let start = manager.count
            manager.output.message(5, encoded: filter.bytes)
            if subject.traces { manager.note(from: start, http.options?.value, plugin: filter.plugin) }
        }
        for filter in filters where !isRouter(filter) { add(filter) }
        // The end of the chain, whoever writes it.
        if let router = filters.first(where: isRouter) {
            add(router)
        } else {
            envoy.httpFilters { $0.name("envoy.filters.http.router").typedConfig(FiltersHttpRouter.Router.self) }
        }
        // The listener's options as well: an access log is one of them, and belongs here.
        let all = options + (plan.options.map { [$0] } ?? [])
        subject.contribute(.httpConnectionManager, to: manager.output, from: 0, facts: facts, options: all, listenerUses: used)
        take()
        if subject.reports.contains(where: \.isError) { return nil }
        if subject.traces { manager.note(subject.origins) }
        // Gloo's defaults, where no plugin has said otherwise.
        if !subject.isWritten(Field.normalizePath) { envoy.normalizePath(true) }
        if !subject.isWritten(Field.upgradeConfigs) { envoy.upgradeConfigs { $0.upgradeType("websocket") } }

        return .networkFilter("envoy.filters.network.http_connection_manager", FiltersNetworkHttpConnectionManager.HttpConnectionManager.typeURL, manager)
    }

    /// By its name, which a filter begins with.
    private static func isRouter(_ filter: PluginCall.StagedFilter) -> Bool {
        let name = "envoy.filters.http.router".utf8
        return filter.bytes.dropFirst().first == UInt8(name.count) && filter.bytes.dropFirst(2).starts(with: name)
    }

    /// Stage, place in the stage, weight, then the filter's name and content.
    private static func precedes(_ a: PluginCall.StagedFilter, _ b: PluginCall.StagedFilter) -> Bool {
        if (a.stage, a.place, a.weight) != (b.stage, b.place, b.weight) {
            return (a.stage, a.place, a.weight) < (b.stage, b.place, b.weight)
        }
        // Past the name's tag and length, so that names compare as text.
        return a.bytes.dropFirst(2).lexicographicallyPrecedes(b.bytes.dropFirst(2))
    }

    /// The listener around its chains; nil when there are none.
    static func write(_ plan: ListenerPlan, chains: [Scratch], used: OptionSet, _ subject: SubjectWriter, _ reports: inout [Report]) -> Scratch? {
        guard !chains.isEmpty else { return nil }
        let listener = Scratch()
        let envoy = Listener.Listener(listener.output)
        envoy.name(plan.name)
        envoy.address { address in
            address.socketAddress { socket in
                socket.address(plan.address).portValue(plan.port)
                // One socket for both families, as a user of '::' expects.
                if plan.address == "::" { socket.ipv4Compat(true) }
            }
        }
        for chain in chains { listener.embed(chain, field: 3) }
        if plan.usesProxyProtocol, plan.options?["proxyProtocol"] == nil {
            // The short form of that option. Before all other listener filters: the client's real address comes first on the connection.
            envoy.listenerFilters {
                $0.name("envoy.filters.listener.proxy_protocol").typedConfig(FiltersListenerProxyProtocol.ProxyProtocol.self) { _ in }
            }
        }
        subject.contribute(
            .listener, to: listener.output, from: 0,
            facts: SubjectFacts(name: Array(plan.name.utf8), namespace: plan.source.id.ref.namespace),
            options: plan.options.map { [$0] } ?? [],
            listenerUses: used
        )
        if subject.traces { listener.note(subject.origins) }
        for said in subject.reports { reports.append(Report(said.severity, plan.source.id, at: said.at, said.message)) }
        if subject.reports.contains(where: \.isError) { return nil }
        if subject.traces { listener.note(from: 0, plan.value) }
        return listener
    }
}
