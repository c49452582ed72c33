internal import SluicePlugin

/// Filters that are WebAssembly modules.
///
/// A module is a file in the proxy, or is fetched by the proxy over HTTP; it runs in V8, the one machine that stock Envoy has. A file
/// that is not there, or no module, makes Envoy refuse the listener: only the proxy can see it. One that is fetched is checked by its
/// SHA-256, and Envoy waits with the listener until it is there.
let plugin = Plugin(
    name: "wasm",
    version: "1.0.0",
    description: "Runs filters that are WebAssembly modules.",
    schema: schema,
    hooks: [.httpFilter("wasm", addFilters)]
)

private func addFilters(_ filters: HttpFilterSubject, _ wasm: Option) {
    var names: [String] = []
    var isUsable = true
    for (index, filter) in wasm["filters"].elements.enumerated() {
        let name = filter["name"].string.flatMap { $0.isEmpty ? nil : $0 } ?? "\(index)"
        if names.contains(name) {
            filter["name"].error("there is a filter '\(name)' already; names tell filters apart")
            isUsable = false
        }
        names.append(name)
        if filter["config"].isPresent, !filter["config"].isModuleConfiguration() { isUsable = false }
        if filter["remote"].isPresent, !isFetchable(filter["remote"], filters) { isUsable = false }
    }
    // All or none: one that is missing may be the one that guards the others.
    guard isUsable else { return }
    for (index, (filter, name)) in zip(wasm["filters"].elements, names).enumerated() {
        let place = FilterStage(filter["filterStage"], standard: FilterStage(stage: .accepted))
        filters.add("envoy.filters.http.wasm.\(name)", at: place, weight: Int32(index), FiltersHttpWasm.Wasm.self) { out in
            out.config { write(filter, named: name, filters, to: $0) }
        }
    }
}

/// Whether Envoy can fetch from there; if not it is told.
private func isFetchable(_ remote: Option, _ filters: HttpFilterSubject) -> Bool {
    var isUsable = true
    func refuse(_ at: Option, _ message: String) {
        isUsable = false
        at.error(message)
    }
    if let upstream = filters.upstream(remote["upstream"]), !upstream.exists {
        refuse(remote["upstream"], "there is no upstream '\(upstream.words)' to fetch the module from")
    }
    let uri = remote["uri"].string ?? ""
    let scheme = ["http://", "https://"].first { uri.hasPrefix($0) }
    let rest = scheme.map { uri.dropFirst($0.count) } ?? ""
    if rest.isEmpty || rest.hasPrefix("/") || !uri.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) {
        refuse(remote["uri"], "'uri' is written whole, as in https://modules.example/filter.wasm")
    }
    let digest = remote["sha256"].string ?? ""
    if digest.utf8.count != 64 || !digest.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }) {
        refuse(remote["sha256"], "'sha256' is 64 digits from 0 to f, in lower case, as sha256sum prints them")
    }
    if let time = remote["timeout"].duration, time.seconds >= 3600 || (time.seconds == 0 && time.nanos < 1_000_000) {
        refuse(remote["timeout"], "'timeout' is from 1ms to less than 1h")
    }
    return isUsable
}

private func write(_ filter: Option, named name: String, _ filters: HttpFilterSubject, to out: EnvoyWire.Wasm.PluginConfig) {
    out.name(name)
    if let root = filter["rootId"].text { out.rootId(root) }
    out.failurePolicy(filter["failOpen"].bool == true ? .failOpen : .failClosed)
    if filter["config"].isPresent { out.configuration { $0.pack(configuration: filter["config"]) } }
    out.vmConfig { vm in
        vm.runtime("envoy.wasm.runtime.v8" as StaticString)
        vm.code { code in
            if let path = filter["filePath"].text {
                code.local { $0.filename(path) }
                return
            }
            let remote = filter["remote"]
            guard let upstream = filters.upstream(remote["upstream"]), let uri = remote["uri"].text, let digest = remote["sha256"].text else { return }
            let timeout = remote["timeout"].duration ?? (30, 0)
            code.remote { source in
                source.httpUri { $0.uri(uri).cluster(upstream.cluster).timeout(seconds: timeout.seconds, nanos: timeout.nanos) }.sha256(digest)
            }
        }
    }
}

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
