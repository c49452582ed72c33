import EnvoyDescriptors
import EnvoyResources
import HashTreeCollections
import NIOCore
import Testing
import XDSCache

@testable import XDSServer

private let fetchClusters = "/envoy.service.cluster.v3.ClusterDiscoveryService/FetchClusters"

@Suite struct UnaryTests {
    @Test("a Fetch method answers one request with one response and ends well", arguments: [
        ("cluster.v3.ClusterDiscoveryService/FetchClusters", ResourceType.cluster),
        ("listener.v3.ListenerDiscoveryService/FetchListeners", .listener),
        ("route.v3.RouteDiscoveryService/FetchRoutes", .route),
        ("endpoint.v3.EndpointDiscoveryService/FetchEndpoints", .endpoint),
        ("secret.v3.SecretDiscoveryService/FetchSecrets", .secret),
        ("extension.v3.ExtensionConfigDiscoveryService/FetchExtensionConfigs", .extensionConfig),
        ("runtime.v3.RuntimeDiscoveryService/FetchRuntime", .runtime),
    ])
    func fetch(path: String, type: ResourceType) async throws {
        try await Serving.run { serving in
            Serving.publish(serving.cache, [type: ["a": "A", "b": "B"]])
            let client = serving.client
            client.open(1, "/envoy.service.\(path)")
            client.sendRaw(1, TestClient.grpc(Proto.world(type, role: "ns~p", names: ["a", "b"])), end: true)
            let stream = try await client.end(1)
            #expect(stream.status == "0")
            #expect(stream.messages.count == 1)
            let response = try await client.response(1, 0)
            #expect(response.text.split(separator: " ").sorted() == ["A", "B"])
            #expect(response.type == type.typeURL)
            #expect(serving.cache.status().isEmpty)
        }
    }

    @Test("a type that has more than a stream would send at once comes in one response")
    func large() async throws {
        try await Serving.run { serving in
            let texts = (0..<40).map { ("r\($0)", String(repeating: "x", count: 100_000)) }
            Serving.publish(serving.cache, [.route: Dictionary(uniqueKeysWithValues: texts)])
            serving.client.open(1, "/envoy.service.route.v3.RouteDiscoveryService/FetchRoutes")
            serving.client.send(1, Proto.world(.route, role: "ns~p", names: texts.map(\.0)))
            let response = try await serving.client.response(1, 0)
            #expect(response.text.utf8.count == 40 * 100_001 - 1)
        }
    }

    @Test("nothing of what was asked for is an empty response")
    func nothing() async throws {
        try await Serving.run { serving in
            Serving.publish(serving.cache, [.route: ["a": "A"]])
            serving.client.open(1, "/envoy.service.route.v3.RouteDiscoveryService/FetchRoutes")
            serving.client.send(1, Proto.world(.route, role: "ns~p", names: ["other"]))
            let response = try await serving.client.response(1, 0)
            #expect(response.text == "" && response.type == ResourceType.route.typeURL)
        }
    }

    @Test("an unknown proxy waits for a while: it is served when its role comes, and told UNAVAILABLE when it does not")
    func unknown() async throws {
        try await Serving.run { serving in
            serving.client.open(1, fetchClusters)
            serving.client.send(1, Proto.world(.cluster, role: "ns~p"))
            let isWaiting = try await serving.client.until { _ in serving.cache.status().first?.isWaiting == true }
            #expect(isWaiting)
            Serving.publish(serving.cache, [.cluster: ["a": "A"]])
            let response = try await serving.client.response(1, 0)
            #expect(response.text == "A")
        }
        try await Serving.run { $0.limits.fetchPatience = .milliseconds(20) } _: { serving in
            Serving.publish(serving.cache, [.cluster: ["a": "A"]])
            serving.client.open(1, fetchClusters)
            serving.client.send(1, Proto.world(.cluster, role: "ns~other"))
            let stream = try await serving.client.end(1)
            #expect(stream.status == "14")
            #expect(stream.message?.contains("set node.metadata.role") == true)
            #expect(serving.cache.status().isEmpty)
        }
    }

