internal import SluicePlugin

/// Access logs: to a file, to a gRPC service of Envoy's protocol, or to an OpenTelemetry collector.
///
/// The option is the listener's, and what it makes belongs to the HTTP connection manager, where fields of requests are known, or to
/// the TCP proxy.
let plugin = Plugin(
    name: "accesslog",
    version: "1.0.0",
    description: "Logs requests and TCP connections to a file, to a gRPC service or to an OpenTelemetry collector.",
    schema: schema,
    hooks: [
        .httpConnectionManager("accessLoggingService") { manager, service in
            forEachLog(of: service, manager) { sink, filter in manager.envoy.accessLog { write(sink, filter, to: $0) } }
        },
        .tcpProxy("accessLoggingService") { proxy, service in
            forEachLog(of: service, proxy) { sink, filter in proxy.envoy.accessLog { write(sink, filter, to: $0) } }
        },
    ]
)

private func forEachLog(of service: Option, _ subject: some Subject, _ write: (Sink, Option) -> Void) {
    for log in service["accessLog"].elements {
        if let sink = Sink(log, subject) { write(sink, log["filter"]) }
    }
}

private func write(_ sink: Sink, _ filter: Option, to log: Accesslog.AccessLog) {
    sink.add(to: log)
    if filter.isPresent { log.filter { write(filter, to: $0) } }
}

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
