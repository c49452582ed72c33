import EnvoyResources
import NIOCore
import Testing
import TranslationHarness
import XDSCache

@testable import XDSServer

/// Gloo's auth server on the socket of a whole control plane.
@Suite struct AuthServerTests {
    private static let role = "extauth"
    private static let clientSecret = "client-MARKER-71"
    private static let apiKey = "key-MARKER-72"

    private static func auth(_ name: String, client: String) -> String {
        """
        apiVersion: enterprise.gloo.solo.io/v1
        kind: AuthConfig
        metadata: {name: \(name), namespace: \(Stock.namespace)}
        spec: {configs: [{oauth2: {oidcAuthorizationCode: {clientId: \(client), clientSecretRef: {name: s}, issuerUrl: 'https://i', appUrl: 'https://a', callbackPath: /c}}}, {apiKeyAuth: {k8sSecretApikeyStorage: {apiKeySecretRefs: [{name: k}]}}}]}
        """
    }

    private static func secret(_ name: String, _ spec: String) -> String {
        "apiVersion: gloo.solo.io/v1\nkind: Secret\nmetadata: {name: \(name), namespace: \(Stock.namespace)}\nspec: \(spec)\n"
    }

    private static let files = [
        "a": auth("a", client: "first-a"), "b": auth("b", client: "first-b"),
        "s": secret("s", "{oauth: {clientSecret: \(clientSecret)}}"), "k": secret("k", "{apiKey: {apiKey: \(apiKey)}}"),
    ]

    /// A stream as the auth server opens it: by the role in its metadata, or by its node's id alone.
    private static func open(_ client: TestClient, _ stream: UInt32, _ dialect: XDSDialect) -> Conversation {
        let method = dialect == .delta ? "DeltaAggregatedResources" : "StreamAggregatedResources"
        let conversation = Conversation(client, stream, "/solo.io.xds.SoloDiscoveryService/\(method)", dialect)
        if dialect == .delta {
            client.send(stream, Proto.field(1, Proto.field(1, role)) + Proto.field(2, ResourceType.extAuthConfig.typeURL))
        } else {
            conversation.ask(.extAuthConfig, role: role)
        }
        return conversation
    }

    @Test("it gets all AuthConfigs with their secrets, an edit is pushed, and what it refuses is told on the AuthConfig until that is mended", arguments: [
        XDSDialect.stateOfTheWorld, .delta,
    ])
    func stream(dialect: XDSDialect) async throws {
        try await WholeControlPlane.run(Self.files) { plane in
            let client = try await plane.client()
            var server = Self.open(client, 1, dialect)
            let first = try await server.next()
            #expect(first.type == ResourceType.extAuthConfig.typeURL)
            for text in ["\(Stock.namespace).a", "\(Stock.namespace).b", "first-a", "first-b", Self.clientSecret, Self.apiKey] { #expect(first.text.contains(text), "\(text)") }
            server.answer(.extAuthConfig, first.nonce)
            let isTaken = try await client.until { _ in plane.status("authconfigs", "a").contains("state: Accepted") }
            #expect(isTaken, "\(plane.status("authconfigs", "a"))")

            plane.write(["a": Self.auth("a", client: "second-a")])
            let second = try await server.next()
            #expect(second.text.contains("second-a") && !second.text.contains("first-a"))
            #expect(second.text.contains("first-b") == (dialect == .stateOfTheWorld), "delta sends what has changed alone")
            server.answer(.extAuthConfig, second.nonce)

            plane.write(["a": Self.auth("a", client: "third-a")])
            let third = try await server.next()
            #expect(third.text.contains("third-a"))
            server.answer(.extAuthConfig, third.nonce, refusal: "cannot translate \(Stock.namespace).a: no such issuer")
            let isTold = try await client.until { _ in plane.status("authconfigs", "a").contains("no such issuer") }
            let status = plane.status("authconfigs", "a")
            #expect(isTold && status.contains("state: Rejected") && status.contains("refuses extAuthConfig '\(Stock.namespace).a'"), "\(status)")
            #expect(status.contains("the form that was accepted before serves until this is mended"))
            #expect(plane.status("authconfigs", "b").contains("state: Accepted"))
            // Another server gets the form that works.
            var other = Self.open(client, 3, dialect)
            let accepted = try await other.next()
            #expect(accepted.text.contains("second-a") && accepted.text.contains("first-b") && !accepted.text.contains("third-a"))

            plane.write(["a": Self.auth("a", client: "fourth-a")])
            var response = try await server.next()
            while !response.text.contains("fourth-a") {
                // Where it is told to go back to the form before.
                #expect(response.text.contains("second-a"), "\(response.text)")
                server.answer(.extAuthConfig, response.nonce)
                response = try await server.next()
            }
            server.answer(.extAuthConfig, response.nonce)
            let isMended = try await client.until { _ in plane.status("authconfigs", "a").contains("state: Accepted") }
            #expect(isMended, "\(plane.status("authconfigs", "a"))")
            #expect(!plane.log.all.contains { $0.contains(Self.clientSecret) || $0.contains(Self.apiKey) })
        }
    }

    @Test("operators see which resources it has, and none of the secrets in them", arguments: ["json", "yaml"])
    func redacted(format: String) async throws {
        try await WholeControlPlane.run(Self.files) { plane in
            let client = try await plane.client()
            var server = Self.open(client, 1, .stateOfTheWorld)
            let sent = try await server.next()
            #expect(sent.text.contains(Self.clientSecret) && sent.text.contains(Self.apiKey), "the test could not fail, were they not there")
            let config = try await plane.web("/config?role=\(Self.role)&format=\(format)")
            #expect(config.hasPrefix("HTTP/1.1 200 ") && config.contains("extAuthConfig") && config.contains("\(Stock.namespace).a"), "\(config)")
            for page in [config, try await plane.web("/config?role=\(Self.role)&name=\(Stock.namespace).a"), try await plane.web("/proxies"), try await plane.web("/")] {
                #expect(page.hasPrefix("HTTP/1.1 200 "))
                #expect(!page.contains("MARKER"), "\(page)")
            }
        }
    }

    @Test("a stranger is refused, and makes no work: nothing is published for it", .enabled(if: AccessTests.ownAddress != nil))
    func stranger() async throws {
        try await WholeControlPlane.run(Self.files, host: "0.0.0.0") { plane in
            let port = try #require(plane.address.port)
            let client = try await TestClient.connect(SocketAddress(ipAddress: #require(AccessTests.ownAddress), port: port))
            for (stream, dialect) in [(1, .stateOfTheWorld), (3, .delta)] as [(UInt32, XDSDialect)] {
                _ = Self.open(client, stream, dialect)
                let ended = try await client.end(stream)
                #expect(ended.status == "7" && ended.messages.isEmpty && ended.message?.contains("--xds-allow-unauthenticated-secrets") == true, "\(ended)")
            }
            // The servers of the other role have no secrets.
            client.open(5, worldPath)
            client.send(5, Proto.world(.rateLimitConfig, role: "ratelimit"))
            let isWorkedFor = try await client.until { _ in plane.log.all.contains { $0.hasPrefix("info: published") && $0.contains("role=ratelimit") } }
            #expect(isWorkedFor)
            #expect(!plane.log.all.contains { $0.hasPrefix("info: published") && $0.contains("role=extauth") }, "\(plane.log.all)")
        }
    }
}
