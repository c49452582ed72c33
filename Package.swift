// swift-tools-version: 6.2
import PackageDescription

/// One setting list for every target, so that no room has rules of its own.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    // The rooms call each other for single values of a tree: small functions are worth inlining across them.
    .unsafeFlags(["-cross-module-optimization", "-enforce-exclusivity=unchecked"], .when(configuration: .release)),
]

func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

/// A stock plugin: one folder in Plugins/, one shared library that exports the symbol `sluice_plugin` and nothing else.
let plugins = [
    "Routing", "Headers", "Cors", "Csrf", "Shadowing", "Faults", "Buffer", "UpstreamStatic", "Tls", "Tcp",
    "HttpConnectionManager", "GrpcWeb", "Compression", "HealthCheck", "AccessLog", "Tracing", "Listener",
    "UpstreamConnection", "ProtocolOptions", "HealthChecks", "LoadBalancing", "Pipe",
    "LocalRateLimit", "ExtAuth", "EnvoyPatch", "RateLimit", "StatefulSession", "CustomResponse", "LeftmostXff",
    "SanitizeClusterHeader", "Rbac", "GrpcJson", "ExtProc", "Wasm", "Lua", "DynamicModule", "BodySizeLimit", "BandwidthLimit",
    "AdmissionControl", "IpAccess", "Transformation", "Dlp", "Jwt", "AuthConfig", "DynamicForwardProxy", "Failover", "Kubernetes",
    "Tunneling", "Aws", "Azure", "Gcp",
]

/// A module of the same name is in swift-distributed-tracing, and names are unique in the whole package graph.
func pluginTarget(_ name: String) -> String { name == "Tracing" ? "TracingPlugin" : name }

/// The plugins that write scripts for Envoy's Lua filter.
let scriptPlugins: Set = ["Dlp", "Transformation"]

let exports = "\(Context.packageDirectory)/PluginSDK/C/exports.map"

let collections: Target.Dependency = .product(name: "HashTreeCollections", package: "swift-collections")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let x509: Target.Dependency = .product(name: "X509", package: "swift-certificates")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOHTTP1", package: "swift-nio"),
    .product(name: "NIOSSL", package: "swift-nio-ssl"),
]

