internal import APIResources
internal import ConfigStores
internal import ConfigTree

/// Ports, domains and certificates.
extension MigrationRule {
    static let serverRules = [
        MigrationRule("virtual-hosts-are-isolated-by-certificate") { installation in
            HTTPPlace.all(in: installation).filter(\.servesTLS).compactMap { place in
                guard place.isolates(in: installation) == nil else { return nil }
                let configs = Set(place.virtualServices(in: installation).compactMap { VirtualService($0.spec).sslConfig?.contentHash() })
                guard configs.count > 1 else { return nil }
                return Finding(
                    .different, place.gateway, at: place.value,
                    "its virtual services have \(configs.count) different TLS configurations; each is reachable by its own certificate and server names only, where Gloo serves every one by every certificate",
                    advice: "nothing, unless clients rely on it; Gloo's way: 'gateway.isolateVirtualHostsBySslConfig: false' in Settings, or the annotation gateway.solo.io/isolate_vhost: \"false\" on the Gateway"
                )
            }
        },
        MigrationRule("server-name-conflicts-keep-the-older") { installation in
            HTTPPlace.all(in: installation).filter(\.servesTLS).flatMap { place in
                var owners: [String: (object: ConfigObject, config: UInt64)] = [:]
                return place.virtualServices(in: installation).compactMap { object -> Finding? in
                    guard let config = VirtualService(object.spec).sslConfig else { return nil }
                    let hash = config.contentHash()
                    let names = VirtualService.sniDomains(of: config).map { $0.lowercased() }
                    let claimed = names.isEmpty ? [""] : names
                    if let other = claimed.lazy.compactMap({ owners[$0] }).first(where: { $0.config != hash }) {
                        let name = names.isEmpty ? "all server names" : "one of its server names"
                        return Finding(
                            .different, object, at: config,
                            "\(name) belong\(names.isEmpty ? "" : "s") to the certificate of VirtualService '\(other.object.id.ref)' too; the older one keeps it, where Gloo refuses the listener",
                            advice: "give each certificate 'sniDomains' of its own"
                        )
                    }
                    for name in claimed { owners[name] = (object, hash) }
                    return nil
                }
            }
        },
        MigrationRule("domain-conflicts-keep-the-older") { installation in
            HTTPPlace.all(in: installation).flatMap { place in
                var owners: [String: ConfigObject] = [:]
                return place.virtualServices(in: installation).compactMap { object -> Finding? in
                    // Isolated ones meet only those of the same certificate.
                    let group = place.isolates(in: installation) == false ? 0 : VirtualService(object.spec).sslConfig?.contentHash() ?? 0
                    let keys = VirtualService(object.spec).domains.map { "\(group) \($0.lowercased())" }
                    if let key = keys.first(where: { owners[$0] != nil }), let owner = owners[key] {
                        return Finding(
                            .different, object, at: VirtualService(object.spec).virtualHost?["domains"] ?? VirtualService(object.spec).virtualHost,
                            "domain '\(key.split(separator: " ").last ?? "*")' belongs to VirtualService '\(owner.id.ref)' too; the older one keeps serving, where Gloo refuses both",
                            advice: "take the domain out of one of them"
                        )
                    }
                    for key in keys { owners[key] = object }
                    return nil
                }
            }
        },
        MigrationRule("port-conflicts-keep-the-older") { installation in
            var owners: [String: ConfigObject] = [:]
            return installation[.gateway].sorted { ($0.creationTimestamp ?? "", $0.id) < ($1.creationTimestamp ?? "", $1.id) }.compactMap { object in
                let gateway = Gateway(object.spec)
                for proxy in gateway.proxyNames {
                    let key = "\(proxy) \(gateway.bindAddress) \(gateway.bindPort)"
                    if let owner = owners[key] {
                        return Finding(
                            .different, object, at: object.spec["bindPort"],
                            "port \(gateway.bindPort) belongs to Gateway '\(owner.id.ref)' too; the older one keeps it, where Gloo refuses both",
                            advice: "give each gateway of a proxy its own port"
                        )
                    }
                    owners[key] = object
                }
                return nil
            }
        },
        MigrationRule("http-listeners-stay-open") { installation in
            guard installation[.virtualService].isEmpty else { return [] }
            return HTTPPlace.all(in: installation).filter { !$0.servesTLS }.map { place in
                Finding(
                    .different, place.gateway, at: place.value,
                    "there is no virtual service: the port is open and answers 404, where Gloo closes it",
                    advice: "nothing; a health check of the port alone now passes"
                )
            }
        },
        MigrationRule("ssl-files-are-paths") { installation in
            installation.sslConfigs.compactMap { owner, config in
                guard let files = config["sslFiles"] else { return nil }
                let isPath = ["tlsCert", "tlsKey", "rootCa"].contains { files[$0]?.text.map { !$0.hasPrefix("-----") } ?? false }
                guard isPath else { return nil }
                return Finding(
                    .different, owner, at: files,
                    "the values are paths in the file system of the proxy, as their name says; Gloo reads them as PEM text and refuses paths",
                    advice: "see that the files are there for Envoy; PEM text works as in Gloo"
                )
            }
        },
        MigrationRule("proxy-protocol") { installation in
            installation[.gateway].compactMap { gateway in
                guard let value = gateway.spec["useProxyProto"], value.bool == true else { return nil }
                return Finding(
                    .notYet, gateway, at: value,
                    "the PROXY protocol is not read by this version of Sluice",
                    advice: "remove it and let the load balancer send plain connections, or add the listener filter by a plugin of your own"
                )
            }
        },
    ]
}
