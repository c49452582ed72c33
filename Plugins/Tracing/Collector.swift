internal import SluicePlugin

/// Where spans are sent. Without one the proxy's own bootstrap says.
struct Collector {
    private enum Kind { case none, zipkin, datadog, openTelemetry }

    private let kind: Kind
    private let option: Option
    private let cluster: [UInt8]
    private let listener: sluice_text_host

    /// Nil when there is something wrong with it, which has been reported then.
    init?(_ tracing: Option, _ manager: HttpConnectionManagerSubject) {
        let all: [(Kind, Option)] = [
            (.zipkin, tracing["zipkinConfig"]), (.datadog, tracing["datadogConfig"]), (.openTelemetry, tracing["openTelemetryConfig"]),
        ]
        (kind, option) = all.first { $0.1.isPresent } ?? (.none, tracing)
        listener = manager.name
        guard kind != .none else {
            cluster = []
            return
        }
        if let name = option["clusterName"].text {
            cluster = name.array
            return
        }
        let reference = option["collectorUpstreamRef"]
        guard let upstream = manager.upstream(reference) else { return nil }
        guard upstream.exists else {
            reference.error("there is no upstream '\(upstream.words)' that could take the spans")
            return nil
        }
        cluster = upstream.cluster
    }

    func write(to tracing: FiltersNetworkHttpConnectionManager.HttpConnectionManager.Tracing) {
        switch kind {
        case .none: break
        case .zipkin:
            tracing.provider { $0.name("envoy.tracers.zipkin").typedConfig(Trace.ZipkinConfig.self, zipkin) }
        case .datadog:
            tracing.provider { $0.name("envoy.tracers.datadog").typedConfig(Trace.DatadogConfig.self, datadog) }
        case .openTelemetry:
            tracing.provider { $0.name("envoy.tracers.opentelemetry").typedConfig(Trace.OpenTelemetryConfig.self, openTelemetry) }
        }
    }

    private func zipkin(_ out: Trace.ZipkinConfig) {
        out.collectorCluster(cluster)
        if let path = option["collectorEndpoint"].text { out.collectorEndpoint(path) }
        if let isLong = option["traceId128bit"].bool { out.traceId128bit(isLong) }
        if let isShared = option["sharedSpanContext"].bool { out.sharedSpanContext(isShared) }
        // Always: what Envoy takes for said when nothing is, version 1, it refuses.
        out.collectorEndpointVersion(option["collectorEndpointVersion"].string == "HTTP_PROTO" ? .httpProto : .httpJson)
    }

    private func datadog(_ out: Trace.DatadogConfig) {
        out.collectorCluster(cluster)
        if let name = option["serviceName"].text { out.serviceName(name) }
        if let host = option["collectorHostname"].text { out.collectorHostname(host) }
    }

    private func openTelemetry(_ out: Trace.OpenTelemetryConfig) {
        out.grpcService { service in
            service.envoyGrpc { grpc in
                grpc.clusterName(cluster)
                if let authority = option["grpcService"]["authority"].text { grpc.authority(authority) }
            }
        }
        out.serviceName(option["serviceName"].text ?? listener)
    }
}
