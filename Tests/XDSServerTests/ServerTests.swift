import EnvoyResources
import HashTreeCollections
import Logging
import NIOCore
import Testing
import XDSCache

@testable import XDSServer

@Suite struct ServerTests {
    private static var limits: XDSServer.Limits { Serving.limits }

    /// Runs a server and one client of it.
    private func serve(
        _ limits: XDSServer.Limits = Serving.limits,
        window: UInt32 = 1 << 24,
        _ body: (XDSCache, TestClient, XDSServer) async throws -> Void
    ) async throws {
        try await Serving.run(window: window) { $0.limits = limits } _: { serving in
            try await body(serving.cache, serving.client, serving.server)
        }
    }

    private func publish(_ cache: XDSCache, _ content: [ResourceType: [String: String]]) -> UInt64 { Serving.publish(cache, content) }

    @Test("a delta stream is served, acknowledges, gets changes and removals")
    func delta() async throws {
        try await serve { cache, client, _ in
            _ = publish(cache, [.cluster: ["a": "A", "b": "B"]])
            client.open(1, deltaPath)
            client.send(1, Proto.delta(.cluster, role: "ns~p"))
            let first = try await client.response(1, 0)
            #expect(first.text == "a=A b=B")
            client.send(1, Proto.delta(.cluster, nonce: first.nonce))
            let number = publish(cache, [.cluster: ["a": "A2"]])
            // One response or two: on a slow machine the grace of the removal is over before the change is asked for.
            var said: [String] = []
            while !said.contains("-b") {
                let next = try await client.response(1, 1 + said.count)
                said += next.text.split(separator: " ").map(String.init)
                client.send(1, Proto.delta(.cluster, nonce: next.nonce))
            }
            #expect(said == ["a=A2", "-b"])
            #expect(await cache.settlement(of: number, role: "ns~p", proxies: 1) == Settlement(proxies: 1, rejections: 0))
            #expect(client[1].fields.first == [":status": "200", "content-type": "application/grpc"])
        }
    }

    @Test("a refusal is reported with the node, the names and the message")
    func rejection() async throws {
        try await serve { cache, client, _ in
            let number = publish(cache, [.listener: ["a": "A", "b": "B"]])
            client.open(1, deltaPath)
            client.send(1, Proto.delta(.listener, role: "ns~p"))
            let first = try await client.response(1, 0)
            client.send(1, Proto.delta(.listener, nonce: first.nonce, refusal: "Error adding/updating listener(s) b: bad"))
            #expect(await cache.settlement(of: number, role: "ns~p", proxies: 1) == Settlement(proxies: 1, rejections: 1))
            let status = cache.status()[0]
            #expect(status.node.id == "proxy-0")
            #expect(status.types[.listener]?.rejection?.names == ["b"])
            #expect(status.types[.listener]?.rejection?.message == "Error adding/updating listener(s) b: bad")
        }
    }

    @Test("a state-of-the-world stream and a single-type stream are served beside each other on one connection")
    func otherServices() async throws {
        try await serve { cache, client, _ in
            _ = publish(cache, [.cluster: ["a": "A"], .endpoint: ["e": "E"]])
            client.open(1, worldPath)
            client.send(1, Proto.world(.cluster, role: "ns~p"))
            client.open(3, "/envoy.service.endpoint.v3.EndpointDiscoveryService/StreamEndpoints")
            client.send(3, Proto.world(.endpoint, role: "ns~p", names: ["e"]))
            let response1 = try await client.response(1, 0)
            #expect(response1.text == "A")
            let response2 = try await client.response(3, 0)
            #expect(response2.text == "E")
            #expect(cache.status().map(\.onlyType) == [nil, .endpoint])
        }
    }

    @Test("a proxy of an unknown role waits without an answer, and is served when its role is published")
    func waiting() async throws {
        try await serve { cache, client, _ in
            client.open(1, deltaPath)
            client.send(1, Proto.delta(.cluster, role: "ns~p"))
            _ = try await client.until { _ in cache.status().first?.isWaiting == true }
            #expect(client[1].messages.isEmpty)
            _ = publish(cache, [.cluster: ["a": "A"]])
            let response3 = try await client.response(1, 0)
            #expect(response3.text == "a=A")
        }
    }

    @Test("a client that takes nothing holds up nobody, and gets the newest when it does")
    func slowClient() async throws {
        let large = String(repeating: "x", count: 200_000)
        try await serve(window: 1000) { cache, slow, server in
            _ = publish(cache, [.cluster: ["a": large]])
            slow.open(1, deltaPath)
            slow.send(1, Proto.delta(.cluster, role: "ns~p"))
            _ = try await slow.until { ($0.streams[1]?.bytes.count ?? 0) == 1000 }
            for round in 0..<20 { _ = publish(cache, [.cluster: ["a": large + "\(round)"]]) }
            slow.write(TestClient.frame(8, 0, 1, TestClient.bigEndian(1 << 24)))
            let first = try await slow.response(1, 0)
            #expect(first.text == "a=" + large)
            slow.send(1, Proto.delta(.cluster, nonce: first.nonce))
            let response4 = try await slow.response(1, 1)
            #expect(response4.text == "a=" + large + "19")
        }
    }

    @Test("an unknown method is unimplemented")
    func unknownMethod() async throws {
        try await serve { _, client, _ in
            client.open(1, "/envoy.service.discovery.v3.AggregatedDiscoveryService/Nothing%")
            let stream = try await client.end(1)
            #expect(stream.status == "12")
            #expect(stream.message?.contains("Nothing%25") == true)
        }
    }

