internal import APIResources
internal import ConfigStores
internal import ConfigTree
internal import Emitter
internal import GatewayTranslation

/// The proxies, each with the listeners that its gateways make.
struct ProxyLayout {
    /// By role, `<namespace>~<proxy>`; listeners sorted by name.
    private(set) var listeners: [String: [ListenerPlan]] = [:]
    private(set) var reports: [Report] = []

    static func role(_ proxyName: String, namespace: String) -> String { "\(namespace)~\(proxyName)" }

    static func proxyName(ofRole role: String) -> String {
        role.firstIndex(of: "~").map { String(role[role.index(after: $0)...]) } ?? role
    }

    init() {}

    init(_ plans: [ListenerPlan], namespace: String) {
        let byAge = plans.sorted {
            ($0.gateway.object.creationTimestamp ?? "", $0.gateway.id) < ($1.gateway.object.creationTimestamp ?? "", $1.gateway.id)
        }
        for plan in byAge {
            for proxy in Set(plan.proxyNames) {
                let role = Self.role(proxy, namespace: namespace)
                if let other = listeners[role]?.first(where: { $0.name == plan.name }) {
                    let place = plan.gateway.spec["bindPort"]
                    reports.append(
                        Report(.error, plan.gateway.id, at: place, "port \(plan.port) of '\(plan.address)' belongs to Gateway '\(other.gateway.id.ref)', which is older and keeps it")
                    )
                    reports.append(
                        Report(
                            .error, other.gateway.id, at: other.gateway.spec["bindPort"],
                            "port \(plan.port) of '\(plan.address)' is claimed by Gateway '\(plan.gateway.id.ref)' too; this one is older and keeps it"
                        )
                    )
                    continue
                }
                listeners[role, default: []].append(plan)
            }
        }
        for role in listeners.keys { listeners[role]?.sort { $0.name < $1.name } }
    }
}
