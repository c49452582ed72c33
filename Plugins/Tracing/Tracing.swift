internal import SluicePlugin

/// Spans of requests: what is traced, which tags it gets, and where it is sent.
///
/// The schema of `httpConnectionManagerSettings` is the plugin HttpConnectionManager's; its member `tracing` is written here.
let plugin = Plugin(
    name: "tracing",
    version: "1.0.0",
    description: "Sends spans of requests to Zipkin, Datadog or an OpenTelemetry collector.",
    schema: #"""
        {
          "route": {
            "tracing": {
              "type": "object",
              "description": "How requests of this route are traced, on a listener that traces.",
              "additionalProperties": false,
              "properties": {
                "routeDescriptor": {"type": "string", "format": "line", "minLength": 1, "description": "The name of the span; a header x-envoy-decorator-operation wins over it."},
                "tracePercentages": {
                  "type": "object",
                  "description": "In place of the listener's; what is left out is 100.",
                  "additionalProperties": false,
                  "properties": {
                    "clientSamplePercentage": {"type": "number", "minimum": 0, "maximum": 100, "default": 100, "description": "Of those with the header x-client-trace-id."},
                    "randomSamplePercentage": {"type": "number", "minimum": 0, "maximum": 100, "default": 100, "description": "Of all others."},
                    "overallSamplePercentage": {"type": "number", "minimum": 0, "maximum": 100, "default": 100, "description": "Of those that are left after the other two."}
                  }
                },
                "propagate": {"type": "boolean", "default": true, "description": "Tell the client the name of the span, in the response header x-envoy-decorator-operation."}
              }
            }
          }
        }
        """#,
    hooks: [
        .httpConnectionManager("httpConnectionManagerSettings") { manager, settings in
            let tracing = settings["tracing"]
            guard tracing.isPresent, let collector = Collector(tracing, manager) else { return }
            manager.envoy.tracing { out in
                write(tracing, to: out)
                collector.write(to: out)
            }
        },
        .route("tracing") { route, tracing in
            if let name = tracing["routeDescriptor"].text {
                route.envoy.decorator { out in
                    out.operation(name)
                    if let propagate = tracing["propagate"].bool { out.propagate(propagate) }
                }
            } else if tracing["propagate"].isPresent {
                tracing["propagate"].warning("there is nothing to propagate without a 'routeDescriptor'")
            }
            let percentages = tracing["tracePercentages"]
            guard percentages.isPresent else { return }
            route.envoy.tracing { out in
                out.clientSampling { write(percentages["clientSamplePercentage"], to: $0) }
                out.randomSampling { write(percentages["randomSamplePercentage"], to: $0) }
                out.overallSampling { write(percentages["overallSamplePercentage"], to: $0) }
            }
        },
    ]
)

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }

/// A route's shares are fractions of a million: a hundredth of a hundredth of a percent, as fine as Gloo's.
private func write(_ percentage: Option, to fraction: EnvoyType.FractionalPercent) {
    fraction.numerator(UInt32(((percentage.double ?? 100) * 10_000).rounded())).denominator(.million)
}
