internal import APIResources
internal import ConfigTree
internal import Emitter

extension ListenerBuilder {
    /// One chain for each TCP host.
    ///
    /// - Parameters:
    ///   - match: conditions of the gateway around the hosts.
    ///   - qualifier: tells the hosts of several gateways of one listener apart.
    mutating func addTcpChains(
        _ gateway: ConfigValue, in owner: StoredObject, match: ChainMatch = ChainMatch(), sslDefaults: [(StoredObject, ConfigValue)] = [],
        qualifier: String = ""
    ) {
        var names: Set<String> = []
        let hosts = gateway["tcpHosts"].map { Array($0.elements) } ?? []
        if hosts.isEmpty { report(.warning, on: owner, at: gateway, "without 'tcpHosts' there is nowhere for connections to go; the port stays closed") }
        for (index, host) in hosts.enumerated() {
            let written = host["name"]?.text ?? ""
            let name = written.isEmpty ? "<unnamed-\(index)>" : written
            guard names.insert(name).inserted else {
                report(.error, on: owner, at: host, "another TCP host of this gateway is called '\(name)' too; give each its own 'name'")
                continue
            }
            guard let destination = host["destination"] else {
                report(.error, on: owner, at: host, "TCP host '\(name)' has no 'destination'")
                continue
            }
            let layers = (host["sslConfig"].map { [(owner, $0)] } ?? []) + sslDefaults
            let config = layers.isEmpty ? nil : OwnedValue(layers, under: "sslConfig")
            let ssl = config?.value["sslConfig"]
            var match = match
            match.serverNames = Set(ssl?["sniDomains"]?.elements.compactMap { $0.text?.lowercased() } ?? []).sorted()
            match.isTLS = ssl != nil || destination["forwardSniClusterName"] != nil
            // Server names without a certificate only choose: what is inside TLS goes on as it came.
            let answers = ["secretRef", "sslFiles", "sds"].contains { ssl?[$0] != nil }
            let chain = FilterChainPlan(
                name: "\(self.name)\(qualifier)-tcp-\(name)",
                match: match,
                tls: answers ? config.map { TLSPlan(config: $0, users: [owner.id]) } : nil,
                content: .tcp(
                    TcpPlan(host: host, owner: owner, options: OwnedValue(owner, gateway["options"]), statPrefix: gateway["statPrefix"]?.text ?? "tcp")
                )
            )
            _ = add(chain, holder: "TCP host '\(name)'") { builder, problem in
                builder.report(.error, on: owner, at: host, "\(problem); give each host 'sniDomains' of its own in 'sslConfig'")
            }
        }
    }
}
