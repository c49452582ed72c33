import Crypto
import Foundation
import SwiftASN1
import X509

/// A certificate authority that lives as long as this value, and what it signs.
struct DevelopmentCertificates {
    struct File {
        var name: String
        var text: String
        var isSecret = false
    }

    private let days: Int
    private let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
    private let authority: Certificate

    init(days: Int) throws {
        self.days = days
        let extensions = try Certificate.Extensions {
            Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
            Critical(KeyUsage(keyCertSign: true, cRLSign: true))
        }
        authority = try Self.certificate(
            named: "Sluice development authority", of: key.publicKey, by: nil, key: key, days: days, extensions
        )
    }

    /// `spiffe://sluice/<namespace>/<proxy>`; nil when the text is no role of this form.
    static func uri(role: String) -> String? {
        let parts = role.split(separator: "~", omittingEmptySubsequences: false)
        let isPlain = parts.allSatisfy { part in
            !part.isEmpty && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) }
        }
        guard parts.count == 2, isPlain else { return nil }
        return "spiffe://sluice/\(parts[0])/\(parts[1])"
    }

    func files(hosts: [String], roles: [String]) throws -> [File] {
        var files = [File(name: "ca.pem", text: try pem(authority)), File(name: "ca.key", text: try key.serializeAsPEM().pemString + "\n", isSecret: true)]
        files += try pair("server", hosts.map(Self.name(ofHost:)), .serverAuth)
        for role in roles {
            files += try pair(role, [.uniformResourceIdentifier(Self.uri(role: role) ?? role)], .clientAuth)
        }
        return files
    }

    private func pair(_ name: String, _ names: [GeneralName], _ usage: ExtendedKeyUsage.Usage) throws -> [File] {
        let own = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let extensions = try Certificate.Extensions {
            Critical(BasicConstraints.notCertificateAuthority)
            Critical(KeyUsage(digitalSignature: true))
            try ExtendedKeyUsage([usage])
            SubjectAlternativeNames(names)
        }
        let certificate = try Self.certificate(
            named: name, of: own.publicKey, by: authority.subject, key: key, days: days, extensions
        )
        return [File(name: "\(name).pem", text: try pem(certificate)), File(name: "\(name).key", text: try own.serializeAsPEM().pemString + "\n", isSecret: true)]
    }

    private static func certificate(
        named name: String, of publicKey: Certificate.PublicKey, by issuer: DistinguishedName?, key: Certificate.PrivateKey, days: Int,
        _ extensions: Certificate.Extensions
    ) throws -> Certificate {
        let subject = try DistinguishedName { CommonName(name) }
        let now = Date()
        return try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: publicKey,
            // Clocks differ.
            notValidBefore: now - 3600,
            notValidAfter: now + Double(days) * 86_400,
            issuer: issuer ?? subject,
            subject: subject,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: extensions,
            issuerPrivateKey: key
        )
    }

    /// An address is another kind of name than a host's.
    private static func name(ofHost host: String) -> GeneralName {
        var v4 = in_addr()
        if inet_pton(AF_INET, host, &v4) == 1 {
            return .ipAddress(ASN1OctetString(contentBytes: ArraySlice(bytes(of: v4.s_addr))))
        }
        var v6 = in6_addr()
        if inet_pton(AF_INET6, host, &v6) == 1 {
            let words = v6.__in6_u.__u6_addr32
            return .ipAddress(ASN1OctetString(contentBytes: ArraySlice([words.0, words.1, words.2, words.3].flatMap(bytes(of:)))))
        }
        return .dnsName(host)
    }

    /// As they lie in memory, which is the order of the network.
    private static func bytes(of word: UInt32) -> [UInt8] {
        let word = UInt32(bigEndian: word)
        return (0..<4).map { UInt8(truncatingIfNeeded: word >> (24 - 8 * $0)) }
    }

    private func pem(_ certificate: Certificate) throws -> String { try certificate.serializeAsPEM().pemString + "\n" }
}
