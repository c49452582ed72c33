internal import APIResources
internal import ConfigStores
internal import ConfigTree
internal import Emitter
internal import GatewayTranslation

/// The proxies, each with its listeners: those that gateways make, and those that a Proxy names.
struct ProxyLayout {
    /// By role, `<namespace>~<proxy>`; listeners sorted by name.
    private(set) var listeners: [String: [ListenerPlan]] = [:]
    private(set) var reports: [Report] = []

    static func role(_ proxyName: String, namespace: String) -> String { "\(namespace)~\(proxyName)" }

    static func proxyName(ofRole role: String) -> String {
        role.firstIndex(of: "~").map { String(role[role.index(after: $0)...]) } ?? role
    }

    init() {}

    init(_ plans: [ListenerPlan]) {
        // Gateways before proxies that are written down: who adds a gateway to an installation of Gloo keeps what it serves.
        let byAge = plans.sorted { a, b in
            if a.source.id.kind != b.source.id.kind { return a.source.id.kind < b.source.id.kind }
            return a.source.object.precedes(b.source.object)
        }
        for plan in byAge {
            for proxy in Set(plan.proxies) { add(plan, Self.role(proxy.name, namespace: proxy.namespace)) }
        }
        for role in listeners.keys { listeners[role]?.sort { $0.name < $1.name } }
    }

    private mutating func add(_ plan: ListenerPlan, _ role: String) {
        let others = listeners[role] ?? []
        let id = plan.source.id
        if let other = others.first, other.source.id.kind != id.kind {
            let message = "\(other.source.id) makes a proxy of this name; give this one another name"
            if !reports.contains(where: { $0.object == id && $0.message == message }) { reports.append(Report(.error, id, message)) }
            return
        }
        if let other = others.first(where: { $0.name == plan.name || ($0.address == plan.address && $0.port == plan.port) }) {
            let place = "port \(plan.port) of '\(plan.address)'"
            let rank = "\(other.source.id == id ? "comes first" : other.source.object.whyPrecedes(plan.source.object)) and keeps it"
            reports.append(Report(.error, id, at: plan.value["bindPort"], "\(place) belongs to \(Self.words(other, beside: plan)), which \(rank)"))
            reports.append(
                Report(.error, other.source.id, at: other.value["bindPort"], "\(place) is claimed by \(Self.words(plan, beside: other)) too; this one \(rank)")
            )
            return
        }
        listeners[role, default: []].append(plan)
    }

    private static func words(_ plan: ListenerPlan, beside other: ListenerPlan) -> String {
        plan.source.id == other.source.id ? "listener '\(plan.name)'" : "\(plan.source.id.kind.rawValue) '\(plan.source.id.ref)'"
    }
}
