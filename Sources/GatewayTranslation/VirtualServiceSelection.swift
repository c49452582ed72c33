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
        let selected = select(http, object).filter { service in
            let service = VirtualService(service.spec)
            // Without a virtual host it serves nothing, and claims no domain.
            return service.virtualHost != nil && (service.sslConfig != nil) == isSSL
        }
        // Who says nothing takes what comes; who chooses means something.
        let place = http.value["virtualServiceExpressions"] ?? http.value["virtualServiceSelector"] ?? http.value["virtualServices"]
        if selected.isEmpty, let place, place.count > 0 {
            report(.warning, on: object, at: place, "this takes no virtual service \(isSSL ? "with" : "without") an 'sslConfig'")
        }
        return selected
    }

    private mutating func select(_ http: HttpGateway, _ object: StoredObject) -> [StoredObject] {
        if let expressions = http.expressions {
            if let (value, message) = LabelExpression.problem(of: expressions) { report(.warning, on: object, at: value, message) }
            return reader.select(.virtualService, namespaces: http.namespaces, labels: [], expressions: expressions)
        }
        guard http.selector.isEmpty, let references = http.virtualServices else {
            return reader.select(.virtualService, namespaces: http.namespaces, labels: http.selector, expressions: [])
        }
        // Domains and TLS of the named ones decide too.
        reader.noteHeads(.virtualService)
        var seen: Set<ResourceRef> = []
        var found: [StoredObject] = []
        for reference in references {
            guard let ref = ResourceRef(reference, namespace: object.id.ref.namespace) else { continue }
            let id = ObjectID(.virtualService, ref)
            if let service = reader.snapshot[id] {
                if seen.insert(ref).inserted { found.append(service) }
            } else {
                reader.noteExistence(.virtualService, ref)
                report(.error, on: object, at: reference, "VirtualService '\(ref)' \(reader.whyMissing(id))")
            }
        }
        return found.sorted { $0.id < $1.id }
    }

    /// A domain belongs to one virtual service of a route configuration: of those that claim it the one that precedes the others. All
    /// are told.
    mutating func withoutConflicts(_ objects: [StoredObject]) -> [VirtualHostID] {
        var owners: [String: StoredObject] = [:]
        var kept: [ResourceRef] = []
        var disputes: [(owner: StoredObject, domain: String, others: [StoredObject])] = []
        var disputeOf: [String: Int] = [:]
        for object in objects.sorted(by: Self.precedes) {
            let service = VirtualService(object.spec)
            let domains = service.domains.map { $0.lowercased() }
            let place = service.virtualHost?["domains"] ?? service.virtualHost
            if let conflict = domains.first(where: { owners[$0] != nil }), let owner = owners[conflict] {
                let why = owner.object.whyPrecedes(object.object)
                report(.error, on: object, at: place, "domain '\(conflict)' belongs to VirtualService '\(owner.id.ref)', which \(why) and keeps it")
                let number = disputeOf[conflict] ?? disputes.count
                if number == disputes.count { disputes.append((owner, conflict, [])) }
                disputeOf[conflict] = number
                disputes[number].others.append(object)
                continue
            }
            if let twice = Self.repeated(domains) {
                report(.error, on: object, at: place, "domain '\(twice)' stands in the list twice")
                continue
            }
            for domain in domains { owners[domain] = object }
            kept.append(object.id.ref)
        }
        for (owner, domain, others) in disputes { tell(owner, domain, others) }
        return kept.sorted().map(VirtualHostID.virtualService)
    }

    private mutating func tell(_ owner: StoredObject, _ domain: String, _ others: [StoredObject]) {
        let first = others.prefix(3).map { "'\($0.id.ref)'" }.joined(separator: ", ")
        let names = "VirtualService \(first)\(others.count > 3 ? " and \(others.count - 3) more" : "")"
        let place = VirtualService(owner.spec).virtualHost?["domains"] ?? VirtualService(owner.spec).virtualHost
        report(.error, on: owner, at: place, "domain '\(domain)' is claimed by \(names) too; this one \(owner.object.whyPrecedes(others[0].object)) and keeps it")
        report(.warning, "domain '\(domain)' is claimed by VirtualService '\(owner.id.ref)', which keeps it, and by \(names)")
    }

    static func repeated(_ domains: [String]) -> String? {
        var seen: Set<String> = []
        return domains.first { !seen.insert($0).inserted }
    }

    static func precedes(_ a: StoredObject, _ b: StoredObject) -> Bool { a.object.precedes(b.object) }
}
