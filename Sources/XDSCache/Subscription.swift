import EnvoyResources
import HashTreeCollections

/// What one stream asks for of one type, and what it was sent.
///
/// What the client has is not kept name by name: 5,000 proxies with 10,000 clusters each would cost gigabytes. A subscribed
/// name that is neither `pending` nor still ahead in one of the `walks` is at the version now served; those two hold the exceptions.
///
/// A class, because it is large: it is changed field by field at each event, and must never be copied for that.
final class Subscription {
    /// Of virtual hosts: a name stands for everything in its name space.
    let coversNameSpaces: Bool
    /// False until the first request for this type.
    var isActive = false
    var isWildcard = false
    /// The wildcard came from a first request without names: in the state of the world the first name ends it.
    var isLegacyWildcard = false
    /// Named one by one; kept apart from the wildcard, because unsubscribing a name must not end it.
    var names: Set<String> = []

    /// Names that may have to be sent, with the version that the client has (0: none, or send it whatever it has).
    var pending: [String: UInt64] = [:]
    /// The parts of new wildcards and name spaces that were not looked at yet.
    var walks: [Walk] = []
    /// An answer is owed even if it says nothing new: a first wildcard, or a full state that changed.
    var isAnswerDue = false
    /// For a full state only, where responses do not tell: what changed since the last one.
    var touched: Set<String> = []
    /// Resources to be sent because of another name, with the names that were asked for.
    var asked: [String: [String]] = [:]
    /// Names asked for on demand that lead to nothing: that is to be said.
    var unresolved: [String] = []

    /// The response that waits for its ACK or NACK. One at a time: that bounds what a slow client costs.
    var inFlight: InFlight?
    /// The newest publication that the client has in whole, confirmed or refused.
    var confirmed: UInt64 = 0
    /// The nonce of the newest response, answered or not.
    var lastNonce: UInt64 = 0
    /// What the client refused, by version: not sent again until it changes.
    var refused: [String: UInt64] = [:]
    /// How many resources a response may hold while the one is sought for which the client refused a whole response; nil: any number.
    var mostResources: Int?
    /// Version of the newest content of the type that the client was seen to have in whole.
    var heldVersion: UInt64 = 0
    /// What a reconnecting client has; only until it was compared.
    var heldAtStart: [String: UInt64] = [:]
    /// When the client is to be told that what it has lives on, and the rest of whom it is to be told now.
    var heartbeat: (due: ContinuousClock.Instant?, rest: [EnvoyResource]) = (nil, [])

    init(coversNameSpaces: Bool = false) { self.coversNameSpaces = coversNameSpaces }

    struct Walk {
        var rest: ArraySlice<EnvoyResource>
        var held: [String: UInt64]
        /// The name space it goes through; nil for all.
        var space: String?
    }

    struct InFlight {
        var nonce: UInt64
        var version: UInt64
        /// Empty for a heart-beat: there is nothing in it to refuse.
        var resources: [EnvoyResource]
        var removed: [String]
        /// What `confirmed` becomes with the answer.
        var completes: UInt64
    }

    var hasNothingToSend: Bool { pending.isEmpty && walks.isEmpty && !isAnswerDue && unresolved.isEmpty }

    func matches(_ name: String) -> Bool {
        isWildcard || names.contains(name) || coversNameSpaces && name.nameSpace.map(names.contains) == true
    }

    /// Notes that a subscribed resource is no longer what the client was sent (`version`).
    func mark(_ name: String, had version: UInt64) {
        let isUnsure = !walks.isEmpty || refused[name] != nil
        if pending[name] == nil {
            pending[name] = isUnsure ? 0 : version
        } else if isUnsure {
            pending[name] = 0
        }
    }

    /// Asks for the resource to be sent even if the client was sent this version before.
    func force(_ name: String) { pending[name] = 0 }

    func forget(_ name: String) {
        names.remove(name)
        refused[name] = nil
        if coversNameSpaces {
            walks.removeAll { $0.space == name }
            for other in pending.keys where other.nameSpace == name && !matches(other) { pending[other] = nil }
            for other in refused.keys where other.nameSpace == name && !matches(other) { refused[other] = nil }
            unresolved.removeAll { $0.nameSpace == name }
        }
        // Where a wildcard or its name space still covers it, the client dropped what it had and is told anew.
        pending[name] = matches(name) ? 0 : nil
    }

    /// The wildcard is over: what only it covered is of no interest any more.
    func forgetWildcard() {
        walks.removeAll { $0.space == nil }
        for name in pending.keys where !matches(name) { pending[name] = nil }
        for name in refused.keys where !matches(name) { refused[name] = nil }
    }
}
