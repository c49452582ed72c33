internal import APIResources
internal import ConfigStores
internal import ConfigTree

/// Routes, their delegation, and what becomes of those that lead nowhere.
extension MigrationRule {
    static let routeRules = [
        MigrationRule("delegating-matchers-keep-their-conditions") { installation in
            installation.routes.compactMap { owner, route in
                guard route["delegateAction"] != nil, let matcher = route["matchers"]?[at: 0], PathMatcher(matcher) == nil else { return nil }
                guard ["headers", "queryParameters", "methods"].contains(where: { (matcher[$0]?.count ?? 0) > 0 }) else { return nil }
                return Finding(
                    .different, owner, at: matcher,
                    "the matcher of the delegating route has no path: its headers, query parameters and methods count, where Gloo forgets them",
                    advice: "see that the routes delegated to repeat them or set 'inheritableMatchers'; otherwise they are left out. Remove them from the matcher to have Gloo's behaviour"
                )
            }
        },
        MigrationRule("missing-upstreams-answer-by-policy") { installation in
            guard policy(installation)?["replaceInvalidRoutes"]?.bool == nil else { return [] }
            return installation.routes.compactMap { owner, route in
                guard let action = route["routeAction"] else { return nil }
                let all = (action["single"].map { [$0] } ?? []) + Installation.weighted(action)
                guard let missing = all.first(where: { isMissing($0, owner, installation) }) else { return nil }
                return Finding(
                    .different, owner, at: missing["upstream"],
                    "the upstream is not there: the route answers \(policy(installation)?["invalidRouteResponseCode"]?.text ?? "404"), where Gloo lets Envoy answer 503",
                    advice: "add the upstream; Gloo's way: 'gloo.invalidConfigPolicy.replaceInvalidRoutes: false' in Settings"
                )
            }
        },
        MigrationRule("missing-weighted-destinations") { installation in
            guard policy(installation)?["replaceInvalidRoutes"]?.bool == true else { return [] }
            return installation.routes.compactMap { owner, route in
                let all = Installation.weighted(route["routeAction"])
                guard let missing = all.first(where: { isMissing($0, owner, installation) }) else { return nil }
                return Finding(
                    .different, owner, at: missing["upstream"],
                    "one of several destinations is not there: its share of the requests is answered by Envoy with 404 (or 500, 503) and no body, where Gloo answers with code and body of the policy",
                    advice: "add the upstream, or take the destination out"
                )
            }
        },
        MigrationRule("routes-wait-for-their-upstreams") { installation in
            var first: [String: Finding] = [:]
            for (owner, destination) in installation.destinations {
                guard let ref = ResourceRef(destination["upstream"], namespace: owner.id.ref.namespace) else { continue }
                let id = ObjectID(.upstream, ref)
                guard installation[id] != nil, installation.hasErrors(id), first["\(owner.id) \(id)"] == nil else { continue }
                first["\(owner.id) \(id)"] = Finding(
                    installation.hasMistakes(id) ? .refused : .notYet, owner, at: destination["upstream"], "\(id) does not run, and with it what leads there",
                    advice: "mend the upstream; other ways to it from this object are not listed again"
                )
            }
            return Array(first.values)
        },
        MigrationRule("errors-cost-only-what-is-wrong") { installation in
            let kinds: Set<Kind> = [.virtualService, .routeTable, .upstream, .secret]
            let refused = installation.objects.filter { kinds.contains($0.id.kind) && installation.hasErrors($0.id) }
            guard let first = refused.first else { return [] }
            return [
                Finding(
                    .different, nil, at: first.position,
                    "\(refused.count) object\(refused.count == 1 ? " has" : "s have") errors; each costs the route, virtual host, cluster or certificate it is in, whose last good version serves if there is one. Gloo withdraws whole virtual hosts",
                    advice: "mend the errors; until then an invalid route answers as 'gloo.invalidConfigPolicy' says"
                )
            ]
        },
        MigrationRule("upstream-groups-are-looked-up-beside") { installation in
            installation.routes.compactMap { owner, route in
                guard let group = route["routeAction"]?["upstreamGroup"], group["namespace"]?.text ?? "" == "" else { return nil }
                return Finding(
                    .different, owner, at: group,
                    "a group without a namespace is looked for in namespace '\(owner.id.ref.namespace)', beside the route; Gloo does not find it",
                    advice: "nothing, if that group is meant"
                )
            }
        },
    ]

    private static func policy(_ installation: Installation) -> ConfigValue? {
        installation.settings?.spec["gloo"]?["invalidConfigPolicy"]
    }

    private static func isMissing(_ destination: ConfigValue, _ owner: ConfigObject, _ installation: Installation) -> Bool {
        guard let ref = ResourceRef(destination["upstream"], namespace: owner.id.ref.namespace) else { return false }
        return installation[ObjectID(.upstream, ref)] == nil
    }
}
