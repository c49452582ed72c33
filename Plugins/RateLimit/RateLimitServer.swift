internal import SluicePlugin

/// The server that is asked: that of the listener's options, or else of the Settings.
///
/// There is always something to write: where no server can be asked, Envoy finds that out at each request, and does what it does for
/// one that is down. The mistake has been reported then.
struct RateLimitServer {
    private let settings: Option
    private let cluster: [UInt8]
    private let timeout: (seconds: Int64, nanos: Int32)
    private let authority: sluice_text_host?

    /// - Parameter asker: the option of virtual hosts or routes that needs the server.
    init(_ filters: HttpFilterSubject, asker: StaticString) {
        let listener = filters.option("ratelimitServer")
        settings = listener.isPresent ? listener : filters.glooSettings["ratelimitServer"]
        let complaint = Complaint(listener: listener)
        let reference = settings["ratelimitServerRef"]
        let fate = settings["denyOnFail"].bool == true ? "answered with 500" : "not limited"

        if let upstream = filters.upstream(reference) {
            cluster = upstream.cluster
            if !upstream.exists {
                complaint.error(
                    reference, "there is no upstream '\(upstream.words)' that could be the rate limit server; until there is, requests with limits are \(fate)"
                )
            } else if filters.find("Upstream", reference)["useHttp2"].bool != true {
                complaint.warning(
                    reference,
                    "upstream '\(upstream.words)' does not speak HTTP/2, as gRPC needs, so requests with limits are \(fate); add 'useHttp2: true' to it"
                )
            }
        } else {
            cluster = Array("sluice_no_rate_limit_server".utf8)
            complaint.error(
                reference,
                "virtual hosts or routes use '\(asker)', and no rate limit server is there to ask, so their requests are \(fate); set 'ratelimitServerRef'"
                    + " in 'httpGateway.options.ratelimitServer', or in 'ratelimitServer' of the Settings"
            )
        }

        let time = settings["requestTimeout"].duration
        // Envoy counts in milliseconds, and zero would be no time at all.
        let isTooShort = time.map { $0.seconds == 0 && $0.nanos < 1_000_000 } ?? false
        if isTooShort { complaint.error(settings["requestTimeout"], "'requestTimeout' must be at least 1ms; until it is, the server has 100ms") }
        timeout = isTooShort ? Self.defaultTimeout : time ?? Self.defaultTimeout

        let name = settings["grpcService"]["authority"].text
        let isUsable = name.map { $0.length <= 16_384 && !$0.array.contains { $0 == 0 || $0 == 0x0a || $0 == 0x0d } } ?? true
        if !isUsable {
            complaint.error(
                settings["grpcService"]["authority"], "'authority' must be one line of at most 16384 bytes; until it is, the name of the cluster is sent"
            )
        }
        authority = isUsable ? name : nil
    }

    private static let defaultTimeout: (seconds: Int64, nanos: Int32) = (0, 100_000_000)

    /// Whether the server is asked before the auth server, by those who do not say it themselves.
    var isBeforeAuth: Bool { settings["rateLimitBeforeAuth"].bool == true }

    func write(to out: FiltersHttpRatelimit.RateLimit) {
        out.timeout(seconds: timeout.seconds, nanos: timeout.nanos)
        if settings["denyOnFail"].bool == true { out.failureModeDeny(true) }
        if settings["enableXRatelimitHeaders"].bool == true { out.enableXRatelimitHeaders(.draftVersion03) }
        out.rateLimitService { service in
            service.grpcService { grpc in
                grpc.envoyGrpc { target in
                    target.clusterName(cluster)
                    if let authority { target.authority(authority) }
                }
            }
            service.transportApiVersion(.v3)
        }
    }
}

/// Where a mistake is told: at the listener's option, or on the gateway when it stands in the Settings.
private struct Complaint {
    let listener: Option

    func error(_ at: Option, _ message: String) { place(at).error(words(at, message)) }
    func warning(_ at: Option, _ message: String) { place(at).warning(words(at, message)) }

    private func place(_ at: Option) -> Option { listener.isPresent && at.isPresent ? at : listener }

    private func words(_ at: Option, _ message: String) -> String {
        listener.isPresent || !at.isPresent ? message : "'ratelimitServer' of the Settings: \(message)"
    }
}
