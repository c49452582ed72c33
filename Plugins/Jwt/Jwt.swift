internal import SluicePlugin

/// Checks JSON Web Tokens, before or after the auth server is asked.
///
/// Envoy's filter wants to know all issuers of tokens on the listener, where a change would close connections. So the listener has a
/// filter that runs other filters, and each virtual host or route brings its own check as the content of that: a change sends routes only.
let plugin = Plugin(
    name: "jwt",
    version: "1.0.0",
    description: "Checks JSON Web Tokens by the keys of their issuers, and tells claims to upstreams.",
    schema: schema,
    hooks: [
        .httpFilter("jwt") { filters, _ in CheckStage.unstaged.addFilter(to: filters) },
        .httpFilter("jwtStaged") { filters, _ in
            for stage in CheckStage.staged { stage.addFilter(to: filters) }
        },
        .virtualHost("jwt") { CheckStage.writeUnstaged($1, to: $0, isRoute: false) },
        .virtualHost("jwtStaged") { CheckStage.writeStaged($1, to: $0, isRoute: false) },
        .route("jwt") { CheckStage.writeUnstaged($1, to: $0, isRoute: true) },
        .route("jwtStaged") { CheckStage.writeStaged($1, to: $0, isRoute: true) },
    ],
    minorVersion: 2
)

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
