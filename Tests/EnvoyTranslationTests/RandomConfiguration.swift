import TranslationHarness

/// Objects of few names in few namespaces, so that references hit and miss, and of every state: fine, wrong in a part, refused.
struct RandomConfiguration {
    private var numbers: SeededNumbers

    init(seed: UInt64) { numbers = SeededNumbers(seed) }

    /// One change of one file; nil text takes the file away.
    mutating func change() -> (file: String, text: String?) {
        let kind = pick(["gw", "mhg", "proxy", "vs", "vs", "vs", "vs", "rt", "rt", "rt", "rto", "vho", "up", "up", "group", "tls", "header", "settings", "rlc"])
        let namespace = pick(["gloo-system", "gloo-system", "team"])
        let name =
            switch kind {
            case "settings": pick(["default", "default", "other"])
            case "gw", "mhg", "proxy", "rto", "vho", "group", "tls", "rlc": pick(["a", "b"])
            case "header": "h"
            default: pick(["a", "b", "c"])
            }
        let file = "\(kind)-\(namespace)-\(name).yaml"
        if chance(20) { return (file, nil) }
        let labels = pick(["", "", "labels: {team: red}, ", "labels: {team: blue}, "])
        let age = pick(["", "", "", "creationTimestamp: '2024-01-0\(int(1...3))T00:00:00Z', "])
        let isolation = kind == "gw" ? pick(["", "", "", "annotations: {gateway.solo.io/isolate_vhost: 'false'}, "]) : ""
        // Lines that move are no change.
        let padding = String(repeating: "# moved\n", count: chance(20) ? int(1...3) : 0)
        func object(_ apiVersion: String, _ type: String, _ content: String) -> String {
            "\(padding)apiVersion: \(apiVersion)\nkind: \(type)\nmetadata: {\(labels)\(age)\(isolation)name: \(name), namespace: \(namespace)}\n\(content)\n"
        }
        switch kind {
        case "gw": return (file, object("gateway.solo.io/v1", "Gateway", "spec: {\(gateway())}"))
        case "vs": return (file, object("gateway.solo.io/v1", "VirtualService", "spec: {\(virtualService())}"))
        case "mhg": return (file, object("gateway.solo.io/v1", "MatchableHttpGateway", "spec: {\(matcher())\(chance(90) ? "httpGateway: {}" : "")}"))
        case "proxy": return (file, object("gloo.solo.io/v1", "Proxy", "spec: {listeners: [\(proxyListener())]}"))
        case "rt":
            let weight = pick(["", "", "", "weight: 1, ", "weight: -1, ", "weight: bad, "])
            return (file, object("gateway.solo.io/v1", "RouteTable", "spec: {\(weight)routes: [\(routes())]}"))
        case "rto":
            let options = pick(["timeout: \(int(4...6))s", "tiemout: 1s", "prefixRewrite: /x", "prefixRewrite: no"])
            return (file, object("gateway.solo.io/v1", "RouteOption", "spec: {options: {\(options)}}"))
        case "vho":
            let options = pick(["cors: {allowOrigin: [vho]}", "corz: {}", "cors: {}"])
            return (file, object("gateway.solo.io/v1", "VirtualHostOption", "spec: {options: {\(options)}}"))
        case "up": return (file, object("gloo.solo.io/v1", "Upstream", "spec: {\(upstream())}"))
        case "group": return (file, object("gloo.solo.io/v1", "UpstreamGroup", "spec: {\(chance(10) ? "destinashuns" : "destinations"): [\(destinations())]}"))
        case "tls":
            let chain = int(0...1)
            let key = chance(85) ? chain : 1 - chain
            return (file, object("gloo.solo.io/v1", "Secret", "tls: {certChain: \"\(TestCertificates.chains[chain])\", privateKey: \"\(TestCertificates.keys[key])\"}"))
        case "rlc":
            let limits = pick(["actions: [{remoteAddress: {}}]", "setActions: [{genericKey: {descriptorValue: '\(int(1...3))'}}]", "", "acshuns: []"])
            return (file, object("ratelimit.solo.io/v1alpha1", "RateLimitConfig", "spec: {raw: {rateLimits: [{\(limits)}]}}"))
        case "header": return (file, object("gloo.solo.io/v1", "Secret", "header: {headers: {x-secret: '\(int(1...3))'}}"))
        default: return (file, object("gloo.solo.io/v1", "Settings", "spec: {\(settings())}"))
        }
    }

    // MARK: Parts

