import APIResources
import ConfigTree
@testable import Migration
import Testing

/// A rule with an input that meets it, and the nearest one that does not.
struct RuleCase: Sendable, CustomTestStringConvertible {
    let rule: String
    let verdict: Verdict
    /// Of the one finding: `Kind/name field`, or nothing for the installation as a whole.
    let place: String
    let meets: String
    let doesNot: String
    var testDescription: String { rule }

    init(_ rule: String, _ verdict: Verdict, _ place: String, meets: String, doesNot: String) {
        self.rule = rule
        self.verdict = verdict
        self.place = place
        self.meets = meets
        self.doesNot = doesNot
    }
}

@Suite("The rules")
struct RuleTests {
    private static let answer = "directResponseAction: {status: 200}"
    private static let plain = object(.gateway, "http", "{bindPort: 80, httpGateway: {}}")
    private static let tls = object(.gateway, "https", "{bindPort: 443, ssl: true, httpGateway: {}}")
    private static let upstream = object(.upstream, "shop", "{static: {hosts: [{addr: 10.0.0.1, port: 80}]}}")

    private static func service(_ name: String, domains: String = "['*']", ssl: String? = nil, _ routes: String = "[{\(answer)}]", metadata: String = "") -> String {
        object(
            .virtualService, name, "{\(ssl.map { "sslConfig: \($0), " } ?? "")virtualHost: {domains: \(domains), routes: \(routes)}}", metadata: metadata
        )
    }

    private static func files(_ name: String, _ domains: String = "") -> String {
        "{sslFiles: {tlsCert: '-----BEGIN \(name)', tlsKey: '-----BEGIN KEY'}, sniDomains: [\(domains)]}"
    }

    private static func settings(_ spec: String) -> String { object(.settings, "default", spec) }

    private static func route(_ action: String) -> String { service("a", "[{\(action)}]") }

