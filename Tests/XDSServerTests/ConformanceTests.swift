import EnvoyResources
import Testing
import XDSCache

@testable import XDSServer

/// The rules of the protocol as a client meets them at the socket: each method, both variants. What a server must leave unsaid is shown
/// by what it says next: a stream's requests are answered in their order.
@Suite struct ConformanceTests {
    /// A method, with the name under which its type is asked for.
    struct Method: CustomStringConvertible, Sendable {
        var path: String
        var type: ResourceType
        var dialect: XDSDialect
        var name = "a"
        var description: String { path }

        func request(_ names: [String], role: String? = nil, nonce: String = "") -> [UInt8] {
            dialect == .delta ? Proto.delta(type, role: role, subscribe: names, nonce: nonce) : Proto.world(type, role: role, names: names, nonce: nonce)
        }
    }

    private static let services: [(String, String, ResourceType)] = [
        ("envoy.service.listener.v3.ListenerDiscoveryService", "Listeners", .listener),
        ("envoy.service.route.v3.RouteDiscoveryService", "Routes", .route),
        ("envoy.service.cluster.v3.ClusterDiscoveryService", "Clusters", .cluster),
        ("envoy.service.endpoint.v3.EndpointDiscoveryService", "Endpoints", .endpoint),
        ("envoy.service.secret.v3.SecretDiscoveryService", "Secrets", .secret),
        ("envoy.service.extension.v3.ExtensionConfigDiscoveryService", "ExtensionConfigs", .extensionConfig),
        ("envoy.service.runtime.v3.RuntimeDiscoveryService", "Runtime", .runtime),
    ]

    static let single: [Method] =
        services.flatMap { service, methods, type in
            [
                Method(path: "/\(service)/Stream\(methods)", type: type, dialect: .stateOfTheWorld),
                Method(path: "/\(service)/Delta\(methods)", type: type, dialect: .delta),
            ]
        } + [Method(path: "/envoy.service.route.v3.VirtualHostDiscoveryService/DeltaVirtualHosts", type: .virtualHost, dialect: .delta, name: "table")]

    static let aggregated: [Method] = services.map { $0.2 }.flatMap { type in
        [
            Method(path: worldPath, type: type, dialect: .stateOfTheWorld), Method(path: deltaPath, type: type, dialect: .delta),
        ]
    }

    private func parts(_ text: String) -> Set<String> { Set(text.split(separator: " ").map(String.init)) }

    @Test("each method serves its type by name, the changes after the ACK, and says which type it is", arguments: single + aggregated)
    func methods(_ method: Method) async throws {
        try await Serving.run { serving in
            let (cache, client) = (serving.cache, serving.client)
            let resource = method.type == .virtualHost ? "table/a" : "a"
            let other = method.type == .virtualHost ? "table/b" : "b"
            func publish(_ text: String) {
                // Virtual hosts are of a table.
                let tables: [ResourceType: [String: String]] = [.route: ["table": "T"]]
                Serving.publish(cache, tables.merging([method.type: [resource: text]]) { $1 })
            }
            func expected(_ text: String) -> Set<String> { [method.dialect == .delta ? "\(resource)=\(text)" : text] }

            publish("A")
            client.open(1, method.path)
            client.send(1, method.request([method.name], role: "ns~p"))
            let first = try await client.response(1, 0)
            #expect(parts(first.text) == expected("A") && first.type == method.type.typeURL && !first.nonce.isEmpty)
            // The node is said once, in the first request of a stream.
            client.send(1, method.request(method.dialect == .delta ? [] : [method.name], nonce: first.nonce))
            publish("A2")
            let second = try await client.response(1, 1)
            #expect(parts(second.text) == expected("A2") && second.nonce != first.nonce)
            // A name that is asked for later: the answer holds it, and in delta nothing else.
            client.send(1, method.request(method.dialect == .delta ? [] : [method.name], nonce: second.nonce))
            guard method.type != .virtualHost else { return }
            Serving.publish(cache, [method.type: [resource: "A2", other: "B"]])
            client.send(1, method.request(method.dialect == .delta ? [other] : [method.name, other], nonce: method.dialect == .delta ? "" : second.nonce))
            var texts: Set<String> = []
            var index = 2
            // The request and the publication may cross: then the name is answered as missing first.
            while !texts.contains(method.dialect == .delta ? "b=B" : "B") {
                let next = try await client.response(1, index)
                texts = parts(next.text)
                client.send(1, method.request(method.dialect == .delta ? [] : [method.name, other], nonce: next.nonce))
                index += 1
            }
        }
    }