    private mutating func gateway() -> String {
        let selection = pick([
            "", "", "", "virtualServiceSelector: {team: red}", "virtualServiceNamespaces: [team]",
            "virtualServices: [{name: a}, {name: b, namespace: team}]",
            "virtualServiceExpressions: {expressions: [{key: team, operator: NotIn, values: [blue]}]}",
        ])
        let address = pick(["", "", "bindAddress: 0.0.0.0, ", "bindAddress: 127.0.0.1, ", "bindAddress: nowhere, "])
        let proxies = pick(["", "", "proxyNames: [one], ", "proxyNames: [one, two], "])
        let limit = pick(["", "", "routeOptions: {maxDirectResponseBodySizeBytes: 3}, ", "routeOptions: {virtualHostDiscovery: true}, "])
        let type =
            switch int(0...19) {
            case 0: ""
            case 1: "httpGatewai: {}"
            case 2...3: "tcpGateway: {tcpHosts: [\(tcpHost("x")), \(tcpHost(pick(["x", "y"])))]}"
            case 4...5: "hybridGateway: {matchedGateways: [{\(matcher())httpGateway: {\(selection)}}, {\(matcher())\(pick(["httpGateway: {}", "tcpGateway: {tcpHosts: [\(tcpHost("x"))]}"]))}]}"
            case 6: "hybridGateway: {delegatedHttpGateways: {ref: {name: \(pick(["a", "b"]))}}}"
            case 7:
                "hybridGateway: {delegatedHttpGateways: {\(pick(["", "sslConfig: {alpnProtocols: [h2]}, "]))selector: {namespaces: [\(pick(["team", "'*'"]))]\(pick(["", ", labels: {team: red}"]))}}}"
            default: "httpGateway: {\(selection)\(selection.isEmpty ? "" : ", ")\(httpOptions())}"
            }
        return "bindPort: \(int(80...81)), ssl: \(chance(40)), \(address)\(proxies)\(limit)\(type)"
    }

    private mutating func httpOptions() -> String {
        pick(["", "", "options: {dynamicForwardProxy: {dnsCacheConfig: {maxHosts: \(int(1...2))}}}", "options: {dynamicForwardProxy: {sslConfig: {secretRef: {name: a, namespace: team}}}}"])
    }

    private mutating func matcher() -> String {
        pick([
            "", "matcher: {sslConfig: {}}, ", "matcher: {sslConfig: {secretRef: {name: a}, sniDomains: [m.example]}}, ",
            "matcher: {sourcePrefixRanges: [{addressPrefix: 10.0.0.0, prefixLen: 8}]}, ", "matcher: {sourcePrefixRanges: [{addressPrefix: x}]}, ",
        ])
    }

    private mutating func tcpHost(_ name: String) -> String {
        let ssl = pick(["", "sslConfig: {sniDomains: [t.example]}, ", "sslConfig: {secretRef: {name: a}}, "])
        let destination = pick([
            "single: {upstream: \(reference())}", "multi: {destinations: [\(destinations())]}", "upstreamGroup: \(reference())", "forwardSniClusterName: {}",
        ])
        return "{name: \(name), \(ssl)destination: {\(destination)}}"
    }

    private mutating func proxyListener() -> String {
        let ssl = pick(["", "", "sslConfigurations: [{secretRef: {name: a, namespace: gloo-system}}], "])
        let host = "{name: \(pick(["h", "i"])), domains: [\(pick(["a.example", "'*'"]))], routes: [\(routes())]}"
        return "{name: l, bindPort: \(int(90...91)), \(ssl)httpListener: {virtualHosts: [\(host), {name: i, domains: [x.example], routes: [\(routes())]}]}}"
    }

    /// References to options that are written elsewhere.
    private mutating func optionReferences() -> String {
        pick(["", "", "", "optionsConfigRefs: {delegateOptions: [{name: a}]}, ", "optionsConfigRefs: {delegateOptions: [{name: b, namespace: team}, {name: a}]}, "])
    }

    private mutating func virtualService() -> String {
        if chance(4) { return "displayName: nothing" }
        if chance(5) { return "virtualHoost: {}" }
        let tls = pick([
            "", "", "", "sslConfig: {secretRef: {name: a}}, ", "sslConfig: {secretRef: {name: a}, sniDomains: [a.example]}, ",
            "sslConfig: {secretRef: {name: b, namespace: gloo-system}, sniDomains: [A.example, b.example]}, ", "sslConfig: {sslFiles: {tlsCert: /x}}, ",
            "sslConfig: {secretRef: {name: b, namespace: team}}, ",
        ])
        let domains = pick(["[]", "[a.example]", "[b.example]", "[c.example]", "[d.example]", "[a.example, B.example]", "[e.example, e.example]"])
        let options = pick([
            "", "", "", "options: {cors: {allowOrigin: ['*']}}, ", "options: {cors: {}}, ", "options: {retries: {retryOn: 5xx}}, ",
            "options: {ratelimit: {rateLimits: [{actions: [{remoteAddress: {}}]}]}}, ", "options: {rateLimitEarlyConfigs: {refs: [{name: a}]}}, ",
        ])
        return "\(tls)virtualHost: {domains: \(domains), \(options)\(optionReferences())routes: [\(routes())]}"
    }

