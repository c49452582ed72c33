/// An option as somebody may well write it, for finding out what its plugin costs.
struct PluginSample {
    enum Place: String {
        case route, upstream
    }

    let plugin: String
    let place: Place
    /// Members of the options, as flow YAML.
    let yaml: String

    static let all = [
        route("bandwidthlimit", "bandwidthLimit: {limitKbps: 100}"),
        route("buffer", "bufferPerRoute: {buffer: {maxRequestBytes: 4096}}"),
        route("cors", "cors: {allowOrigin: ['https://shop.example'], allowMethods: [GET, POST], allowHeaders: [x-id], maxAge: 1d}"),
        route("csrf", "csrf: {filterEnabled: {defaultValue: {numerator: 100}}}"),
        route("customresponse", "customResponse: {rules: [{statuses: ['503'], response: {body: sorry}}]}"),
        route("dlp", "dlp: {actions: [{actionType: SSN}]}"),
        route("envoypatch", "envoyPatch: {route: {flushTimeout: 1s}}"),
        route("extauth", "extauth: {customAuth: {contextExtensions: {team: pets}}}"),
        route("faults", "faults: {abort: {percentage: 1, httpStatus: 503}}"),
        route("headers", "headerManipulation: {requestHeadersToAdd: [{header: {key: x-route, value: a}, append: false}], responseHeadersToRemove: [server]}"),
        route("ipaccess", "ipAccess: {allow: [10.0.0.0/8]}"),
        route("localratelimit", "ratelimitBasic: {anonymousLimits: {requestsPerUnit: 100, unit: MINUTE}}"),
        route("lua", "lua: {source: 'function envoy_on_request(h) h:headers():add(\"x-a\", \"b\") end'}"),
        route("ratelimit", "ratelimit: {rateLimits: [{actions: [{genericKey: {descriptorValue: a}}]}]}"),
        route("rbac", "rbac: {policies: {a: {principals: [{jwtPrincipal: {provider: p, claims: {sub: a}}}], permissions: {methods: [GET]}}}}"),
        route("routing", "timeout: 7s, retries: {retryOn: 5xx, numRetries: 2, perTryTimeout: 1s}, prefixRewrite: /v2"),
        route("shadowing", "shadowing: {upstream: {name: upstream-1, namespace: gloo-system}, percentage: 10}"),
        route(
            "transformation",
            "stagedTransformations: {regular: {requestTransforms: [{requestTransformation: {transformationTemplate: {passthrough: {}, headers: {x-user: {text: 'u-{{ header(\"x-id\") }}'}}}}}]}}"
        ),
        route("statefulsession", "statefulSession: {header: {name: x-session}}"),
        route("tracing", "tracing: {routeDescriptor: shop, propagate: true}"),
        upstream("failover", "failover: {prioritizedLocalities: [{localityEndpoints: [{lbEndpoints: [{address: 10.1.0.1, port: 80}]}]}]}"),
        upstream("healthchecks", "healthChecks: [{timeout: 1s, interval: 5s, unhealthyThreshold: 3, healthyThreshold: 2, httpHealthCheck: {path: /up}}]"),
        upstream("loadbalancing", "loadBalancerConfig: {leastRequest: {choiceCount: 3}}"),
        upstream("protocoloptions", "useHttp2: true"),
        upstream("tls", "sslConfig: {sni: shop.example}"),
        upstream("upstreamconnection", "connectionConfig: {connectTimeout: 2s}, circuitBreakers: {maxConnections: 100}"),
    ]

    private static func route(_ plugin: String, _ yaml: String) -> PluginSample { PluginSample(plugin: plugin, place: .route, yaml: yaml) }
    private static func upstream(_ plugin: String, _ yaml: String) -> PluginSample { PluginSample(plugin: plugin, place: .upstream, yaml: yaml) }
}
