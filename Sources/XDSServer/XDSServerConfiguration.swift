package import XDSCache

extension XDSServer {
    package struct Configuration: Sendable {
        package var host: String
        /// 0 lets the system choose; `start` returns the choice.
        package var port: Int
        /// Nil serves in cleartext, as control planes do inside a pod or behind a mesh.
        package var tls: TLS?
        package var limits = Limits()
        package var serving = ServingPolicy()
        /// Event loops. A container's CPU quota is not visible to the process: set it where there is one.
        package var loops: Int = 2

        package init(host: String = "127.0.0.1", port: Int, tls: TLS? = nil) {
            self.host = host
            self.port = port
            self.tls = tls
        }
    }

    package struct TLS: Sendable {
        package var certificateChain: String
        package var privateKey: String
        /// When set, clients without a certificate of this authority are refused.
        package var clientAuthority: String?

        /// Paths of PEM files.
        package init(certificateChain: String, privateKey: String, clientAuthority: String? = nil) {
            self.certificateChain = certificateChain
            self.privateKey = privateKey
            self.clientAuthority = clientAuthority
        }
    }

    package struct Limits: Sendable {
        package var connections = 20_000
        package var streamsPerConnection: UInt32 = 128
        /// A reconnecting proxy lists all it holds: 50,000 resources are about 5 MB.
        package var requestBytes = 16 << 20
        package var headerListBytes = 64 << 10
        /// From accept to the first stream, the TLS handshake included.
        package var handshake: Duration = .seconds(10)
        /// A connection without streams is closed after it.
        package var idle: Duration = .seconds(300)
        /// A silent peer is pinged after it, and given up when it is silent for as long again.
        package var keepalive: Duration = .seconds(30)

        package init() {}
    }
}

/// Why the server does not run, and what to do.
package struct XDSServerError: Error, Sendable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        case addressInUse
        case addressNotAvailable
        case permissionDenied
        case listenFailed
        case tlsFiles
    }

    package var code: Code
    package var message: String

    package var description: String { message }
}
