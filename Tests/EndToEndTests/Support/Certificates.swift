import Foundation
import NIOSSL

/// A certificate authority of the test and what it signs, made with the openssl program.
struct Certificates: Sendable {
    private let folder: TemporaryFolder

    struct Pair: Sendable {
        let chain: String
        let key: String
    }

    init() async throws {
        folder = try TemporaryFolder()
        try await openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=Sluice test CA",
            "-keyout", file("ca.key"), "-out", file("ca.pem")
        )
    }

    var authority: String { get throws { try text("ca.pem") } }

    /// - Parameter days: until it ends; below 0 it has ended.
    /// - Parameter key: what `openssl req` makes as its key.
    func pair(
        for host: String, uri: String? = nil, days: Int = 2, key: [String] = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    ) async throws -> Pair {
        try folder.write("\(host).ext", "subjectAltName=DNS:\(host)\(uri.map { ",URI:\($0)" } ?? "")\n")
        try await openssl(["req"] + key + ["-nodes", "-subj", "/CN=\(host)", "-keyout", file("\(host).key"), "-out", file("\(host).csr")])
        try await openssl(
            "x509", "-req", "-in", file("\(host).csr"), "-CA", file("ca.pem"), "-CAkey", file("ca.key"), "-CAcreateserial", "-days", "\(days)",
            "-extfile", file("\(host).ext"), "-out", file("\(host).pem")
        )
        return try Pair(chain: text("\(host).pem"), key: text("\(host).key"))
    }

    /// A client that trusts this authority alone and checks that the certificate is for `serverName`.
    ///
    /// - Parameter checksName: false for names that no certificate can have, such as those with an underscore.
    func client(port: Int, serverName: String, checksName: Bool = true) throws -> Client {
        var configuration = TLSConfiguration.makeClientConfiguration()
        if !checksName { configuration.certificateVerification = .noHostnameVerification }
        configuration.trustRoots = try .certificates(NIOSSLCertificate.fromPEMBytes(Array(authority.utf8)))
        return try Client(port: port, tls: .init(context: NIOSSLContext(configuration: configuration), serverName: serverName))
    }

    func server(_ pair: Pair) throws -> NIOSSLContext {
        try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: NIOSSLCertificate.fromPEMBytes(Array(pair.chain.utf8)).map { .certificate($0) },
                privateKey: .privateKey(NIOSSLPrivateKey(bytes: Array(pair.key.utf8), format: .pem))
            )
        )
    }

    private func file(_ name: String) -> String {
        folder.url.appending(path: name).path
    }

    private func text(_ name: String) throws -> String {
        guard let text = folder.read(name) else { throw TestFailure("openssl left no \(name)") }
        return text
    }

    private func openssl(_ arguments: String...) async throws { try await openssl(arguments) }

    private func openssl(_ arguments: [String]) async throws {
        let result = try await ChildProcess.run("openssl", "/usr/bin/openssl", arguments)
        guard result.exit == .code(0) else { throw TestFailure("openssl \(arguments[0]): \(result.errors)") }
    }
}
