internal import SluicePlugin

/// Errors and delays on purpose, to see how clients bear them.
let plugin = Plugin(
    name: "faults",
    version: "1.0.0",
    description: "Answers a share of the requests with an error, or keeps them waiting.",
    schema: schema,
    hooks: [
        .route("faults") { route, faults in
            let (abort, delay) = (faults["abort"], faults["delay"])
            guard abort.isPresent || delay.isPresent else { return }
            route.envoy.typedPerFilterConfig(filterName, FiltersHttpFault.HTTPFault.self) { fault in
                if delay.isPresent { fault.delay { write(delay, to: $0) } }
                if abort.isPresent { fault.abort { write(abort, to: $0) } }
            }
        },
        .httpFilter("faults") { filters, _ in filters.add(filterName, stage: .fault, FiltersHttpFault.HTTPFault.self) },
    ]
)

/// Also the key of the per-route configuration.
private let filterName: StaticString = "envoy.filters.http.fault"

private func write(_ abort: Option, to out: FiltersHttpFault.FaultAbort) {
    if let status = abort["httpStatus"].uint32 { out.httpStatus(status) }
    out.percentage { write(percentage: abort["percentage"], to: $0) }
}

private func write(_ delay: Option, to out: FiltersCommonFault.FaultDelay) {
    let fixed = delay["fixedDelay"]
    if let time = fixed.duration {
        if time.seconds == 0, time.nanos < 1_000_000 { fixed.error("a delay is at least 1ms, since Envoy counts in milliseconds") }
        out.fixedDelay(seconds: time.seconds, nanos: time.nanos)
    }
    out.percentage { write(percentage: delay["percentage"], to: $0) }
}

/// In millionths, so that four digits after the point count, as in Gloo.
private func write(percentage: Option, to out: EnvoyType.FractionalPercent) {
    out.numerator(UInt32(((percentage.double ?? 0) * 10_000).rounded())).denominator(.million)
}

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
