import Crypto
import EnvoyResources
import Foundation
import NIOCore
import NIOSSL
import SwiftASN1
import Synchronization
import Testing
import X509
import XDSCache

@testable import XDSServer

/// An authority of the test, what it signs, and a folder of its own with the files.
struct TestAuthority {
    let folder: URL
    private let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
    private let certificate: Certificate

    init() throws {
        folder = URL.temporaryDirectory.appending(path: "sluice-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let extensions = try Certificate.Extensions {
            Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
            Critical(KeyUsage(keyCertSign: true))
        }
        certificate = try Self.sign("authority", key.publicKey, by: nil, key, ends: 86_400, extensions)
        try Data(pem.utf8).write(to: folder.appending(path: "ca.pem"))
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }

    func path(_ name: String) -> String { folder.appending(path: name).path }

    var pem: String { get throws { try certificate.serializeAsPEM().pemString } }

    /// A certificate and its key; `ends` in seconds from now.
    func pair(_ names: [GeneralName] = [.dnsName("localhost")], ends: Double = 86_400) throws -> (chain: String, key: String) {
        let own = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let extensions = try Certificate.Extensions { SubjectAlternativeNames(names) }
        let leaf = try Self.sign("leaf", own.publicKey, by: certificate.subject, key, ends: ends, extensions)
        return (try leaf.serializeAsPEM().pemString, try own.serializeAsPEM().pemString)
    }

    func write(_ pair: (chain: String, key: String), _ name: String = "server") throws {
        try Data(pair.chain.utf8).write(to: folder.appending(path: "\(name).pem"), options: .atomic)
        try Data(pair.key.utf8).write(to: folder.appending(path: "\(name).key"), options: .atomic)
    }

    /// A client that trusts this authority; with a certificate of these names, if there are some.
    func client(_ names: [GeneralName] = [], ends: Double = 86_400, protocols: [String] = ["h2"]) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .noHostnameVerification
        configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(pem.utf8)))
        configuration.applicationProtocols = protocols
        if !names.isEmpty {
            let pair = try pair(names, ends: ends)
            configuration.certificateChain = try NIOSSLCertificate.fromPEMBytes(Array(pair.chain.utf8)).map { .certificate($0) }
            configuration.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(pair.key.utf8), format: .pem))
        }
        return try NIOSSLContext(configuration: configuration)
    }

    func serverFiles(clientAuthority: Bool) -> XDSServer.TLS {
        var tls = XDSServer.TLS(
            certificateChain: path("server.pem"), privateKey: path("server.key"), clientAuthority: clientAuthority ? path("ca.pem") : nil
        )
        tls.interval = .milliseconds(20)
        return tls
    }

    private static func sign(
        _ name: String, _ publicKey: Certificate.PublicKey, by issuer: DistinguishedName?, _ key: Certificate.PrivateKey, ends: Double,
        _ extensions: Certificate.Extensions
    ) throws -> Certificate {
        let subject = try DistinguishedName { CommonName(name) }
        return try Certificate(
            version: .v3, serialNumber: .init(), publicKey: publicKey, notValidBefore: Date() - 200_000, notValidAfter: Date() + ends,
            issuer: issuer ?? subject, subject: subject, signatureAlgorithm: .ecdsaWithSHA256, extensions: extensions, issuerPrivateKey: key
        )
    }
}

@Suite struct TLSTests {
    private func withAuthority(_ body: (TestAuthority) async throws -> Void) async throws {
        let authority = try TestAuthority()
        defer { authority.remove() }
        try authority.write(authority.pair())
        try await body(authority)
    }

