package import APIResources
internal import ConfigStores
internal import ConfigTree
package import Emitter

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// From a gateway to its listener: which virtual services it takes, and how they share it.
package struct GatewaySelection {
    package let plan: ListenerPlan?
    package let reports: [Report]

    package init(_ gateway: StoredObject, writeNamespace: String, _ reader: SnapshotReader) {
        var builder = Builder(gateway: gateway, reader: reader)
        plan = builder.plan(writeNamespace: writeNamespace)
        reports = builder.reports
    }
}

private struct Builder {
    let gateway: StoredObject
    let reader: SnapshotReader
    var reports: [Report] = []

    mutating func plan(writeNamespace: String) -> ListenerPlan? {
        let spec = Gateway(gateway.spec)
        if gateway.id.ref.namespace != writeNamespace, !reader.settings().readGatewaysFromAllNamespaces {
            report(
                .warning,
                "gateways are read from namespace '\(writeNamespace)' only; move this one, or set 'gateway.readGatewaysFromAllNamespaces' in Settings"
            )
            return nil
        }
        guard let http = spec.http else {
            report(.error, "a gateway needs a type: write 'httpGateway: {}'")
            return nil
        }
        guard Self.isAddress(spec.bindAddress) else {
            report(.error, at: gateway.spec["bindAddress"], "'\(spec.bindAddress)' is not an IP address; '0.0.0.0' and '::' listen on all")
            return nil
        }
        let selected = select(http).filter { object in
            let service = VirtualService(object.spec)
            // Without a virtual host it serves nothing, and claims no domain.
            return service.virtualHost != nil && (service.sslConfig != nil) == spec.isSSL
        }
        let name = "listener-\(spec.bindAddress)-\(spec.bindPort)"
        return ListenerPlan(
            gateway: gateway,
            name: name,
            address: spec.bindAddress,
            port: spec.bindPort,
            proxyNames: spec.proxyNames,
            chains: spec.isSSL ? tlsChains(selected, listener: name) : [plainChain(selected, listener: name)]
        )
    }

    // MARK: Which virtual services

    /// Expressions count before the selector, the selector before references, and nothing at all means every virtual service.
    private mutating func select(_ http: HttpGateway) -> [StoredObject] {
        let namespaces = http.namespaces
        func isInNamespace(_ object: StoredObject) -> Bool {
            namespaces.isEmpty || namespaces.contains("*") || namespaces.contains(object.id.ref.namespace)
        }
        if let expressions = http.expressions {
            return reader.all(.virtualService).filter { object in
                isInNamespace(object) && expressions.allSatisfy { $0.matches(object.object.labels) }
            }
        }
        if let selector = http.selector {
            let labels = selector.members.map { ($0.key ?? "", $0.text ?? "") }
            return reader.all(.virtualService).filter { object in
                isInNamespace(object) && labels.allSatisfy { object.object.labels[$0.0] == $0.1 }
            }
        }
        guard let references = http.virtualServices else { return reader.all(.virtualService).filter(isInNamespace) }
        // Domains and TLS of the named ones decide too.
        _ = reader.all(.virtualService)
        var found: [StoredObject] = []
        for reference in references {
            guard let ref = ResourceRef(reference, namespace: gateway.id.ref.namespace) else { continue }
            let id = ObjectID(.virtualService, ref)
            if let object = reader.snapshot[id] {
                if !found.contains(where: { $0.id == id }) { found.append(object) }
            } else {
                reader.noteExistence(.virtualService, ref)
                report(.error, at: reference, "VirtualService '\(ref)' \(reader.whyMissing(id))")
            }
        }
        return found.sorted { $0.id < $1.id }
    }

    // MARK: Who shares a chain

    private mutating func plainChain(_ objects: [StoredObject], listener: String) -> FilterChainPlan {
        FilterChainPlan(routeConfigName: "\(listener)-routes", tls: nil, sniDomains: [], virtualServices: withoutConflicts(objects))
    }

