internal import SluicePlugin

/// Scripts in Lua that look at requests and responses, and change or answer them.
///
/// The filter stands on each listener below which the option is used. A listener's script runs for all requests but those whose
/// virtual host or route has a script of its own, or none.
let plugin = Plugin(
    name: "lua",
    version: "1.0.0",
    description: "Runs scripts in Lua on requests and responses.",
    schema: schema,
    hooks: [
        .httpFilter("lua") { filters, lua in
            let place = FilterStage(lua["filterStage"], standard: FilterStage(stage: .accepted))
            filters.add(filterName, at: place, FiltersHttpLua.Lua.self) { out in
                if let script = script(lua) { out.defaultSourceCode { $0.inlineString(script) } }
                write(context: lua["filterContext"]) { context in out.filterContext { $0.members(of: context) } }
                if lua["clearRouteCache"].bool == true { out.clearRouteCache(true) }
            }
        },
        .virtualHost("lua") { virtualHost, lua in
            guard saysSomething(lua) else { return }
            virtualHost.envoy.typedPerFilterConfig(filterName, FiltersHttpLua.LuaPerRoute.self) { write(lua, to: $0) }
        },
        .route("lua") { route, lua in
            guard saysSomething(lua) else { return }
            route.envoy.typedPerFilterConfig(filterName, FiltersHttpLua.LuaPerRoute.self) { write(lua, to: $0) }
        },
        .weightedDestination("lua") { destination, lua in
            guard saysSomething(lua) else { return }
            destination.envoy.typedPerFilterConfig(filterName, FiltersHttpLua.LuaPerRoute.self) { write(lua, to: $0) }
        },
    ]
)

/// Also the key of the per-route configuration.
private let filterName: StaticString = "envoy.filters.http.lua"

/// False for one that leaves everything as it is.
private func saysSomething(_ lua: Option) -> Bool { lua["disabled"].bool == true || lua["source"].isPresent || lua["filterContext"].isPresent }

private func write(_ lua: Option, to out: FiltersHttpLua.LuaPerRoute) {
    if lua["disabled"].bool == true {
        out.disabled(true)
    } else if let script = script(lua) {
        out.sourceCode { $0.inlineString(script) }
    }
    write(context: lua["filterContext"]) { context in out.filterContext { $0.members(of: context) } }
}

private func write(context: Option, _ write: (Option) -> Void) {
    guard context.isPresent else { return }
    guard context.isShallow else { return context.error("maps and lists in 'filterContext' may stand 16 deep in each other, and no deeper") }
    write(context)
}

/// The script of a place, looked through and guarded; nil when there is none, or one that cannot be read, which has been told then.
private func script(_ lua: Option) -> [UInt8]? {
    let source = lua["source"]
    guard let text = source.text else { return nil }
    let script = text.array
    if script.contains(0) {
        source.error("the script has a zero byte in it; write '\\0' within a text")
        return nil
    }
    if let problem = LuaSyntax.problem(script) {
        source.error("line \(problem.line) of the script: \(problem.message)")
        return nil
    }
    return guarded(script)
}

/// A script around the script. Envoy runs it once to find its functions, and refuses its whole configuration when that fails; so a
/// failure is caught, logged with each request, and the request answered with 500.
private func guarded(_ script: [UInt8]) -> [UInt8] {
    // A long text ends with the first ']=]' of its level, so the level is one that the script has not.
    var level = 1
    while script.contains([UInt8(ascii: "]")] + Array(repeating: UInt8(ascii: "="), count: level) + [UInt8(ascii: "]")]) { level += 1 }
    let bracket = String(repeating: "=", count: level)
    // The line break behind the bracket is not part of the text, so lines keep their numbers.
    let head = "local chunk, problem = loadstring([\(bracket)[\n"
    let tail = """

        ]\(bracket)], "=lua")
        if chunk then
          local isLoaded
          isLoaded, problem = pcall(chunk)
          if isLoaded then return end
        end
        envoy_on_response = nil
        function envoy_on_request(handle)
          handle:logErr(tostring(problem))
          handle:respond({[":status"] = "500"}, "")
        end

        """
    return Array(head.utf8) + script + Array(tail.utf8)
}

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
