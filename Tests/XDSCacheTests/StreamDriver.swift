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

    /// The first request of a client that says it reads resources with a time to live in the state of the world.
    mutating func worldOfWrapped(_ type: ResourceType, _ names: [String] = []) -> [String] {
        let node = ProxyNode(id: "i", readsWrappedResources: true)
        let request = DiscoveryRequest(node: node, typeURL: type.typeURL, interest: .stateOfTheWorld(names: names))
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
            let names = response.resources.map { Self.text($0, response) }.sorted() + response.unresolved.map { "?" + $0 }
            return "\(response.type) " + (names + response.removed.map { "-" + $0 }).joined(separator: " ")
        }
    }

    /// `name:version`, with what makes it special behind: a heart-beat, no endpoints, the names that were asked for.
    private static func text(_ resource: EnvoyResource, _ response: DiscoveryResponse) -> String {
        let isEmpty = resource.version == ServedContent.placeholderVersion
        let text = resource.name + (isEmpty ? ":none" : ":\(resource.version)") + (response.isHeartbeat ? "~" : "")
        return text + (response.aliases[resource.name].map { "(" + $0.sorted().joined(separator: ",") + ")" } ?? "")
    }

    /// `name`, `name:version` or, for a virtual host, `table/name:version@domain,domain`. A `^` at the end: a table whose virtual hosts are
    /// resources of their own.
    static func resource(_ text: String) -> EnvoyResource {
        if text.hasSuffix("^") {
            let plain = resource(String(text.dropLast()))
            return EnvoyResource(name: plain.name, version: plain.version, parts: [[1 << 3 | 2, 1, 120, 9 << 3 | 2, 0]])
        }
        let halves = text.split(separator: "@")
        let parts = halves[0].split(separator: ":")
        let name = String(parts[0])
        let domains = halves.count > 1 ? halves[1].split(separator: ",") : []
        return EnvoyResource(
            name: name,
            version: UInt64(parts.count > 1 ? parts[1] : "1") ?? 1,
            parts: [Array(name.utf8)],
            aliases: domains.map { "\(name.nameSpace ?? "")/\($0)" }
        )
    }
}
