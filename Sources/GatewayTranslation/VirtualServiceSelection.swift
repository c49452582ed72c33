internal import APIResources
internal import ConfigStores
internal import ConfigTree
internal import Emitter

extension ListenerBuilder {
    /// The virtual services that an HTTP gateway takes, by reference.
    ///
    /// Expressions count before the selector, the selector before references, and nothing at all means every virtual service.
    ///
    /// - Parameter object: in which the HTTP gateway is written.
    mutating func virtualServices(of http: HttpGateway, in object: StoredObject, isSSL: Bool) -> [StoredObject] {
        select(http, object).filter { service in
            let service = VirtualService(service.spec)
            // Without a virtual host it serves nothing, and claims no domain.
            return service.virtualHost != nil && (service.sslConfig != nil) == isSSL
        }
    }

    private mutating func select(_ http: HttpGateway, _ object: StoredObject) -> [StoredObject] {
        if let expressions = http.expressions {
            return reader.select(.virtualService, namespaces: http.namespaces, labels: [], expressions: expressions)
        }
        guard http.selector.isEmpty, let references = http.virtualServices else {
            return reader.select(.virtualService, namespaces: http.namespaces, labels: http.selector, expressions: [])
        }
        // Domains and TLS of the named ones decide too.
        reader.noteHeads(.virtualService)
        var found: [StoredObject] = []
        for reference in references {
            guard let ref = ResourceRef(reference, namespace: object.id.ref.namespace) else { continue }
            let id = ObjectID(.virtualService, ref)
            if let service = reader.snapshot[id] {
                if !found.contains(where: { $0.id == id }) { found.append(service) }
            } else {
                reader.noteExistence(.virtualService, ref)
                report(.error, on: object, at: reference, "VirtualService '\(ref)' \(reader.whyMissing(id))")
            }
        }
        return found.sorted { $0.id < $1.id }
    }

    /// A domain belongs to one virtual service of a route configuration. Both are told; the older one keeps it.
    mutating func withoutConflicts(_ objects: [StoredObject]) -> [VirtualHostID] {
        var owners: [String: StoredObject] = [:]
        var kept: [ResourceRef] = []
        for object in objects.sorted(by: Self.isOlder) {
            let service = VirtualService(object.spec)
            let domains = service.domains.map { $0.lowercased() }
            let place = service.virtualHost?["domains"] ?? service.virtualHost
            if let conflict = domains.first(where: { owners[$0] != nil }), let owner = owners[conflict] {
                report(.error, on: object, at: place, "domain '\(conflict)' belongs to VirtualService '\(owner.id.ref)', which is older and keeps it")
                report(
                    .error, on: owner, at: VirtualService(owner.spec).virtualHost?["domains"],
                    "domain '\(conflict)' is claimed by VirtualService '\(object.id.ref)' too; this one is older and keeps it"
                )
                report(.warning, "domain '\(conflict)' is claimed by VirtualService '\(owner.id.ref)', which keeps it, and '\(object.id.ref)', which is left out")
                continue
            }
            if let twice = Self.repeated(domains) {
                report(.error, on: object, at: place, "domain '\(twice)' stands in the list twice")
                continue
            }
            for domain in domains { owners[domain] = object }
            kept.append(object.id.ref)
        }
        return kept.sorted().map(VirtualHostID.virtualService)
    }

    static func repeated(_ domains: [String]) -> String? {
        var seen: Set<String> = []
        return domains.first { !seen.insert($0).inserted }
    }

    static func isOlder(_ a: StoredObject, _ b: StoredObject) -> Bool {
        (a.object.creationTimestamp ?? "", a.id) < (b.object.creationTimestamp ?? "", b.id)
    }
}
