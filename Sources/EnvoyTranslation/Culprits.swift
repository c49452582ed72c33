package import APIResources
import ConfigStores
package import ConfigTree
package import Emitter
package import EnvoyResources
internal import GatewayTranslation
internal import HashTreeCollections
internal import PluginHost

/// Whose mistake a proxy's refusal is, as far as it can be known.
package struct Culprit: Sendable, Hashable {
    /// On whose status it is shown.
    package var object: ObjectID
    /// In whose document the value stands.
    package var owner: ObjectID
    package var chain: [ObjectID] = []
    /// The value that Envoy complains of, or the smallest one around it.
    package var value: ConfigValue?

    package init(object: ObjectID, owner: ObjectID, chain: [ObjectID] = [], value: ConfigValue? = nil) {
        self.object = object
        self.owner = owner
        self.chain = chain
        self.value = value
    }

    package static func == (a: Culprit, b: Culprit) -> Bool { a.object == b.object && a.owner == b.owner && a.value?.index == b.value?.index }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(object)
        hasher.combine(owner)
        hasher.combine(value?.index)
    }
}

/// From the refused bytes and Envoy's words back to what a user wrote.
///
/// What differs from the form that was accepted before is suspect; of that, what Envoy names by place or by value; and in the objects that
/// made it the value, or the field, that Envoy speaks of. Words alone would not do: most name no resource, and Envoy cuts long ones.
extension Translator {
    /// More than these are no finding.
    private static let mostCulprits = 16

    /// - Parameter accepted: the form that a proxy of the role accepted last; nil when there is none.
    /// - Returns: empty when the resource is nobody's.
    package func culprits(
        role: String, _ type: ResourceType, _ refused: EnvoyResource, accepted: EnvoyResource?, _ text: RefusalText, _ snapshot: Snapshot
    ) -> [Culprit] {
        let search = ValueSearch(text, besides: refused.name)
        let found: [Culprit]
        switch type {
        case .route: found = ofRoutes(Self.hosts(refused, accepted, text), text, search)
        case .virtualHost: found = ofRoutes(Self.host(refused, accepted), text, search)
        case .listener where added.units(role, type, refused.name).isEmpty: found = ofListener(role, refused.name, search, snapshot)
        case .secret: found = ofSecret(role, refused, snapshot)
        default: found = of(owners(role: role, type, refused.name), search, snapshot)
        }
        if !found.isEmpty, found.count <= Self.mostCulprits { return found }
        return of(fewOwners(role: role, type, refused.name), nil, snapshot)
    }

    /// All owners, or the gateways where they are many: ten thousand statuses help nobody.
    private func fewOwners(role: String, _ type: ResourceType, _ name: String) -> [ObjectID] {
        let owners = owners(role: role, type, name)
        if owners.count <= Self.mostCulprits { return owners }
        let table = type == .virtualHost ? name.lastIndex(of: "/").map { String(name[..<$0]) } ?? name : name
        let plans = (layout.listeners[role] ?? []).filter { $0.routeConfigs.contains { $0.name == table } }
        return plans.isEmpty ? Array(owners.prefix(Self.mostCulprits)) : Set(plans.map(\.source.id)).sorted()
    }

    private func of(_ objects: [ObjectID], _ search: ValueSearch?, _ snapshot: Snapshot) -> [Culprit] {
        let all = objects.map { id in Culprit(object: id, owner: id, value: search?.value(in: snapshot[id].map { [$0.spec] } ?? [])) }
        let precise = all.filter { $0.value != nil }
        return precise.isEmpty ? all : precise
    }

    // MARK: Secrets

    /// The Secret whose text stands in the resource, and who uses it: a key is no value to look for in their words.
    private func ofSecret(_ role: String, _ refused: EnvoyResource, _ snapshot: Snapshot) -> [Culprit] {
        let bytes = refused.joined()
        var found: [Culprit] = []
        let users = users(role, refused.name)
        for (ref, object) in snapshot[.secret] {
            guard let value = Self.text(of: object.spec, in: bytes) else { continue }
            let id = ObjectID(.secret, ref)
            found.append(Culprit(object: id, owner: id, value: value))
            found += users.map { Culprit(object: $0, owner: id, value: value) }
        }
        return found.sorted { ($0.owner, $0.object == $0.owner ? 0 : 1, $0.object) < ($1.owner, $1.object == $1.owner ? 0 : 1, $1.object) }
    }