    static let cases: [RuleCase] = [
        RuleCase(
            "virtual-hosts-are-isolated-by-certificate", .different, "Gateway/https spec.httpGateway",
            meets: tls + service("a", domains: "[a]", ssl: files("A", "a")) + service("b", domains: "[b]", ssl: files("B", "b")),
            doesNot: tls + service("a", domains: "[a]", ssl: files("A", "a")) + service("b", domains: "[b]", ssl: files("A", "a"))
        ),
        RuleCase(
            "server-name-conflicts-keep-the-older", .different, "VirtualService/b spec.sslConfig",
            meets: tls + service("a", domains: "[a]", ssl: files("A", "A.x")) + service("b", domains: "[b]", ssl: files("B", "a.x")),
            doesNot: tls + service("a", domains: "[a]", ssl: files("A", "a.x")) + service("b", domains: "[b]", ssl: files("A", "a.x"))
        ),
        RuleCase(
            "server-name-conflicts-keep-the-older", .different, "VirtualService/b spec.sslConfig",
            meets: tls + service("a", domains: "[a]", ssl: files("A", "a.x")) + service("b", domains: "[b]", ssl: files("A", "a.x, b.x")),
            doesNot: tls + settings("{gateway: {isolateVirtualHostsBySslConfig: false}}") + service("a", domains: "[a]", ssl: files("A", "a.x"))
                + service("b", domains: "[b]", ssl: files("A", "a.x, b.x"))
        ),
        RuleCase(
            "domain-conflicts-keep-the-older", .different, "VirtualService/a spec.virtualHost.domains",
            meets: plain + service("a", domains: "[x, Y]", metadata: "creationTimestamp: '2021-01-01T00:00:00Z'")
                + service("b", domains: "[y]", metadata: "creationTimestamp: '2020-01-01T00:00:00Z'"),
            doesNot: tls + service("a", domains: "[y]", ssl: files("A", "a")) + service("b", domains: "[y]", ssl: files("B", "b"))
        ),
        RuleCase(
            "port-conflicts-keep-the-older", .different, "Gateway/second spec.bindPort",
            meets: plain + object(.gateway, "second", "{bindPort: 80, httpGateway: {}}"),
            doesNot: plain + object(.gateway, "second", "{bindPort: 80, httpGateway: {}, proxyNames: [other]}")
        ),
        RuleCase("http-listeners-stay-open", .different, "Gateway/http spec.httpGateway", meets: plain, doesNot: plain + service("a")),
        RuleCase(
            "ssl-files-are-paths", .different, "VirtualService/a spec.sslConfig.sslFiles",
            meets: service("a", ssl: "{sslFiles: {tlsCert: /c, tlsKey: /k}}"), doesNot: service("a", ssl: files("A"))
        ),
        RuleCase(
            "delegating-matchers-keep-their-conditions", .different, "VirtualService/a spec.virtualHost.routes[0].matchers[0]",
            meets: route("matchers: [{methods: [GET]}], delegateAction: {ref: {name: t}}"),
            doesNot: route("matchers: [{prefix: /, methods: [GET]}], delegateAction: {ref: {name: t}}")
        ),
        RuleCase(
            "missing-upstreams-answer-by-policy", .different, "VirtualService/a spec.virtualHost.routes[0].routeAction.single.upstream",
            meets: upstream + route("routeAction: {single: {upstream: {name: none}}}"),
            doesNot: settings("{gloo: {invalidConfigPolicy: {replaceInvalidRoutes: false}}}") + route("routeAction: {single: {upstream: {name: none}}}")
        ),
        RuleCase(
            "missing-weighted-destinations", .different,
            "VirtualService/a spec.virtualHost.routes[0].routeAction.multi.destinations[0].destination.upstream",
            meets: settings("{gloo: {invalidConfigPolicy: {replaceInvalidRoutes: true}}}")
                + route("routeAction: {multi: {destinations: [{weight: 1, destination: {upstream: {name: none}}}]}}"),
            doesNot: settings("{gloo: {invalidConfigPolicy: {replaceInvalidRoutes: true}}}")
                + route("routeAction: {single: {upstream: {name: none}}}")
        ),
        RuleCase(
            "routes-wait-for-their-upstreams", .refused, "VirtualService/a spec.virtualHost.routes[0].routeAction.single.upstream",
            meets: object(.upstream, "shop", "{statik: {}}") + route("routeAction: {single: {upstream: {name: shop}}}"),
            doesNot: upstream + route("routeAction: {single: {upstream: {name: shop}}}")
        ),
        RuleCase(
            "routes-wait-for-their-upstreams", .notYet, "VirtualService/a spec.virtualHost.routes[0].routeAction.single.upstream",
            meets: object(.upstream, "shop", "{consul: {serviceName: s}}") + route("routeAction: {single: {upstream: {name: shop}}}"),
            doesNot: upstream + route("routeAction: {single: {upstream: {name: shop}}}")
        ),
        RuleCase("errors-cost-only-what-is-wrong", .different, "", meets: route("\(answer), options: {timeot: 1s}"), doesNot: route(answer)),
        RuleCase(
            "upstream-groups-are-looked-up-beside", .different, "VirtualService/a spec.virtualHost.routes[0].routeAction.upstreamGroup",
            meets: route("routeAction: {upstreamGroup: {name: g}}"), doesNot: route("routeAction: {upstreamGroup: {name: g, namespace: n}}")
        ),
        RuleCase(
            "option-objects-are-never-changed", .different, "VirtualService/a spec.virtualHost.routes[0].optionsConfigRefs.delegateOptions",
            meets: route("\(answer), optionsConfigRefs: {delegateOptions: [{name: x}, {name: y}]}"),
            doesNot: route("\(answer), options: {}, optionsConfigRefs: {delegateOptions: [{name: x}, {name: y}]}")
        ),
        RuleCase(
            "refused-option-objects", .different, "VirtualService/a spec.virtualHost.routes[0].optionsConfigRefs.delegateOptions[0]",
            meets: object(.routeOption, "x", "{options: {timeot: 1s}}") + route("\(answer), optionsConfigRefs: {delegateOptions: [{name: x}]}"),
            doesNot: object(.routeOption, "x", "{options: {timeot: 1s}}") + route("\(answer), optionsConfigRefs: {delegateOptions: [{name: y}]}")
        ),
        RuleCase(
            "functions-of-upstreams", .impossible, "VirtualService/a spec.virtualHost.routes[0].routeAction.single.destinationSpec",
            meets: route("routeAction: {single: {upstream: {name: x}, destinationSpec: {grpc: {function: f}}}}"),
            doesNot: route("routeAction: {single: {upstream: {name: x}, destinationSpec: {rest: {functionName: f}}}}")
        ),
        RuleCase(
            "functions-of-upstreams", .impossible, "VirtualService/a spec.virtualHost.routes[0].routeAction.single.destinationSpec.aws.unwrapAsAlb",
            meets: route("routeAction: {single: {upstream: {name: x}, destinationSpec: {aws: {logicalName: f, unwrapAsAlb: true}}}}"),
            doesNot: route("routeAction: {single: {upstream: {name: x}, destinationSpec: {aws: {logicalName: f}}}}")
        ),
        RuleCase(
            "functions-of-upstreams", .different, "VirtualService/a spec.virtualHost.routes[0].routeAction.single.destinationSpec.azure",
            meets: route("routeAction: {single: {upstream: {name: x}, destinationSpec: {azure: {functionName: f}}}}"), doesNot: route(answer)
        ),
        RuleCase(
            "functions-of-upstreams", .notYet, "Upstream/u spec.aws",
            meets: object(.upstream, "u", "{aws: {region: us-east-1, lambdaFunctions: [{lambdaFunctionName: f}]}}"),
            doesNot: object(.upstream, "u", "{aws: {region: us-east-1, awsAccountId: '123456789012', lambdaFunctions: [{lambdaFunctionName: f}]}}")
        ),
        RuleCase(
            "functions-of-upstreams", .impossible, "Upstream/u spec.static.serviceSpec", meets: object(.upstream, "u", "{static: {serviceSpec: {grpc: {}}}}"),
            doesNot: object(.upstream, "u", "{static: {hosts: [{addr: a.example, port: 80}], serviceSpec: {rest: {}}}}")
        ),
        RuleCase(
            "functions-of-upstreams", .refused, "Upstream/u spec.static.serviceSpec",
            meets: object(.upstream, "u", "{static: {serviceSpec: {grpcJsonTranscoder: {services: [a]}}}}"), doesNot: upstream
        ),
        RuleCase(
            "rate-limit-and-graphql-objects", .notYet, "RateLimitConfig/a spec.raw.setDescriptors",
            meets: object(.rateLimitConfig, "a", "{raw: {descriptors: [], setDescriptors: [{simpleDescriptors: [{key: k}]}]}}"),
            doesNot: object(.rateLimitConfig, "a", "{raw: {rateLimits: [{actions: [{remoteAddress: {}}]}]}}")
        ),
        RuleCase("rate-limit-and-graphql-objects", .impossible, "GraphQLApi/a ", meets: object(.graphQLApi, "a", "{}"), doesNot: upstream),
        RuleCase(
            "auth-configs-are-checked-by-envoy", .different, "AuthConfig/a ",
            meets: object(.authConfig, "a", "{configs: [{passThroughAuth: {http: {url: 'http://a'}}}]}"), doesNot: upstream
        ),
        RuleCase(
            "auth-configs-are-checked-by-envoy", .impossible, "AuthConfig/a spec.configs[0].ldap",
            meets: object(.authConfig, "a", "{configs: [{ldap: {address: a}}]}"), doesNot: upstream
        ),
        RuleCase(
            "auth-configs-are-checked-by-envoy", .impossible, "AuthConfig/a spec.booleanExpr",
            meets: object(.authConfig, "a", "{booleanExpr: a || b, configs: []}"), doesNot: upstream
        ),
        RuleCase(
            "auth-configs-are-checked-by-envoy", .impossible, "AuthConfig/a spec.configs[0].oauth2.oidcAuthorizationCode",
            meets: object(.authConfig, "a", "{configs: [{oauth2: {oidcAuthorizationCode: {issuerUrl: 'https://a'}}}]}"), doesNot: upstream
        ),
        RuleCase(
            "jwt-keys-are-fetched-with-each-change", .different, "VirtualHostOption/a spec.options.jwtStaged.beforeExtAuth.providers.p.jwks.remote",
            meets: object(.virtualHostOption, "a", "{options: {jwtStaged: {beforeExtAuth: {providers: {p: {jwks: {remote: {url: 'http://a'}}}}}}}}"),
            doesNot: object(.virtualHostOption, "a", "{options: {jwtStaged: {beforeExtAuth: {providers: {p: {jwks: {local: {key: a}}}}}}}}")
        ),
        RuleCase(
            "rate-limit-and-graphql-objects", .impossible, "VirtualService/a spec.virtualHost.routes[0].graphqlApiRef",
            meets: route("graphqlApiRef: {name: g}"), doesNot: route(answer)
        ),
        RuleCase(
            "basic-rate-limits-are-per-proxy", .different, "VirtualService/a spec.virtualHost.routes[0].options.ratelimitBasic",
            meets: route("\(answer), options: {ratelimitBasic: {anonymousLimits: {unit: SECOND, requestsPerUnit: 1}}}"), doesNot: route(answer)
        ),
        RuleCase(
            "kubernetes-consul-and-ec2", .different, "Upstream/u spec.kube",
            meets: object(.upstream, "u", "{kube: {serviceName: s, serviceNamespace: n, servicePort: 80}}"), doesNot: upstream
        ),
        RuleCase(
            "kubernetes-consul-and-ec2", .notYet, "Upstream/u spec.kube.selector",
            meets: object(.upstream, "u", "{kube: {serviceName: s, serviceNamespace: n, servicePort: 80, selector: {a: b}}}"), doesNot: upstream
        ),
        RuleCase("kubernetes-consul-and-ec2", .notYet, "Upstream/u spec.consul", meets: object(.upstream, "u", "{consul: {serviceName: s}}"), doesNot: upstream),
        RuleCase(
            "kubernetes-consul-and-ec2", .notYet, "VirtualService/a spec.virtualHost.routes[0].routeAction.single.kube",
            meets: route("routeAction: {single: {kube: {ref: {name: s}, port: 80}}}"), doesNot: route("routeAction: {single: {upstream: {name: s}}}")
        ),
        RuleCase(
            "discovery-does-not-run", .different, "",
            meets: object(.upstream, "u", "{static: {hosts: [{addr: a, port: 1}]}}", metadata: "labels: {discovered_by: kubernetesplugin}"),
            doesNot: upstream
        ),
        RuleCase("eds-names-have-no-hash", .different, "", meets: object(.upstream, "u", "{awsEc2: {region: r}}"), doesNot: upstream),
        RuleCase(
            "grpc-web-is-not-on-by-default", .different, "", meets: plain, doesNot: plain + settings("{gloo: {disableGrpcWeb: true}}")
        ),
        RuleCase(
            "grpc-web-is-not-on-by-default", .different, "", meets: plain, doesNot: object(.gateway, "g", "{bindPort: 80, httpGateway: {options: {grpcWeb: {}}}}")
        ),
        RuleCase(
            "settings-without-effect", .different, "Settings/default ", meets: settings("{gloo: {xdsBindAddr: '0.0.0.0:1', enableRestEds: false}, consul: {}}"),
            doesNot: settings("{gloo: {enableRestEds: false, invalidConfigPolicy: {replaceInvalidRoutes: true}}, discoveryNamespace: gloo-system}")
        ),
        RuleCase("settings-without-effect", .different, "Settings/other ", meets: object(.settings, "other", "{}"), doesNot: settings("{}")),
        RuleCase(
            "the-namespace-is-a-flag", .different, "Settings/default spec.discoveryNamespace", meets: settings("{discoveryNamespace: edge}"),
            doesNot: settings("{discoveryNamespace: gloo-system}")
        ),
        RuleCase(
            "the-webhook-is-a-command", .different, "Settings/default spec.gateway.validation", meets: settings("{gateway: {validation: {alwaysAccept: true}}}"),
            doesNot: settings("{gateway: {}}")
        ),
        RuleCase(
            "statuses-go-to-a-folder", .different, "", meets: upstream.replacing("}\n---", with: ", status: {statuses: {gloo-system: {state: Accepted}}}}\n---"),
            doesNot: upstream.replacing("}\n---", with: ", status: {}}\n---")
        ),
        RuleCase(
            "generated-proxies-are-ignored", .different, "Proxy/p ", meets: object(.proxy, "p", "{listeners: []}", metadata: "labels: {created_by: gloo-gateway-translator}"),
            doesNot: object(.proxy, "p", "{listeners: []}", metadata: "labels: {created_by: me}")
        ),
        RuleCase(
            "generated-proxies-are-ignored", .notYet, "Proxy/p spec.compressedSpec", meets: object(.proxy, "p", "{compressedSpec: eJw=}"),
            doesNot: object(.proxy, "p", "{listeners: []}")
        ),
        RuleCase(
            "options-without-a-plugin", .impossible, "VirtualService/a spec.virtualHost.routes[0].options.waf", meets: route("\(answer), options: {waf: {}}"),
            doesNot: route("\(answer), options: {wuff: {}}")
        ),
        RuleCase(
            "options-without-a-plugin", .notYet, "Upstream/u spec.awsEc2", meets: object(.upstream, "u", "{awsEc2: {region: r}}"), doesNot: upstream
        ),
        RuleCase(
            "everything-is-checked-first", .refused, "VirtualService/a spec.virtualHost.routes[0].options.timeot",
            meets: plain + route("\(answer), options: {timeot: 1s}"), doesNot: plain + route("\(answer), options: {timeout: 1s}")
        ),
    ]

