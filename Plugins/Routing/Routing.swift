internal import SluicePlugin

/// What happens to a request on its way to the upstream: rewrites, timeouts, retries, upgrades, and the choice of a host by hash.
let plugin = Plugin(
    name: "routing",
    version: "1.0.0",
    description: "Rewrites path and host, sets timeouts, retries, upgrades and hash policies, and names requests to be counted.",
    schema: schema,
    hooks: [
        .route("prefixRewrite", prefixRewrite),
        .route("regexRewrite", regexRewrite),
        .route("hostRewrite", hostRewrite),
        .route("autoHostRewrite", autoHostRewrite),
        .route("hostRewritePathRegex", hostRewritePathRegex),
        .route("timeout") { route, timeout in
            guard let value = timeout.duration, route.routesToDestination else { return }
            route.envoy.route { $0.timeout(seconds: value.seconds, nanos: value.nanos) }
        },
        .route("idleTimeout") { route, timeout in
            guard let value = timeout.duration, route.routesToDestination else { return }
            route.envoy.route { $0.idleTimeout(seconds: value.seconds, nanos: value.nanos) }
        },
        .route("maxStreamDuration", maxStreamDuration),
        .route("retries") { route, retries in
            guard isUsable(retries), route.routesToDestination else { return }
            route.envoy.route { $0.retryPolicy { write(retries, to: $0) } }
        },
        .virtualHost("retries") { virtualHost, retries in
            guard isUsable(retries) else { return }
            virtualHost.envoy.retryPolicy { write(retries, to: $0) }
        },
        .route("upgrades", upgrades),
        .route("lbHash", lbHash),
        .route("envoyMetadata", envoyMetadata),
        .virtualHost("includeRequestAttemptCount") { virtualHost, include in
            if let value = include.bool { virtualHost.envoy.includeRequestAttemptCount(value) }
        },
        .virtualHost("includeAttemptCountInResponse") { virtualHost, include in
            if let value = include.bool { virtualHost.envoy.includeAttemptCountInResponse(value) }
        },
        .virtualHost("stats", stats),
    ]
)

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