    @Test("a client is served over TLS, by HTTP/2 and by HTTP/1.1, whether it negotiates or not", arguments: [["h2"], [], ["http/1.1"]])
    func served(protocols: [String]) async throws {
        try await withAuthority { authority in
            let tls = try authority.client(protocols: protocols)
            try await Serving.run(tls: tls) { $0.tls = authority.serverFiles(clientAuthority: false) } _: { serving in
                Serving.publish(serving.cache, [.cluster: ["a": "A"]])
                serving.client.open(1, deltaPath)
                serving.client.send(1, Proto.delta(.cluster, role: "ns~p"))
                let response = try await serving.client.response(1, 0)
                #expect(response.text == "a=A")
                let plain = try await RawClient.connect(serving.address, tls: tls)
                plain.write("GET / HTTP/1.1\r\nhost: a\r\n\r\n")
                let isAnswered = try await plain.until { text, _ in text.hasPrefix("HTTP/1.1 404 ") }
                #expect(isAnswered)
            }
        }
    }

    @Test("a moment is written as people do", arguments: [(0, "1970-01-01 00:00 UTC"), (1_794_000_000, "2026-11-06 21:20 UTC"), (1_709_251_199, "2024-02-29 23:59 UTC")])
    func date(seconds: Int, text: String) { #expect(UTCDate.text(seconds) == text) }

    @Test("a client without a certificate of the authority gets no connection, nor one whose certificate has ended, and the log says why")
    func refused() async throws {
        try await withAuthority { authority in
            let clients = [
                (try authority.client(), "the TLS handshake failed"),
                (try authority.client([.dnsName("late")], ends: -100_000), "the client's certificate (late) ended on \(UTCDate.text(Int(Date().timeIntervalSince1970) - 100_000).prefix(10))"),
            ]
            for (tls, words) in clients {
                try await Serving.run(tls: tls) { $0.tls = authority.serverFiles(clientAuthority: true) } _: { serving in
                    serving.client.open(1, deltaPath)
                    let isClosed = try await serving.client.until { $0.isClosed }
                    #expect(isClosed)
                    #expect(serving.client[1].fields.isEmpty)
                    let isLogged = try await serving.client.until { _ in serving.log.all.contains { $0.hasPrefix("warning: no connection: \(words)") } }
                    #expect(isLogged, "\(serving.log.all)")
                }
            }
        }
    }

    @Test("a certificate gets the roles that its names allow, and no others", arguments: [
        (["spiffe://sluice/ns/p"], "ns~p", true),
        (["spiffe://sluice/ns/p"], "ns~other", false),
        (["spiffe://sluice/team/a"], "team~anything", true),
        (["spiffe://sluice/team/a"], "teams~anything", false),
        (["dns:edge.test"], "ns~p", true),
        (["dns:edge.test.evil"], "ns~p", false),
        (["dns:other", "dns:edge.test"], "ns~p", true),
    ])
    func authorized(names: [String], role: String, isAllowed: Bool) async throws {
        let rules = ["spiffe://sluice/ns/p=ns~p", "spiffe://sluice/team/*=team~*", "edge.test=ns~p"].compactMap { XDSServer.AccessRule($0) }
        #expect(rules.count == 3)
        let generalNames = names.map { $0.hasPrefix("dns:") ? GeneralName.dnsName(String($0.dropFirst(4))) : .uniformResourceIdentifier($0) }
        try await withAuthority { authority in
            try await Serving.run(tls: try authority.client(generalNames)) {
                $0.tls = authority.serverFiles(clientAuthority: true)
                $0.access = XDSServer.Access(rules: rules)
            } _: { serving in
                Serving.publish(serving.cache, role: role, [.cluster: ["a": "A"]])
                // By its role, and by a cluster that leads to the role.
                serving.client.open(1, deltaPath)
                serving.client.send(1, Proto.delta(.cluster, role: role))
                serving.client.open(3, deltaPath)
                serving.client.send(3, Proto.field(1, Proto.field(2, String(role.split(separator: "~")[1]))) + Proto.field(2, ResourceType.cluster.typeURL))
                serving.client.open(5, "/envoy.service.cluster.v3.ClusterDiscoveryService/FetchClusters")
                serving.client.send(5, Proto.world(.cluster, role: role))
                for stream: UInt32 in [1, 3, 5] {
                    if isAllowed {
                        let response = try await serving.client.response(stream, 0)
                        #expect(response.text == (stream == 5 ? "A" : "a=A"))
                    } else {
                        let ended = try await serving.client.end(stream)
                        #expect(ended.status == "7" && ended.messages.isEmpty)
                        #expect(ended.message?.contains(names[0].replacing("dns:", with: "")) == true, "\(ended.message ?? "")")
                    }
                }
                if !isAllowed {
                    #expect(serving.log.all.contains { $0.hasPrefix("warning: proxy refused: the client's certificate") })
                    let isEmpty = try await serving.client.until { _ in serving.cache.status().isEmpty }
                    #expect(isEmpty)
                }
            }
        }
    }

    @Test("a proxy that waits for its role is refused when a role comes that it may not have")
    func refusedLater() async throws {
        try await withAuthority { authority in
            try await Serving.run(tls: try authority.client([.dnsName("edge.test")])) {
                $0.tls = authority.serverFiles(clientAuthority: true)
                $0.access = XDSServer.Access(rules: [XDSServer.AccessRule("edge.test=ns~other")].compactMap(\.self))
            } _: { serving in
                serving.client.open(1, deltaPath)
                serving.client.send(1, Proto.field(1, Proto.field(2, "p")) + Proto.field(2, ResourceType.cluster.typeURL))
                let isWaiting = try await serving.client.until { _ in serving.cache.status().first?.isWaiting == true }
                #expect(isWaiting)
                Serving.publish(serving.cache, [.cluster: ["a": "A"]])
                let ended = try await serving.client.end(1)
                #expect(ended.status == "7" && ended.messages.isEmpty)
            }
        }
    }

    @Test("new files are taken up without a restart, and a bad one keeps the old")
    func rotation() async throws {
        try await withAuthority { authority in
            let tls = try authority.client()
            try await Serving.run(tls: tls) { $0.tls = authority.serverFiles(clientAuthority: false) } _: { serving in
                Serving.publish(serving.cache, [.cluster: ["a": "A"]])
                serving.client.open(1, deltaPath)
                serving.client.send(1, Proto.delta(.cluster, role: "ns~p"))
                let first = try await serving.client.response(1, 0)
                #expect(first.text == "a=A")

                try Data("no key".utf8).write(to: authority.folder.appending(path: "server.key"), options: .atomic)
                let isTold = try await serving.client.until { _ in
                    serving.log.all.contains { $0.hasPrefix("error:") && $0.contains("server.key") && $0.contains("the certificate before serves") }
                }
                #expect(isTold, "\(serving.log.all)")
                let still = try await TestClient.connect(serving.address, tls: tls)
                let hasSettings = try await still.until { $0.settings > 0 }
                #expect(hasSettings)

                let other = try TestAuthority()
                defer { other.remove() }
                try authority.write(other.pair())
                let isTaken = try await serving.client.until { _ in serving.log.all.contains { $0.contains("new connections get the new certificate") } }
                #expect(isTaken, "\(serving.log.all)")
                let new = try await TestClient.connect(serving.address, tls: try other.client())
                let isServed = try await new.until { $0.settings > 0 }
                #expect(isServed)
                // Who came before goes on.
                Serving.publish(serving.cache, [.cluster: ["a": "A2"]])
                serving.client.send(1, Proto.delta(.cluster, nonce: first.nonce))
                let second = try await serving.client.response(1, 1)
                #expect(second.text == "a=A2")
            }
        }
    }

    @Test("the end of a certificate is told a month ahead and when it has passed, once a day")
    func expiry() async throws {
        try await withAuthority { authority in
            let day = 86_400
            try authority.write(authority.pair(ends: 100 * 86_400))
            let log = LogLines()
            let credentials = try TLSCredentials(authority.serverFiles(clientAuthority: false), logger: log.logger)
            let now = Int(Date().timeIntervalSince1970)
            credentials.refresh(now: now + 60 * day)
            #expect(log.all.isEmpty)
            credentials.refresh(now: now + 71 * day + day / 2)
            credentials.refresh(now: now + 71 * day + day / 2 + 100)
            #expect(log.all.count == 1 && log.all[0].hasPrefix("warning: xDS server: its certificate ends on \(UTCDate.text(now + 100 * day).prefix(10))") && log.all[0].contains(", in 28 days;") && log.all[0].contains("server.pem"), "\(log.all)")
            credentials.refresh(now: now + 103 * day + day / 2)
            #expect(log.all.count == 2 && log.all[1].hasPrefix("error: xDS server: its certificate ended on ") && log.all[1].contains(", 3 days ago,"), "\(log.all)")
        }
    }

    @Test("files that cannot be used stop the start, by name and reason", arguments: [
        ("server.pem", "", "holds no PEM certificate"),
        ("server.key", "x", "no unencrypted PEM key"),
        ("server.key", nil, "No such file"),
        ("ca.pem", "x", "client authority holds no PEM certificate"),
    ] as [(String, String?, String)])
    func unusable(file: String, content: String?, reason: String) async throws {
        try await withAuthority { authority in
            if let content {
                try Data(content.utf8).write(to: authority.folder.appending(path: file))
            } else {
                try FileManager.default.removeItem(atPath: authority.path(file))
            }
            let error = #expect(throws: XDSServerError.self) {
                try TLSCredentials(authority.serverFiles(clientAuthority: true), logger: LogLines().logger)
            }
            #expect(error?.code == .tlsFiles && error?.message.contains(reason) == true && error?.message.contains(authority.path(file)) == true, "\(error?.message ?? "")")
        }
    }