    @Test("a unary call without a request, with two, without a node or of another type is refused", arguments: [
        ([] as [UInt8], "3"),
        (TestClient.grpc(Proto.world(.cluster)), "3"),
        (TestClient.grpc(Proto.world(.route, role: "ns~p")), "3"),
        ([0, 0, 0, 0, 1, 0xff], "3"),
    ])
    func refused(bytes: [UInt8], status: String) async throws {
        try await Serving.run { serving in
            Serving.publish(serving.cache, [.cluster: ["a": "A"]])
            serving.client.open(1, fetchClusters)
            serving.client.sendRaw(1, bytes, end: true)
            let stream = try await serving.client.end(1)
            #expect(stream.status == status)
        }
    }

    @Test("a call that is reset while it waits leaves nothing behind")
    func reset() async throws {
        try await Serving.run { serving in
            serving.client.open(1, fetchClusters)
            serving.client.send(1, Proto.world(.cluster, role: "ns~p"))
            let isWaiting = try await serving.client.until { _ in serving.cache.status().count == 1 }
            serving.client.write(TestClient.frame(3, 0, 1, TestClient.bigEndian(8)))
            let isGone = try await serving.client.until { _ in serving.cache.status().isEmpty }
            #expect(isWaiting && isGone)
        }
    }
}

@Suite struct RESTTests {
    private static let cluster = #"{"@type":"type.googleapis.com/envoy.config.cluster.v3.Cluster","name":"a"}"#
    private static let node = #""node":{"id":"n","metadata":{"role":"ns~p"}}"#

    /// A cluster with a name, as bytes.
    private func publish(_ cache: XDSCache, _ name: String = "a") {
        let bytes = Proto.field(1, name)
        var snapshot = EnvoySnapshot()
        snapshot.clusters["a"] = EnvoyResource(name: "a", version: bytes.reduce(7) { $0 &* 31 &+ UInt64($1) }, parts: [bytes])
        cache.publish(snapshot, role: "ns~p")
    }