    @Test("a stream of one type ends when it is asked for another", arguments: single)
    func otherType(_ method: Method) async throws {
        try await Serving.run { serving in
            var wrong = method
            wrong.type = method.type == .cluster ? .listener : .cluster
            serving.client.open(1, method.path)
            serving.client.send(1, wrong.request(["a"], role: "ns~p"))
            let stream = try await serving.client.end(1)
            #expect(stream.status == "3")
            #expect(stream.message?.contains(wrong.type.typeURL) == true)
        }
    }

    @Test("a first request without names asks for all clusters and listeners, and for nothing of the others", arguments: aggregated)
    func wildcard(_ method: Method) async throws {
        try await Serving.run { serving in
            let (cache, client) = (serving.cache, serving.client)
            let hasWildcard = [.cluster, .listener].contains(method.type)
            let barrier: ResourceType = method.type == .cluster ? .listener : .cluster
            Serving.publish(cache, [method.type: ["a": "A", "b": "B"], barrier: ["z": "Z"]])
            client.open(1, method.path)
            client.send(1, method.request([], role: "ns~p"))
            var asked = method
            asked.type = barrier
            client.send(1, asked.request(["z"]))
            var answers: [String: Set<String>] = [:]
            for index in 0..<(hasWildcard ? 2 : 1) {
                let next = try await client.response(1, index)
                answers[next.type] = parts(next.text)
                // Listeners are answered when the clusters are confirmed.
                var confirmed = method
                confirmed.type = next.type == barrier.typeURL ? barrier : method.type
                client.send(1, confirmed.request(method.dialect == .stateOfTheWorld && confirmed.type == barrier ? ["z"] : [], nonce: next.nonce))
            }
            let isDelta = method.dialect == .delta
            #expect(answers[barrier.typeURL] == [isDelta ? "z=Z" : "Z"])
            #expect(answers[method.type.typeURL] == (hasWildcard ? (isDelta ? ["a=A", "b=B"] : ["A", "B"]) : nil))
        }
    }

    @Test("delta: a client that comes back is sent what it does not hold and told what is gone")
    func reconnect() async throws {
        try await Serving.run { serving in
            let (cache, client) = (serving.cache, serving.client)
            Serving.publish(cache, [.cluster: ["a": "A", "b": "B"]])
            client.open(1, deltaPath)
            client.send(1, Proto.delta(.cluster, role: "ns~p"))
            let message = try await client.messages(1, count: 1)[0]
            // Versions as they were said.
            var held: [String: String] = [:]
            for entry in try Proto.fields(message)[2] ?? [] {
                let fields = try Proto.fields(entry)
                held[String(decoding: fields[3]?.first ?? [], as: UTF8.self)] = String(decoding: fields[1]?.first ?? [], as: UTF8.self)
            }
            #expect(Set(held.keys) == ["a", "b"])
            client.write(TestClient.frame(3, 0, 1, TestClient.bigEndian(8)))

            Serving.publish(cache, [.cluster: ["a": "A", "c": "C"]])
            client.open(3, deltaPath)
            client.send(3, Proto.delta(.cluster, role: "ns~p", held: held))
            var said: Set<String> = []
            var index = 0
            while said.count < 2 {
                let next = try await client.response(3, index)
                said.formUnion(parts(next.text))
                client.send(3, Proto.delta(.cluster, nonce: next.nonce))
                index += 1
            }
            #expect(said == ["c=C", "-b"])
        }
    }

    @Test("a nonce of an earlier answer confirms nothing", arguments: [XDSDialect.delta, .stateOfTheWorld])
    func staleNonce(_ dialect: XDSDialect) async throws {
        try await Serving.run { serving in
            let (cache, client) = (serving.cache, serving.client)
            let clusters = Method(path: dialect == .delta ? deltaPath : worldPath, type: .cluster, dialect: dialect)
            Serving.publish(cache, [.cluster: ["a": "A"]])
            client.open(1, clusters.path)
            client.send(1, clusters.request([], role: "ns~p"))
            let first = try await client.response(1, 0)
            client.send(1, clusters.request([], nonce: first.nonce))
            let number = Serving.publish(cache, [.cluster: ["a": "A2"]])
            let second = try await client.response(1, 1)
            // An ACK and a NACK of what was sent before: neither counts for what is under way.
            client.send(1, clusters.request([], nonce: first.nonce))
            let refused = dialect == .delta ? Proto.delta(.cluster, nonce: first.nonce, refusal: "old") : clusters.request([], nonce: first.nonce) + Proto.field(6, [8, 13] + Proto.field(2, "old"))
            client.send(1, refused)
            client.send(1, clusters.request([], nonce: second.nonce))
            #expect(await cache.settlement(of: number, role: "ns~p", proxies: 1) == Settlement(proxies: 1, rejections: 0))
            #expect(client[1].messages.count == 2)
        }
    }