    @Test("what is no gRPC is refused as HTTP", arguments: [("POST", "text/plain", "415"), ("POST", "application/grpc-web", "415"), ("GET", "application/grpc", "405")])
    func notGRPC(method: String, contentType: String, status: String) async throws {
        try await serve { _, client, _ in
            client.open(1, deltaPath, method: method, contentType: contentType)
            let stream = try await client.end(1)
            #expect(stream.fields.first?[":status"] == status)
        }
    }

    @Test("bad messages end the stream with their status, and the connection goes on", arguments: [
        ([1, 0, 0, 0, 0] as [UInt8], "12"),
        ([0, 0, 1, 0, 1], "8"),
        ([0, 0, 0, 0, 2, 0x0a, 0x05], "3"),
        ([0, 0, 0, 0, 0], "3"),
    ])
    func badMessages(bytes: [UInt8], status: String) async throws {
        var limits = Self.limits
        limits.requestBytes = 65_536
        try await serve(limits) { cache, client, _ in
            _ = publish(cache, [.cluster: ["a": "A"]])
            client.open(1, deltaPath)
            client.sendRaw(1, bytes)
            let ended = try await client.end(1)
            #expect(ended.status == status)
            client.open(3, deltaPath)
            client.send(3, Proto.delta(.cluster, role: "ns~p"))
            let messages5 = try await client.messages(3, count: 1)
            #expect(messages5.count == 1)
        }
    }

    @Test("half-close ends a stream well, or with an error inside a message", arguments: [([] as [UInt8], "0"), ([0, 0, 0], "13")])
    func halfClose(bytes: [UInt8], status: String) async throws {
        try await serve { cache, client, _ in
            _ = publish(cache, [.cluster: ["a": "A"]])
            client.open(1, deltaPath)
            client.send(1, Proto.delta(.cluster, role: "ns~p"))
            client.sendRaw(1, bytes, end: true)
            let stream = try await client.end(1)
            #expect(stream.status == status)
            #expect(stream.messages.count == 1)
            let came6 = try await client.until { _ in cache.status().isEmpty }
            #expect(came6)
        }
    }

    @Test("a reset stream and a closed connection leave no proxy behind")
    func reset() async throws {
        try await serve { cache, client, _ in
            _ = publish(cache, [.cluster: ["a": "A"]])
            for stream: UInt32 in [1, 3] {
                client.open(stream, deltaPath)
                client.send(stream, Proto.delta(.cluster, role: "ns~p"))
                _ = try await client.messages(stream, count: 1)
            }
            client.write(TestClient.frame(3, 0, 1, TestClient.bigEndian(8)))
            let came7 = try await client.until { _ in cache.status().count == 1 }
            #expect(came7)
            try await client.close()
            let came8 = try await client.until { _ in cache.status().isEmpty }
            #expect(came8)
        }
    }

    @Test("too large headers reset their stream and spare the connection")
    func headerLimit() async throws {
        var limits = Self.limits
        limits.headerListBytes = 8192
        try await serve(limits) { cache, client, _ in
            _ = publish(cache, [.cluster: ["a": "A"]])
            client.open(1, deltaPath, extra: [("x-large", String(repeating: "v", count: 9000))])
            let refused = try await client.end(1)
            #expect(refused.resetCode != nil)
            client.open(3, deltaPath)
            client.send(3, Proto.delta(.cluster, role: "ns~p"))
            let messages9 = try await client.messages(3, count: 1)
            #expect(messages9.count == 1)
        }
    }

    @Test("pings are answered, and bytes that are no HTTP/2 close the connection")
    func protocolErrors() async throws {
        try await serve { _, client, _ in
            client.write(TestClient.frame(6, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8]))
            let came10 = try await client.until { $0.pings == 1 }
            #expect(came10)
            client.write(TestClient.frame(0, 0, 0, [0]))
            let came11 = try await client.until { $0.isClosed && $0.goAways == 1 }
            #expect(came11)
        }
    }

    @Test("a connection that opens no stream is closed")
    func handshakeTimeout() async throws {
        var limits = Self.limits
        limits.handshake = .milliseconds(50)
        try await serve(limits) { _, client, _ in
            let came12 = try await client.until { $0.isClosed }
            #expect(came12)
        }
    }

    @Test("a shutdown tells the client to go, ends its streams and closes")
    func shutdown() async throws {
        try await serve { cache, client, server in
            _ = publish(cache, [.cluster: ["a": "A"]])
            client.open(1, deltaPath)
            client.send(1, Proto.delta(.cluster, role: "ns~p"))
            _ = try await client.messages(1, count: 1)
            // It is over when the client has gone, which other tests may keep it from for a while, as they may from reading.
            await server.shutdown(grace: .seconds(60))
            #expect(try await client.end(1).status == "14")
            let came13 = try await client.until { $0.isClosed && $0.goAways == 2 }
            #expect(came13)
        }
    }

    @Test("a port in use is said so, with what to do")
    func portInUse() async throws {
        try await serve { cache, client, _ in
            let port = client.channel.remoteAddress?.port ?? 0
            let second = XDSServer(configuration: .init(port: port), cache: cache, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let message = "xDS server: 127.0.0.1:\(port) is in use by another process; "
                + "stop it (ss -ltnp shows which it is) or choose another port"
            var refusal: XDSServerError?
            do {
                _ = try await second.start()
            } catch let error as XDSServerError {
                refusal = error
            }
            #expect(refusal?.code == .addressInUse)
            #expect(refusal?.description == message)
        }
    }
}
