/// The hosts of an upstream as its type gives them, for the cluster that leads to them.
public struct UpstreamHosts {
    private struct Host {
        var address: String
        var port: UInt32
        var isName: Bool
        var weight: UInt32?
        /// Its name towards TLS.
        var serverName: String
        /// By this mark the host is found when each has a name of its own.
        var mark: String?
        /// By which subsets are told.
        var labels: Option?
    }

    private var hosts: [Host] = []

    /// Of an upstream's `static`; none if it is absent. Nil when a host is neither an address nor a name.
    ///
    /// - Parameter tells: whether that is reported.
    public init?(static option: Option, tells: Bool = true) {
        let list = option["hosts"]
        let distinguishesHosts = list.count > 1
        for host in list.elements {
            let address = host["addr"].string ?? ""
            guard let kind = HostAddress(address) else {
                if tells { host["addr"].error("'\(address)' is neither an IP address nor a DNS name; the port goes under 'port'") }
                return nil
            }
            guard let port = host["port"].uint32 else { continue }
            let isName = if case .name = kind { true } else { false }
            let serverName = host["sniAddr"].string ?? address
            let labels = host["labels"]
            hosts.append(
                Host(
                    address: address, port: port, isName: isName, weight: host["loadBalancingWeight"].uint32, serverName: serverName,
                    mark: distinguishesHosts ? "\(serverName);\(address):\(port)" : nil, labels: labels.count > 0 ? labels : nil
                )
            )
        }
    }

    /// Of an upstream's `kube`: the Service, by its DNS name. Nil when something is missing.
    public init?(kube option: Option, of upstream: UpstreamSubject) {
        guard let service = option["serviceName"].string, let namespace = option["serviceNamespace"].string, let port = option["servicePort"].uint32 else {
            return nil
        }
        let name = "\(service).\(namespace).svc.\(upstream.glooSettings["kubernetes"]["clusterDomain"].string ?? "cluster.local")"
        hosts = [Host(address: name, port: port, isName: true, serverName: name)]
    }

    /// Writes the cluster's type, and its list of hosts.
    public func write(to cluster: Cluster.Cluster, name: some WireText) {
        if hosts.contains(where: \.isName) {
            // Gloo resolves to IPv4 only; a host without an IPv6 way out would otherwise wait for answers that lead nowhere.
            cluster.type(.strictDns).dnsLookupFamily(.v4Only)
        } else {
            cluster.type(.static)
        }
        cluster.loadAssignment { assignment in
            assignment.clusterName(name)
            assignment.endpoints { locality in
                for host in hosts { locality.lbEndpoints { write(host, to: $0) } }
            }
        }
    }

    /// Writes TLS towards the hosts: one context for all, or, where several have names of their own, one for each.
    ///
    /// - Parameter namesHosts: whether a host is asked for by its own name, if the configuration says none.
    public func writeTls(_ tls: UpstreamTls, to cluster: Cluster.Cluster, namesHosts: Bool = true) {
        let namesHosts = namesHosts && !tls.hasServerName
        if namesHosts {
            for host in hosts {
                guard let mark = host.mark else { continue }
                cluster.transportSocketMatches { match in
                    match.name(mark)
                    match.match { $0.fields(mark) { $0.boolValue(true) } }
                    match.transportSocket { tls.write(to: $0, sni: host.serverName) }
                }
            }
        }
        let only = namesHosts && hosts.count == 1 ? hosts[0].serverName : nil
        cluster.transportSocket { tls.write(to: $0, sni: only) }
    }

    private func write(_ host: Host, to endpoint: Endpoint.LbEndpoint) {
        endpoint.endpoint { target in
            target.address { $0.socketAddress { $0.address(host.address).portValue(host.port) } }
            // autoHostRewrite takes the name from here.
            if host.isName { target.hostname(host.address) }
        }
        if let weight = host.weight { endpoint.loadBalancingWeight(weight) }
        guard host.mark != nil || host.labels != nil else { return }
        endpoint.metadata { metadata in
            if let mark = host.mark {
                metadata.filterMetadata("envoy.transport_socket_match") { $0.fields(mark) { $0.boolValue(true) } }
            }
            guard let labels = host.labels else { return }
            metadata.filterMetadata("envoy.lb") { out in
                for label in labels.elements { if let text = label.text { out.fields(label.key) { $0.stringValue(text) } } }
            }
        }
    }
}
