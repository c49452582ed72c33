import APIResources
import ConfigTree
import EnvoyDescriptors
import EnvoyWire
import Foundation
import PluginHost
import Synchronization
import Testing

@Suite("The stock plugins")
struct StockPluginTests {
    /// One option with a phase to call it in.
    struct Case: Sendable, CustomTestStringConvertible {
        var phase: Phase
        var options: String
        var testDescription: String { "\(phase) \(options)" }
    }

    static let set = PluginSet.load(folders: [Fixture.products])

    static let cases: [Case] = [
        Case(phase: .route, options: "{timeout: 5s, prefixRewrite: /x, retries: {retryOn: 5xx, numRetries: 2, perTryTimeout: 0.5s}}"),
        Case(phase: .route, options: "{regexRewrite: {pattern: {regex: '^/a/(.*)'}, substitution: '/\\1'}, autoHostRewrite: true}"),
        Case(phase: .route, options: "{hostRewrite: h.example, idleTimeout: 1h, maxStreamDuration: {maxStreamDuration: 1s}}"),
        Case(
            phase: .route,
            options: "{cors: {allowOrigin: ['https://a.example'], allowOriginRegex: ['.*'], allowMethods: [GET, PUT], maxAge: '60', allowCredentials: true}}"
        ),
        Case(
            phase: .route,
            options: "{headerManipulation: {requestHeadersToAdd: [{header: {key: a, value: b}, append: false}, {headerSecretRef: {name: headers}}],"
                + " responseHeadersToRemove: [server]}}"
        ),
        Case(phase: .route, options: "{prefixRewrite: no-slash}"),
        Case(phase: .route, options: "{upgrades: [{websocket: {}}], lbHash: {hashPolicies: [{cookie: {name: a, ttl: 0s}}]}, envoyMetadata: {a: {b: [1, x]}}}"),
        Case(phase: .virtualHost, options: "{cors: {allowOrigin: ['*']}, retries: {numRetries: 3}, headerManipulation: {requestHeadersToRemove: [x]}}"),
        Case(phase: .virtualHost, options: "{stats: {virtualClusters: [{name: a.b, pattern: /a, method: get}]}, includeRequestAttemptCount: true}"),
        Case(phase: .weightedDestination, options: "{headerManipulation: {responseHeadersToAdd: [{header: {key: a}}]}}"),
        Case(phase: .httpFilter, options: "{cors: {}}"),
        Case(phase: .route, options: "{shadowing: {upstream: {name: other}, percentage: 12.5}, faults: {delay: {fixedDelay: 0.5ms}}}"),
        Case(phase: .route, options: "{faults: {abort: {percentage: 0.5, httpStatus: 503}, delay: {fixedDelay: 1s}}, csrf: {}, bufferPerRoute: {disabled: true}}"),
        Case(phase: .httpFilter, options: "{csrf: {additionalOrigins: [{safeRegex: {regex: a}, ignoreCase: true}]}, buffer: {maxRequestBytes: 1}}"),
        Case(phase: .upstream, options: "{static: {hosts: [{addr: 10.0.0.1, port: 80}, {addr: b.example, port: 443, loadBalancingWeight: 2}]}}"),
        Case(phase: .upstream, options: "{static: {hosts: [{addr: a.example, port: 1}]}, sslConfig: {secretRef: {name: tls}, sni: a}}"),
        Case(
            phase: .filterChain,
            options: "{sslConfig: {secretRef: {name: tls}, parameters: {minimumProtocolVersion: TLSv1_2}, alpnProtocols: [h2]}}"
        ),
        Case(phase: .listener, options: "{sslConfig: {secretRef: {name: tls}}}"),
        Case(
            phase: .httpConnectionManager,
            options: "{httpConnectionManagerSettings: {idleTimeout: 1h, acceptHttp10: true, upgrades: [{connect: {}}], internalAddressConfig: {cidrRanges: [{addressPrefix: '::1'}]}}}"
        ),
        Case(phase: .httpConnectionManager, options: "{accessLoggingService: {accessLog: [{fileSink: {path: /a, jsonFormat: {a: [b, true]}}}]}}"),
        Case(phase: .httpConnectionManager, options: "{httpConnectionManagerSettings: {tracing: {verbose: true, zipkinConfig: {clusterName: z, collectorEndpoint: /}}}}"),
        Case(phase: .route, options: "{tracing: {routeDescriptor: a, tracePercentages: {randomSamplePercentage: 12.5}}}"),
        Case(phase: .listener, options: "{socketOptions: [{level: 1, name: 9, bufValue: AQA=}], connectionBalanceConfig: {exactBalance: {}}}"),
        Case(phase: .httpFilter, options: "{grpcWeb: {}, healthCheck: {path: /h}, gzip: {compressionLevel: BEST}, brotli: {quality: 4}, zstd: {}}"),
        Case(phase: .httpFilter, options: "{router: {suppressEnvoyHeaders: true}}"),
        Case(
            phase: .upstream,
            options: "{connectionConfig: {connectTimeout: 1s, tcpKeepalive: {keepaliveTime: 1.5s}, http1ProtocolOptions: {enableTrailers: true}}, circuitBreakers: {maxRetries: 0}, dnsRefreshRate: 2s}"
        ),
        Case(
            phase: .upstream,
            options: "{healthChecks: [{timeout: 1s, interval: 1s, unhealthyThreshold: 1, healthyThreshold: 1, httpHealthCheck: {path: /, expectedStatuses: [{start: 200, end: 300}]}}], outlierDetection: {interval: 1s}}"
        ),
        Case(phase: .upstream, options: "{pipe: {path: /run/a.sock}}"),
        Case(phase: .upstream, options: "{kube: {serviceName: a, serviceNamespace: b, servicePort: 80}, httpProxyHostname: 'a:1', httpConnectHeaders: [{key: a}]}"),
        Case(phase: .upstream, options: "{pipe: {path: /a}, failover: {prioritizedLocalities: [{localityEndpoints: [{lbEndpoints: [{address: 10.0.0.1, port: 1}]}]}]}}"),
        Case(phase: .upstream, options: "{aws: {region: us-east-1}}"),
        Case(phase: .upstream, options: "{azure: {functionAppName: a}}"),
        Case(phase: .upstream, options: "{gcp: {host: a.run.app}}"),
        Case(phase: .httpFilter, options: "{dynamicForwardProxy: {dnsCacheConfig: {caresDns: {resolvers: [{socketAddress: {address: 10.0.0.1}}]}}}}"),
        Case(phase: .upstream, options: "{loadBalancerConfig: {leastRequest: {choiceCount: 3, slowStartConfig: {aggression: 0.5}}, healthyPanicThreshold: 1}}"),
        Case(phase: .upstream, options: "{useHttp2: true, maxConcurrentStreams: 5, connectionConfig: {maxRequestsPerConnection: 1}}"),
        Case(phase: .httpFilter, options: "{extauth: {extauthzServerRef: {name: other}, httpService: {pathPrefix: /a}, userIdHeader: x-user}}"),
        Case(phase: .httpFilter, options: "{statefulSession: {header: {name: x-a}, strict: true}}"),
        Case(phase: .virtualHost, options: "{statefulSession: {disabled: true}, customResponse: {rules: [{statuses: ['503', 5xx], response: {body: a}}]}}"),
        Case(phase: .route, options: "{statefulSession: {cookie: {name: a, ttl: 1s, path: /}}, customResponse: {rules: [{statuses: ['404'], redirect: {uri: 'http://a/b'}}]}}"),
        Case(phase: .httpConnectionManager, options: "{leftmostXffAddress: true, sanitizeClusterHeader: [x-cluster]}"),
        Case(phase: .virtualHost, options: "{extauth: {customAuth: {contextExtensions: {a: b}}}, ratelimitBasic: {authorizedLimits: {unit: DAY, requestsPerUnit: 1}}}"),
        Case(phase: .virtualHost, options: "{ratelimitEarly: {rateLimits: [{actions: [{remoteAddress: {}}], setActions: [{genericKey: {descriptorValue: a}}]}]}}"),
        Case(phase: .route, options: "{ratelimit: {includeVhRateLimits: true, rateLimits: [{actions: [{metadata: {descriptorKey: a, metadataKey: {key: b, path: [{key: c}]}}}]}]}}"),
        Case(phase: .route, options: "{rateLimitConfigs: {refs: [{name: gone}]}}"),
        Case(phase: .route, options: "{stagedTransformations: {early: {requestTransforms: [{requestTransformation: {transformationTemplate: {body: {text: '{{ a'}}}}]}}}"),
        Case(phase: .virtualHost, options: "{transformations: {responseTransformation: {transformationTemplate: {extractors: {a: {header: b, regex: '(c)', subgroup: 1}}}}}}"),
        Case(phase: .httpFilter, options: "{stagedTransformations: {}, transformations: {}}"),
        Case(phase: .httpFilter, options: "{dlp: {dlpRules: [{matcher: {prefix: /a}, actions: [{actionType: VISA}, {customAction: {regexActions: [{regex: 'a(b)', subgroup: 1}]}}]}]}}"),
        Case(phase: .route, options: "{dlp: {actions: [{actionType: SSN, shadow: true}]}}"),
        Case(phase: .httpFilter, options: "{ratelimit: {}, ratelimitServer: {ratelimitServerRef: {name: other}, requestTimeout: 1ms, denyOnFail: true}}"),
        Case(
            phase: .virtualHost,
            options: "{rbac: {policies: {a: {principals: [{jwtPrincipal: {claims: {sub: a}}}]}}}, jwtStaged: {beforeExtAuth: {providers: {p: {}}}, afterExtAuth: {providers: {q: {}}}}}"
        ),
        Case(phase: .route, options: "{rbac: {policies: {a: {principals: [{jwtPrincipal: {provider: p}}]}}}, ipAccess: {allow: [10.0.0.0/8], deny: ['::1']}}"),
        Case(phase: .httpFilter, options: "{bodySizeLimit: {maxRequestBytes: 5}, bandwidthLimit: {limitKbps: 5}, admissionControl: {srThreshold: 50}}"),
        Case(phase: .httpFilter, options: "{lua: {source: 'function envoy_on_request(h) end', filterContext: {a: [1, {b: c}]}}}"),
        Case(phase: .weightedDestination, options: "{lua: {source: 'x = = 1'}}"),
        Case(phase: .httpFilter, options: "{extProc: {grpcService: {extProcServerRef: {name: other}}, requestAttributes: [request.path]}}"),
        Case(phase: .route, options: "{extProc: {overrides: {processingMode: {requestBodyMode: BUFFERED}}}, grpcJsonTranscoder: {protoDescriptorBin: 'AA=='}}"),
        Case(phase: .httpFilter, options: "{wasm: {filters: [{filePath: /a, config: {a: b}}]}, dynamicModules: [{name: a, config: b}]}"),
    ]

