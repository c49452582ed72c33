import EnvoyResources

/// Finds the resources that Envoy names in the text of a NACK.
///
/// The text has no grammar to rely on, so this asks the other way round: which of the names sent stand in it as whole words. None at
/// all means that nothing is known.
enum RefusedNames {
    static func find(in text: RefusalText, among resources: [EnvoyResource]) -> [EnvoyResource] {
        let words = Array(text.words.utf8)
        return resources.filter { text.dumped.contains($0.name) || stands(Array($0.name.utf8), in: words) }
    }

    private static func stands(_ name: [UInt8], in text: [UInt8]) -> Bool {
        guard let first = name.first, name.count <= text.count else { return false }
        for start in 0...(text.count - name.count) where text[start] == first {
            let end = start + name.count
            guard text[start..<end].elementsEqual(name) else { continue }
            let opens = start == 0 || !isNameByte(text[start - 1])
            // A full stop may end a sentence as well as go on with a name.
            let closes = end == text.count || !isNameByte(text[end]) || (text[end] == 46 && (end + 1 == text.count || text[end + 1] == 32))
            if opens && closes { return true }
        }
        return false
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122: true
        case 45, 46, 47, 95, 124, 126: true  // - . / _ | ~
        default: byte >= 128
        }
    }
}

/// What a NACK means for what is sent next.
///
/// Envoy applies the good listeners and clusters of a response and lists the others: "Error adding/updating cluster(s) a: ..., b: ...".
/// Any other text means that nothing of the response was applied, though one resource alone may be at fault: that one is refused, the
/// others are sent again without it. Where nobody is named, the response is sent again in halves until the one is found.
extension XDSStream {
    /// A response of more resources than this is not halved: a client that refuses everything must not be asked for each.
    private static let mostHalved = 64

    func refuse(_ type: ResourceType, _ sent: Subscription.InFlight, _ refusal: String) {
        let text = RefusalText(refusal)
        let index = type.index
        let named = RefusedNames.find(in: text, among: sent.resources)
        let isSearchable = dialect == .delta || !type.isFullState
        var refused = named
        if text.isPartial || !isSearchable || sent.resources.isEmpty || (named.isEmpty && sent.resources.count > Self.mostHalved) {
            subscriptions[index].confirmed = max(subscriptions[index].confirmed, sent.completes)
            if named.isEmpty { refused = sent.resources }
        } else {
            if named.isEmpty && sent.resources.count == 1 { refused = sent.resources }
            if refused.isEmpty { subscriptions[index].mostResources = sent.resources.count / 2 }
            let culprits = Set(refused.map(\.name))
            let others = sent.resources.map(\.name).filter { !culprits.contains($0) } + sent.removed
            for name in others where subscriptions[index].matches(name) { subscriptions[index].force(name) }
            if others.isEmpty { subscriptions[index].confirmed = max(subscriptions[index].confirmed, sent.completes) }
            // The search is not the answer.
            if refused.isEmpty { return }
        }
        // What the client has stopped asking for meanwhile is not in use, and must not keep anything else in place.
        for resource in refused where subscriptions[index].matches(resource.name) {
            subscriptions[index].refused[resource.name] = resource.version
            if subscriptions[index].pending[resource.name] != nil { subscriptions[index].force(resource.name) }
            if type == .cluster { warming.remove(resource.name) }
        }
        output.events.append(.rejected(type, resources: refused, removed: sent.removed, version: sent.version, message: text.words))
    }
}
