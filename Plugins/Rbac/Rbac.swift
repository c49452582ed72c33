internal import SluicePlugin

/// Who may ask for what, by the claims of JSON Web Tokens.
///
/// The claims are those that Envoy's JWT filter has verified. It keeps them as metadata `envoy.filters.http.jwt_authn`, the claims of
/// each token under the name of its provider (`payload_in_metadata`), as the option `jwtStaged` calls it. A principal that names no
/// provider means any of those that stand beside it in the options of its virtual host; a route does not see its virtual host's, and
/// has to name one.
let plugin = Plugin(
    name: "rbac",
    version: "1.0.0",
    description: "Lets requests pass by path, method and the claims of JSON Web Tokens.",
    schema: schema,
    hooks: [
        // With 'requireRbac' every listener has the filter, and refuses what has no policies of its own.
        .httpFilter(nil) { filters, _ in
            if isRequired(filters) { filters.add(filterName, stage: .authZ, FiltersHttpRbac.RBAC.self) { $0.rules { $0.action(.allow) } } }
        },
        // Without it the filter itself lets everything pass.
        .httpFilter("rbac") { filters, _ in
            if !isRequired(filters) { filters.add(filterName, stage: .authZ, FiltersHttpRbac.RBAC.self) }
        },
        .virtualHost("rbac") { virtualHost, rbac in
            let providers = Providers(ofOptionsOf: virtualHost)
            virtualHost.envoy.typedPerFilterConfig(filterName, FiltersHttpRbac.RBACPerRoute.self) { write(rbac, providers, to: $0) }
        },
        .route("rbac") { route, rbac in
            route.envoy.typedPerFilterConfig(filterName, FiltersHttpRbac.RBACPerRoute.self) { write(rbac, nil, to: $0) }
        },
    ]
)

/// Also the key of the per-route configuration.
private let filterName: StaticString = "envoy.filters.http.rbac"

private func isRequired(_ filters: HttpFilterSubject) -> Bool { filters.glooSettings["rbac"]["requireRbac"].bool == true }

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