    private static func writer() throws -> SubjectWriter {
        let writer = SubjectWriter(set)
        let headers = try yaml("header: {headers: {x-a: one, x-b: two}}", file: "headers.yaml")
        let tls = try yaml("tls: {certChain: CHAIN, privateKey: KEY, rootCa: CA}", file: "tls.yaml")
        writer.beginUnit { kind, _, name in
            kind != "Secret" ? nil : name == "headers" ? headers : name == "tls" ? tls : nil
        }
        return writer
    }

    /// `options` has one map for a filter chain (`sslConfig` itself stands in a map here as for every phase).
    private static func run(_ one: Case, _ writer: SubjectWriter) throws -> Result { writer.subject(one.phase, try yaml(one.options)) }

    static let names = [
        "accesslog", "admissioncontrol", "authconfig", "aws", "azure", "bandwidthlimit", "bodysizelimit", "buffer", "compression",
        "cors", "csrf", "customresponse", "dlp", "dynamicforwardproxy", "dynamicmodule", "envoypatch", "extauth", "extproc",
        "failover", "faults", "gcp", "grpcjson", "grpcweb", "headers", "healthcheck", "healthchecks", "httpconnectionmanager",
        "ipaccess", "jwt", "kubernetes", "leftmostxff", "listener", "loadbalancing", "localratelimit", "lua", "pipe",
        "protocoloptions", "ratelimit", "rbac", "routing", "sanitizeclusterheader", "shadowing", "statefulsession", "tcp", "tls",
        "tracing", "transformation", "tunneling", "upstreamconnection", "upstreamstatic", "wasm",
    ]

