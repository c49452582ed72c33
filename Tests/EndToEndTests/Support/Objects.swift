/// The objects of Gloo's schema that most tests need, as YAML. What a test is about it writes out itself.

extension String {
    /// Moves each line to the right: YAML within YAML.
    func indented(_ columns: Int) -> String {
        let margin = String(repeating: " ", count: columns)
        return split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : margin + $0 }.joined(separator: "\n")
    }
}

/// A virtual service for the domain `<name>.test` unless told otherwise; `routes` and `options` are YAML from column 0.
func virtualService(_ name: String, domain: String? = nil, _ routes: String, options: String? = nil, ssl: String? = nil) -> String {
    """
    ---
    apiVersion: gateway.solo.io/v1
    kind: VirtualService
    metadata: {name: \(name), namespace: default}
    spec:\(ssl.map { "\n  sslConfig:\n" + $0.indented(4) } ?? "")
      virtualHost:
        domains: ['\(domain ?? "\(name).test")']\(options.map { "\n    options:\n" + $0.indented(6) } ?? "")
        routes:
    \(routes.indented(4))

    """
}

func routeTable(_ name: String, _ routes: String) -> String {
    """
    ---
    apiVersion: gateway.solo.io/v1
    kind: RouteTable
    metadata: {name: \(name), namespace: default}
    spec:
      routes:
    \(routes.indented(2))

    """
}

/// A Secret with a server's certificate, or with only the authority to trust.
func tlsSecret(_ name: String, pair: Certificates.Pair? = nil, authority: String? = nil) -> String {
    func text(_ key: String, _ pem: String?) -> String {
        pem.map { "    \(key): |\n" + $0.indented(6) + "\n" } ?? ""
    }
    return """
        ---
        apiVersion: gloo.solo.io/v1
        kind: Secret
        metadata: {name: \(name), namespace: default}
        spec:
          tls:
        \(text("certChain", pair?.chain))\(text("privateKey", pair?.key))\(text("rootCa", authority))
        """
}

extension Upstream {
    /// The Upstream object that names this server; `extra` is more of its spec.
    func object(_ extra: String = "") -> String {
        """
        ---
        apiVersion: gloo.solo.io/v1
        kind: Upstream
        metadata: {name: \(name), namespace: default}
        spec:
          static: {hosts: [{addr: 127.0.0.1, port: \(port)}]}
        \(extra.indented(2))

        """
    }

    /// A route's action that sends everything here. The namespace is left out: it is that of the object with the route.
    var action: String { "routeAction: {single: {upstream: {name: \(name)}}}" }
}
