internal import APIResources
internal import ConfigStores
internal import ConfigTree
internal import Emitter

/// What the filter chains of one HTTP gateway have in common.
struct HttpChainBase {
    /// Where it is written: a Gateway, a MatchableHttpGateway, a Proxy.
    let owner: StoredObject
    let options: OwnedValue?
    let statPrefix: String
    let match: ChainMatch
    /// `<listener>-routes`, with a hash of the matcher where the listener has several gateways.
    let routesName: String
    /// TLS settings below those of each virtual service.
    let sslDefaults: [(StoredObject, ConfigValue)]
}

extension ListenerBuilder {
    /// One chain for connections without TLS.
    mutating func addPlainChain(_ base: HttpChainBase, _ hosts: [VirtualHostID], at place: ConfigValue?) {
        let chain = FilterChainPlan(name: base.routesName, match: base.match, tls: nil, content: content(base, base.routesName))
        let holder = base.owner.id == source.id ? "another gateway of this list" : Self.words(base.owner.id)
        let isAdded = add(chain, holder: holder) { builder, problem in
            builder.report(.error, on: base.owner, at: place, "\(problem); give each matcher its own 'sourcePrefixRanges'")
        }
        if isAdded { add(RouteConfigPlan(name: base.routesName, isTLS: false, virtualHosts: hosts)) }
    }

    mutating func addTLSChains(_ base: HttpChainBase, _ services: [StoredObject]) {
        let members = services.sorted(by: Self.precedes).compactMap { service in
            VirtualService(service.spec).sslConfig.map { config in
                TLSMember(service: service, config: OwnedValue([(service, config)] + base.sslDefaults, under: "sslConfig"))
            }
        }
        if isolates {
            addIsolatedChains(base, members)
        } else {
            addSharedChains(base, members.map { ($0.config, [$0.service.id]) }, withoutConflicts(services))
        }
    }

    /// A virtual service and the TLS configuration by which it is reached.
    private struct TLSMember {
        let service: StoredObject
        let config: OwnedValue
    }

    /// One chain for each different TLS configuration: a virtual service is reachable by its own certificate only.
    private mutating func addIsolatedChains(_ base: HttpChainBase, _ members: [TLSMember]) {
        var groups: [(meaning: String, members: [TLSMember])] = []
        var places: [String: Int] = [:]
        for member in members {
            let meaning = Self.meaning(member.config, withNames: true)
            if let place = places[meaning] {
                groups[place].members.append(member)
            } else {
                places[meaning] = groups.count
                groups.append((meaning, [member]))
            }
        }
        // The first member speaks for its group.
        for (meaning, members) in groups {
            let name = "\(base.routesName)-\(Self.hash(meaning))"
            let tls = TLSPlan(config: members[0].config, users: members.map(\.service.id))
            var match = base.match
            match.isTLS = true
            match.serverNames = Self.serverNames([members[0].config])
            let chain = FilterChainPlan(name: name, match: match, tls: tls, content: content(base, name))
            let isAdded = add(chain, holder: Self.words(members[0].service.id)) { builder, problem in
                for member in members {
                    builder.report(
                        .error, on: member.service, at: VirtualService(member.service.spec).sslConfig,
                        "\(problem), whose 'sslConfig' is another one; give each its own 'sniDomains'"
                    )
                }
            }
            if isAdded { add(RouteConfigPlan(name: name, isTLS: true, virtualHosts: withoutConflicts(members.map(\.service)))) }
        }
    }

    /// As Gloo does: every certificate leads to every virtual host. Configurations that differ in their server names only share one
    /// chain; one of them without server names takes all.
    mutating func addSharedChains(_ base: HttpChainBase, _ configs: [(config: OwnedValue, users: [ObjectID])], _ hosts: [VirtualHostID]) {
        var groups: [(meaning: String, configs: [OwnedValue], users: [ObjectID])] = []
        var places: [String: Int] = [:]
        for (config, users) in configs {
            let meaning = Self.meaning(config, withNames: false)
            if let place = places[meaning] {
                groups[place].configs.append(config)
                groups[place].users += users
            } else {
                places[meaning] = groups.count
                groups.append((meaning, [config], users))
            }
        }
        for group in groups {
            var match = base.match
            match.isTLS = true
            match.serverNames = Self.serverNames(group.configs)
            let chain = FilterChainPlan(
                name: groups.count == 1 ? base.routesName : "\(base.routesName)-\(Self.hash(group.meaning))",
                match: match,
                tls: TLSPlan(config: group.configs[0], users: group.users),
                content: content(base, base.routesName)
            )
            let holder = group.users.first ?? base.owner.id
            let isAdded = add(chain, holder: Self.words(holder)) { builder, problem in
                for (config, user) in zip(group.configs, group.users) {
                    let place = config.origin(of: nil)
                    builder.reports.append(
                        Report(.error, user, owner: place.owner, at: place.value, "\(problem), whose 'sslConfig' is another one; give each its own 'sniDomains'")
                    )
                }
            }
            if isAdded { add(RouteConfigPlan(name: base.routesName, isTLS: true, virtualHosts: hosts)) }
        }
    }

    private func content(_ base: HttpChainBase, _ routeConfigName: String) -> FilterChainPlan.Content {
        .http(HttpPlan(routeConfigName: routeConfigName, options: base.options, statPrefix: base.statPrefix))
    }

    /// Server names of all; none when one of them has none.
    private static func serverNames(_ configs: [OwnedValue]) -> [String] {
        let lists = configs.map { ($0.value["sslConfig"] ?? $0.value)["sniDomains"]?.elements.compactMap { $0.text?.lowercased() } ?? [] }
        return lists.contains { $0.isEmpty } ? [] : Array(Set(lists.joined())).sorted()
    }

    /// The same text for configurations that mean the same, in whatever form they are written.
    private static func meaning(_ config: OwnedValue, withNames: Bool) -> String {
        let value = config.value["sslConfig"] ?? config.value
        var parts: [String] = []
        for member in value.members {
            let name = FieldName.lowerCamel(member.key ?? "")
            switch name {
            case "sniDomains": continue
            case "secretRef":
                // Looked for beside the one who names it when it has no namespace.
                let ref = ResourceRef(member, namespace: TLSPlan(config: config, users: []).namespace)
                parts.append("\(name) \(ref.map(\.description) ?? "")")
            default:
                // What is off or empty is as if it were not written.
                if member.isNull || member.bool == false || (!member.isScalar && member.count == 0) { continue }
                parts.append("\(name) \(String(member.contentHash(), radix: 16))")
            }
        }
        return (parts.sorted() + (withNames ? serverNames([config]) : [])).joined(separator: "\n")
    }

    /// For names of chains.
    private static func hash(_ meaning: String) -> String { String(mix(0xCBF2_9CE4_8422_2325, meaning), radix: 16) }

    private static func words(_ id: ObjectID) -> String { "\(id.kind.rawValue) '\(id.ref)'" }

    static func mix(_ hash: UInt64, _ text: String) -> UInt64 {
        text.utf8.reduce(hash) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