    /// One chain for each different TLS configuration: a virtual service is reachable by its own certificate only.
    private mutating func tlsChains(_ objects: [StoredObject], listener: String) -> [FilterChainPlan] {
        var groups: [UInt64: [StoredObject]] = [:]
        for object in objects {
            guard let config = VirtualService(object.spec).sslConfig else { continue }
            // A secret without a namespace is looked for beside the virtual service: equal text may mean different secrets.
            let home = config["secretRef"]?["namespace"] == nil ? object.id.ref.namespace : ""
            groups[Self.mix(config.contentHash(), home), default: []].append(object)
        }
        var claimed: [String: StoredObject] = [:]
        var chains: [FilterChainPlan] = []
        for (hash, members) in groups.sorted(by: { Self.isOlder($0.value[0], $1.value[0]) }) {
            let speaker = members[0]
            guard let config = VirtualService(speaker.spec).sslConfig else { continue }
            let domains = VirtualService.sniDomains(of: config).map { $0.lowercased() }
            if let other = (domains.isEmpty ? [""] : domains).lazy.compactMap({ claimed[$0] }).first {
                for member in members {
                    report(
                        .error, on: member, at: VirtualService(member.spec).sslConfig,
                        "another certificate answers for the same server names: see VirtualService '\(other.id.ref)'; give each its own 'sniDomains'"
                    )
                }
                continue
            }
            for domain in domains.isEmpty ? [""] : domains { claimed[domain] = speaker }
            chains.append(
                FilterChainPlan(
                    routeConfigName: "\(listener)-routes-\(String(hash, radix: 16))",
                    tls: speaker,
                    sniDomains: Array(Set(domains)).sorted(),
                    virtualServices: withoutConflicts(members)
                )
            )
        }
        return chains.sorted { $0.routeConfigName < $1.routeConfigName }
    }

    /// A domain belongs to one virtual service of a chain. Both are told; the older one keeps it.
    private mutating func withoutConflicts(_ objects: [StoredObject]) -> [ResourceRef] {
        var owners: [String: StoredObject] = [:]
        var kept: [ResourceRef] = []
        for object in objects.sorted(by: Self.isOlder) {
            let domains = VirtualService(object.spec).domains.map { $0.lowercased() }
            if let conflict = domains.first(where: { owners[$0] != nil }), let owner = owners[conflict] {
                let place = VirtualService(object.spec).virtualHost?["domains"]
                report(.error, on: object, at: place, "domain '\(conflict)' belongs to VirtualService '\(owner.id.ref)', which is older and keeps it")
                report(
                    .error, on: owner, at: VirtualService(owner.spec).virtualHost?["domains"],
                    "domain '\(conflict)' is claimed by VirtualService '\(object.id.ref)' too; this one is older and keeps it"
                )
                continue
            }
            if Set(domains).count != domains.count {
                report(.error, on: object, at: VirtualService(object.spec).virtualHost?["domains"], "a domain stands in the list twice")
                continue
            }
            for domain in domains { owners[domain] = object }
            kept.append(object.id.ref)
        }
        return kept.sorted()
    }

    private static func isOlder(_ a: StoredObject, _ b: StoredObject) -> Bool {
        (a.object.creationTimestamp ?? "", a.id) < (b.object.creationTimestamp ?? "", b.id)
    }

    private static func mix(_ hash: UInt64, _ text: String) -> UInt64 {
        text.utf8.reduce(hash) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    // MARK: Words

    private mutating func report(_ severity: ConfigSeverity, on object: StoredObject? = nil, at value: ConfigValue? = nil, _ message: String) {
        reports.append(Report(severity, (object ?? gateway).id, at: value, message))
    }

    private static func isAddress(_ text: String) -> Bool {
        var room = in6_addr()
        return inet_pton(AF_INET, text, &room) == 1 || inet_pton(AF_INET6, text, &room) == 1
    }
}
