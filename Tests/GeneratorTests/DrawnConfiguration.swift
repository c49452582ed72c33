import ConfigTree
import EnvoyDescriptors
import PluginHost
import Syncer
import TranslationHarness

/// One option of one plugin at one place.
struct Option: CustomStringConvertible {
    let plugin: String
    let place: OptionScope
    let name: String
    let schema: ConfigValue

    var description: String { "\(place)/\(name)" }

    /// Of all stock plugins, as the program loads them; but for those that are a file of the proxy, and for functions of upstreams, which are
    /// of use only where route and upstream speak of the same.
    static func all() throws -> [Option] {
        try Stock.deployment.get().plugins.plugins.sorted { $0.name < $1.name }.flatMap { plugin in
            OptionScope.allCases.filter { ![.settings, .destinationSpec, .serviceSpec].contains($0) }.flatMap { place in
                (plugin.schema[key: place.rawValue]?.members ?? .none).map { Option(plugin: plugin.name, place: place, name: $0.key ?? "", schema: $0) }
            }
        }
        .filter { !SchemaDraw(SeededNumbers(0), names: .none, option: { _ in nil }).needsFile($0.schema) }
    }
}

/// A small configuration with drawn options: gateways, a virtual service, an upstream, and what they may refer to.
///
/// Everything has the number of the configuration in its name and its port, so that many of them can stand in one Envoy.
struct DrawnConfiguration {
    let number: Int
    let focus: Option
    let text: String
    /// For people: the part of the text that was drawn.
    let shown: String
    let members: Set<String>

    /// - Parameters:
    ///   - aim: a member of the option that is to be there.
    ///   - addsType: the upstream's drawn options do not say its type.
    init(_ number: Int, seed: UInt64, focus: Option, aim: String, among all: [Option], addsType: Bool) {
        self.number = number
        self.focus = focus
        let id = "c\(number)"
        let names = ObjectNames(
            upstreams: [id, "\(id)-h2"], secrets: Surroundings.secretTypes.map { "\(id)-\($0)" }, others: ["\(id)-auth", "\(id)-limit", "\(id)-descriptors"], cluster: "\(id)-h2_\(Stock.namespace)"
        )
        var draw = SchemaDraw(SeededNumbers(seed &* 1_000_003 &+ UInt64(number)), names: names, aim: aim) { path in
            all.first { "\($0)" == path }?.schema
        }
        var drawn: [OptionScope: [ProtoJSON.Member]] = [:]
        var options = [focus]
        // Alone it shows itself; with others, what they are to each other.
        if draw.numbers.chance(35) {
            for _ in 0..<draw.numbers.int(1...3) {
                let other = draw.numbers.pick(all)
                if !options.contains(where: { $0.place == other.place && $0.name == other.name }) { options.append(other) }
            }
        }
        for option in options {
            drawn[option.place, default: []].append(.init(option.name, draw.value(option.schema, at: "\(option)")))
        }
        func json(_ place: OptionScope) -> String { ProtoJSON.object(drawn[place] ?? []).compactJSON }

        let ssl = drawn[.sslConfig]?.first.map { "\"sslConfig\": \($0.value.compactJSON), " } ?? ""
        let port = 10_000 + number * 2
        var documents = [
            Surroundings.object("Gateway", id, "bindPort: \(port), ssl: \(!ssl.isEmpty), options: \(json(.listener)), httpGateway: {options: \(json(.httpListener))}")
        ]
        if drawn[.tcpListener] != nil || (drawn[.listener] != nil && draw.numbers.chance(50)) {
            let host = "{name: h, \(ssl)destination: {single: {upstream: {name: \(id)}}}}"
            documents.append(
                Surroundings.object("Gateway", "\(id)-tcp", "bindPort: \(port + 1), options: \(json(.listener)), tcpGateway: {options: \(json(.tcpListener)), tcpHosts: [\(host)]}")
            )
        }
        var action = Self.action(id, &draw.numbers, weighted: drawn[.weightedDestination] == nil ? nil : json(.weightedDestination))
        if let function = drawn[.destinationSpec]?.first {
            action = "routeAction: {single: {upstream: {name: \(id)-\(function.key)-functions}, destinationSpec: \(ProtoJSON.object([function]).compactJSON)}}"
        } else if drawn[.httpListener]?.contains(where: { $0.key == "dynamicForwardProxy" }) == true, draw.numbers.chance(70) {
            action = "routeAction: {dynamicForwardProxy: {}}"
        }
        let route = "{\(Self.matcher(&draw.numbers))options: \(json(.route)), \(action)}"
        documents.append(
            Surroundings.object(
                "VirtualService", id, "\(ssl)virtualHost: {domains: ['\(id).example'], options: \(json(.virtualHost)), routes: [\(route), {directResponseAction: {status: 404}}]}"
            )
        )
        var upstream = drawn[.upstream] ?? []
        if upstream.isEmpty || (addsType && !upstream.contains { $0.key == "static" }) { upstream.append(.init("static", Surroundings.host)) }
        // As discovery writes it, without which a Service has no selector.
        if upstream.contains(where: { $0.key == "kube" }), draw.numbers.chance(70) { upstream.append(.init("discoveryMetadata", .object([]))) }
        // What gRPC needs.
        if draw.numbers.chance(30), !upstream.contains(where: { $0.key == "useHttp2" }) { upstream.append(.init("useHttp2", .bool(true))) }
        documents.append(Surroundings.object("Upstream", id, String(ProtoJSON.object(upstream).compactJSON.dropFirst().dropLast())))
        shown = documents.joined(separator: "\n").replacing(#/-----BEGIN [A-Z ]*-----[^"]*/#, with: "PEM")
        documents += Surroundings.objects(id, &draw.numbers)
        text = documents.joined(separator: "\n---\n")
        members = draw.members
    }

    private static func matcher(_ numbers: inout SeededNumbers) -> String {
        numbers.pick([
            "", "", "matchers: [{prefix: /a}], ", "matchers: [{prefix: /}], ", "matchers: [{exact: /a}], ", "matchers: [{regex: '/a.*'}], ",
            "matchers: [{prefix: /a}, {exact: /b}], ", "matchers: [{connectMatcher: {}}], ",
        ])
    }

    private static func action(_ id: String, _ numbers: inout SeededNumbers, weighted: String?) -> String {
        let many = "routeAction: {multi: {destinations: [{weight: 1, destination: {upstream: {name: \(id)}}, options: \(weighted ?? "{}")}, {weight: 2, destination: {upstream: {name: \(id)-h2}}}]}}"
        if weighted != nil { return many }
        return switch numbers.int(0...9) {
        case 0: many
        case 1: "redirectAction: {hostRedirect: b.example}"
        case 2: "directResponseAction: {status: 200, body: ok}"
        default: "routeAction: {single: {upstream: {name: \(id)}}}"
        }
    }
}

/// What drawn options may refer to. A plugin whose options are of no use without something else finds it here.
enum Surroundings {
    static let host = ProtoJSON.object([.init("hosts", .array([.object([.init("addr", .string("10.0.0.1")), .init("port", .number("8080"))])]))])

