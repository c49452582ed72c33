internal import APIResources
internal import ConfigTree
internal import EnvoyResources
internal import EnvoyTranslation
internal import XDSCache

/// What proxies refuse now, until they accept something else, and the words for it.
struct Refusals {
    struct Key: Hashable {
        var role: String
        var type: ResourceType
        var name: String
    }

    struct Refusal {
        var version: UInt64
        var words: String
        var culprits: [Culprit]
        /// Who refused, by node id where connected. From before a restart there is only a name.
        var proxies: [StreamID: String] = [:]
        var gone: Set<String> = []
    }

    private(set) var all: [Key: Refusal] = [:]

    subscript(key: Key) -> Refusal? { all[key] }

    /// - Parameter culprits: looked for once a version.
    mutating func add(
        _ key: Key, version: UInt64, words: String, by stream: StreamID?, _ node: String, culprits: () -> [Culprit]
    ) {
        var refusal = all[key] ?? Refusal(version: version, words: "", culprits: [])
        if refusal.version != version || refusal.words != words {
            if refusal.version != version { (refusal.proxies, refusal.gone) = ([:], []) }
            refusal.version = version
            refusal.words = words
            refusal.culprits = culprits()
        }
        if let stream { refusal.proxies[stream] = node } else { refusal.gone.insert(node) }
        refusal.gone.subtract(refusal.proxies.values)
        all[key] = refusal
    }

    /// A proxy accepted the resource in a form that counts. Those who are not there any more have no say.
    mutating func accept(_ key: Key, by stream: StreamID) {
        all[key]?.proxies[stream] = nil
        all[key]?.gone = []
        if all[key]?.proxies.isEmpty == true { all[key] = nil }
    }

    mutating func disconnect(_ stream: StreamID) {
        for (key, refusal) in all {
            guard let node = refusal.proxies[stream] else { continue }
            all[key]?.proxies[stream] = nil
            all[key]?.gone.insert(node)
        }
    }

    mutating func forget(_ key: Key) { all[key] = nil }

    // MARK: Words

    /// - Parameter standIn: what is served in place of the refused form.
    func reports(_ key: Key, _ standIn: StandIn?) -> [Report] {
        guard let refusal = all[key] else { return [] }
        let names = Set(refusal.proxies.values).union(refusal.gone).sorted()
        let who = names.count == 1 ? "proxy '\(names[0])' refuses" : "\(names.count) proxies ('\(names.first ?? "")' among them) refuse"
        let meanwhile =
            switch standIn {
            case .accepted: "the form that was accepted before serves until this is mended"
            case .nothing: "nothing was accepted before, so it is left out until this is mended"
            case nil: "who refuses it keeps what it had, until this is mended"
            }
        return refusal.culprits.map { culprit in
            let isOneOfMany = key.type == .route && culprit.object.kind == .gateway && culprit.value == nil
            let remark = isOneOfMany ? " (in which of its virtual services, the proxy does not say)" : ""
            return Report(
                .error, culprit.object, owner: culprit.owner, chain: culprit.chain, at: culprit.value,
                "\(who) \(key.type) '\(key.name)'\(remark): \(refusal.words); \(meanwhile)"
            )
        }
    }
}
