internal import SluicePlugin

/// Requests that are gathered whole before they go on, so that an upstream never waits for a slow client.
let plugin = Plugin(
    name: "buffer",
    version: "1.0.0",
    description: "Gathers whole requests before they go on, and refuses those that are too large.",
    schema: schema,
    hooks: [
        .httpFilter("buffer") { filters, buffer in
            if buffer.isPresent { filters.add(filterName, stage: .route, FiltersHttpBuffer.Buffer.self) { write(buffer, to: $0) } }
        },
        .httpFilter("bufferPerRoute", addForRoutes),
        .virtualHost("bufferPerRoute") { virtualHost, option in
            guard saysSomething(option) else { return }
            virtualHost.envoy.typedPerFilterConfig(filterName, FiltersHttpBuffer.BufferPerRoute.self) { write(option, to: $0) }
        },
        .route("bufferPerRoute") { route, option in
            guard saysSomething(option) else { return }
            route.envoy.typedPerFilterConfig(filterName, FiltersHttpBuffer.BufferPerRoute.self) { write(option, to: $0) }
        },
        .weightedDestination("bufferPerRoute") { destination, option in
            guard saysSomething(option) else { return }
            destination.envoy.typedPerFilterConfig(filterName, FiltersHttpBuffer.BufferPerRoute.self) { write(option, to: $0) }
        },
    ]
)

/// Also the key of the per-route configuration.
private let filterName: StaticString = "envoy.filters.http.buffer"

/// Where the listener itself buffers nothing, the filter stands there switched off, and a route's own configuration switches it on.
private func addForRoutes(_ filters: HttpFilterSubject, _: Option) {
    guard !filters.option("buffer").isPresent else { return }
    filters.add(filterName, stage: .route, isDisabled: true, FiltersHttpBuffer.Buffer.self) { $0.maxRequestBytes(UInt32.max) }
}

/// `disabled: false` and nothing at all leave things as they are, as in Gloo.
private func saysSomething(_ option: Option) -> Bool { option["disabled"].bool == true || option["buffer"].isPresent }

private func write(_ option: Option, to out: FiltersHttpBuffer.BufferPerRoute) {
    if option["disabled"].bool == true { out.disabled(true) }
    if option["buffer"].isPresent { out.buffer { write(option["buffer"], to: $0) } }
}

private func write(_ buffer: Option, to out: FiltersHttpBuffer.Buffer) {
    if let bytes = buffer["maxRequestBytes"].uint32 { out.maxRequestBytes(bytes) }
}

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
