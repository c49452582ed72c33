package import XDSCache

extension XDSServer {
    package struct Configuration: Sendable {
        package var host: String
        /// 0 lets the system choose; `start` returns the choice.
        package var port: Int
        /// Nil serves in cleartext, as control planes do inside a pod or behind a mesh.
        package var tls: TLS?
        package var access = Access()
        package var limits = Limits()
        package var serving = ServingPolicy()
        /// A key of node.metadata.labels or node.metadata whose value names the role or the proxy, where there is no metadata.role.
        package var roleLabel: String?
        /// Event loops. A container's CPU quota is not visible to the process: set it where there is one.
        package var loops: Int = 2

        package init(host: String = "127.0.0.1", port: Int, tls: TLS? = nil) {
            self.host = host
            self.port = port
            self.tls = tls
        }
    }

    /// What clients may cost. Each is far above what a proxy needs, and low enough that a broken or hostile one is bounded.
    package struct Limits: Sendable {
        package var connections = 20_000
        /// A proxy has one stream, or one a type and one an on-demand subscription, when it uses separate streams.
        package var streamsPerConnection: UInt32 = 128
        /// Of the server: about 300 MB when none of them asks for anything.
        package var streams = 100_000
        /// A reconnecting proxy lists all it holds: 50,000 resources are about 5 MB.
        package var requestBytes = 16 << 20
        /// Of messages that have come in part, in the whole server. One connection has twice `requestBytes`.
        package var bufferedBytes = 256 << 20
        /// JSON is read in one piece and becomes a tree. A node with its extensions is 100 kB, 10,000 names are 1 MB.
        package var restBytes = 4 << 20
        package var headerListBytes = 64 << 10
        /// Names that one stream asks for one by one, of all types.
        package var subscriptions = 200_000
        /// Of a resource's name, and of each text about the node.
        package var nameBytes = 4 << 10
        /// From accept to the first bytes of HTTP, the TLS handshake included, and from these to the first stream.
        package var handshake: Duration = .seconds(10)
        /// For a request to come in whole, once its stream is open or it has begun.
        package var requestTime: Duration = .seconds(60)
        /// A stream is given up when its client takes nothing of a response for so long.
        package var stallTime: Duration = .seconds(120)
        /// A unary or REST request of an unknown proxy waits so long for a configuration.
        package var fetchPatience: Duration = .seconds(5)
        /// A connection without streams is closed after it.
        package var idle: Duration = .seconds(300)
        /// A silent peer is pinged after it, and given up when it is silent for as long again.
        package var keepalive: Duration = .seconds(30)
        /// After it, a tenth more or less, a connection is ended in order, so that proxies spread over servers that were added;
        /// zero for never.
        package var connectionAge: Duration = .zero

        package init() {}
    }
}

extension XDSServer.Limits {
    /// Why a request is not taken for the length of what it names; nil when it is.
    func refusal(of request: DiscoveryRequest) -> String? {
        if let node = request.node {
            for text in [node.id, node.cluster, node.role ?? "", node.proxyName, node.userAgent] where text.utf8.count > nameBytes {
                return "a text of \(text.utf8.count) bytes in the node is over the limit of \(nameBytes)"
            }
        }
        let isLong = { (name: String) in name.utf8.count > nameBytes }
        let long: String? =
            switch request.interest {
            case .stateOfTheWorld(let names): names.first(where: isLong)
            case .delta(let subscribe, let unsubscribe, let held):
                subscribe.first(where: isLong) ?? unsubscribe.first(where: isLong) ?? held.keys.first(where: isLong)
            }
        return long.map { "a name of \($0.utf8.count) bytes is over the limit of \(nameBytes): \($0.prefix(64))..." }
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
