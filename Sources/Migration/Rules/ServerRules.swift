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
                    .different, place.owner, at: place.http.value,
                    "its virtual services have \(configs.count) different TLS configurations; each is reachable by its own certificate and server names only, where Gloo serves every one by every certificate",
                    advice: "nothing, unless clients rely on it; Gloo's way: 'gateway.isolateVirtualHostsBySslConfig: false' in Settings, or the annotation gateway.solo.io/isolate_vhost: \"false\" on the Gateway"
                )
            }
        },
        MigrationRule("server-name-conflicts-keep-the-older") { installation in
            HTTPPlace.all(in: installation).filter(\.servesTLS).flatMap { place in
                var owners: [String: (object: ConfigObject, config: ConfigValue)] = [:]
                return place.virtualServices(in: installation).compactMap { object -> Finding? in
                    guard let config = VirtualService(object.spec).sslConfig else { return nil }
                    let names = VirtualService.sniDomains(of: config).map { $0.lowercased() }
                    let claimed = names.isEmpty ? [""] : names
                    guard let owner = claimed.lazy.compactMap({ owners[$0] }).first(where: { differ($0.config, config, in: place, installation) }) else {
                        for name in claimed { owners[name] = (object, config) }
                        return nil
                    }
                    return Finding(
                        .different, object, at: config,
                        "its server names\(names.isEmpty ? " (it names none, so all)" : "") belong to another TLS configuration too, that of VirtualService '\(owner.object.id.ref)'; the older one keeps them, where Gloo refuses the listener, or unites the two if they differ in server names only",
                        advice: "give each certificate 'sniDomains' of its own, or both the same"
                    )
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
            return installation[.gateway].sorted { $0.precedes($1) }.compactMap { object in
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
                    .different, place.owner, at: place.http.value,
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
    ]

    /// Whether two TLS configurations make a filter chain each.
    private static func differ(_ a: ConfigValue, _ b: ConfigValue, in place: HTTPPlace, _ installation: Installation) -> Bool {
        let ignored: [[String]] = place.isolates(in: installation) == false ? [["sniDomains"]] : []
        return a.contentHash(leavingOut: ignored) != b.contentHash(leavingOut: ignored)
    }
}
