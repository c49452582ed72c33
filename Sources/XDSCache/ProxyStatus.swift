package import EnvoyResources

/// One stream of a connected proxy, as the control plane sees it.
package struct ProxyStatus: Sendable {
    package var stream: StreamID
    package var node: ProxyNode
    /// The configuration it is served; nil while it waits for one.
    package var role: String?
    package var address: String
    package var dialect: XDSDialect
    /// Set for a stream of a single-type service.
    package var onlyType: ResourceType?
    package var connectedSince: ContinuousClock.Instant
    package var types: [ResourceType: TypeStatus] = [:]
    /// The newest publication that it has in whole, confirmed or refused.
    package var settled: UInt64 = 0
    /// The newest publication of its role.
    package var published: UInt64 = 0
    /// Since when there has been something that it does not have; nil while it has all.
    package var behindSince: ContinuousClock.Instant?

    package var isWaiting: Bool { role == nil }
    package var isBehind: Bool { settled < published }
}

/// What a proxy was sent of one type, and what it said to it.
package struct TypeStatus: Sendable {
    package var sentVersion: UInt64 = 0
    package var sentNonce: UInt64 = 0
    package var acknowledgedVersion: UInt64?
    package var acknowledgedNonce: UInt64?
    /// The last refusal, until a later response is acknowledged. In `XDSCache.status()` also what is held back for its refusal: that it
    /// took what serves in its place mends nothing.
    package var rejection: Rejection?
    /// What it refused before a response that it acknowledged, by version, as far as that is held back.
    var heldBack: [String: UInt64] = [:]

    /// When the newest response was sent, as long as the client has not answered it.
    package var unansweredSince: ContinuousClock.Instant?
    package var isUnanswered: Bool { unansweredSince != nil }

    package struct Rejection: Sendable {
        package var nonce: UInt64
        package var version: UInt64
        /// The resources that the proxy named, or all of the response when it named none.
        package var names: [String]
        package var message: String
        /// Of the resources among them.
        var versions: [String: UInt64] = [:]
    }
}

/// Names one stream of the process, connected or not.
package struct StreamID: Sendable, Hashable {
    let number: UInt64
}

/// What happened between the cache and the proxies.
package enum XDSEvent: Sendable {
    case connected(StreamID, ProxyNode, role: String, address: String)
    /// The node fits no published role: the stream stays open and gets nothing until one fits.
    case waiting(StreamID, ProxyNode, address: String)
    case disconnected(StreamID, ProxyNode)
    case acknowledged(StreamID, ProxyNode, ResourceType, resources: [EnvoyResource], removed: [String], number: UInt64)
    case rejected(StreamID, ProxyNode, ResourceType, resources: [EnvoyResource], message: String)
    /// The proxy has everything of this publication.
    case settled(StreamID, ProxyNode, role: String, number: UInt64)
}

/// How far the proxies of a role have come with a publication.
package struct Settlement: Sendable, Equatable {
    package var proxies: Int
    /// Proxies that refused something of it, or of an earlier one, and have not taken a mended one since.
    package var rejections: Int

    package init(proxies: Int, rejections: Int) {
        self.proxies = proxies
        self.rejections = rejections
    }
}
