import EnvoyResources
import NIOCore
import NIOPosix
import Testing
import XDSCache

@testable import XDSServer

/// Who may have the secrets of servers that Envoy asks, where no rule says it.
@Suite struct AccessTests {
    private static let role = "extauth"
    /// An address of this machine that others could reach; nil where there is none.
    static let ownAddress: String? = {
        let all = (try? System.enumerateDevices())?.compactMap { $0.address } ?? []
        return all.first { $0.protocol == .inet && !$0.isLoopback }?.ipAddress
    }()

    private static func peer(_ address: String) throws -> Peer {
        let address = try SocketAddress(ipAddress: address, port: 40_000)
        var peer = Peer(nil)
        (peer.host, peer.isLocal) = (address.ipAddress ?? "", address.isLoopback)
        return peer
    }

    private static func guarding(_ configuration: inout XDSServer.Configuration) {
        configuration.host = "0.0.0.0"
        configuration.access.secretRoles = [role]
    }

    /// A client that comes from an address which others could have.
    private static func stranger(_ serving: Serving) async throws -> TestClient {
        try await TestClient.connect(SocketAddress(ipAddress: #require(ownAddress), port: #require(serving.address.port)))
    }

    @Test("loopback is 127.0.0.0/8 in both of its writings, ::1 and a file, and nothing else", arguments: [
        ("127.0.0.1", true), ("127.8.9.10", true), ("::1", true), ("::ffff:127.0.0.1", true),
        ("10.0.0.1", false), ("128.0.0.1", false), ("0.0.0.0", false), ("1.127.0.1", false), ("::", false), ("::127.0.0.1", false), ("::ffff:10.0.0.1", false),
        ("fe80::1", false), ("::1:1", false), ("1270::1", false),
    ])
    func loopback(address: String, isLoopback: Bool) throws {
        #expect(try SocketAddress(ipAddress: address, port: 1).isLoopback == isLoopback)
        #expect(try SocketAddress(unixDomainSocketPath: "/tmp/x").isLoopback)
        #expect(!Peer(nil).isLocal, "who is not known is a stranger")
    }

    @Test("without rules the secret roles are for this machine alone, unless the option says otherwise; other roles are for all")
    func rule() throws {
        var access = XDSServer.Access()
        access.secretRoles = [Self.role]
        let (near, far) = (try Self.peer("127.0.0.1"), try Self.peer("10.1.2.3"))
        #expect(access.refusal(of: near, role: Self.role) == nil)
        #expect(access.refusal(of: far, role: "ns~p") == nil && access.refusal(of: far, role: "ratelimit") == nil)
        let text = try #require(access.refusal(of: far, role: Self.role))
        for words in ["role extauth is not for 10.1.2.3", "client secrets", "--xds-client-ca and --authorize SAN=extauth", "127.0.0.1", "--xds-allow-unauthenticated-secrets"] {
            #expect(text.contains(words), "\(text)")
        }
        access.allowsUnauthenticatedSecrets = true
        #expect(access.refusal(of: far, role: Self.role) == nil)
    }

    @Test("rules decide about the secret roles alone, for this machine too")
    func rules() throws {
        var access = XDSServer.Access(rules: ["auth.test=extauth"].compactMap { XDSServer.AccessRule($0) })
        access.secretRoles = [Self.role]
        var (near, far) = (try Self.peer("127.0.0.1"), try Self.peer("10.1.2.3"))
        far.names = ["auth.test"]
        #expect(access.refusal(of: far, role: Self.role) == nil)
        #expect(access.refusal(of: near, role: Self.role)?.contains("needs a client certificate") == true)
        near.names = ["proxy.test"]
        #expect(access.refusal(of: near, role: Self.role)?.contains("(proxy.test) may not have role extauth") == true)
    }

    @Test("a stranger is refused the role in words, however it asks, waits for nothing, and is logged once", .enabled(if: ownAddress != nil))
    func refused() async throws {
        try await Serving.run(Self.guarding) { serving in
            let client = try await Self.stranger(serving)
            let type = ResourceType.extAuthConfig
            func byName(_ node: [UInt8]) -> [UInt8] { Proto.field(1, node) + Proto.field(2, type.typeURL) }
            // Before the role has a configuration, and with one.
            for round: UInt32 in [0, 100] {
                let (role, id, cluster, world, fetch) = (round + 1, round + 3, round + 5, round + 7, round + 9)
                client.open(role, deltaPath)
                client.send(role, Proto.delta(type, role: Self.role))
                client.open(id, deltaPath)
                client.send(id, byName(Proto.field(1, Self.role)))
                client.open(cluster, "/solo.io.xds.SoloDiscoveryService/DeltaAggregatedResources")
                client.send(cluster, byName(Proto.field(1, "x") + Proto.field(2, Self.role)))
                client.open(world, worldPath)
                client.send(world, Proto.world(type, role: Self.role))
                client.open(fetch, "/envoy.service.secret.v3.SecretDiscoveryService/FetchSecrets")
                client.send(fetch, Proto.world(.secret, role: Self.role))
                for stream in [role, id, cluster, world, fetch] {
                    let ended = try await client.end(stream)
                    #expect(ended.status == "7" && ended.messages.isEmpty, "\(stream): \(ended)")
                    #expect(ended.message?.contains("--xds-allow-unauthenticated-secrets") == true, "\(ended.message ?? "")")
                }
                #expect(serving.cache.status().isEmpty)
                Serving.publish(serving.cache, role: Self.role, [type: ["ns.a": "A"]])
            }
            let rest = try await RawClient.connect(SocketAddress(ipAddress: #require(Self.ownAddress), port: #require(serving.address.port)))
            let body = #"{"node":{"id":"extauth"}}"#
            rest.write("POST /v3/discovery:secrets HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)")
            let isForbidden = try await rest.until { text, _ in text.hasPrefix("HTTP/1.1 403 ") && text.contains("--authorize SAN=extauth") }
            #expect(isForbidden, "\(rest.text)")
            #expect(serving.log.all.filter { $0.hasPrefix("warning: proxy refused: role extauth is not for \(Self.ownAddress ?? "")") }.count == 1, "\(serving.log.all)")
        }
    }

    @Test("this machine gets the role, and a stranger the roles of proxies, also when it is called like the server", .enabled(if: ownAddress != nil))
    func served() async throws {
        try await Serving.run(Self.guarding) { serving in
            Serving.publish(serving.cache, role: Self.role, [.extAuthConfig: ["ns.a": "A"]])
            Serving.publish(serving.cache, [.cluster: ["c": "C"]])
            serving.client.open(1, deltaPath)
            serving.client.send(1, Proto.delta(.extAuthConfig, role: Self.role))
            let local = try await serving.client.response(1, 0)
            #expect(local.text == "ns.a=A")
            let client = try await Self.stranger(serving)
            client.open(1, deltaPath)
            client.send(1, Proto.delta(.cluster, role: "ns~p"))
            let proxy = try await client.response(1, 0)
            #expect(proxy.text == "c=C")
            client.open(3, deltaPath)
            client.send(3, Proto.field(1, Proto.field(1, Self.role) + Proto.field(2, "p")) + Proto.field(2, ResourceType.cluster.typeURL))
            let namesake = try await client.response(3, 0)
            #expect(namesake.text == "c=C")
        }
    }

    @Test("the option serves the role to strangers", .enabled(if: ownAddress != nil))
    func allowed() async throws {
        try await Serving.run {
            Self.guarding(&$0)
            $0.access.allowsUnauthenticatedSecrets = true
        } _: { serving in
            Serving.publish(serving.cache, role: Self.role, [.extAuthConfig: ["ns.a": "A"]])
            let client = try await Self.stranger(serving)
            client.open(1, deltaPath)
            client.send(1, Proto.delta(.extAuthConfig, role: Self.role))
            let response = try await client.response(1, 0)
            #expect(response.text == "ns.a=A")
        }
    }

    @Test("a port in cleartext that others can reach is warned of, once, with the options", arguments: [("0.0.0.0", true), ("127.0.0.1", false)])
    func warned(host: String, isWarned: Bool) async throws {
        try await Serving.run { $0.host = host } _: { serving in
            let warnings = serving.log.all.filter { $0.hasPrefix("warning: xDS server: whoever reaches ") }
            #expect(warnings.count == (isWarned ? 1 : 0), "\(serving.log.all)")
            for option in ["--xds-tls-cert", "--xds-tls-key", "--xds-client-ca", "--authorize", "--xds-host"] {
                #expect(warnings.allSatisfy { $0.contains(option) })
            }
        }
    }
}