    @Test("load, all of them")
    func load() {
        #expect(Self.set.failures.map(\.description) == [])
        #expect(Self.set.plugins.map(\.name).sorted() == Self.names)
    }

    @Test("bring schemas that make one with the core's")
    func schemas() throws {
        let options = Self.set.plugins.flatMap { plugin in
            OptionScope.allCases.filter { $0 != .settings }.flatMap { scope in
                (plugin.schema[key: scope.rawValue]?.members ?? .none).map { option in
                    APISchemas.Option(name: option.key ?? "", hole: scope.rawValue, schema: option, owner: plugin.name)
                }
            }
        }
        #expect(options.count >= 10)
        _ = try APISchemas(options: options)
    }

    @Test("every option that a hook waits for is described by some plugin, or is the core's own")
    func described() {
        for plugin in Self.set.plugins {
            for hook in plugin.hooks {
                guard let option = hook.option, option != "sslConfig", option != "dynamicForwardProxy" else { continue }
                // A filter of a listener also runs for options below it, a connection manager and a TCP proxy for the listener's.
                let scopes: [OptionScope] =
                    switch hook.phase {
                    case .httpFilter: [.httpListener, .virtualHost, .route, .weightedDestination, .destinationSpec, .upstream]
                    case .route, .weightedDestination: [hook.phase.scope, .destinationSpec]
                    case .httpConnectionManager: [.httpListener, .listener]
                    case .tcpProxy: [.tcpListener, .listener]
                    default: [hook.phase.scope]
                    }
                let isDescribed = Self.set.plugins.contains { other in scopes.contains { other.schema[key: $0.rawValue]?[key: option] != nil } }
                #expect(isDescribed, "\(plugin.name): \(hook.phase) \(option)")
            }
        }
    }

