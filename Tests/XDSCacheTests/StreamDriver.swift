import EnvoyResources
import HashTreeCollections

@testable import XDSCache

/// Plays the client of one stream, and the clock.
struct StreamDriver {
    var stream: XDSStream
    var now = ContinuousClock.now
    var number: UInt64 = 0
    var publication: Publication?
    /// The newest response of each type.
    var last: [ResourceType: DiscoveryResponse] = [:]
    var events: [StreamEvent] = []

    init(_ dialect: XDSDialect, onlyType: ResourceType? = nil, policy: ServingPolicy = ServingPolicy()) {
        stream = XDSStream(dialect: dialect, onlyType: onlyType, policy: policy)
    }

    /// Publishes resources, written `name:version`, by type.
    mutating func publish(_ content: [ResourceType: [String]]) -> [String] {
        number += 1
        var snapshot = EnvoySnapshot()
        for (type, texts) in content {
            for text in texts {
                let resource = Self.resource(text)
                snapshot[type][resource.name] = resource
            }
        }
        let next: Publication?
        if let publication {
            next = Publication(after: publication, number: number, snapshot: snapshot, changed: nil)
        } else {
            next = Publication(role: "ns~p", number: number, first: snapshot)
        }
        guard let next else { return [] }
        publication = next
        return show(stream.published(next, now: now))
    }

    mutating func delta(
        _ type: ResourceType,
        subscribe: [String] = [],
        unsubscribe: [String] = [],
        held: [String: UInt64] = [:],
        nonce: String = "",
        refusal: String? = nil
    ) -> [String] {
        let interest = DiscoveryRequest.Interest.delta(
            subscribe: subscribe, unsubscribe: unsubscribe, held: held.mapValues(HexText.string)
        )
        let request = DiscoveryRequest(typeURL: type.typeURL, nonce: nonce, refusal: refusal, interest: interest)
        return show(stream.received(request, type: type, now: now))
    }

    mutating func world(_ type: ResourceType, _ names: [String] = [], nonce: String = "", refusal: String? = nil) -> [String] {
        let request = DiscoveryRequest(
            typeURL: type.typeURL, nonce: nonce, refusal: refusal, interest: .stateOfTheWorld(names: names)
        )
        return show(stream.received(request, type: type, now: now))
    }

    /// Confirms the newest response of a type; `names` are what a state-of-the-world client repeats.
    mutating func ack(_ type: ResourceType, _ names: [String] = []) -> [String] {
        let nonce = last[type]?.nonceText ?? ""
        return stream.dialect == .delta ? delta(type, nonce: nonce) : world(type, names, nonce: nonce)
    }

    mutating func nack(_ type: ResourceType, _ message: String, names: [String] = []) -> [String] {
        let nonce = last[type]?.nonceText ?? ""
        return stream.dialect == .delta
            ? delta(type, nonce: nonce, refusal: message) : world(type, names, nonce: nonce, refusal: message)
    }

    mutating func wait(_ duration: Duration) -> [String] {
        now = now + duration
        return show(stream.passed(to: now))
    }

    private mutating func show(_ output: StreamOutput) -> [String] {
        events += output.events
        return output.responses.map { response in
            last[response.type] = response
            let names = response.resources.map { "\($0.name):\($0.version)" }.sorted() + response.removed.map { "-" + $0 }
            return "\(response.type) " + names.joined(separator: " ")
        }
    }

    static func resource(_ text: String) -> EnvoyResource {
        let parts = text.split(separator: ":")
        let name = String(parts[0])
        return EnvoyResource(name: name, version: UInt64(parts.count > 1 ? parts[1] : "1") ?? 1, parts: [Array(name.utf8)])
    }
}
