extension Cluster.Cluster {
    /// Leads to one host of a provider, by its name: looked up anew for new connections, with TLS that asks for this name.
    ///
    /// - Parameters:
    ///   - cluster: its name.
    ///   - tls: nil leaves TLS to others.
    public func leads(to host: String, port: UInt32, cluster: some WireText, tls: UpstreamTls?) {
        // As for static hosts: IPv4 only.
        type(.logicalDns).dnsLookupFamily(.v4Only)
        loadAssignment { assignment in
            assignment.clusterName(cluster)
            assignment.endpoints { locality in
                locality.lbEndpoints {
                    $0.endpoint { target in
                        target.address { $0.socketAddress { $0.address(host).portValue(port) } }
                        target.hostname(host)
                    }
                }
            }
        }
        if let tls { transportSocket { tls.write(to: $0, sni: host) } }
    }
}
