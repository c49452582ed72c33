/// Every option of Gloo Edge 1.14 by the place where it stands, and what becomes of it here.
///
/// A schema knows the options of the plugins that are loaded. This table knows the others, so that one of them is refused by its name
/// and with a way on, and not taken for a typing error. Tests hold it to the stock plugins.
package enum GlooOptions {
    package enum Standing: Sendable, Hashable {
        /// Handled by the stock plugin of this name.
        case stock(String)
        /// Stock Envoy can do it, and no plugin of this version handles it yet. What to do meanwhile.
        case planned(String)
        /// Only Gloo's own build of Envoy, or its servers, can do it. What takes its place.
        case impossible(why: String, instead: String)

        /// What to do.
        package var advice: String {
            switch self {
            case .stock(let plugin): "put libsluice_\(plugin).so into the plugin folder"
            case .planned(let advice): advice
            case .impossible(_, let instead): instead
            }
        }
    }

    /// What stands at a hole of the schema (`x-sluice-hole`), by the option's name.
    package static let places: [String: [String: Standing]] = [
        "listener": listener, "httpListener": httpListener, "tcpListener": tcpListener, "virtualHost": virtualHost, "route": route,
        "weightedDestination": weightedDestination, "destinationSpec": destinationSpec, "upstream": upstream, "serviceSpec": serviceSpec, "sslConfig": sslConfig,
    ]

    /// What is told of an option that no loaded plugin brings.
    package static func refusal(_ name: String, _ standing: Standing) -> String {
        "\(fact(name, standing)); \(standing.advice)"
    }

    private static func fact(_ name: String, _ standing: Standing) -> String {
        switch standing {
        case .stock(let plugin): "no loaded plugin handles '\(name)', and the stock plugin '\(plugin)' would"
        case .planned: "'\(name)' is Gloo's, and no plugin of this version of Sluice handles it yet"
        case .impossible(let why, _): "'\(name)' cannot run on stock Envoy: \(why)"
        }
    }

    /// The standing of the option that a refusal was about; nil for any other message.
    package static func standing(ofRefusal message: String) -> Standing? { standings[message] }

    private static let standings: [String: Standing] = Dictionary(
        places.values.flatMap { $0.map { (refusal($0.key, $0.value), $0.value) } }, uniquingKeysWith: { first, _ in first }
    )

    // MARK: The places

    private static let listener = stock(
        "listener", "connectionBalanceConfig", "perConnectionBufferLimitBytes", "proxyProtocol", "socketOptions"
    )
    .and(["accessLoggingService": .stock("accesslog")]).and(extensions)

    private static let httpListener = stock("wasm", "wasm")
    .and([
        "caching": .impossible(
            why: "its cache sends requests to upstreams itself, past the redirects, direct responses, rewrites and headers of routes",
            instead: "remove it, and cache in the service, or in front of the proxy"
        ),
        "leftmostXffAddress": .stock("leftmostxff"), "sanitizeClusterHeader": .stock("sanitizeclusterheader"),
    ])
    .and(additions)
    .and(stock("httpconnectionmanager", "httpConnectionManagerSettings", "router"))
    .and(stock("compression", "brotli", "gzip", "zstd"))
    .and(["dlp": .stock("dlp"), "dynamicForwardProxy": .stock("dynamicforwardproxy"), "extauth": .stock("extauth"), "grpcWeb": .stock("grpcweb")])
    .and(["healthCheck": .stock("healthcheck"), "grpcJsonTranscoder": .stock("grpcjson"), "ratelimitServer": .stock("ratelimit")])
    .and([
        "proxyLatency": .impossible(
            why: "it needs a filter of Gloo's own Envoy",
            instead: "remove it, and let access logs tell the times, with operators such as %REQUEST_DURATION% and %RESPONSE_DURATION%"
        )
    ])
    .and(["buffer": .stock("buffer"), "csrf": .stock("csrf")])
    .and(waf).and(extensions)

    private static let tcpListener = stock("tcp", "tcpProxySettings")

    private static let virtualHost = shared
        .and(["cors": .stock("cors"), "headerManipulation": .stock("headers")])
        .and(stock("routing", "includeAttemptCountInResponse", "includeRequestAttemptCount", "retries", "stats"))

    private static let route = shared
        .and([
            "cors": .stock("cors"), "faults": .stock("faults"), "headerManipulation": .stock("headers"), "shadowing": .stock("shadowing"),
            "tracing": .stock("tracing"),
        ])
        .and(
            stock(
                "routing", "autoHostRewrite", "envoyMetadata", "hostRewrite", "hostRewritePathRegex", "idleTimeout", "lbHash",
                "maxStreamDuration", "prefixRewrite", "regexRewrite", "retries", "timeout", "upgrades"
            )
        )

    private static let weightedDestination = stock("extauth", "extauth")
        .and(transformations).and(extensions)
        .and(["bufferPerRoute": .stock("buffer"), "csrf": .stock("csrf"), "headerManipulation": .stock("headers")])

    private static let destinationSpec: [String: Standing] = [
        "aws": .stock("aws"), "azure": .stock("azure"), "rest": .stock("transformation"),
        "grpc": .impossible(
            why: "Gloo's older form of gRPC functions needs the transformation filter of its own Envoy",
            instead: "route to the upstream itself, and let clients speak gRPC"
        ),
    ]

    /// Of the types of upstreams that have one.
    private static let serviceSpec = stock("transformation", "rest")
        .and([
            "grpcJsonTranscoder": .impossible(
                why: "its filter belongs to listeners and routes, not to upstreams",
                instead: "move it to the options of the routes that lead here, or of the HTTP gateway"
            ),
            "grpc": .impossible(
                why: "Gloo's older form of gRPC functions needs the transformation filter of its own Envoy",
                instead: "route to the upstream itself, and let clients speak gRPC"
            )
        ])

    private static let upstream = stock("tunneling", "httpConnectHeaders", "httpConnectSslConfig", "httpProxyHostname")
    .and(["failover": .stock("failover"), "loadBalancerConfig": .stock("loadbalancing")]).and(stock("healthchecks", "healthChecks", "outlierDetection"))
    .and(
        stock("upstreamconnection", "circuitBreakers", "connectionConfig", "dnsRefreshRate", "ignoreHealthOnHostRemoval", "respectDnsTtl")
    )
    .and(
        stock(
            "protocoloptions", "initialConnectionWindowSize", "initialStreamWindowSize", "maxConcurrentStreams",
            "overrideStreamErrorOnInvalidHttpMessage", "protocolSelection", "useHttp2"
        )
    )
    .and(["aws": .stock("aws"), "azure": .stock("azure")])
    .and(planned("awsEc2", advice: "write it as a 'static' upstream, by the addresses of the machines or the DNS name of a load balancer in front of them"))
    .and(planned("consul", advice: "write it as a 'static' upstream, by the addresses of the service or its name in Consul's DNS"))
    .and(["kube": .stock("kubernetes"), "pipe": .stock("pipe"), "sslConfig": .stock("tls"), "static": .stock("upstreamstatic")])

    private static let sslConfig = stock("tls", "sslConfig")

    // MARK: What several places share

    /// What Gloo does not have, of HTTP listeners, virtual hosts and routes.
    private static let additions: [String: Standing] = ["customResponse": .stock("customresponse"), "statefulSession": .stock("statefulsession")]

    /// Of virtual hosts and routes.
    private static let shared = stock("jwt", "jwt", "jwtStaged")
    .and(additions)
    .and(["bufferPerRoute": .stock("buffer"), "csrf": .stock("csrf")])
    .and(["extauth": .stock("extauth"), "ratelimitBasic": .stock("localratelimit"), "rbac": .stock("rbac")])
    .and(
        stock(
            "ratelimit", "rateLimitConfigs", "rateLimitEarlyConfigs", "rateLimitRegularConfigs", "ratelimit", "ratelimitEarly", "ratelimitRegular"
        )
    )
    .and(["dlp": .stock("dlp")]).and(transformations).and(waf).and(extensions)

    private static let transformations = stock("transformation", "stagedTransformations", "transformations")

    private static let waf: [String: Standing] = [
        "waf": .impossible(
            why: "the ModSecurity filter is in Gloo's own Envoy only",
            instead: "remove it, and let a Wasm module such as Coraza, which a plugin of yours adds, or a firewall in front take its place"
        )
    ]

    private static let extensions: [String: Standing] = [
        "extensions": .impossible(
            why: "only plugins that are compiled into Gloo read it", instead: "remove it; a plugin for Sluice brings an option with a name of its own"
        )
    ]

    private static func stock(_ plugin: String, _ names: String...) -> [String: Standing] {
        Dictionary(uniqueKeysWithValues: names.map { ($0, .stock(plugin)) })
    }

    private static func planned(_ names: String..., advice: String = "remove it, or write a plugin") -> [String: Standing] {
        Dictionary(uniqueKeysWithValues: names.map { ($0, .planned(advice)) })
    }
}

extension [String: GlooOptions.Standing] {
    /// Both together; they have no name in common.
    fileprivate func and(_ others: Self) -> Self { merging(others) { first, _ in first } }
}
