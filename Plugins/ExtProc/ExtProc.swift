internal import SluicePlugin

/// A server of the user's own that sees requests and responses on their way, and may change or answer them.
///
/// With a server of the listener's all its requests are processed, but where a place below says otherwise. Without one the filter is
/// there, switched off, for places that name a server themselves.
let plugin = Plugin(
    name: "extproc",
    version: "1.0.0",
    description: "Lets a gRPC server look at requests and responses, and change them.",
    schema: schema,
    hooks: [
        .httpFilter("extProc", addFilter),
        .virtualHost("extProc") { virtualHost, place in
            guard saysSomething(place) else { return }
            virtualHost.envoy.typedPerFilterConfig(filterName, FiltersHttpExtProc.ExtProcPerRoute.self) { write(virtualHost, place, to: $0) }
        },
        .route("extProc") { route, place in
            guard saysSomething(place) else { return }
            route.envoy.typedPerFilterConfig(filterName, FiltersHttpExtProc.ExtProcPerRoute.self) { write(route, place, to: $0) }
        },
    ]
)

/// Also the key of the per-route configuration.
private let filterName: StaticString = "envoy.filters.http.ext_proc"

/// False for one that leaves everything as it is.
private func saysSomething(_ place: Option) -> Bool { place["disabled"].bool == true || place["overrides"].isPresent }

private func addFilter(_ filters: HttpFilterSubject, _ listener: Option) {
    let place = FilterStage(listener["filterStage"], standard: FilterStage(stage: .accepted, place: .before))
    guard listener.isPresent else {
        // A place that names no server of its own is answered 500: this cluster is not there.
        filters.add(filterName, at: place, isDisabled: true, FiltersHttpExtProc.ExternalProcessor.self) { out in
            out.grpcService { $0.envoyGrpc { $0.clusterName("sluice_no_processing_server" as StaticString) } }
        }
        return
    }
    filters.add(filterName, at: place, FiltersHttpExtProc.ExternalProcessor.self) { write(filters, listener, to: $0) }
}

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
