package import EnvoyResources
import HashTreeCollections
import Synchronization

/// What ACKs and NACKs mean for what the other proxies of a role are served; see `Quarantine`.
extension XDSCache {
    /// Costs nothing while nobody refuses anything.
    func judge(_ events: [StreamEvent], by node: ProxyNode, _ role: String) {
        for event in events {
            switch event {
            case .rejected(let type, let resources, _, _, let message):
                change(role) { role in
                    role.quarantine.refuse(type, resources, by: node.id, words: message, wanted: role.wanted, accepted: role.accepted[type])
                }
            case .acknowledged(let type, let resources, _, _, _):
                guard state.withLock({ $0.roles[role]?.quarantine.entries[type] != nil }) else { continue }
                change(role) { $0.quarantine.accept(type, resources) }
            case .sent, .holds, .settled:
                continue
            }
        }
    }

    /// Publishes a role again when its quarantine is changed. That walks over the whole configuration, and comes seldom.
    private func change(_ name: String, _ body: (inout Role) -> Bool) {
        let wakes = publishing.withLock { _ -> [@Sendable () -> Void] in
            let found = state.withLock { state -> (Role, UInt64)? in
                guard let role = state.roles[name], !role.isWithdrawn else { return nil }
                state.lastNumber += 1
                return (role, state.lastNumber)
            }
            guard case (var role, let number)? = found, body(&role) else { return [] }
            let (served, _) = role.quarantine.follow(role.wanted, changed: nil)
            let publication = Publication(after: role.publication, number: number, snapshot: served, changed: nil) ?? role.publication
            return state.withLock { state in
                state.hasQuarantineChanged = true
                return state.store(publication, wanted: role.wanted, role.quarantine).1
            }
        }
        for wake in wakes { wake() }
    }

    // MARK: For statuses and the next start

    /// What is served in place of refused resources, of each role where something is.
    package var quarantine: [QuarantineRecord] {
        state.withLock { state in
            state.roles.sorted { $0.key < $1.key }.compactMap { $0.value.isWithdrawn ? nil : $0.value.quarantine.record(role: $0.key) }
                // Roles that are not published yet keep what they had.
                + state.restored.values.sorted { $0.role < $1.role }
        }
    }

    /// Whether `quarantine` may be another than at the last call.
    package func takeQuarantineChange() -> Bool {
        state.withLock { state in
            defer { state.hasQuarantineChanged = false }
            return state.hasQuarantineChanged
        }
    }

    /// Takes over what a control plane before this one held back. To be called before the first publication.
    package func restore(_ records: [QuarantineRecord]) {
        state.withLock { state in
            for record in records { state.restored[record.role] = record }
        }
    }

    /// The form of a resource that a proxy of the role accepted last.
    package func accepted(_ type: ResourceType, _ name: String, role: String) -> EnvoyResource? {
        state.withLock { $0.roles[role]?.accepted[type]?.snapshot[type][name] }
    }

    /// What is served in place of the resource as it is wanted; nil when that is served.
    package func standIn(_ type: ResourceType, _ name: String, role: String) -> StandIn? {
        let entry = state.withLock { $0.roles[role]?.quarantine.entries[type]?[name] }
        return entry.map { entry in entry.substitute.map { .accepted($0) } ?? .nothing }
    }

    /// The resource as the translation made it, whether it is served or not.
    package func wanted(_ type: ResourceType, _ name: String, role: String) -> EnvoyResource? {
        state.withLock { $0.roles[role]?.wanted[type][name] }
    }
}

package enum StandIn: Sendable {
    /// The form that was accepted last.
    case accepted(EnvoyResource)
    /// There is no such form.
    case nothing
}