    /// The first text of a value that stands in a resource as it is; short ones may do so by chance.
    private static func text(of value: ConfigValue, in bytes: [UInt8]) -> ConfigValue? {
        if let text = value.text { return text.utf8.count >= 64 && bytes.hold(text) ? value : nil }
        for child in value.isMap ? value.members : value.elements {
            if let found = Self.text(of: child, in: bytes) { return found }
        }
        return nil
    }

    /// Those who need a resource that was added; of a chain for TLS the virtual services that it is for.
    private func users(_ role: String, _ name: String) -> [ObjectID] {
        var users: Set<ObjectID> = []
        for unit in added.units(role, .secret, name) {
            var services: [ObjectID] = []
            if case .filterChain(let key) = unit {
                let chains = (layout.listeners[role] ?? []).flatMap(\.chains).filter { $0.name == key.name }
                services = chains.flatMap { $0.tls?.users ?? [] }
            }
            users.formUnion(services.isEmpty ? objects(of: unit, role) : services)
        }
        return users.count < Self.mostCulprits ? users.sorted() : owners(role: role, .secret, name)
    }

    // MARK: Listeners

    private func ofListener(_ role: String, _ name: String, _ search: ValueSearch, _ snapshot: Snapshot) -> [Culprit] {
        guard let plan = (layout.listeners[role] ?? []).first(where: { $0.name == name }) else { return [] }
        let gateway = plan.source.id
        if let value = search.value(in: [plan.value]) { return [Culprit(object: gateway, owner: gateway, value: value)] }
        // What else goes into a listener: TLS of virtual services, matchable gateways, Settings.
        var others = plan.matchableGateways + plan.chains.flatMap { $0.tls?.users ?? [] }
        if let settings = snapshot.settings { others.append(settings.id) }
        for id in Set(others).subtracting([gateway]).sorted() {
            guard let object = snapshot[id], let value = search.value(in: [object.spec]) else { continue }
            return [Culprit(object: id, owner: id, value: value), Culprit(object: gateway, owner: id, value: value)]
        }
        return [Culprit(object: gateway, owner: gateway)]
    }

    // MARK: Routes

    /// A virtual host, and those of its parts that may be wrong.
    private struct Suspect {
        var host: String
        var part: RefusedHost.Part
    }

