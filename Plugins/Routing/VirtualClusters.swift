internal import SluicePlugin

private let methods: [StaticString] = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"]

/// Statistics of their own for requests by path and method.
func stats(_ virtualHost: VirtualHostSubject, _ stats: Option) {
    for cluster in stats["virtualClusters"].elements {
        guard let name = cluster["name"].string, let pattern = cluster["pattern"].text else { continue }
        // In any case of letters, as in Gloo.
        let method = cluster["method"].string?.uppercased() ?? ""
        guard method.isEmpty || methods.contains(where: { "\($0)" == method }) else {
            cluster["method"].error("'method' is one of \(methods.map { "\($0)" }.joined(separator: ", "))")
            continue
        }
        virtualHost.envoy.virtualClusters { out in
            // A dot would be read as a level of the statistic's name.
            out.name(String(name.map { $0 == "." ? "_" : $0 }))
            out.headers { $0.name(":path").stringMatch { $0.safeRegex { $0.regex(pattern) } } }
            if !method.isEmpty { out.headers { $0.name(":method").stringMatch { $0.exact(method) } } }
        }
    }
}