    @Test("what was refused is not sent again until it changes", arguments: [XDSDialect.delta, .stateOfTheWorld])
    func refusal(_ dialect: XDSDialect) async throws {
        try await Serving.run { serving in
            let (cache, client) = (serving.cache, serving.client)
            let clusters = Method(path: dialect == .delta ? deltaPath : worldPath, type: .cluster, dialect: dialect)
            let number = Serving.publish(cache, [.cluster: ["a": "A"], .listener: ["l": "L"]])
            client.open(1, clusters.path)
            client.send(1, clusters.request([], role: "ns~p"))
            let first = try await client.response(1, 0)
            client.send(
                1,
                dialect == .delta
                    ? Proto.delta(.cluster, nonce: first.nonce, refusal: "Error adding/updating cluster(s) a: bad")
                    : clusters.request([], nonce: first.nonce) + Proto.field(6, [8, 13] + Proto.field(2, "Error adding/updating cluster(s) a: bad")))
            #expect(await cache.settlement(of: number, role: "ns~p", proxies: 1) == Settlement(proxies: 1, rejections: 1))
            #expect(cache.status().first?.types[.cluster]?.rejection?.names == ["a"])
            // Another type goes on.
            var listeners = clusters
            listeners.type = .listener
            client.send(1, listeners.request([]))
            let second = try await client.response(1, 1)
            #expect(second.type == ResourceType.listener.typeURL)
            client.send(1, listeners.request([], nonce: second.nonce))
            Serving.publish(cache, [.cluster: ["a": "A2"], .listener: ["l": "L"]])
            let third = try await client.response(1, 2)
            #expect(third.type == ResourceType.cluster.typeURL && parts(third.text) == [dialect == .delta ? "a=A2" : "A2"])
        }
    }

    @Test("a name that is given up is not sent any more", arguments: [XDSDialect.delta, .stateOfTheWorld])
    func unsubscribe(_ dialect: XDSDialect) async throws {
        try await Serving.run { serving in
            let (cache, client) = (serving.cache, serving.client)
            let secrets = Method(path: dialect == .delta ? deltaPath : worldPath, type: .secret, dialect: dialect)
            Serving.publish(cache, [.secret: ["a": "A", "b": "B"]])
            client.open(1, secrets.path)
            client.send(1, secrets.request(["a", "b"], role: "ns~p"))
            let first = try await client.response(1, 0)
            #expect(parts(first.text).count == 2)
            client.send(1, dialect == .delta ? Proto.delta(.secret, nonce: first.nonce) + Proto.field(4, "a") : secrets.request(["b"], nonce: first.nonce))
            // The request has been read when what follows it on the stream is answered.
            client.send(1, Method(path: "", type: .runtime, dialect: dialect).request(["none"]))
            Serving.publish(cache, [.secret: ["a": "A", "b": "B"], .runtime: ["none": "R"]])
            var answers = 1
            while true {
                let next = try await client.response(1, answers)
                answers += 1
                client.send(1, Method(path: "", type: .runtime, dialect: dialect).request(dialect == .delta ? [] : ["none"], nonce: next.nonce))
                if next.text.contains("R") { break }
            }
            Serving.publish(cache, [.secret: ["a": "A2", "b": "B2"], .runtime: ["none": "R"]])
            let next = try await client.response(1, answers)
            #expect(parts(next.text) == [dialect == .delta ? "b=B2" : "B2"])
        }
    }

    @Test("on an aggregated stream clusters are answered before endpoints, then listeners, then routes", arguments: [XDSDialect.delta, .stateOfTheWorld])
    func order(_ dialect: XDSDialect) async throws {
        try await Serving.run { serving in
            let (cache, client) = (serving.cache, serving.client)
            let order: [ResourceType] = [.cluster, .endpoint, .listener, .route]
            func method(_ type: ResourceType) -> Method { Method(path: dialect == .delta ? deltaPath : worldPath, type: type, dialect: dialect) }
            func publish(_ text: String) -> UInt64 { Serving.publish(cache, Dictionary(uniqueKeysWithValues: order.map { ($0, ["a": text]) })) }
            func answer(_ index: Int) async throws -> ResourceType? {
                let next = try await client.response(1, index)
                guard let type = order.first(where: { $0.typeURL == next.type }) else { return nil }
                client.send(1, method(type).request(dialect == .delta ? [] : ["a"], nonce: next.nonce))
                return type
            }
            _ = publish("A")
            client.open(1, method(.cluster).path)
            for (index, type) in order.enumerated() { client.send(1, method(type).request(["a"], role: index == 0 ? "ns~p" : nil)) }
            for index in 0..<4 { _ = try await answer(index) }
            _ = publish("B")
            var changes: [ResourceType?] = []
            for index in 4..<8 { changes.append(try await answer(index)) }
            #expect(changes == order)
        }
    }
}
