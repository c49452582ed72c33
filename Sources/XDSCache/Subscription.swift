import EnvoyResources
import HashTreeCollections

/// What one stream asks for of one type, and what it was sent.
///
/// What the client has is not kept name by name: 5,000 proxies with 10,000 clusters each would cost gigabytes. A subscribed
/// name that is neither `pending` nor still ahead in the `walk` is at the version now served; those two hold the exceptions.
struct Subscription {
    /// False until the first request for this type.
    var isActive = false
    var isWildcard = false
    /// The wildcard came from a first request without names: in the state of the world the first name ends it.
    var isLegacyWildcard = false
    /// Named one by one; kept apart from the wildcard, because unsubscribing a name must not end it.
    var names: Set<String> = []

    /// Names that may have to be sent, with the version that the client has (0: none, or send it whatever it has).
    var pending: [String: UInt64] = [:]
    /// The part of a new wildcard that was not looked at yet.
    var walk: Walk?
    /// An answer is owed even if it says nothing new: a first wildcard, or a full state that changed.
    var isAnswerDue = false
    /// For a full state only, where responses do not tell: what changed since the last one.
    var touched: Set<String> = []

    /// The response that waits for its ACK or NACK. One at a time: that bounds what a slow client costs.
    var inFlight: InFlight?
    /// The newest publication that the client has in whole, confirmed or refused.
    var confirmed: UInt64 = 0
    /// The nonce of the newest response, answered or not.
    var lastNonce: UInt64 = 0
    /// What the client refused, by version: not sent again until it changes.
    var refused: [String: UInt64] = [:]
    /// What a reconnecting client has; only until it was compared.
    var heldAtStart: [String: UInt64] = [:]

    struct Walk {
        var rest: EnvoySnapshot.Resources.Iterator
        var held: [String: UInt64]
    }

    struct InFlight {
        var nonce: UInt64
        var version: UInt64
        var resources: [EnvoyResource]
        var removed: [String]
        /// What `confirmed` becomes with the answer.
        var completes: UInt64
    }

    var hasNothingToSend: Bool { pending.isEmpty && walk == nil && !isAnswerDue }

    /// The client waits for something, and has answered what it was sent before.
    var mayBeSentTo: Bool { isActive && inFlight == nil && !hasNothingToSend }

    func matches(_ name: String) -> Bool { isWildcard || names.contains(name) }

    /// Notes that a subscribed resource is no longer what the client was sent (`version`).
    mutating func mark(_ name: String, had version: UInt64) {
        let isUnsure = walk != nil || refused[name] != nil
        if pending[name] == nil {
            pending[name] = isUnsure ? 0 : version
        } else if isUnsure {
            pending[name] = 0
        }
    }

    /// Asks for the resource to be sent even if the client was sent this version before.
    mutating func force(_ name: String) { pending[name] = 0 }

    mutating func forget(_ name: String) {
        names.remove(name)
        refused[name] = nil
        // Where the wildcard still covers it, the client dropped what it had and is told anew.
        pending[name] = isWildcard ? 0 : nil
    }
}
