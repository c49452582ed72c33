internal import APIResources
internal import ConfigStores
internal import ConfigTree

/// What Gloo, or a server beside it, does and Sluice does not, or not in this version.
extension MigrationRule {
    static let featureRules = [
        MigrationRule("functions-of-upstreams") { installation in
            installation.destinations.compactMap { owner, destination in
                guard let spec = destination["destinationSpec"] else { return nil }
                if spec["grpc"] != nil {
                    return Finding(
                        .impossible, owner, at: spec, "functions of gRPC upstreams, Gloo's older form, need the transformation filter of Gloo's own Envoy",
                        advice: "route to the upstream itself and let clients speak gRPC"
                    )
                }
                if let azure = spec["azure"] {
                    return Finding(
                        .different, owner, at: azure, "the query of a request goes on to the function, where Gloo drops it; the key goes in a header, not in the query",
                        advice: "nothing, if the function can do with it"
                    )
                }
                let transforming = ["requestTransformation", "responseTransformation", "unwrapAsAlb", "unwrapAsApiGateway", "wrapAsApiGateway"]
                guard let aws = spec["aws"], let name = transforming.first(where: { aws[$0]?.bool == true }), let value = aws[name] else { return nil }
                return Finding(
                    .impossible, owner, at: value, "'\(name)' needs filters of Gloo's own Envoy",
                    advice: "let the function take the JSON that Envoy makes of a request, with 'wrapAsJson: true', or bodies as they are"
                )
            }
                + installation[.upstream].compactMap { upstream in
                    guard let aws = upstream.spec["aws"] else { return nil }
                    let functions = aws["lambdaFunctions"]?.elements ?? .none
                    guard aws["awsAccountId"] == nil, functions.contains(where: { $0["lambdaFunctionName"]?.text?.hasPrefix("arn:") == false }) else { return nil }
                    return Finding(
                        .notYet, upstream, at: aws, "Envoy has to know whose functions these are; Gloo's own Envoy does not",
                        advice: "add 'awsAccountId', the 12 digits of the account in quotes"
                    )
                }
                + installation[.upstream].compactMap { upstream in
                    for type in ["static", "kube", "consul", "pipe"] {
                        guard let spec = upstream.spec[type]?["serviceSpec"], let kind = spec.members.first(where: { !$0.isNull }), kind.key != "rest" else { continue }
                        guard kind.key != "grpcJsonTranscoder" else {
                            return Finding(
                                .refused, upstream, at: spec, "JSON is turned into gRPC where routes and HTTP gateways say so, and not by the upstream",
                                advice: "move 'grpcJsonTranscoder' to the options of the routes that lead here, or of the HTTP gateway"
                            )
                        }
                        return Finding(
                            .impossible, upstream, at: spec, "'\(kind.key ?? "")' of 'serviceSpec' describes functions, which need filters of Gloo's own Envoy",
                            advice: "remove 'serviceSpec', and route to the upstream itself"
                        )
                    }
                    return nil
                }
        },
        MigrationRule("rate-limit-and-graphql-objects") { installation in
            installation.objects.compactMap { object in
                switch object.id.kind {
                case .rateLimitConfig:
                    ["descriptors", "setDescriptors"].lazy.compactMap { object.spec["raw"]?[$0] }.first { $0.count > 0 }.map {
                        Finding(
                            .notYet, object, at: $0, "the rate limit server is asked as 'rateLimits' say, and does not get its limits from Sluice",
                            advice: "write them into the server's own configuration, in the domain 'crd', below generic_key '\(object.id.ref.namespace).\(object.id.ref.name)'"
                        )
                    }
                case .graphQLApi:
                    Finding(
                        .impossible, object, "GraphQL is a filter of Gloo's own Envoy",
                        advice: "run a GraphQL server of its own and route to it"
                    )
                default: nil
                }
            }
                + installation.routes.compactMap { owner, route in
                    route["graphqlApiRef"].map {
                        Finding(.impossible, owner, at: $0, "GraphQL is a filter of Gloo's own Envoy", advice: "route to a GraphQL server of its own")
                    }
                }
        },
        MigrationRule("basic-rate-limits-are-per-proxy") { installation in
            let places: [(ConfigObject, ConfigValue?)] = installation[.virtualService].map { ($0, $0.spec["virtualHost"]?["options"]) }
                + (installation[.virtualHostOption] + installation[.routeOption]).map { ($0, $0.spec["options"]) }
                + installation.routes.map { ($0.owner, $0.route["options"]) }
            return places.compactMap { owner, options in
                guard let limits = options?["ratelimitBasic"] else { return nil }
                return Finding(
                    .different, owner, at: limits,
                    "each proxy counts for itself, by the client's address, and who sends an Authorization header counts as authorized; in Gloo a server counts, for all proxies and by user",
                    advice: "divide the limits by the number of proxies, and set 'useRemoteAddress' in 'httpConnectionManagerSettings' where clients reach the proxy directly"
                )
            }
        },
        MigrationRule("kubernetes-consul-and-ec2") { installation in
            installation[.upstream].compactMap { upstream in
                if let kube = upstream.spec["kube"] {
                    let isChosen = (kube["selector"]?.count ?? 0) > 0 && upstream.spec["discoveryMetadata"] == nil
                    if let value = isChosen ? kube["selector"] : kube["subsetSpec"] {
                        return Finding(
                            .notYet, upstream, at: value, "pods are chosen by their labels, which this version of Sluice does not read",
                            advice: "write a Service for each choice, and an Upstream for each Service"
                        )
                    }
                    return Finding(
                        .different, upstream, at: kube, "reached by the DNS name of its Service, behind which Kubernetes chooses the pod; Gloo gives Envoy the pods' addresses",
                        advice: "nothing, if proxies run inside of the cluster; make the Service headless where Envoy is to balance between pods, by session or by load"
                    )
                }
                for (type, source) in [("consul", "Consul"), ("awsEc2", "AWS EC2")] {
                    guard let value = upstream.spec[type] else { continue }
                    return Finding(
                        .notYet, upstream, at: value, "the endpoints are to be found in \(source), which this version of Sluice does not read",
                        advice: "write it as a 'static' upstream, by the DNS name of the service"
                    )
                }
                return nil
            }
                + installation.destinations.compactMap { owner, destination in
                    guard let value = destination["kube"] ?? destination["consul"] else { return nil }
                    let isKubernetes = destination["kube"] != nil
                    return Finding(
                        .notYet, owner, at: value, "a service of \(isKubernetes ? "Kubernetes" : "Consul") is named without an Upstream, and this version of Sluice does not read services",
                        advice: isKubernetes ? "write an Upstream of type 'kube' for it, and name that" : "write a 'static' Upstream with the DNS name of the service, and name that"
                    )
                }
        },
        MigrationRule("discovery-does-not-run") { installation in
            let discovered = installation[.upstream].filter { $0.labels["discovered_by"] != nil }
            guard let first = discovered.first else { return [] }
            return [
                Finding(
                    .different, nil, at: first.position,
                    "\(discovered.count) upstream\(discovered.count == 1 ? "" : "s") of this folder came from Gloo's discovery; Sluice has none, so they stay as they are and no new ones appear",
                    advice: "keep the ones that routes use, and write new ones by hand"
                )
            ]
        },
        MigrationRule("eds-names-have-no-hash") { installation in
            let names = ["kube", "consul", "awsEc2"]
            guard let first = installation[.upstream].first(where: { upstream in names.contains { upstream.spec[$0] != nil } }) else { return [] }
            return [
                Finding(
                    .different, nil, at: first.position,
                    "endpoints are named as their cluster is, 'name_namespace'; Gloo adds a hash of the upstream, which is another after each change",
                    advice: "nothing, unless a tool reads names of endpoints from Envoy's configuration"
                )
            ]
        },
        MigrationRule("grpc-web-is-not-on-by-default") { installation in
            guard installation.settings?.spec["gloo"]?["disableGrpcWeb"]?.bool != true else { return [] }
            let places = HTTPPlace.all(in: installation).filter { $0.http.options?["grpcWeb"] == nil }
            guard let first = places.first else { return [] }
            return [
                Finding(
                    .different, nil, at: first.gateway.position, "requests of gRPC-Web are passed on as they are; Gloo translates them to gRPC on every HTTP listener",
                    advice: "nothing, unless browsers speak gRPC-Web to your services: then add 'grpcWeb: {}' to the options of the HTTP gateway"
                )
            ]
        },
    ]
}
