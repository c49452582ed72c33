import NIOCore
import NIOSSL

/// Who is at the other end of a connection.
struct Peer {
    var address: String
    /// The address without the port, which is another one on each connection.
    var host: String
    /// On this machine: nobody between could read along.
    var isLocal: Bool
    /// URIs and DNS names of the certificate that the client has shown; nil without one.
    var names: [String]?
    /// When that certificate ends, in seconds since 1970.
    var certificateEnds: Int?

    init(_ context: ChannelHandlerContext?) {
        let remote = context?.remoteAddress
        address = remote?.description ?? ""
        host = remote?.ipAddress ?? address
        isLocal = remote?.isLoopback ?? false
        guard let handler = try? context?.pipeline.syncOperations.handler(type: NIOSSLServerHandler.self) else { return }
        certificateEnds = handler.peerCertificate.map { Int($0.notValidAfter) }
        names = handler.peerCertificate.map { certificate in
            certificate._subjectAlternativeNames()
                .filter { $0.nameType == .uri || $0.nameType == .dnsName }
                .map { String(decoding: $0.contents, as: UTF8.self) }
        }
    }
}

extension SocketAddress {
    /// In 127.0.0.0/8, also as IPv6 writes it; `::1`; or a file.
    var isLoopback: Bool {
        guard let ipAddress else { return true }
        return ipAddress == "::1" || ipAddress.hasPrefix("127.") || ipAddress.hasPrefix("::ffff:127.")
    }
}