    @Test("finds what meets it, and nothing in what does not", arguments: cases)
    func finds(one: RuleCase) throws {
        let rule = try #require(MigrationRule.all.first { $0.id == one.rule })
        let found = rule.findings(try installation(one.meets))
        #expect(found.map(\.verdict) == [one.verdict])
        let place = found.first.map { finding in finding.object.map { "\($0.kind.rawValue)/\($0.ref.name) \(finding.field)" } ?? "" }
        #expect(place == one.place)
        #expect(found.allSatisfy { $0.rule == one.rule && $0.position.line > 0 && !$0.what.isEmpty })
        #expect(rule.findings(try installation(one.doesNot)) == [])
    }

    @Test("all have a case")
    func complete() {
        #expect(Set(Self.cases.map(\.rule)) == Set(MigrationRule.all.map(\.id)))
    }

    @Test("stand as headings in docs/differences-from-gloo.md, each once, and no other heading of their level does")
    func document() throws {
        let headings = try Folder.text("docs/differences-from-gloo.md").split(separator: "\n").filter { $0.hasPrefix("### ") }.map { String($0.dropFirst(4)) }
        #expect(headings.sorted() == MigrationRule.all.map(\.id).sorted())
    }

    @Test("count every member of Settings that the program reads as one with an effect")
    func settings() throws {
        let read = try Folder.text("Sources/APIResources/Settings.swift").matches(of: /spec\?\["(\w+)"\]\?\["(\w+)"\]/).map { "\($0.output.1).\($0.output.2)" }
        #expect(!read.isEmpty)
        #expect(Set(read).subtracting(MigrationRule.effectiveSettings) == [])
    }

