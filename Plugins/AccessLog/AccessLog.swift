internal import SluicePlugin

/// Access logs of HTTP listeners: to a file, to a gRPC service of Envoy's protocol, or to an OpenTelemetry collector.
///
/// The option is the listener's, and what it makes belongs to the HTTP connection manager, where fields of requests are known.
let plugin = Plugin(
    name: "accesslog",
    version: "1.0.0",
    description: "Logs requests to a file, to a gRPC service or to an OpenTelemetry collector.",
    schema: schema,
    hooks: [
        .httpConnectionManager("accessLoggingService") { manager, service in
            for log in service["accessLog"].elements {
                guard let sink = Sink(log, manager) else { continue }
                manager.envoy.accessLog { out in
                    sink.add(to: out)
                    if log["filter"].isPresent { out.filter { write(log["filter"], to: $0) } }
                }
            }
        }
    ]
)

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
