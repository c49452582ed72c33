@_exported public import CSluicePlugin
@_exported public import EnvoyWire

/// What a plugin is: its name, the schema of its options, and its hooks.
///
///     let plugin = Plugin(name: "cors", version: "1.0.0", description: "...", schema: schema, hooks: [
///         .route("cors") { route, option in ... },
///     ])
///
///     @_cdecl("sluice_plugin")
///     public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
public struct Plugin: Sendable {
    /// With which the names of what it adds begin.
    public let name: StaticString
    let version: StaticString
    let description: StaticString
    let schema: String
    let hooks: [Hook]
    let minorVersion: UInt32

    /// - Parameters:
    ///   - name: lower case, unique among the plugins of a deployment.
    ///   - version: of the plugin, `1.0.0`.
    ///   - description: one sentence for `sluice plugins list`.
    ///   - schema: JSON, a JSON Schema for each option by the place it stands in; see `options_schema` in sluice_plugin.h.
    ///   - hooks: what the host calls; within a phase and option in this order.
    ///   - minorVersion: of the ABI that a host must have at least: 2 for a plugin that uses what came with 1.2.
    public init(
        name: StaticString, version: StaticString, description: StaticString, schema: String, hooks: [Hook], minorVersion: UInt32 = 0
    ) {
        self.name = name
        self.version = version
        self.description = description
        self.schema = schema
        self.hooks = hooks
        self.minorVersion = minorVersion
    }

    /// With a schema in one piece.
    public init(
        name: StaticString, version: StaticString, description: StaticString, schema: StaticString, hooks: [Hook], minorVersion: UInt32 = 0
    ) {
        self.init(name: name, version: version, description: description, schema: schema.description, hooks: hooks, minorVersion: minorVersion)
    }

    /// The C descriptor, or nil when the host has another major version of the ABI, or too early a minor one.
    ///
    /// It is made once and never freed: the library stays loaded for the life of the process.
    public func descriptor(_ hostMajor: UInt32, _ hostMinor: UInt32) -> UnsafeRawPointer? {
        guard hostMajor == UInt32(SLUICE_ABI_MAJOR), hostMinor >= minorVersion else { return nil }
        let table = UnsafeMutablePointer<sluice_hook>.allocate(capacity: max(hooks.count, 1))
        for (index, hook) in hooks.enumerated() {
            table.advanced(by: index).initialize(
                to: sluice_hook(
                    size: MemoryLayout<sluice_hook>.size,
                    phase: hook.phase,
                    reserved: 0,
                    option: hook.option.map(text) ?? sluice_text_plugin(bytes: nil, length: 0),
                    signature: text("ppppu"),
                    function: unsafeBitCast(trampoline, to: (@convention(c) () -> Void).self),
                    context: Unmanaged.passRetained(HookBody(hook.body)).toOpaque()
                )
            )
        }
        let descriptor = UnsafeMutablePointer<sluice_plugin_descriptor>.allocate(capacity: 1)
        descriptor.initialize(
            to: sluice_plugin_descriptor(
                size: MemoryLayout<sluice_plugin_descriptor>.size,
                abi_major: UInt32(SLUICE_ABI_MAJOR),
                abi_minor: UInt32(SLUICE_ABI_MINOR),
                name: text(name),
                version: text(version),
                description: text(description),
                options_schema: lasting(schema),
                hooks: UnsafePointer(table),
                hook_count: hooks.count
            )
        )
        return UnsafeRawPointer(descriptor)
    }

    private func lasting(_ string: String) -> sluice_text_plugin {
        let bytes = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: string.utf8.count)
        _ = bytes.initialize(from: string.utf8)
        return sluice_text_plugin(bytes: UnsafePointer(bytes.baseAddress), length: bytes.count)
    }

    private func text(_ string: StaticString) -> sluice_text_plugin {
        sluice_text_plugin(bytes: string.utf8Start, length: string.utf8CodeUnitCount)
    }
}

/// Keeps a hook's closure where C can hand it back.
final class HookBody: Sendable {
    let run: @Sendable (Call, Option) -> Void
    init(_ run: @escaping @Sendable (Call, Option) -> Void) { self.run = run }
}

/// The one C function of every Swift hook: it finds the closure in `context` and calls it.
private let trampoline: sluice_hook_function = { context, host, call, output, option in
    guard let context, let host, let call, let output else { return sluice_status(SLUICE_FAILED) }
    var errors = 0
    withUnsafeMutablePointer(to: &errors) { errors in
        let call_ = Call(host: host, handle: call, output: output, errors: errors)
        Unmanaged<HookBody>.fromOpaque(context)._withUnsafeGuaranteedRef { $0.run(call_, Option(call: call_, value: option)) }
    }
    return sluice_status(SLUICE_OK)
}
