package import EnvoyResources

/// Who asks, as far as a control plane needs to know.
package struct ProxyNode: Sendable, Hashable {
    package var id: String
    package var cluster: String
    /// `metadata.role`, `<namespace>~<proxy>`: the name of the configuration it wants.
    package var role: String?
    /// The proxy's name as a label gives it, where the server is told to look at one; empty without.
    package var proxyName: String
    package var userAgent: String
    /// `client_features` has `xds.config.resource-in-sotw`: a resource may come wrapped, with a time to live.
    package var readsWrappedResources: Bool

    package init(
        id: String = "",
        cluster: String = "",
        role: String? = nil,
        proxyName: String = "",
        userAgent: String = "",
        readsWrappedResources: Bool = false
    ) {
        self.id = id
        self.cluster = cluster
        self.role = role
        self.proxyName = proxyName
        self.userAgent = userAgent
        self.readsWrappedResources = readsWrappedResources
    }
}

/// The two forms of the protocol.
package enum XDSDialect: Sendable, Hashable {
    case stateOfTheWorld
    case delta
}

/// A DiscoveryRequest or a DeltaDiscoveryRequest.
package struct DiscoveryRequest: Sendable {
    package enum Interest: Sendable {
        /// All names of interest, each time.
        case stateOfTheWorld(names: [String])
        /// Only what changes. `held` is what a reconnecting client has, name to version; it counts on a first request only.
        case delta(subscribe: [String], unsubscribe: [String], held: [String: String])
    }

    /// Sent with the first request of a stream; nil or repeated afterwards.
    package var node: ProxyNode?
    package var typeURL: String
    /// Names the response that this request confirms or refuses; empty for neither.
    package var nonce: String
    /// The client's words when it refused that response.
    package var refusal: String?
    package var interest: Interest
    /// State of the world: the client names a version that it has, so that a first request tells of an earlier stream.
    package var isResumed = false

    package init(node: ProxyNode? = nil, typeURL: String, nonce: String = "", refusal: String? = nil, interest: Interest) {
        self.node = node
        self.typeURL = typeURL
        self.nonce = nonce
        self.refusal = refusal
        self.interest = interest
    }
}

/// A response to write. It holds references to what is shared by all streams, never bytes of its own.
package struct DiscoveryResponse: Sendable {
    package var dialect: XDSDialect
    package var type: ResourceType
    /// Tells two contents of a type apart, over restarts too. For people; the client gives it back unread.
    package var version: UInt64
    package var resources: [EnvoyResource]
    /// Delta only.
    package var removed: [String]
    package var nonce: UInt64
    /// The publication this response was made from.
    package var number: UInt64
    /// How long the resources live unless they come again. In the state of the world it makes them come wrapped.
    package var ttl: Duration?
    /// Delta only: the client has the resources, and is told that they live on.
    package var isHeartbeat = false
    /// Delta only: of resources that were asked for by other names, those names.
    package var aliases: [String: [String]] = [:]
    /// Delta only: names asked for on demand that lead to nothing.
    package var unresolved: [String] = []

    package init(
        dialect: XDSDialect,
        type: ResourceType,
        version: UInt64,
        resources: [EnvoyResource],
        removed: [String],
        nonce: UInt64,
        number: UInt64
    ) {
        self.dialect = dialect
        self.type = type
        self.version = version
        self.resources = resources
        self.removed = removed
        self.nonce = nonce
        self.number = number
    }

    package var nonceText: String { HexText.string(nonce) }
    package var versionText: String { HexText.string(version) }
}

/// What a stream tells the outside, in the order in which it came about.
package enum StreamEvent: Sendable {
    case sent(ResourceType, version: UInt64, nonce: UInt64, number: UInt64)
    /// `number` is the newest publication of which the client now has everything of this type.
    case acknowledged(ResourceType, resources: [EnvoyResource], removed: [String], version: UInt64, number: UInt64)
    case rejected(ResourceType, resources: [EnvoyResource], removed: [String], version: UInt64, message: String)
    /// The client has everything that it asked for of this type, as the publication has it, and refuses nothing of it.
    case holds(ResourceType, number: UInt64, snapshot: EnvoySnapshot)
    /// Every type this stream asked for is at this publication, confirmed or refused.
    case settled(number: UInt64)
}

/// What is to be done after an event: responses to send, in this order, and what to tell the outside.
package struct StreamOutput: Sendable {
    package var responses: [DiscoveryResponse] = []
    package var events: [StreamEvent] = []
    /// When `XDSStream.passed(to:)` is to be called, unless something else happens first.
    package var deadline: ContinuousClock.Instant?
}

/// Sixteen digits, always: nonces of one length let the rest of a response be shared.
package enum HexText {
    package static func string(_ value: UInt64) -> String {
        var digits: [UInt8] = []
        digits.reserveCapacity(16)
        append(value, to: &digits)
        return String(decoding: digits, as: UTF8.self)
    }

    package static func append(_ value: UInt64, to digits: inout [UInt8]) {
        for shift in stride(from: UInt64(60), through: 0, by: -4) {
            let nibble = UInt8(truncatingIfNeeded: value >> shift) & 15
            digits.append(nibble + (nibble < 10 ? 48 : 87))
        }
    }

    package static func value(_ text: some StringProtocol) -> UInt64? {
        text.utf8.count == 16 ? UInt64(text, radix: 16) : nil
    }
}
