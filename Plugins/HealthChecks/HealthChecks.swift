internal import SluicePlugin

/// Which hosts of an upstream get requests: those that answer checks, and those that answer requests.
let plugin = Plugin(
    name: "healthchecks",
    version: "1.0.0",
    description: "Health checks of an upstream's hosts, and outlier detection by what they answer.",
    schema: schema,
    hooks: [.upstream("healthChecks", contributeChecks), .upstream("outlierDetection", contributeOutlierDetection)]
)

private func contributeChecks(to upstream: UpstreamSubject, _ checks: Option) {
    for check in checks.elements { guard isUsable(check, of: upstream) else { return } }
    for (index, check) in checks.elements.enumerated() {
        upstream.envoy.healthChecks { out in
            // Several are told from each other by name, or Envoy refuses them.
            if checks.count > 1 { out.name("check-\(index + 1)") }
            writeTimes(check, to: out)
            if let count = check["unhealthyThreshold"].uint32 { out.unhealthyThreshold(count) }
            if let count = check["healthyThreshold"].uint32 { out.healthyThreshold(count) }
            if let isOn = check["reuseConnection"].bool { out.reuseConnection(isOn) }
            if let isOn = check["alwaysLogHealthCheckFailures"].bool { out.alwaysLogHealthCheckFailures(isOn) }
            if let path = check["eventLogPath"].text, !path.isEmpty {
                out.eventLogger {
                    $0.name("envoy.health_check.event_sink.file")
                        .typedConfig(HealthCheckEventSinksFile.HealthCheckEventFileSink.self) { $0.eventLogPath(path) }
                }
            }
            writeChecker(check, to: out)
        }
    }
}

private func writeTimes(_ check: Option, to out: Core.HealthCheck) {
    if let time = check["timeout"].duration { out.timeout(seconds: time.seconds, nanos: time.nanos) }
    if let time = check["interval"].duration { out.interval(seconds: time.seconds, nanos: time.nanos) }
    if let time = check["initialJitter"].duration { out.initialJitter(seconds: time.seconds, nanos: time.nanos) }
    if let time = check["intervalJitter"].duration { out.intervalJitter(seconds: time.seconds, nanos: time.nanos) }
    if let percent = check["intervalJitterPercent"].uint32 { out.intervalJitterPercent(percent) }
    if let time = check["noTrafficInterval"].duration { out.noTrafficInterval(seconds: time.seconds, nanos: time.nanos) }
    if let time = check["unhealthyInterval"].duration { out.unhealthyInterval(seconds: time.seconds, nanos: time.nanos) }
    if let time = check["unhealthyEdgeInterval"].duration { out.unhealthyEdgeInterval(seconds: time.seconds, nanos: time.nanos) }
    if let time = check["healthyEdgeInterval"].duration { out.healthyEdgeInterval(seconds: time.seconds, nanos: time.nanos) }
}

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