    @Test("link no Foundation")
    func foundation() throws {
        for plugin in Self.set.plugins {
            let libraries = try Fixture.run("/usr/bin/env", ["ldd", plugin.path])
            #expect(!libraries.text.contains("Foundation"), "\(plugin.name)")
        }
    }

    @Test("export their one symbol")
    func symbols() throws {
        for plugin in Self.set.plugins {
            let symbols = try Fixture.run("/usr/bin/env", ["nm", "-D", "--defined-only", "--extern-only", "--format=posix", plugin.path])
            guard symbols.status == 0 else { continue } // no nm here; scripts/check-plugins looks as well
            #expect(symbols.text.split(separator: "\n").compactMap { $0.split(separator: " ").first } == ["sluice_plugin"], "\(plugin.name)")
        }
    }

    @Test("write what Envoy's descriptors know, or say what is wrong", arguments: cases)
    func decodes(one: Case) throws {
        let result = try Self.run(one, try Self.writer())
        #expect(!(result.bytes.isEmpty && result.filters.isEmpty && result.reports.isEmpty))
        _ = try result.json(one.phase.fields.messageName)
        for filter in result.filters { _ = try DescriptorPool.envoy.decode("envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter", filter.bytes) }
    }

    @Test("write the same bytes each time, in any order, by any writer")
    func pure() throws {
        let first = try Self.cases.map { try Self.run($0, try Self.writer()) }
        let writer = try Self.writer()
        for seed in 0..<5 as Range<UInt64> {
            var generator = RepeatableGenerator(seed: seed)
            for index in Self.cases.indices.shuffled(using: &generator) {
                #expect(try Self.run(Self.cases[index], writer) == first[index], "seed \(seed), case \(index)")
            }
        }
    }

    @Test("write the same bytes on eight threads at once")
    func concurrent() async throws {
        let expected = try Self.cases.map { try Self.run($0, try Self.writer()) }
        let failures = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: 8) { thread in
            do {
                let writer = try Self.writer()
                for round in 0..<100 {
                    let index = (round * 5 + thread) % Self.cases.count
                    if try Self.run(Self.cases[index], writer) != expected[index] { failures.withLock { $0.append("thread \(thread), case \(index)") } }
                }
            } catch {
                failures.withLock { $0.append("\(error)") }
            }
        }
        #expect(failures.withLock { $0 } == [])
    }
}

@Suite("The example in C")
struct ExampleTests {
    private func writer(header: URL = Fixture.header) throws -> SubjectWriter {
        let source = Fixture.repository.appending(path: "PluginSDK/Examples/c/request_id.c")
        return SubjectWriter(try loaded(try Fixture.library("request_id", source: source, header: header)))
    }

    @Test("adds its header to routes and virtual hosts", arguments: [Phase.route, .virtualHost])
    func header(phase: Phase) throws {
        let result = try writer().subject(phase, try yaml("requestId: {header: x-id}"))
        #expect(result.reports == [])
        #expect(
            try result.json(phase.fields.messageName) == """
                {"responseHeadersToAdd":[{"appendAction":"OVERWRITE_IF_EXISTS_OR_ADD","header":{"key":"x-id","value":"%REQ(x-request-id)%"}}]}
                """
        )
    }

    @Test("says what is wrong with a name, at the name")
    func wrongName() throws {
        let writer = try writer()
        #expect(
            writer.subject(.route, try yaml("requestId: {header: 'a b'}")).reports == ["requestid error test.yaml:1:21 this is not the name of a header"]
        )
        let long = writer.subject(.route, try yaml("requestId: {header: \(String(repeating: "a", count: 600))}"))
        #expect(long.reports == ["requestid error test.yaml:1:21 the name of a header has at most 400 bytes"])
        #expect(long.bytes == [])
    }

    @Test("builds by its Makefile, outside of this repository, and exports one symbol")
    func makefile() throws {
        let folder = try Fixture.folder("example")
        for name in ["request_id.c", "Makefile"] {
            try FileManager.default.copyItem(
                atPath: Fixture.repository.appending(path: "PluginSDK/Examples/c/\(name)").path(), toPath: "\(folder)/\(name)"
            )
        }
        let made = try Fixture.run("/usr/bin/env", ["make", "-s", "-C", folder, "INCLUDE=\(Fixture.header.path())"])
        #expect(made.status == 0, "\(made.text)")
        let symbols = try Fixture.run("/usr/bin/env", ["nm", "-D", "--defined-only", "--extern-only", "--format=posix", "\(folder)/libsluice_requestid.so"])
        if symbols.status == 0 { #expect(symbols.text.split(separator: "\n").compactMap { $0.split(separator: " ").first } == ["sluice_plugin"]) }
        #expect(try LoadedPlugin.load("\(folder)/libsluice_requestid.so").name == "requestid")
    }
}