    @Test("a key of another certificate is refused")
    func mismatch() async throws {
        try await withAuthority { authority in
            try authority.write((authority.pair().chain, authority.pair().key))
            let error = #expect(throws: XDSServerError.self) {
                try TLSCredentials(authority.serverFiles(clientAuthority: false), logger: LogLines().logger)
            }
            #expect(error?.message.contains("not the one of the certificate") == true, "\(error?.message ?? "")")
        }
    }

    @Test("a source that comes later holds connections back until then")
    func later() async throws {
        try await withAuthority { authority in
            let pair = try authority.pair()
            let box = MaterialBox()
            try await Serving.run(tls: try authority.client()) {
                var tls = XDSServer.TLS(source: "Secret a/b") { box.material }
                tls.interval = .milliseconds(20)
                $0.tls = tls
            } _: { serving in
                let isClosed = try await serving.client.until { $0.isClosed }
                #expect(isClosed)
                box.set(.init(certificateChain: Array(pair.chain.utf8), privateKey: Array(pair.key.utf8)))
                let isTaken = try await serving.client.until { _ in serving.log.all.contains { $0.contains("new connections get the new certificate") } }
                #expect(isTaken)
                let client = try await TestClient.connect(serving.address, tls: try authority.client())
                let isServed = try await client.until { $0.settings > 0 }
                #expect(isServed)
            }
        }
    }

    @Test("rules have the form SAN=ROLE", arguments: [
        ("a=b", true), ("spiffe://x/y?z=1=ns~p", true), ("a*=b*", true), ("a", false), ("=b", false), ("a=", false), ("a*b=c", false), ("a=*b", false),
    ])
    func rules(text: String, isRule: Bool) {
        #expect((XDSServer.AccessRule(text) != nil) == isRule)
    }
}

private final class MaterialBox: Sendable {
    private let value = Mutex<XDSServer.TLS.Material?>(nil)

    var material: XDSServer.TLS.Material? { value.withLock { $0 } }

    func set(_ material: XDSServer.TLS.Material) { value.withLock { $0 = material } }
}
