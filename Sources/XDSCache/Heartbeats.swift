import EnvoyResources
import HashTreeCollections

/// Resources with a time to live are mentioned again before it ends.
///
/// A delta client is told so by name and version. In the state of the world the resources are sent again in full: Envoy takes what a
/// response of clusters or listeners does not hold for deleted, and a mention without a body of any other type it drops unread.
extension XDSStream {
    /// The time to live of what is sent of a type; nil: for ever.
    func timeToLive(_ type: ResourceType) -> Duration? {
        guard !policy.ttl.isEmpty, dialect == .delta || readsWrappedResources else { return nil }
        return policy.ttl[type]
    }

    /// When the next heart-beat is due. What waits for an ACK has no time of its own: the ACK will come, or the client is lost.
    var nextHeartbeat: ContinuousClock.Instant? {
        guard !policy.ttl.isEmpty else { return nil }
        return subscriptions.lazy.filter { $0.inFlight == nil }.compactMap(\.heartbeat.due).min()
    }

    /// The client was sent something that does not live for ever.
    func awaitHeartbeat(_ type: ResourceType, _ now: ContinuousClock.Instant) {
        guard let ttl = timeToLive(type), subscriptions[type.index].heartbeat.due == nil else { return }
        subscriptions[type.index].heartbeat.due = now + ttl / 2
    }

    /// Collects what has to be mentioned now. Costs what there is of it, once in half a time to live.
    func startHeartbeats(_ now: ContinuousClock.Instant) {
        guard !policy.ttl.isEmpty else { return }
        for type in ResourceType.allCases where subscriptions[type.index].inFlight == nil {
            guard let due = subscriptions[type.index].heartbeat.due, due <= now else { continue }
            guard let ttl = timeToLive(type), let content = served(type) else { continue }
            subscriptions[type.index].heartbeat.due = now + ttl / 2
            if dialect == .delta {
                subscriptions[type.index].heartbeat.rest = current(type, content).reversed()
            } else if type.isFullState {
                subscriptions[type.index].isAnswerDue = true
            } else {
                for resource in current(type, content) { subscriptions[type.index].force(resource.name) }
            }
        }
    }

    /// The resources that the client has, as far as they are served.
    private func current(_ type: ResourceType, _ content: ServedContent) -> [EnvoyResource] {
        let subscription = subscriptions[type.index]
        var resources = departures.all(type).filter { content[$0.name] == nil && subscription.matches($0.name) }
        if subscription.isWildcard {
            resources += content.resources.values
        } else {
            resources += subscription.names.compactMap { content[$0] ?? content.placeholder($0) }
        }
        return resources
    }

    /// Mentions the next part of them. What is to be sent, or was refused, is left out: its version is not the client's.
    func respondWithHeartbeat(_ type: ResourceType) {
        guard let content = served(type) else { return }
        var mentioned: [EnvoyResource] = []
        var bytes = 0
        while bytes < policy.responseBytes, let resource = subscriptions[type.index].heartbeat.rest.popLast() {
            let served = content[resource.name] ?? departures.resource(type, resource.name) ?? content.placeholder(resource.name)
            guard served?.version == resource.version, subscriptions[type.index].matches(resource.name) else { continue }
            guard subscriptions[type.index].refused[resource.name] == nil else { continue }
            mentioned.append(resource)
            bytes += resource.name.utf8.count + 64
        }
        guard !mentioned.isEmpty else { return }
        send(type, mentioned, []) { response, _ in response.isHeartbeat = true }
    }
}