    private mutating func routes() -> String {
        (0..<int(0...4)).map { _ in route() }.joined(separator: ", ")
    }

    private mutating func route() -> String {
        let matcher = pick([
            "", "", "matchers: [{prefix: /a}], ", "matchers: [{prefix: /a/b}, {exact: /a/c}], ", "matchers: [{prefx: /a}], ", "matchers: [{prefix: a}], ",
            "matchers: [{prefix: /a, headers: [{name: x}]}], ",
        ])
        let flags = pick(["", "", "", "inheritableMatchers: true, ", "inheritablePathMatchers: true, "])
        let options = pick([
            "", "", "", "options: {timeout: \(int(1...3))s}, ", "options: {tiemout: 1s}, ", "options: {cors: {allowOrigin: [b]}}, ",
            "options: {headerManipulation: {requestHeadersToAdd: [{headerSecretRef: {name: h}}]}}, ", "options: {prefixRewrite: no}, ",
            "options: {rateLimitConfigs: {refs: [\(pick(["{name: a}", "{name: b, namespace: team}"]))]}}, ",
            "options: {ratelimitRegular: {includeVhRateLimits: true, rateLimits: [{actions: [{remoteAddress: {}}]}]}}, ",
        ])
        let action =
            switch int(0...9) {
            case 0...1: "directResponseAction: {status: 20\(int(0...4)), body: '\(chance(80) ? "ok" : "too long")'}"
            case 2...3: "routeAction: {single: {upstream: \(reference())\(pick(["", "", "", ", destinationSpec: {aws: {logicalName: f}}"]))}}"
            case 4: "routeAction: {multi: {destinations: [\(destinations())]}}"
            case 5: "routeAction: {upstreamGroup: \(reference())}"
            case 6...7: "delegateAction: {ref: \(reference())}"
            case 8:
                "delegateAction: {selector: {\(pick(["", "namespaces: [team, gloo-system], ", "namespaces: ['*'], "]))\(pick(["", "labels: {team: red}", "expressions: [{key: team, operator: Exists}]"]))}}"
            default: pick(["", "redirectAction: {hostRedirect: a.example}", "routeAction: {clusterHeader: x}", "routeAction: {dynamicForwardProxy: {}}"])
            }
        return "{\(pick(["", "", "name: r, "]))\(matcher)\(flags)\(options)\(optionReferences())\(action)}"
    }

    private mutating func destinations() -> String {
        (0..<int(1...2)).map { _ in "{destination: {upstream: \(reference())}, weight: \(int(0...2))}" }.joined(separator: ", ")
    }

    private mutating func reference() -> String {
        "{name: \(pick(["a", "b", "c"]))\(pick(["", "", ", namespace: team", ", namespace: gloo-system"]))}"
    }

    private mutating func upstream() -> String {
        pick([
            "static: {hosts: [{addr: 10.0.0.\(int(1...3)), port: 80}]}", "static: {hosts: [{addr: 10.0.0.1, port: 80}]}", "", "statik: {}",
            "sslConfig: {secretRef: {name: a}}, static: {hosts: [{addr: 10.0.0.1, port: 443}]}",
            "static: {hosts: [{addr: proxy.example, port: \(int(1...2))}]}, httpProxyHostname: 'a.example:1'",
            "static: {hosts: [{addr: 10.0.0.1, port: 443}]}, httpProxyHostname: 'a.example:1', httpConnectSslConfig: {secretRef: {name: a}}",
            "kube: {serviceName: a, serviceNamespace: b, servicePort: 80}, failover: {prioritizedLocalities: [{localityEndpoints: [{lbEndpoints: [{address: a.example, port: 1}]}]}]}",
            "aws: {region: us-east-1, awsAccountId: '123456789012', lambdaFunctions: [{lambdaFunctionName: f}]}", "gcp: {host: a.example}",
        ])
    }

    private mutating func settings() -> String {
        pick([
            "", "gloo: {invalidConfigPolicy: {replaceInvalidRoutes: false}}", "gloo: {invalidConfigPolicy: {invalidRouteResponseCode: 503}}",
            "gateway: {readGatewaysFromAllNamespaces: true}", "gateway: {isolateVirtualHostsBySslConfig: false}",
            "gateway: {virtualServiceOptions: {oneWayTls: true}}", "ratelimitServer: {ratelimitServerRef: \(reference()), denyOnFail: true}",
            "gloo: {invalidConfigPolicy: {invalidRouteResponseCode: 1}}",
            "kubernetes: {clusterDomain: a.example}", "gloo: {awsOptions: {enableCredentialsDiscovey: true}}",
        ])
    }

    // MARK: Chance

    mutating func int(_ range: ClosedRange<Int>) -> Int { numbers.int(range) }
    mutating func chance(_ percent: Int) -> Bool { numbers.chance(percent) }
    private mutating func pick<Value>(_ values: [Value]) -> Value { numbers.pick(values) }
}
