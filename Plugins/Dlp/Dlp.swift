internal import SluiceLua
internal import SluicePlugin

/// Gloo's data loss prevention: what must not be seen in bodies of responses is masked, by the stock Lua filter.
let plugin = Plugin(
    name: "dlp",
    version: "1.0.0",
    description: "Masks card numbers and the like in the bodies of responses.",
    schema: schema,
    hooks: [
        .httpFilter("dlp") { filters, dlp in add(dlp, to: filters) },
        .virtualHost("dlp") { place, dlp in place.envoy.typedPerFilterConfig(filterName, FiltersHttpLua.LuaPerRoute.self) { write(dlp, to: $0) } },
        .route("dlp") { place, dlp in place.envoy.typedPerFilterConfig(filterName, FiltersHttpLua.LuaPerRoute.self) { write(dlp, to: $0) } },
    ]
)

/// Also the key of the per-route configuration.
private let filterName: StaticString = "envoy.filters.http.lua.dlp"
private let libraryName: StaticString = "dlp"

/// Among the first filters, so that it is among the last to see a response. Without rules of the listener it does nothing by itself.
private func add(_ dlp: Option, to filters: HttpFilterSubject) {
    filters.add(filterName, stage: .waf, place: .before, FiltersHttpLua.Lua.self) { lua in
        lua.clearRouteCache(false).sourceCodes(libraryName) { $0.inlineString(maskingLibrary) }
        guard dlp.isPresent else { return }
        checkTarget(dlp)
        // A name of its own: its source is a state of Lua of its own, which cannot know what a place has noted.
        let program = Program("dlp.listener")
        for rule in dlp["dlpRules"].elements {
            let masks = masks(rule["actions"], program)
            program.add(rule: program.match(rule["matcher"]) + ["request=\(masks)", "response=\(masks)"])
        }
        let text = program.text
        lua.defaultSourceCode { $0.inlineString(maskingLibrary) }
        lua.filterContext { $0.fields("program" as StaticString) { $0.stringValue(text) } }
    }
}

/// Replaces what the places above say.
private func write(_ dlp: Option, to script: FiltersHttpLua.LuaPerRoute) {
    checkTarget(dlp)
    guard dlp["actions"].count > 0 else {
        script.disabled(true)
        return
    }
    let program = Program("dlp")
    let masks = masks(dlp["actions"], program)
    program.add(rule: ["request=\(masks)", "response=\(masks)"])
    // Answers that Envoy gives before the request comes here.
    program.add(response: ["response=\(masks)"])
    let text = program.text
    script.name(libraryName).filterContext { $0.fields("program" as StaticString) { $0.stringValue(text) } }
}

private func checkTarget(_ dlp: Option) {
    guard let target = dlp["enabledFor"].string, target != "RESPONSE_BODY" else { return }
    dlp["enabledFor"].error(
        "stock Envoy cannot mask its access log; "
            + (target == "ALL" ? "write RESPONSE_BODY" : "remove 'dlp'") + ", and let the log have only fields that may be seen, with 'stringFormat' or 'jsonFormat'"
    )
}

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
