internal import SluiceLua
internal import SluicePlugin

/// Gloo's transformations of requests and responses, by the stock Lua filter.
///
/// Each place becomes a program, text in the filter context of its own configuration, for the one library that is the filter's source: a
/// state of Lua a worker, however many routes there are. No other filter of Envoy does the same: `header_mutation` writes "-" for a header
/// that is missing and applies the places one after the other, and `transform` does nothing unless the body is a JSON object.
let plugin = Plugin(
    name: "transformation",
    version: "1.0.0",
    description: "Changes headers and bodies of requests and responses by templates.",
    schema: schema,
    hooks: [
        .httpFilter("transformations") { filters, _ in add(Instance.plain, to: filters) },
        .httpFilter("stagedTransformations") { filters, _ in
            add(Instance.early, to: filters)
            add(Instance.regular, to: filters)
        },
        .virtualHost("transformations") { place, option in write(transformations: option, isTop: true, place) { place.envoy.typedPerFilterConfig($0, Script.self, $1) } },
        .virtualHost("stagedTransformations") { place, option in write(staged: option, isTop: true, place) { place.envoy.typedPerFilterConfig($0, Script.self, $1) } },
        .route("transformations") { place, option in write(transformations: option, place) { place.envoy.typedPerFilterConfig($0, Script.self, $1) } },
        .route("stagedTransformations") { place, option in write(staged: option, place) { place.envoy.typedPerFilterConfig($0, Script.self, $1) } },
        .weightedDestination("transformations") { place, option in
            write(transformations: option, place) { place.envoy.typedPerFilterConfig($0, Script.self, $1) }
        },
        .weightedDestination("stagedTransformations") { place, option in
            write(staged: option, place) { place.envoy.typedPerFilterConfig($0, Script.self, $1) }
        },
        .httpFilter("rest") { filters, _ in add(Instance.function, to: filters, weight: 1) },
        .route("rest") { place, call in write(call: call, place) { place.envoy.typedPerFilterConfig($0, Script.self, $1) } },
        .weightedDestination("rest") { place, call in write(call: call, place) { place.envoy.typedPerFilterConfig($0, Script.self, $1) } },
    ],
    minorVersion: 2
)

typealias Script = FiltersHttpLua.LuaPerRoute
typealias WriteScript = (StaticString, (Script) -> Void) -> Void

/// One Lua filter: its name, which is also the key of its configuration at a place, and where it stands.
struct Instance {
    let name: StaticString
    /// Where it keeps which rule took a request.
    let stage: String
    let after: Stage

    static let early = Instance(name: "envoy.filters.http.lua.staged_transformations.early", stage: "early", after: .fault)
    static let regular = Instance(name: "envoy.filters.http.lua.staged_transformations.regular", stage: "regular", after: .authZ)
    /// Of the older option. A filter of its own, since a listener may have both options below it.
    static let plain = Instance(name: "envoy.filters.http.lua.transformations", stage: "plain", after: .authZ)
    /// Of calls of functions: behind the others, which see the request of the client.
    static let function = Instance(name: "envoy.filters.http.lua.rest", stage: "function", after: .authZ)
}

/// It does nothing by itself. It is not `disabled` either: Envoy picks the disabled ones by the route that a request has first, and a
/// request may change its route on the way.
private func add(_ instance: Instance, to filters: HttpFilterSubject, weight: Int32 = 0) {
    filters.add(instance.name, stage: instance.after, place: .after, weight: weight, FiltersHttpLua.Lua.self) { lua in
        // Or each change of a header would look for the route again.
        lua.clearRouteCache(false).sourceCodes(libraryName) { $0.inlineString(transformationLibrary) }
    }
}

private let libraryName: StaticString = "transformation"

/// Runs only where there are no stages, which else speak for both.
private func write(transformations option: Option, isTop: Bool = false, _ place: some Subject, _ write: WriteScript) {
    guard !place.option("stagedTransformations").isPresent else { return }
    let program = Program(Instance.plain.stage)
    program.add(rule: option)
    finish([(.early, nil), (.regular, nil), (.plain, program)], isTop: isTop, write)
}

private func write(staged option: Option, isTop: Bool = false, _ place: some Subject, _ write: WriteScript) {
    let inherit = option["inheritTransformation"]
    if inherit.bool == true {
        inherit.error("the stages of the places above cannot be added in this version of Sluice; repeat them here, after the own ones, and remove 'inheritTransformation'")
    }
    let early = Program(option["early"], Instance.early.stage)
    var regular = Program(option["regular"], Instance.regular.stage)
    let transformations = place.option("transformations")
    if transformations.isPresent, regular == nil {
        regular = Program(Instance.regular.stage)
        regular?.add(rule: transformations)
    } else if transformations.isPresent {
        transformations.warning("'transformations' has no effect beside 'stagedTransformations.regular'; move it there")
    }
    finish([(.early, early), (.regular, regular), (.plain, nil)], isTop: isTop, write)
}

/// A function is the template of its name at the upstream. Without an upstream there is nothing to call, which the host has told.
private func write(call: Option, _ place: some DestinedSubject, _ write: WriteScript) {
    let destination = place.destination
    guard destination.isPresent else { return }
    let functions = [destination["static"], destination["pipe"], destination["kube"], destination["consul"]]
        .map { $0["serviceSpec"]["rest"]["transformations"] }.first { $0.isPresent }
    let name = call["functionName"]
    guard let functions, let function = functions.elements.first(where: { $0.key.string == name.string }) else {
        let names = functions?.elements.map { "'\($0.key.string)'" } ?? []
        name.error("the upstream has \(names.isEmpty ? "no functions, under 'serviceSpec.rest.transformations'" : "no such function; it has \(names.joined(separator: ", "))")")
        return
    }
    let program = Program(Instance.function.stage)
    program.add(function: function, parameters: call["parameters"], response: call["responseTransformation"])
    finish([(.function, program)], isTop: true, write)
}

/// The nearest place counts alone, in all stages: what it does not have is switched off, where anything stands above it.
private func finish(_ stages: [(Instance, Program?)], isTop: Bool, _ write: WriteScript) {
    for (instance, program) in stages {
        if let program {
            let text = program.text
            write(instance.name) { script in
                script.name(libraryName).filterContext { $0.fields("program" as StaticString) { $0.stringValue(text) } }
            }
        } else if !isTop {
            write(instance.name) { $0.disabled(true) }
        }
    }
}

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