    static let secretTypes = ["tls", "header", "api-key", "oauth", "credentials", "aws", "azure"]

    /// Of a service `shop.Shop` with one method.
    private static let descriptors =
        "CoEBCgpzaG9wLnByb3RvEgRzaG9wIhMKA1JlcRIMCgRuYW1lGAEgASgJIhMKA1JlcxIMCgR0ZXh0GAEgASgJMjsKBFNob3ASMwoERmluZBIJLnNob3AuUmVxGgkuc2hvcC5SZXMiFYLT5JMCDxINL2Jvb2tzL3tuYW1lfWIGcHJvdG8z"

    static func object(_ kind: String, _ name: String, _ spec: String) -> String {
        let group =
            switch kind {
            case "Gateway", "VirtualService", "RouteTable": "gateway"
            case "AuthConfig": "enterprise.gloo"
            default: "gloo"
            }
        return "{apiVersion: \(group).solo.io/v1, kind: \(kind), metadata: {name: \(name)}, spec: {\(spec)}}"
    }

    private static func secret(_ name: String, _ content: String) -> String {
        "{apiVersion: gloo.solo.io/v1, kind: Secret, metadata: {name: \(name), labels: {team: shop}}, \(content)}"
    }

    static func objects(_ id: String, _ numbers: inout SeededNumbers) -> [String] {
        let tls = "tls: {certChain: \"\(TestCertificates.chains[0])\", privateKey: \"\(TestCertificates.keys[0])\"\(numbers.chance(50) ? ", rootCa: \"\(TestCertificates.chains[1])\"" : "")}"
        return [
            object("Upstream", "\(id)-h2", "useHttp2: true, static: {hosts: [{addr: b.example, port: 443}]}"),
            object("Upstream", "\(id)-aws-functions", "aws: {region: us-east-1, awsAccountId: '123456789012', secretRef: {name: \(id)-aws}, lambdaFunctions: [{lambdaFunctionName: hello}]}"),
            object("Upstream", "\(id)-azure-functions", "azure: {functionAppName: a, secretRef: {name: \(id)-azure}, functions: [{functionName: hello, authLevel: Function}]}"),
            secret("\(id)-tls", tls),
            secret("\(id)-header", "header: {headers: {x-secret: '1', authorization: 'Bearer %1'}}"),
            secret("\(id)-api-key", "apiKey: {apiKey: key-1, labels: ['team=shop']}"),
            secret("\(id)-oauth", "oauth: {clientSecret: a}"),
            secret("\(id)-credentials", "credentials: {username: a, password: b}"),
            secret("\(id)-aws", "aws: {accessKey: a, secretKey: b}"),
            secret("\(id)-azure", "azure: {apiKeys: {_master: a}}"),
            object("AuthConfig", "\(id)-auth", "configs: [{apiKeyAuth: {headerName: x-api-key, apiKeySecretRefs: [{name: \(id)-api-key, namespace: \(Stock.namespace)}]}}]"),
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: \(id)-descriptors}, data: {shop.pb: \(descriptors)}}",
            // This kind's group and version are of their own.
            "{apiVersion: ratelimit.solo.io/v1alpha1, kind: RateLimitConfig, metadata: {name: \(id)-limit}, spec: {raw: {descriptors: [{key: generic_key, value: a, rateLimit: {requestsPerUnit: 5, unit: MINUTE}}], rateLimits: [{actions: [{genericKey: {descriptorValue: a}}]}]}}}",
            object("Settings", "default", "extauth: {extauthzServerRef: {name: \(id)-h2, namespace: \(Stock.namespace)}}, ratelimitServer: {ratelimitServerRef: {name: \(id)-h2, namespace: \(Stock.namespace)}}"),
        ]
    }
}
