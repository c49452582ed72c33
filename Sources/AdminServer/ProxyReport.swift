internal import EnvoyResources
internal import Foundation
import XDSCache

/// One stream of a proxy, in the JSON of `/proxies`. Read by `sluice proxies` too.
package struct ProxyReport: Codable, Sendable {
    package enum State: String, Codable, Sendable {
        /// It has, and uses, the newest configuration.
        case current
        /// It has not confirmed all of it yet.
        case behind
        /// It refused something, and goes on with what it had of that.
        case refused
        /// No configuration fits it.
        case waiting
    }

    package var node: String
    package var cluster: String
    /// What it is served; of one that waits, what it asks for.
    package var role: String?
    package var state: State
    /// Why it waits, in words.
    package var reason: String?
    package var address: String
    /// `delta` or `sotw`.
    package var variant: String
    /// Set for a stream of a single-type service.
    package var onlyType: String?
    package var agent: String
    /// In UTC, as RFC 3339 writes it.
    package var connectedSince: String
    /// The newest publication that it has in whole, and the newest of its role.
    package var settled: UInt64
    package var published: UInt64
    /// For how long there has been something that it does not have.
    package var behindSeconds: Double?
    package var types: [TypeReport]

    package struct TypeReport: Codable, Sendable {
        package var type: String
        package var state: State
        /// Versions are hashes of the content.
        package var sentVersion: String
        package var acknowledgedVersion: String?
        package var unansweredSeconds: Double?
        package var refusal: Refusal?
    }

    package struct Refusal: Codable, Sendable {
        package var version: String
        /// The first of them.
        package var names: [String]
        package var count: Int
        package var message: String
    }
}

/// All of `/proxies`, as a client reads it. The server writes it piece by piece.
package struct ProxiesReport: Codable, Sendable {
    /// Published, by name.
    package var roles: [String]
    package var proxies: [ProxyReport]

    package init(roles: [String], proxies: [ProxyReport]) {
        self.roles = roles
        self.proxies = proxies
    }
}

extension ProxyReport {
    /// A proxy may refuse ten thousand resources at once, with a line about each.
    private static let nameLimit = 16
    private static let messageLimit = 4_096

    init(_ status: ProxyStatus, roles: [String], now: ContinuousClock.Instant, date: Date) {
        node = status.node.id
        cluster = status.node.cluster
        role = status.role ?? status.node.role
        reason = status.isWaiting ? Self.reason(status.node, roles: roles) : nil
        address = status.address
        variant = status.dialect.label
        onlyType = status.onlyType.map { "\($0)" }
        agent = status.node.userAgent
        connectedSince = (date - (now - status.connectedSince) / .seconds(1)).ISO8601Format()
        settled = status.settled
        published = status.published
        behindSeconds = status.behindSince.map { ($0.duration(to: now) / .seconds(1)).inMilliseconds }
        types = status.types.sorted { $0.key < $1.key }.map { TypeReport($0, $1, now) }
        state =
            if status.isWaiting {
                .waiting
            } else if types.contains(where: { $0.refusal != nil }) {
                .refused
            } else {
                status.isBehind ? .behind : .current
            }
    }

    private static func reason(_ node: ProxyNode, roles: [String]) -> String {
        if let role = node.role { return "no configuration is published for role '\(role.prefix(256))'" }
        let fitting = roles.filter { role in
            guard let name = role.split(separator: "~", maxSplits: 1).last else { return false }
            return name == node.cluster || name == node.id
        }
        if fitting.count > 1 { return "its node names no role, and \(fitting.joined(separator: ", ")) fit; set node.metadata.role" }
        return "its node names no role, and none is published for a proxy called like its cluster or id; set node.metadata.role to <namespace>~<proxy>"
    }
}

extension ProxyReport.TypeReport {
    fileprivate init(_ type: ResourceType, _ status: TypeStatus, _ now: ContinuousClock.Instant) {
        self.type = "\(type)"
        sentVersion = HexText.string(status.sentVersion)
        acknowledgedVersion = status.acknowledgedVersion.map(HexText.string)
        unansweredSeconds = status.unansweredSince.map { ($0.duration(to: now) / .seconds(1)).inMilliseconds }
        refusal = status.rejection.map { rejection in
            ProxyReport.Refusal(
                version: HexText.string(rejection.version), names: Array(rejection.names.prefix(ProxyReport.nameLimit)),
                count: rejection.names.count, message: String(rejection.message.prefix(ProxyReport.messageLimit))
            )
        }
        state = refusal != nil ? .refused : status.isUnanswered ? .behind : .current
    }
}

extension XDSDialect {
    /// As `sluice bootstrap --variant` has it.
    var label: String {
        switch self {
        case .delta: "delta"
        case .stateOfTheWorld: "sotw"
        }
    }
}

extension Double {
    /// Digits behind that say nothing.
    fileprivate var inMilliseconds: Double { (self * 1_000).rounded() / 1_000 }
}
