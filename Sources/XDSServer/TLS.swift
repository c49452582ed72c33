import NIOSSL

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension XDSServer {
    /// Where the server's certificate comes from. It is read again every few seconds, so a new one is served without a restart.
    package struct TLS: Sendable {
        /// PEM texts.
        package struct Material: Sendable, Equatable {
            package var certificateChain: [UInt8]
            package var privateKey: [UInt8]
            /// When set, clients without a certificate of this authority are refused.
            package var clientAuthority: [UInt8]?

            package init(certificateChain: [UInt8], privateKey: [UInt8], clientAuthority: [UInt8]? = nil) {
                self.certificateChain = certificateChain
                self.privateKey = privateKey
                self.clientAuthority = clientAuthority
            }
        }

        /// In messages: "files server.pem, server.key and ca.pem".
        package var source: String
        package var interval: Duration = .seconds(3)
        /// A source that may come later than the server: until then no connection is taken.
        package var mayBeAbsent = false
        /// Throws what is wrong, in words; nil while there is none.
        let read: @Sendable () throws -> Material?

        /// Paths of PEM files.
        package init(certificateChain: String, privateKey: String, clientAuthority: String? = nil) {
            source = "files \([certificateChain, privateKey, clientAuthority].compactMap(\.self).joined(separator: ", "))"
            read = {
                Material(
                    certificateChain: try SmallFile.read(certificateChain),
                    privateKey: try SmallFile.read(privateKey),
                    clientAuthority: try clientAuthority.map(SmallFile.read)
                )
            }
        }

        /// Texts from somewhere else.
        package init(source: String, read: @escaping @Sendable () throws -> Material?) {
            self.source = source
            self.read = read
            mayBeAbsent = true
        }
    }
}

extension XDSServer.TLS.Material {
    /// The settings of a server, and when the first of its certificates ends, in seconds since 1970.
    func context() throws -> (NIOSSLContext, ends: Int) {
        let chain = try certificates(certificateChain, "certificate chain")
        let key: NIOSSLPrivateKey
        do {
            key = try NIOSSLPrivateKey(bytes: privateKey, format: .pem)
        } catch {
            throw UnusableMaterial("the private key is no unencrypted PEM key")
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key)
        )
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["h2", "http/1.1"]
        if let clientAuthority {
            configuration.trustRoots = .certificates(try certificates(clientAuthority, "client authority"))
            // A proxy's certificate names no host that could be checked.
            configuration.certificateVerification = .noHostnameVerification
        }
        do {
            return (try NIOSSLContext(configuration: configuration), chain.map { Int($0.notValidAfter) }.min() ?? 0)
        } catch {
            throw UnusableMaterial("the private key is not the one of the certificate (\(error))")
        }
    }

    private func certificates(_ bytes: [UInt8], _ noun: String) throws -> [NIOSSLCertificate] {
        guard let certificates = try? NIOSSLCertificate.fromPEMBytes(bytes), !certificates.isEmpty else {
            throw UnusableMaterial("the \(noun) holds no PEM certificate")
        }
        return certificates
    }
}

/// A moment as people write it: "2026-11-24 09:05 UTC".
enum UTCDate {
    /// - Parameter seconds: since 1970.
    static func text(_ seconds: Int) -> String {
        var time = time_t(seconds)
        var parts = tm()
        guard gmtime_r(&time, &parts) != nil else { return "\(seconds) seconds after 1970" }
        func digits(_ number: Int32) -> String { (number < 10 ? "0" : "") + "\(number)" }
        let day = "\(Int(parts.tm_year) + 1900)-\(digits(parts.tm_mon + 1))-\(digits(parts.tm_mday))"
        return "\(day) \(digits(parts.tm_hour)):\(digits(parts.tm_min)) UTC"
    }
}

/// What is wrong with a certificate or a key.
struct UnusableMaterial: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}

/// A file in one piece, of a size that a certificate may have.
private enum SmallFile {
    private static let limit = 4 << 20

    static func read(_ path: String) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw UnusableMaterial("\(path): \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while bytes.count <= limit {
            let count = systemRead(descriptor, &chunk, chunk.count)
            guard count >= 0 else { throw UnusableMaterial("\(path): \(String(cString: strerror(errno)))") }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
        }
        throw UnusableMaterial("\(path): larger than a certificate can be")
    }
}

/// The C library's, of whichever: `read` alone would be the function above.
private func systemRead(_ descriptor: Int32, _ bytes: inout [UInt8], _ count: Int) -> Int { read(descriptor, &bytes, count) }