    private static func hosts(_ refused: EnvoyResource, _ accepted: EnvoyResource?, _ text: RefusalText) -> [Suspect] {
        let parts = RefusedHost.fields(of: refused)
        if let place = text.index("VirtualHosts", of: "RouteConfiguration") {
            guard parts.indices.contains(place), let host = RefusedHost(field: parts[place]) else { return [] }
            return suspects(host, nil, text)
        }
        let oldParts = RefusedHost.fields(of: accepted)
        let (before, now) = (Set(oldParts), Set(parts))
        let changed = parts.filter { !before.contains($0) }.compactMap { RefusedHost(field: $0) }
        let old = oldParts.filter { !now.contains($0) }.compactMap { RefusedHost(field: $0) }
        let oldHosts = Dictionary(old.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        return changed.flatMap { suspects($0, oldHosts[$0.name], text) }
    }

    private static func host(_ refused: EnvoyResource, _ accepted: EnvoyResource?) -> [Suspect] {
        guard let host = RefusedHost(refused.joined()[...]) else { return [] }
        return suspects(host, accepted.flatMap { RefusedHost($0.joined()[...]) }, nil)
    }

    private static func suspects(_ host: RefusedHost, _ old: RefusedHost?, _ text: RefusalText?) -> [Suspect] {
        func suspect(_ part: RefusedHost.Part) -> Suspect { Suspect(host: host.name, part: part) }
        let rest = RefusedHost.Part(bytes: host.rest)
        if let place = text?.index("Routes", of: "VirtualHost") { return host.routes.indices.contains(place) ? [suspect(host.routes[place])] : [] }
        if text?.path.contains(where: { $0.message == "VirtualHost" }) == true { return [suspect(rest)] }
        let known = Set(old?.routes ?? [])
        let routes = host.routes.filter { !known.contains($0) }.map(suspect)
        return old?.rest == host.rest ? routes : routes + [suspect(rest)]
    }

    private func ofRoutes(_ all: [Suspect], _ text: RefusalText, _ search: ValueSearch) -> [Culprit] {
        // A value that Envoy names stands in what is wrong.
        let named = search.values.lazy.map { value in all.filter { $0.part.bytes.hold(value) } }.first { !$0.isEmpty } ?? all
        guard named.count <= Self.mostCulprits else { return [] }
        var seen: Set<Culprit> = []
        var found: [Culprit] = []
        for suspect in named {
            for culprit in culprits(suspect, search, isAlone: named.count == 1) where seen.insert(culprit).inserted { found.append(culprit) }
        }
        let precise = found.filter { $0.value != nil }
        return precise.isEmpty ? found : precise
    }

    private func culprits(_ suspect: Suspect, _ search: ValueSearch, isAlone: Bool) -> [Culprit] {
        guard let host = resolvedHosts.first(where: { VirtualHostWriter.hostName($0).elementsEqual(suspect.host.utf8) }) else { return [] }
        let top = host.object.id
        guard let name = suspect.part.routeName, let place = routeSources(virtualHost: suspect.host)?.place(routeName: name) else {
            let roots = host.options.isEmpty ? host.value.map { [$0] } ?? [] : host.options
            // Of several suspects, one that has what Envoy speaks of is meant.
            let value = search.value(in: roots) ?? (isAlone ? host.options.first ?? host.value : nil)
            let owner = host.optionObjects.first { $0.object.document === value?.document }?.id ?? top
            return Self.culprits(owner: owner, user: top, top: top, chain: [], value)
        }
        let route = host.routes[place]
        let value = search.value(in: [route.route.value] + route.options) ?? route.route.value
        return Self.culprits(owner: owner(of: value, route, host), user: route.owner.id, top: top, chain: route.chain, value)
    }

    /// As other mistakes of routes are told: on the object in which it stands, and on the table and the virtual service that use it.
    private static func culprits(owner: ObjectID, user: ObjectID, top: ObjectID, chain: [ObjectID], _ value: ConfigValue?) -> [Culprit] {
        var found = [Culprit(object: owner, owner: owner, value: value)]
        if user != owner, user != top { found.append(Culprit(object: user, owner: owner, value: value)) }
        if owner != top {
            found.append(Culprit(object: top, owner: owner, chain: user == owner || user == top ? chain : chain + [user], value: value))
        }
        return found
    }

    private func owner(of value: ConfigValue, _ route: ResolvedRoute, _ host: ResolvedVirtualHost) -> ObjectID {
        let inherited = route.inherited.map { $0.optionObjects + $0.tables } ?? []
        let all = [route.owner] + route.optionObjects + [host.object] + inherited
        return all.first { $0.object.document === value.document }?.id ?? route.owner.id
    }
}

/// Looks for what Envoy speaks of in what a user wrote.
struct ValueSearch {
    /// Longest first.
    let values: [String]
    /// Names of fields, in lower camel case, the innermost first.
    private let fields: [String]

    init(_ text: RefusalText, besides name: String) {
        values = text.values.filter { $0.utf8.count > 2 && $0 != name && !$0.contains(name) }
        fields = text.path.reversed().map { $0.field.prefix(1).lowercased() + $0.field.dropFirst() }
    }

    /// The scalar that is, or holds, one of the values; else what stands under the innermost field of that name.
    func value(in roots: [ConfigValue]) -> ConfigValue? {
        for wanted in values {
            for root in roots {
                if let value = Self.find(root, where: { $0.text == wanted }) { return value }
            }
        }
        for wanted in values {
            for root in roots {
                if let value = Self.find(root, where: { $0.text?.contains(wanted) == true }) { return value }
            }
        }
        for field in fields {
            for root in roots {
                if let value = Self.find(root, where: { Self.plain($0.key) == field.lowercased() }) { return value }
            }
        }
        return nil
    }

    /// Without what tells `retryPolicy` from `retry_policy`.
    private static func plain(_ key: String?) -> String? { key.map { $0.filter { $0 != "_" }.lowercased() } }

    private static func find(_ value: ConfigValue, where isMeant: (ConfigValue) -> Bool) -> ConfigValue? {
        if isMeant(value) { return value }
        for child in value.isMap ? value.members : value.elements {
            if let found = find(child, where: isMeant) { return found }
        }
        return nil
    }
}
