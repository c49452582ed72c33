import Foundation

/// Signs JSON Web Tokens with a key of the test's own, by the openssl program.
struct TokenIssuer: Sendable {
    private let folder: TemporaryFolder
    /// In PEM.
    let publicKey: String
    /// The same as a JSON Web Key Set.
    let keySet: String

    init() async throws {
        folder = try TemporaryFolder()
        let key = folder.url.appending(path: "key.pem").path
        _ = try await Self.openssl("genrsa", "-out", key, "2048")
        publicKey = try await Self.openssl("rsa", "-in", key, "-pubout")
        let modulus = try await Self.openssl("rsa", "-in", key, "-noout", "-modulus").dropFirst("Modulus=".count)
        let digits = Array(modulus.utf8.prefix { $0 > 0x20 })
        let bytes = stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16) }
        keySet = #"{"keys":[{"kty":"RSA","n":"\#(Self.text(Data(bytes)))","e":"AQAB"}]}"#
    }

    /// - Parameter claims: JSON.
    func token(_ claims: String) async throws -> String {
        let signed = Self.text(Data(#"{"alg":"RS256","typ":"JWT"}"#.utf8)) + "." + Self.text(Data(claims.utf8))
        try folder.write("signed", signed)
        let signature = folder.url.appending(path: "signature")
        _ = try await Self.openssl(
            "dgst", "-sha256", "-sign", folder.url.appending(path: "key.pem").path, "-out", signature.path, folder.url.appending(path: "signed").path
        )
        return signed + "." + Self.text(try Data(contentsOf: signature))
    }

    private static func text(_ data: Data) -> String {
        data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    private static func openssl(_ arguments: String...) async throws -> String {
        let result = try await ChildProcess.run("openssl", "/usr/bin/openssl", arguments)
        guard result.exit == .code(0) else { throw TestFailure("openssl \(arguments[0]): \(result.errors)") }
        return result.output
    }
}