    @Test("virtual services are taken as the gateways of a hybrid gateway take them", arguments: [
        "hybridGateway: {matchedGateways: [{matcher: {sslConfig: {}}, httpGateway: {}}]}",
        "hybridGateway: {delegatedHttpGateways: {sslConfig: {}, ref: {name: part}}}",
        "hybridGateway: {delegatedHttpGateways: {sslConfig: {}, selector: {labels: {a: b}}}}",
    ])
    func hybrid(gateway: String) throws {
        let rule = try #require(MigrationRule.all.first { $0.id == "virtual-hosts-are-isolated-by-certificate" })
        let part = object(.matchableHttpGateway, "part", "{matcher: {sslConfig: {}}, httpGateway: {}}", metadata: "labels: {a: b}")
        let services = Self.service("a", domains: "[a]", ssl: Self.files("A", "a")) + Self.service("b", domains: "[b]", ssl: Self.files("B", "b"))
        let found = rule.findings(try installation(object(.gateway, "g", "{bindPort: 443, \(gateway)}") + part + services))
        #expect(found.map { $0.object?.ref.name } == [gateway.contains("delegated") ? "part" : "g"])
        #expect(rule.findings(try installation(object(.gateway, "g", "{bindPort: 443, \(gateway)}") + part)) == [])
    }

    @Test("isolation is no difference where somebody has said what is wanted", arguments: ["true", "false"])
    func isolation(said: String) throws {
        let rule = try #require(MigrationRule.all.first { $0.id == "virtual-hosts-are-isolated-by-certificate" })
        let services = Self.service("a", domains: "[a]", ssl: Self.files("A", "a")) + Self.service("b", domains: "[b]", ssl: Self.files("B", "b"))
        #expect(rule.findings(try installation(Self.tls + services)).count == 1)
        #expect(rule.findings(try installation(Self.tls + services + Self.settings("{gateway: {isolateVirtualHostsBySslConfig: \(said)}}"))) == [])
        let gateway = object(
            .gateway, "https", "{bindPort: 443, ssl: true, httpGateway: {}}", metadata: "annotations: {gateway.solo.io/isolate_vhost: '\(said)'}"
        )
        #expect(rule.findings(try installation(gateway + services)) == [])
    }
}