    private func http1(
        _ body: String, path: String = "/v3/discovery:clusters", method: String = "POST", type: String = "application/json"
    ) -> String {
        "\(method) \(path) HTTP/1.1\r\nhost: xds\r\ncontent-type: \(type)\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    @Test("HTTP/1.1: JSON in, JSON out, 304 for the version that the client has, on one connection")
    func http1() async throws {
        try await Serving.run { serving in
            publish(serving.cache)
            let client = try await RawClient.connect(serving.address)
            client.write(http1("{\(Self.node)}"))
            let came = try await client.until { text, _ in text.contains("\"resources\"") && text.hasSuffix("}") }
            #expect(came, "\(client.text)")
            #expect(client.text.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(client.text.contains(Self.cluster))
            let body = try ProtoJSON(json: String(try #require(client.text.split(separator: "\r\n\r\n", maxSplits: 1).last)))
            guard case .string(let version)? = body["versionInfo"] else { throw NothingCame() }
            #expect(body["typeUrl"] == .string(ResourceType.cluster.typeURL))
            client.write(http1("{\(Self.node),\"version_info\":\"\(version)\"}"))
            let isNotModified = try await client.until { text, _ in text.contains("HTTP/1.1 304 Not Modified\r\n") && text.hasSuffix("\r\n\r\n") }
            #expect(isNotModified, "\(client.text)")
            publish(serving.cache, "b")
            client.write(http1("{\(Self.node),\"versionInfo\":\"\(version)\"}"))
            let isChanged = try await client.until { text, _ in text.contains("\"name\":\"b\"") }
            #expect(isChanged, "\(client.text)")
        }
    }

    @Test("what is wrong with a request is said, with what to do", arguments: [
        ("{", "/v3/discovery:clusters", "POST", "application/json", "400 Bad Request", "JSON"),
        (#"{"nod":{}}"#, "/v3/discovery:clusters", "POST", "application/json", "400 Bad Request", #"unknown field "nod" (did you mean "node"?)"#),
        ("{}", "/v3/discovery:clusters", "POST", "application/json", "400 Bad Request", "must carry its node"),
        ("{}", "/v3/discovery:cluster", "POST", "application/json", "404 Not Found", "clusters|endpoints"),
        ("{}", "/", "GET", "application/json", "404 Not Found", "gRPC"),
        ("{}", "/v3/discovery:clusters", "GET", "application/json", "405 Method Not Allowed", "send a POST"),
        ("a=b", "/v3/discovery:clusters", "POST", "application/x-www-form-urlencoded", "415 Unsupported Media Type", "content-type: application/json"),
        (#"{"node":{"id":"x"}}"#, "/v3/discovery:clusters", "POST", "application/json", "404 Not Found", "such as ns~p"),
    ])
    func refused(body: String, path: String, method: String, type: String, status: String, text: String) async throws {
        try await Serving.run { $0.limits.fetchPatience = .milliseconds(20) } _: { serving in
            publish(serving.cache)
            let client = try await RawClient.connect(serving.address)
            client.write(http1(body, path: path, method: method, type: type))
            let came = try await client.until { answer, _ in answer.contains(text) }
            #expect(came, "\(client.text)")
            #expect(client.text.hasPrefix("HTTP/1.1 \(status)\r\n"))
        }
    }

    @Test("a body over the limit is refused by 413 and not collected, over both HTTPs")
    func tooLarge() async throws {
        try await Serving.run { $0.limits.restBytes = 1000 } _: { serving in
            let client = try await RawClient.connect(serving.address)
            client.write(http1(String(repeating: " ", count: 1001)))
            let came = try await client.until { text, isClosed in text.hasPrefix("HTTP/1.1 413") && isClosed }
            #expect(came, "\(client.text)")
            serving.client.open(1, "/v3/discovery:clusters", contentType: "application/json")
            serving.client.sendRaw(1, Array(repeating: 32, count: 1001))
            let stream = try await serving.client.end(1)
            #expect(stream.fields.first?[":status"] == "413")
        }
    }

    @Test("HTTP/2: the same service beside gRPC on one connection")
    func http2() async throws {
        try await Serving.run { serving in
            publish(serving.cache)
            let client = serving.client
            client.open(1, deltaPath)
            client.send(1, Proto.delta(.cluster, role: "ns~p"))
            client.open(3, "/v3/discovery:clusters", contentType: "application/json")
            client.sendRaw(3, Array("{\(Self.node)}".utf8), end: true)
            let stream = try await client.end(3)
            #expect(stream.fields.first?[":status"] == "200")
            #expect(stream.fields.first?["content-type"] == "application/json")
            #expect(String(decoding: stream.bytes, as: UTF8.self).contains(Self.cluster))
            #expect(stream.fields.first?["content-length"] == "\(stream.bytes.count)")
            let messages = try await client.messages(1, count: 1)
            #expect(messages.count == 1)
        }
    }

    @Test("HTTP/1.1 connections that say nothing, or half a request, are closed")
    func slow() async throws {
        try await Serving.run { $0.limits.handshake = .milliseconds(50) } _: { serving in
            for text in ["", "PRI", "POST /v3/disc", "POST /v3/discovery:clusters HTTP/1.1\r\nhost: a\r\n", http1("{}") .replacing("length: 2", with: "length: 3")] {
                let client = try await RawClient.connect(serving.address)
                if !text.isEmpty { client.write(text) }
                let isClosed = try await client.until { _, isClosed in isClosed }
                #expect(isClosed, "\(text)")
            }
        }
    }
}