let package = Package(
    name: "sluice",
    products: [
        .executable(name: "sluice", targets: ["sluice"]),
        .library(name: "SluicePlugin", targets: ["SluicePlugin"]),
    ] + plugins.map { .library(name: "sluice_\($0.lowercased())", type: .dynamic, targets: [pluginTarget($0)]) },
    dependencies: [
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        // The one contract between the program and its plugins.
        .target(name: "CSluicePlugin", path: "PluginSDK/C"),
        .target(name: "SluicePlugin", dependencies: ["CSluicePlugin", "EnvoyWire"], path: "PluginSDK/Swift", swiftSettings: settings),
        // Templates and regular expressions for Envoy's Lua, for the plugins that need them.
        .target(name: "SluiceLua", dependencies: ["SluicePlugin"], path: "PluginSDK/Lua", swiftSettings: settings),

        // C libraries of the system.
        .systemLibrary(name: "CNghttp2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CFFI", pkgConfig: "libffi", providers: [.apt(["libffi-dev"])]),

        // Leaves.
        room("ConfigTree", ["Yams"]),
        room("EnvoyWire", ["CSluicePlugin"]),
        room("EnvoyResources", [collections]),
        // Names the plugin that ends the program.
        .target(name: "CPluginGuard"),
        .target(name: "CEnvoyDescriptors", exclude: ["envoy.binpb"]),
        room("EnvoyDescriptors", ["CEnvoyDescriptors", "EnvoyWire"]),
        room("EnvoyValidation", ["ConfigTree", "EnvoyDescriptors", "EnvoyResources", collections]),

        room("EnvoyRouter", ["EnvoyDescriptors"]),

        // The way of the data, top to bottom.
        room("APIResources", ["ConfigTree", collections]),
        room("ConfigStores", ["APIResources", "ConfigTree", logging]),
        room("Emitter", ["APIResources", "COpenSSL", "ConfigStores", "ConfigTree", collections]),
        // Beside the way: reads objects and says how they would fare.
        room("Migration", ["APIResources", "ConfigStores", "ConfigTree"]),
        room("GatewayTranslation", ["APIResources", "ConfigStores", "ConfigTree", "Emitter", collections]),
        room("PluginHost", ["APIResources", "CFFI", "CPluginGuard", "CSluicePlugin", "ConfigTree", "EnvoyWire", logging]),
        // Pages about plugins, of what they publish.
        room("PluginDocs", ["ConfigTree", "PluginHost"]),
        room(
            "EnvoyTranslation",
            ["APIResources", "ConfigStores", "ConfigTree", "Emitter", "EnvoyDescriptors", "EnvoyResources", "EnvoyWire", "GatewayTranslation", "PluginHost", collections]
        ),
        // What servers that Envoy asks are to know.
        room("ConfigServerTranslation", ["APIResources", "ConfigStores", "ConfigTree", "Emitter", "EnvoyResources", "EnvoyWire", collections]),
        room("XDSCache", ["EnvoyResources", collections]),
        room("XDSServer", ["CNghttp2", "EnvoyDescriptors", "EnvoyResources", "EnvoyWire", "XDSCache", collections, logging] + nio),
        // What operators look at: health, metrics, proxies, configuration.
        room(
            "AdminServer",
            ["EnvoyDescriptors", "EnvoyResources", "XDSCache", collections, logging, nio[0], .product(name: "Hummingbird", package: "hummingbird")]
        ),
        room(
            "Syncer",
            ["APIResources", "ConfigServerTranslation", "ConfigStores", "ConfigTree", "Emitter", "EnvoyResources", "EnvoyTranslation", "GatewayTranslation", "PluginHost", "AdminServer", "XDSCache", "XDSServer", collections, crypto, logging, nio[0]]
        ),
        .executableTarget(
            name: "sluice",
            dependencies: [
                "APIResources", "AdminServer", "ConfigStores", "ConfigTree", "Emitter", "EnvoyDescriptors", "EnvoyResources", "EnvoyRouter",
                "EnvoyTranslation", "EnvoyValidation", "GatewayTranslation", "Migration", "PluginDocs", "PluginHost", "Syncer", "XDSServer", collections, logging,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                x509,
            ] + nio,
            swiftSettings: settings
        ),

        // What is measured; `make bench` runs it.
        .executableTarget(
            name: "sluice-bench",
            dependencies: [
                "APIResources", "ConfigStores", "ConfigTree", "Emitter", "EnvoyResources", "EnvoyTranslation", "PluginHost", "Syncer", "XDSCache",
                "XDSServer", collections, logging,
            ],
            path: "Benchmarks/sluice-bench",
            swiftSettings: settings
        ),

        // `make bench-xds`: a server with a given payload, and many clients that measure it.
        .executableTarget(
            name: "sluice-xds-server",
            dependencies: ["EnvoyResources", "XDSCache", "XDSServer", collections, logging, nio[0]],
            path: "Benchmarks/xds-bench/server",
            swiftSettings: settings
        ),
        .executableTarget(name: "sluice-xds-load", dependencies: ["CNghttp2", "COpenSSL"], path: "Benchmarks/xds-bench/load"),

        // What tests of the translation share: objects in memory, the stock plugins, a real Envoy to ask.
        .target(
            name: "TranslationHarness",
            dependencies: [
                "APIResources", "ConfigStores", "ConfigTree", "Emitter", "EnvoyDescriptors", "EnvoyResources", "EnvoyTranslation", "EnvoyValidation",
                "PluginHost", "Syncer", collections,
            ],
            path: "Tests/TranslationHarness",
            swiftSettings: settings
        ),
        tests(
            "GoldenTests",
            ["APIResources", "ConfigTree", "Emitter", "EnvoyDescriptors", "EnvoyResources", "EnvoyTranslation", "EnvoyValidation", "Syncer", "TranslationHarness", collections]
        ),
        tests("GeneratorTests", ["ConfigTree", "EnvoyDescriptors", "EnvoyTranslation", "EnvoyValidation", "PluginHost", "Syncer", "TranslationHarness", collections]),
        tests(
            "PluginDocsTests",
            ["APIResources", "ConfigTree", "EnvoyTranslation", "EnvoyValidation", "PluginDocs", "PluginHost", "Syncer", "TranslationHarness", collections]
        ),
        tests("EmitterTests", ["APIResources", "ConfigStores", "ConfigTree", "Emitter", "Syncer", "TranslationHarness"]),
        tests("MigrationTests", ["APIResources", "ConfigStores", "ConfigTree", "Migration", "Syncer", "TranslationHarness"], exclude: ["Installation"]),
        tests(
            "GatewayTranslationTests",
            [
                "APIResources", "ConfigStores", "ConfigTree", "Emitter", "EnvoyDescriptors", "EnvoyResources", "EnvoyTranslation", "GatewayTranslation",
                "TranslationHarness", collections,
            ]
        ),
        tests(
            "EnvoyTranslationTests",
            [
                "APIResources", "ConfigStores", "ConfigTree", "Emitter", "EnvoyResources", "EnvoyTranslation", "EnvoyValidation", "Syncer",
                "TranslationHarness", "XDSCache", "XDSServer", collections,
            ] + nio
        ),
        tests(
            "SyncerTests",
            ["APIResources", "PluginHost", "ConfigStores", "ConfigTree", "Emitter", "EnvoyResources", "EnvoyTranslation", "GatewayTranslation", "Syncer", "TranslationHarness", "XDSCache"]
        ),
        tests("ConfigTreeTests", ["ConfigTree", "EnvoyDescriptors", "EnvoyValidation", "TranslationHarness"]),
        tests("EndToEndTests", nio + [x509]),
        tests("ConfigStoresTests", ["APIResources", "ConfigStores", "ConfigTree"]),
        tests("EnvoyWireTests", ["EnvoyWire"]),
        tests("SluiceLuaTests", ["EnvoyDescriptors", "EnvoyValidation", "SluiceLua", "TranslationHarness"]),
        tests("EnvoyRouterTests", ["EnvoyDescriptors", "EnvoyRouter"]),
        tests("EnvoyDescriptorsTests", ["EnvoyDescriptors", "EnvoyWire"]),
        // Fixtures are compiled by the tests themselves, against this header and against the released ones in ABI.
        tests("PluginHostTests", ["APIResources", "ConfigTree", "EnvoyDescriptors", "EnvoyWire", "PluginHost"], exclude: ["ABI", "Fixtures"]),
        tests("XDSCacheTests", ["EnvoyResources", "XDSCache"]),
        tests(
            "XDSServerTests",
            [
                "AdminServer", "ConfigStores", "EnvoyDescriptors", "EnvoyResources", "EnvoyWire", "Syncer", "TranslationHarness", "XDSCache", "XDSServer", logging,
                x509,
            ] + nio
        ),
        tests(
            "ConfigServerTests",
            ["APIResources", "ConfigServerTranslation", "ConfigStores", "ConfigTree", "Emitter", "EnvoyResources", "EnvoyWire", "Syncer", "TranslationHarness", "XDSCache", "XDSServer", collections, logging] + nio
        ),
        tests("AdminServerTests", ["AdminServer", "EnvoyDescriptors", "EnvoyResources", "XDSCache", collections, logging] + nio),
    ] + plugins.map { name in
        .target(
            name: pluginTarget(name),
            dependencies: ["SluicePlugin"] + (scriptPlugins.contains(name) ? ["SluiceLua"] : []),
            path: "Plugins/\(name)",
            // For people, and for docs/plugins.
            exclude: ["example.yaml"],
            swiftSettings: settings,
            linkerSettings: [.unsafeFlags(["-Xlinker", "--version-script=\(exports)"])]
        )
    }
)
