internal import APIResources
internal import ConfigStores
internal import ConfigTree
internal import Emitter
internal import EnvoyWire
internal import GatewayTranslation
internal import PluginHost

/// One filter chain; without bytes when its TLS cannot be set up.
struct FilterChainUnit {
    var bytes: Scratch?
    var reports: [Report] = []
}

/// Writes a listener and its filter chains.
enum ListenerWriter {
    /// Fields of HttpConnectionManager that the core asks about.
    private enum Field {
        static let upgradeConfigs: UInt32 = 23
        static let normalizePath: UInt32 = 30
    }

    /// A filter chain: who it is for, its TLS, and the HTTP connection manager that leads to the chain's route configuration.
    static func write(
        chain: FilterChainPlan, of plan: ListenerPlan, used: OptionSet, _ subject: SubjectWriter
    ) -> FilterChainUnit {
        var unit = FilterChainUnit()
        let chainBytes = Scratch()
        let envoy = Listener.FilterChain(chainBytes.output)
        if !chain.sniDomains.isEmpty {
            envoy.filterChainMatch { match in
                for domain in chain.sniDomains { match.serverNames(domain) }
            }
        }
        chainBytes.embed(manager(chain, plan, used, subject, &unit.reports), field: 3)
        if chain.tls != nil { envoy.name(chain.routeConfigName) }
        if let tls = chain.tls {
            subject.contribute(
                .filterChain, to: chainBytes.output, from: 0,
                facts: SubjectFacts(name: Array(chain.routeConfigName.utf8), namespace: tls.id.ref.namespace),
                options: [tls.spec]
            )
            if subject.traces { chainBytes.note(subject.origins) }
            // All virtual services of the chain stand and fall with its certificate.
            for said in subject.reports {
                for service in chain.virtualServices {
                    unit.reports.append(
                        Report(said.isError ? .error : .warning, ObjectID(.virtualService, service), owner: tls.id, at: said.at, said.message)
                    )
                }
            }
            if subject.reports.contains(where: \.isError) { return unit }
        }
        if subject.traces { chainBytes.note(from: 0, plan.gateway.spec) }
        unit.bytes = chainBytes
        return unit
    }

    /// The network filter that holds the HTTP connection manager.
    private static func manager(
        _ chain: FilterChainPlan, _ plan: ListenerPlan, _ used: OptionSet, _ subject: SubjectWriter, _ reports: inout [Report]
    ) -> Scratch {
        let gateway = plan.gateway
        let options = plan.httpOptions.map { [$0] } ?? []
        let facts = SubjectFacts(name: Array(plan.name.utf8), namespace: gateway.id.ref.namespace)
        func take() {
            for said in subject.reports { reports.append(Report(said.isError ? .error : .warning, gateway.id, at: said.at, said.message)) }
        }

        let filterOutput = Scratch()
        subject.contribute(.httpFilter, to: filterOutput.output, from: 0, facts: facts, options: options, listenerUses: used)
        take()
        let filters = subject.filters.sorted(by: precedes)

        let manager = Scratch()
        let envoy = FiltersNetworkHttpConnectionManager.HttpConnectionManager(manager.output)
        envoy.statPrefix("http")
        envoy.rds { rds in
            rds.routeConfigName(chain.routeConfigName)
            rds.configSource { $0.ads { _ in }.resourceApiVersion(.v3) }
        }
        for filter in filters {
            let start = manager.count
            manager.output.message(5, encoded: filter.bytes)
            if subject.traces { manager.note(from: start, plan.httpOptions, plugin: filter.plugin) }
        }
        envoy.httpFilters { $0.name("envoy.filters.http.router").typedConfig(FiltersHttpRouter.Router.self) }
        subject.contribute(.httpConnectionManager, to: manager.output, from: 0, facts: facts, options: options, listenerUses: used)
        take()
        if subject.traces { manager.note(subject.origins) }
        // Gloo's defaults, where no plugin has said otherwise.
        if !subject.isWritten(Field.normalizePath) { envoy.normalizePath(true) }
        if !subject.isWritten(Field.upgradeConfigs) { envoy.upgradeConfigs { $0.upgradeType("websocket") } }

        let packed = Scratch()
        packed.output.text(1, FiltersNetworkHttpConnectionManager.HttpConnectionManager.typeURL)
        packed.embed(manager, field: 2)
        let filter = Scratch()
        Listener.Filter(filter.output).name("envoy.filters.network.http_connection_manager")
        filter.embed(packed, field: 4)
        return filter
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
        subject.contribute(
            .listener, to: listener.output, from: 0,
            facts: SubjectFacts(name: Array(plan.name.utf8), namespace: plan.gateway.id.ref.namespace),
            options: plan.options.map { [$0] } ?? [],
            listenerUses: used
        )
        if subject.traces { listener.note(subject.origins) }
        for said in subject.reports { reports.append(Report(said.isError ? .error : .warning, plan.gateway.id, at: said.at, said.message)) }
        if subject.reports.contains(where: \.isError) { return nil }
        if subject.traces { listener.note(from: 0, plan.gateway.spec) }
        return listener
    }
}
