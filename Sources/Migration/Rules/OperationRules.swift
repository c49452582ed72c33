internal import APIResources
internal import ConfigStores
internal import ConfigTree

/// Settings, statuses, and objects that Gloo itself wrote.
extension MigrationRule {
    static let operationRules = [
        MigrationRule("settings-without-effect") { installation in
            installation[.settings].compactMap { object in
                if object.id != installation.settings?.id {
                    return Finding(.different, object, "Settings with this name have no effect; those named '\(Settings.name)' count", advice: "remove it, or rename it")
                }
                let names = settingsWithoutEffect(object.spec)
                guard !names.isEmpty else { return nil }
                return Finding(
                    .different, object, "these members have no effect here: \(names.joined(separator: ", "))",
                    advice: "nothing, or remove them; what takes their place stands in docs/differences-from-gloo.md"
                )
            }
        },
        MigrationRule("the-namespace-is-a-flag") { installation in
            guard let object = installation.settings, let value = object.spec["discoveryNamespace"], let namespace = value.text else { return [] }
            guard namespace != installation.namespace else { return [] }
            return [
                Finding(
                    .different, object, at: value,
                    "gateways are read and proxies live in namespace '\(installation.namespace)', whatever 'discoveryNamespace' says",
                    advice: "start Sluice with --namespace \(namespace)"
                )
            ]
        },
        MigrationRule("the-webhook-is-a-command") { installation in
            guard let object = installation.settings, let value = object.spec["gateway"]?["validation"] else { return [] }
            return [
                Finding(
                    .different, object, at: value, "there is no admission webhook: nothing is refused when it is applied, and what is wrong never replaces what serves",
                    advice: "run `sluice validate` on the files before they are applied, in CI"
                )
            ]
        },
        MigrationRule("statuses-go-to-a-folder") { installation in
            let written = installation.objects.filter { $0.value["status"]?["statuses"] != nil || $0.value["status"]?["state"] != nil }
            guard let first = written.first else { return [] }
            return [
                Finding(
                    .different, nil, at: first.position,
                    "\(written.count) object\(written.count == 1 ? "" : "s") of this folder carr\(written.count == 1 ? "ies" : "y") a status of Gloo's; Sluice does not read it, and writes its own into a folder, never into the object",
                    advice: "let tools that wait for 'Accepted' read the folder of `sluice serve --status-dir`, or run `sluice validate`"
                )
            ]
        },
        MigrationRule("generated-proxies-are-ignored") { installation in
            installation[.proxy].compactMap { proxy in
                if isGenerated(proxy) {
                    return Finding(
                        .different, proxy, "written by Gloo from the gateways and virtual services, so it is not read: Sluice makes it from them again",
                        advice: "remove it from the folder"
                    )
                }
                guard let value = proxy.spec["compressedSpec"] else { return nil }
                return Finding(
                    .notYet, proxy, at: value, "the listeners of this Proxy are compressed, and this version of Sluice does not unpack them",
                    advice: "write it without the annotation gloo.solo.io/compress, and export it again"
                )
            }
        },
    ]

    private static func isGenerated(_ proxy: ConfigObject) -> Bool {
        Proxy.creators.contains(proxy.labels[Proxy.creatorLabel] ?? "")
    }

    /// Members of Settings on which something depends; a path ends where the rest of it counts as a whole.
    package static let effectiveSettings: Set<String> = [
        "gloo.invalidConfigPolicy", "gloo.circuitBreakers", "gloo.removeUnusedFilters", "gateway.readGatewaysFromAllNamespaces",
        "gateway.isolateVirtualHostsBySslConfig", "gateway.virtualServiceOptions", "gloo.awsOptions", "kubernetes.clusterDomain",
        "extauth", "ratelimitServer", "rbac",
        // Told by rules of their own.
        "gateway.validation", "gloo.disableGrpcWeb", "discoveryNamespace",
    ]

    /// Members that are set, by their paths. `false` and an empty map are what not writing them means, or nearly.
    private static func settingsWithoutEffect(_ spec: ConfigValue) -> [String] {
        var names: [String] = []
        for (key, value) in spec.entries where !value.isNull && !ConfigObject.envelopeMembers.contains(key) {
            if effectiveSettings.contains(key) { continue }
            guard ["gloo", "gateway", "kubernetes"].contains(key), value.isMap else {
                names.append(key)
                continue
            }
            for (inner, value) in value.entries where !effectiveSettings.contains("\(key).\(inner)") {
                if value.isNull || value.bool == false || (value.isMap && value.count == 0) { continue }
                names.append("\(key).\(inner)")
            }
        }
        return names.sorted()
    }
}
