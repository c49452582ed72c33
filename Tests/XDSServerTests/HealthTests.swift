import EnvoyResources
import NIOCore
import Testing
import XDSCache

@testable import XDSServer

@Suite struct HealthTests {
    private let check = "/grpc.health.v1.Health/Check"
    private let watch = "/grpc.health.v1.Health/Watch"
    private let serving: [UInt8] = [8, 1]
    private let notServing: [UInt8] = [8, 2]

    @Test("Check says NOT_SERVING until the first configuration is published, then SERVING", arguments: ["", "envoy.service.discovery.v3.AggregatedDiscoveryService", "envoy.service.route.v3.RouteDiscoveryService"])
    func checked(service: String) async throws {
        try await Serving.run { serving in
            for (stream, expected) in [(UInt32(1), notServing), (3, self.serving)] {
                serving.client.open(stream, check)
                serving.client.sendRaw(stream, TestClient.grpc(service.isEmpty ? [] : Proto.field(1, service)), end: true)
                let ended = try await serving.client.end(stream)
                #expect(ended.messages == [expected] && ended.status == "0")
                serving.server.announceReady()
            }
        }
    }

    @Test("an unknown service is NOT_FOUND for Check, and SERVICE_UNKNOWN for Watch, which stays open")
    func unknown() async throws {
        try await Serving.run { serving in
            serving.client.open(1, check)
            serving.client.sendRaw(1, TestClient.grpc(Proto.field(1, "other")), end: true)
            let ended = try await serving.client.end(1)
            #expect(ended.status == "5")
            serving.client.open(3, watch)
            serving.client.sendRaw(3, TestClient.grpc(Proto.field(1, "other")), end: true)
            let messages = try await serving.client.messages(3, count: 1)
            #expect(messages == [[8, 3]] && !serving.client[3].isEnded)
        }
    }

    @Test("Watch tells each change, and that the server is draining before it ends")
    func watched() async throws {
        try await Serving.run { serving in
            serving.client.open(1, watch)
            serving.client.sendRaw(1, TestClient.grpc([]), end: true)
            let first = try await serving.client.messages(1, count: 1)
            serving.server.announceReady()
            let second = try await serving.client.messages(1, count: 2)
            #expect(first == [notServing] && second == [notServing, self.serving])
            await serving.server.shutdown(grace: .seconds(60))
            let stream = try await serving.client.end(1)
            #expect(stream.messages == [notServing, self.serving, notServing] && stream.status == "14")
        }
    }

    @Test("there is no reflection")
    func reflection() async throws {
        try await Serving.run { serving in
            serving.client.open(1, "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo")
            let ended = try await serving.client.end(1)
            #expect(ended.status == "12")
        }
    }
}

@Suite struct NodeTests {
    /// A node whose metadata has these strings, and these labels.
    private func node(_ strings: [String: String], labels: [String: String] = [:], cluster: String = "", id: String = "") throws -> ProxyNode? {
        let text = { (value: String) in Proto.field(3, value) }
        var metadata: [UInt8] = []
        for (key, value) in strings { metadata += Proto.field(1, Proto.field(1, key) + Proto.field(2, text(value))) }
        var fields: [UInt8] = []
        for (key, value) in labels { fields += Proto.field(1, Proto.field(1, key) + Proto.field(2, text(value))) }
        metadata += Proto.field(1, Proto.field(1, "labels") + Proto.field(2, Proto.field(5, fields)))
        let bytes = Proto.field(1, Proto.field(1, id) + Proto.field(2, cluster) + Proto.field(3, metadata)) + Proto.field(2, ResourceType.cluster.typeURL)
        return try RequestDecoder.decode(bytes[...], dialect: .delta, roleLabel: "gateway").node
    }

    @Test("a label names the role or the proxy, after metadata.role and before cluster and id")
    func label() throws {
        #expect(try node(["role": "a~b"], labels: ["gateway": "c~d"])?.role == "a~b")
        #expect(try node([:], labels: ["gateway": "c~d"])?.role == "c~d")
        #expect(try node(["gateway": "e~f"])?.role == "e~f")
        #expect(try node(["gateway": "e~f"], labels: ["gateway": "c~d"])?.role == "c~d")
        #expect(try node(["other": "e~f"], labels: ["other": "c~d"])?.role == nil)
        let cache = XDSCache()
        for role in ["ns~one", "ns~two", "other~two"] { cache.publish(EnvoySnapshot(), role: role) }
        let mailbox = cache.openMailbox {}
        let role = { (node: ProxyNode?) in
            cache.connect(try #require(node), address: "", dialect: .delta, onlyType: nil, mailbox: mailbox).1?.role
        }
        #expect(try role(node([:], labels: ["gateway": "one"], cluster: "two")) == "ns~one")
        // Two proxies have this name; the cluster is not asked where a label has spoken.
        #expect(try role(node([:], labels: ["gateway": "two"], cluster: "one")) == nil)
        #expect(try role(node([:], cluster: "one")) == "ns~one")
        #expect(try role(node([:], id: "one")) == "ns~one")
        #expect(try role(node(["role": "ns~none"], labels: ["gateway": "one"], cluster: "one")) == nil)
    }
}
