internal import EnvoyResources
internal import EnvoyWire
internal import PluginHost

/// Resources that plugins added beside the subjects they write: clusters of token servers, secrets, internal listeners. Each is there
/// for as long as a unit needs it.
struct AddedResources {
    struct Place: Hashable {
        /// Whose proxies get it; nil: all, since it belongs to a cluster, which all get.
        let role: String?
        let type: ResourceType
        let name: String
    }

    private struct Holding {
        let resource: EnvoyResource
        /// Of a unit that fails and serves as it last was.
        let isOld: Bool
    }

    private var places: [UnitID: [Place]] = [:]
    private var holdings: [Place: [UnitID: Holding]] = [:]
    /// What was set last, to be shared by those who set the same.
    private var newest: [Place: EnvoyResource] = [:]
    private var touched: Set<Place> = []

    /// What a unit needs now replaces what it needed before.
    mutating func set(_ resources: [PluginCall.AddedResource], of unit: @autoclosure () -> UnitID, role: String?, isOld: Bool = false) {
        if resources.isEmpty && places.isEmpty { return }
        let unit = unit()
        for place in places.removeValue(forKey: unit) ?? [] {
            holdings[place]?[unit] = nil
            if holdings[place]?.isEmpty == true { holdings[place] = nil }
            touched.insert(place)
        }
        guard !resources.isEmpty else { return }
        for added in resources {
            let place = Place(role: role, type: added.kind.type, name: added.name)
            let version = WireHash.hash(added.bytes)
            // Routes of one virtual host may add the same.
            if holdings[place]?[unit]?.resource.version == version { continue }
            if holdings[place]?[unit] == nil { places[unit, default: []].append(place) }
            // Ten thousand who use one Secret hold its bytes once.
            var resource = EnvoyResource(name: added.name, version: version, parts: [added.bytes])
            if let shared = newest[place], shared.version == version { resource = shared } else { newest[place] = resource }
            holdings[place, default: [:]][unit] = Holding(resource: resource, isOld: isOld)
            touched.insert(place)
        }
    }

    /// Places of which something may be different since the last call, in order.
    mutating func takeTouched() -> [Place] {
        defer { touched = [] }
        for place in touched where holdings[place] == nil { newest[place] = nil }
        return touched.sorted { ($0.role ?? "", $0.type, $0.name) < ($1.role ?? "", $1.type, $1.name) }
    }

    /// What proxies of a role are to have under a name. Units that name it agree, as the header wants it, but for those that live in the
    /// past; where they do not, equal input still gives equal bytes.
    func resource(_ role: String, _ type: ResourceType, _ name: String) -> EnvoyResource? {
        let all = [role, nil].compactMap { holdings[Place(role: $0, type: type, name: name)]?.values }.joined()
        return all.min { ($0.isOld ? 1 : 0, $0.resource.version) < ($1.isOld ? 1 : 0, $1.resource.version) }?.resource
    }

    /// What all proxies get.
    var forAll: [Place] { holdings.keys.filter { $0.role == nil } }

    /// Who needs the resource.
    func units(_ role: String, _ type: ResourceType, _ name: String) -> [UnitID] {
        [role, nil].flatMap { holdings[Place(role: $0, type: type, name: name)].map { Array($0.keys) } ?? [] }
    }
}

extension PluginCall.AddedResource.Kind {
    var type: ResourceType {
        switch self {
        case .cluster: .cluster
        case .listener: .listener
        case .secret: .secret
        }
    }
}
