/// A server of the user's that is called by its address, without an Upstream: `https://idp.example/oauth/token`.
public struct HttpEndpoint {
    /// As it was written.
    public let url: String
    public let isTLS: Bool
    /// A DNS name or an IP address, in lower case and without brackets.
    public let host: String
    public let port: Int
    /// With the query, if there is one; at least "/".
    public let path: String

    /// Why a text is no address that Envoy could call.
    public struct Problem: Error {
        public let message: String
    }

    public init(_ url: String) throws(Problem) {
        guard url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { throw Problem(message: "an address has no blanks and no letters beyond ASCII") }
        let scheme = url.prefix { $0 != ":" }.lowercased()
        guard scheme == "http" || scheme == "https", url.dropFirst(scheme.count).hasPrefix("://") else {
            throw Problem(message: "it must begin with 'https://' or 'http://'")
        }
        let rest = url.dropFirst(scheme.count + 3)
        guard !rest.contains("#") else { throw Problem(message: "the part from '#' on is for browsers only; leave it out") }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let tail = String(rest.dropFirst(authority.count))
        try self.init(url: url, isTLS: scheme == "https", authority: authority, path: tail.hasPrefix("/") ? tail : "/" + tail)
    }

    /// A server by `host:port`.
    public init(authority: String, isTLS: Bool) throws(Problem) {
        try self.init(url: authority, isTLS: isTLS, authority: authority[...], path: "/")
    }

    private init(url: String, isTLS: Bool, authority: Substring, path: String) throws(Problem) {
        var host = authority
        var port: Substring?
        if authority.hasPrefix("[") {
            host = authority.dropFirst().prefix { $0 != "]" }
            let after = authority.dropFirst(host.count + 2)
            guard authority.dropFirst(host.count + 1).hasPrefix("]"), IPFamily(of: String(host)) == .v6, after.isEmpty || after.hasPrefix(":") else { throw Problem(message: "'\(authority)' is no host") }
            port = after.isEmpty ? nil : after.dropFirst()
        } else if let colon = authority.firstIndex(of: ":") {
            host = authority[..<colon]
            port = authority[authority.index(after: colon)...]
        }
        let number = port.map { $0.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } ? Int($0) ?? 0 : 0 } ?? (isTLS ? 443 : 80)
        guard (1...65535).contains(number) else { throw Problem(message: "'\(port ?? "")' is no port") }
        guard IPFamily(of: String(host)) != nil || Self.isName(host) else { throw Problem(message: "'\(host)' is neither a DNS name nor an IP address") }
        self.url = url
        self.isTLS = isTLS
        self.host = host.lowercased()
        self.port = number
        self.path = path
    }

    private static func isName(_ host: Substring) -> Bool {
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        return host.utf8.count < 254
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                    && label.utf8.allSatisfy { ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7a) || ($0 >= 0x30 && $0 <= 0x39) || $0 == UInt8(ascii: "-") }
            } && !(labels.last?.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } ?? true)
    }

    /// Adds the cluster that leads there, and says its name. Needs a host of ABI 1.2.
    ///
    /// With TLS the server's certificate must be for its name, and of an authority that the proxy's machine trusts: those in
    /// `/etc/ssl/certs/ca-certificates.crt` there.
    ///
    /// - Parameters:
    ///   - plugin: its name, with which those of its resources begin.
    ///   - usesHTTP2: for gRPC.
    public func addCluster(for subject: some Subject, of plugin: String, usesHTTP2: Bool = false) -> String {
        let name = "\(plugin):\(usesHTTP2 ? "grpc" : "http")\(isTLS ? "s" : "")://\(authority)"
        let family = IPFamily(of: host)
        subject.addCluster(name) { cluster in
            if family == nil {
                cluster.type(.strictDns).dnsLookupFamily(.v4Preferred)
            } else {
                cluster.type(.static)
            }
            cluster.connectTimeout(seconds: 5)
            cluster.loadAssignment { assignment in
                assignment.clusterName(name).endpoints { locality in
                    locality.lbEndpoints { $0.endpoint { $0.address { $0.socketAddress { $0.address(host).portValue(UInt32(port)) } } } }
                }
            }
            if isTLS { cluster.transportSocket { writeTLS(to: $0, isName: family == nil, usesHTTP2: usesHTTP2) } }
            guard usesHTTP2 else { return }
            cluster.typedExtensionProtocolOptions("envoy.extensions.upstreams.http.v3.HttpProtocolOptions" as StaticString, UpstreamsHttp.HttpProtocolOptions.self) {
                $0.explicitHttpConfig { $0.http2ProtocolOptions { _ in } }
            }
        }
        return name
    }

    /// Host and port, as a URL has them.
    private var authority: String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }

    private func writeTLS(to socket: Core.TransportSocket, isName: Bool, usesHTTP2: Bool) {
        socket.name("envoy.transport_sockets.tls" as StaticString).typedConfig(TransportSocketsTls.UpstreamTlsContext.self) { context in
            context.commonTlsContext { common in
                if usesHTTP2 { common.alpnProtocols("h2" as StaticString) }
                common.validationContext { validation in
                    validation.trustedCa { $0.filename("/etc/ssl/certs/ca-certificates.crt" as StaticString) }
                    validation.matchTypedSubjectAltNames { $0.sanType(isName ? .dns : .ipAddress).matcher { $0.exact(host) } }
                }
            }
            if isName { context.sni(host) }
        }
    }
}
