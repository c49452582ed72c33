internal import SluicePlugin

/// Requests that are refused while too many of those before them fail, so that upstreams can recover.
///
/// Envoy's filter has one configuration for the listener; places below can only switch it off, and on again.
let plugin = Plugin(
    name: "admissioncontrol",
    version: "1.0.0",
    description: "Refuses a share of the requests while too many fail.",
    schema: schema,
    hooks: [
        .httpFilter("admissionControl") { filters, control in
            guard control.isPresent else { return }
            filters.add(filterName, stage: .accepted, place: .after, FiltersHttpAdmissionControl.AdmissionControl.self) { write(control, to: $0) }
        },
        .virtualHost("admissionControl") { virtualHost, place in
            virtualHost.envoy.typedPerFilterConfig(filterName, Route.FilterConfig.self) { write(place, to: $0) }
        },
        .route("admissionControl") { route, place in
            route.envoy.typedPerFilterConfig(filterName, Route.FilterConfig.self) { write(place, to: $0) }
        },
    ]
)

/// Also the key of the per-route configuration.
private let filterName: StaticString = "envoy.filters.http.admission_control"

private func write(_ place: Option, to out: Route.FilterConfig) {
    // A configuration, though an empty one, is what switches a filter on.
    if place["disabled"].bool == true { out.disabled(true) } else { out.config { _ in } }
}

private func write(_ control: Option, to out: FiltersHttpAdmissionControl.AdmissionControl) {
    if let isEnabled = control["enabled"].bool { out.enabled { $0.defaultValue(isEnabled) } }
    out.successCriteria { write(control["successCriteria"], to: $0) }
    let window = control["samplingWindow"]
    if let time = window.duration {
        // Envoy counts in seconds, and keeps a number for each.
        if !(1...3600).contains(time.seconds) || (time.seconds == 3600 && time.nanos > 0) { window.error("'samplingWindow' is from 1s to 1h") }
        out.samplingWindow(seconds: time.seconds, nanos: time.nanos)
    }
    if let number = control["aggression"].double { out.aggression { $0.defaultValue(number) } }
    if let percent = control["srThreshold"].double { out.srThreshold { $0.defaultValue { $0.value(percent) } } }
    if let rate = control["rpsThreshold"].uint32 { out.rpsThreshold { $0.defaultValue(rate) } }
    if let percent = control["maxRejectionProbability"].double { out.maxRejectionProbability { $0.defaultValue { $0.value(percent) } } }
}

private func write(_ criteria: Option, to out: FiltersHttpAdmissionControl.AdmissionControl.SuccessCriteria) {
    let ranges = criteria["httpSuccessStatus"]
    if ranges.count > 0 {
        out.httpCriteria { http in
            for range in ranges.elements {
                guard let start = range["start"].int, let end = range["end"].int else { continue }
                if start >= end { range["end"].error("'end' is the first status behind the range, so it is larger than 'start'") }
                http.httpSuccessStatus { $0.start(Int32(start)).end(Int32(end)) }
            }
        }
    }
    let codes = criteria["grpcSuccessStatus"]
    if codes.count > 0 { out.grpcCriteria { $0.grpcSuccessStatus(codes.elements.compactMap(\.uint32)) } }
}

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
