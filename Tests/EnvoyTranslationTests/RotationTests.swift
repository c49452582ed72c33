import EnvoyResources
import EnvoyTranslation
import HashTreeCollections
import Testing
import TranslationHarness

@testable import XDSCache
@testable import XDSServer

/// A Secret that many use, from the objects to the bytes that are sent when it is written anew.
@Suite struct RotationTests {
    private static let gateway = Example.secureGateway
    private static let secretName = "tls:certificate/gloo-system/tls"

    /// Every second one is a virtual service, by its server name; the others are upstreams.
    private static func user(_ number: Int) -> String {
        number % 2 == 0
            ? Example.service("vs-\(number)", tls: "sslConfig: {secretRef: {name: tls}, sniDomains: [vs-\(number).example]}, ")
            : Example.object("gloo.solo.io/v1", "Upstream", "up-\(number)", "static: {hosts: [{addr: 10.0.0.1, port: 80}]}, sslConfig: {secretRef: {name: tls}}")
    }

    /// What a proxy with everything is sent for a new certificate, a line a response, and the bytes of all.
    private static func rotation(users: Int) throws -> (sent: [String], bytes: Int) {
        var running = try Running()
        running.apply([("gw", gateway), ("secret", Example.secret(0))] + (0..<users).map { ("\($0)", user($0)) })
        let role = try #require(running.snapshots.keys.first)
        let snapshot = try #require(running.snapshots[role])
        let first = Publication(role: role, number: 1, first: snapshot)
        // They use it: as a listener and as clusters, each by its name.
        let listener = String(decoding: try #require(snapshot.listeners["listener-::-443"]).joined(), as: UTF8.self)
        try #require(listener.split(separator: secretName, omittingEmptySubsequences: false).count - 1 == (users + 1) / 2)
        try #require(snapshot.clusters.count == users / 2)
        try #require(snapshot.clusters.values.allSatisfy { String(decoding: $0.joined(), as: UTF8.self).contains(secretName) })

        var stream = XDSStream(dialect: .delta)
        var now = ContinuousClock.now
        func ask(_ type: ResourceType, _ names: [String] = []) -> Int {
            var count = 0
            var output = stream.received(.init(typeURL: type.typeURL, interest: .delta(subscribe: names, unsubscribe: [], held: [:])), type: type, now: now)
            while !output.responses.isEmpty {
                let responses = output.responses
                output.responses = []
                for response in responses {
                    count += response.resources.count
                    let ack = DiscoveryRequest(typeURL: response.type.typeURL, nonce: response.nonceText, interest: .delta(subscribe: [], unsubscribe: [], held: [:]))
                    output.responses += stream.received(ack, type: response.type, now: now).responses
                }
            }
            return count
        }
        _ = stream.published(first, now: now)
        try #require(ask(.cluster) == users / 2)
        try #require(ask(.listener) == 1)
        try #require(ask(.route, Array(snapshot.routes.keys)) == snapshot.routes.count)
        try #require(ask(.secret, [secretName]) == 1)

        running.apply("secret", Example.secret(1))
        let translation = try #require(running.translation)
        let second = try #require(Publication(after: first, number: 2, snapshot: running.snapshots[role] ?? EnvoySnapshot(), changed: translation.changed[role]))
        now = now + .seconds(1)
        let responses = stream.published(second, now: now).responses
        return (
            responses.map { "\($0.type) \($0.resources.map(\.name)) \($0.removed)" },
            responses.reduce(0) { $0 + OutgoingMessage($1, shared: SharedBytes()).remaining }
        )
    }

    @Test("a new certificate is one resource of the same bytes for any number of users, and no listener, cluster or route", arguments: [100, 1_000, 10_000])
    func sentOnce(users: Int) throws {
        let one = try Self.rotation(users: 2)
        let many = try Self.rotation(users: users)
        #expect(many.sent == ["secret [\"\(Self.secretName)\"] []"])
        #expect(many.sent == one.sent && many.bytes == one.bytes)
        #expect((500..<2_000).contains(many.bytes))
    }
}
