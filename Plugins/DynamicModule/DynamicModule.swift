internal import SluicePlugin

/// Filters that are shared libraries in the proxy.
///
/// A library `lib<name>.so` has to lie where the proxy looks for it (`ENVOY_DYNAMIC_MODULES_SEARCH_PATH`, or the system's folders), and
/// to be built for this Envoy. Where it is not there Envoy refuses the listener: only the proxy can see it.
let plugin = Plugin(
    name: "dynamicmodule",
    version: "1.0.0",
    description: "Runs filters that are shared libraries in the proxy.",
    schema: schema,
    hooks: [.httpFilter("dynamicModules", addFilters)]
)

private func addFilters(_ filters: HttpFilterSubject, _ modules: Option) {
    var instances: [String] = []
    var isUsable = true
    func refuse(_ at: Option, _ message: String) {
        isUsable = false
        at.error(message)
    }
    for module in modules.elements {
        let name = module["name"].string ?? ""
        if name.utf8.contains(UInt8(ascii: "/")) || name.hasSuffix(".so") {
            refuse(module["name"], "'name' is that of the library without path, 'lib' and '.so': 'mine' for libmine.so")
        }
        let filter = module["filterName"].string ?? ""
        let instance = filter.isEmpty ? name : "\(name).\(filter)"
        if instances.contains(instance) { refuse(module, "there is a filter '\(instance)' already; give them different names in 'filterName'") }
        instances.append(instance)
        if module["config"].isPresent, !module["config"].isModuleConfiguration() { isUsable = false }
    }
    // All or none: one that is missing may be the one that guards the others.
    guard isUsable else { return }
    for (index, (module, instance)) in zip(modules.elements, instances).enumerated() {
        let place = FilterStage(module["filterStage"], standard: FilterStage(stage: .accepted))
        filters.add(
            "envoy.filters.http.dynamic_modules.\(instance)", at: place, weight: Int32(index), FiltersHttpDynamicModules.DynamicModuleFilter.self
        ) { out in
            out.dynamicModuleConfig { config in
                if let name = module["name"].text { config.name(name) }
                if let isSaid = module["doNotClose"].bool { config.doNotClose(isSaid) }
                if let isSaid = module["loadGlobally"].bool { config.loadGlobally(isSaid) }
            }
            if let filter = module["filterName"].text { out.filterName(filter) }
            if module["config"].isPresent { out.filterConfig { $0.pack(configuration: module["config"]) } }
        }
    }
}

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
