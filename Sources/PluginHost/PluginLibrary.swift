internal import CFFI
internal import CSluicePlugin
package import ConfigTree
internal import EnvoyWire

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A plugin that was opened and accepted. It stays loaded for the life of the process.
package final class LoadedPlugin: Sendable {
    package let path: String
    package let name: String
    package let version: String
    package let summary: String
    package let abi: (major: UInt32, minor: UInt32)
    /// Its `options_schema`, parsed.
    package let schema: ConfigValue
    package let hooks: [LoadedHook]

    fileprivate init(
        path: String, name: String, version: String, summary: String, abi: (UInt32, UInt32), schema: ConfigValue, hooks: [LoadedHook]
    ) {
        self.path = path
        self.name = name
        self.version = version
        self.summary = summary
        self.abi = abi
        self.schema = schema
        self.hooks = hooks
    }
}

extension LoadedPlugin {
    /// Opens a shared library, asks it for its descriptor and checks all of it before anything of it is called.
    package static func load(_ path: String) throws(LoadFailure) -> LoadedPlugin {
        try checkOwnership(path)
        guard let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
            throw LoadFailure(path, "it cannot be opened as a shared library: \(String(cString: dlerror()))")
        }
        guard let symbol = dlsym(handle, SLUICE_PLUGIN_SYMBOL) else {
            throw LoadFailure(path, "it has no symbol '\(SLUICE_PLUGIN_SYMBOL)'; a plugin exports that function (see sluice_plugin.h)")
        }
        let entry = unsafeBitCast(symbol, to: sluice_plugin_entry.self)
        guard let descriptor = entry(UInt32(SLUICE_ABI_MAJOR), UInt32(SLUICE_ABI_MINOR))?.pointee else {
            throw LoadFailure(path, "it refuses a host of ABI \(SLUICE_ABI_MAJOR).\(SLUICE_ABI_MINOR)")
        }
        return try accept(descriptor, path: path)
    }

    private static func accept(_ descriptor: sluice_plugin_descriptor, path: String) throws(LoadFailure) -> LoadedPlugin {
        // The first two members have been there since 1.0 and say how to read the rest.
        guard descriptor.abi_major == UInt32(SLUICE_ABI_MAJOR) else {
            throw LoadFailure(
                path,
                "it is built for ABI \(descriptor.abi_major).\(descriptor.abi_minor) and this program speaks \(SLUICE_ABI_MAJOR).\(SLUICE_ABI_MINOR);"
                    + " rebuild it against the header of this program"
            )
        }
        guard descriptor.size >= MemoryLayout<sluice_plugin_descriptor>.size else {
            throw LoadFailure(path, "its descriptor has \(descriptor.size) bytes, fewer than ABI 1.0 has (\(MemoryLayout<sluice_plugin_descriptor>.size))")
        }
        let name = text(descriptor.name)
        guard !name.isEmpty, name.utf8.allSatisfy({ ($0 >= 0x61 && $0 <= 0x7a) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x5f || $0 == 0x2d }) else {
            throw LoadFailure(path, "its name is '\(name)'; a plugin's name has lower-case letters, digits, '-' and '_'")
        }
        let schema: ConfigValue
        do {
            schema = try JSON.parse(text(descriptor.options_schema), file: "the options schema of plugin '\(name)'").root
        } catch {
            throw LoadFailure(path, "its options schema is not JSON: \(error)")
        }
        var hooks: [LoadedHook] = []
        for index in 0..<descriptor.hook_count {
            guard let table = descriptor.hooks else { throw LoadFailure(path, "it announces hooks and names none") }
            hooks.append(try accept(table[index], index: index, of: name, minor: descriptor.abi_minor, path: path))
        }
        return LoadedPlugin(
            path: path,
            name: name,
            version: text(descriptor.version),
            summary: text(descriptor.description),
            abi: (descriptor.abi_major, descriptor.abi_minor),
            schema: schema,
            hooks: hooks
        )
    }

    private static func accept(
        _ hook: sluice_hook, index: Int, of name: String, minor: UInt32, path: String
    ) throws(LoadFailure) -> LoadedHook {
        let option = text(hook.option)
        let title = option.isEmpty ? "hook \(index)" : "the hook for option '\(option)'"
        guard hook.size >= MemoryLayout<sluice_hook>.size else {
            throw LoadFailure(path, "\(title) has \(hook.size) bytes, fewer than ABI 1.0 has (\(MemoryLayout<sluice_hook>.size))")
        }
        guard let phase = Phase(rawValue: hook.phase) else {
            throw LoadFailure(path, "\(title) names phase \(hook.phase), which ABI \(SLUICE_ABI_MAJOR).\(SLUICE_ABI_MINOR) does not have")
        }
        let signature = text(hook.signature)
        let wanted = phase.signature(minor: min(minor, UInt32(SLUICE_ABI_MINOR)))
        guard signature == wanted else {
            throw LoadFailure(
                path,
                "\(title) has signature \"\(signature)\", phase \(phase) of ABI \(SLUICE_ABI_MAJOR).\(minor) wants \"\(wanted)\""
            )
        }
        guard let function = hook.function else { throw LoadFailure(path, "\(title) has no function") }
        guard let call = PreparedCall(signature: signature, function: function, context: hook.context) else {
            throw LoadFailure(path, "libffi does not take the signature \"\(signature)\" of \(title)")
        }
        return LoadedHook(phase: phase, option: option.isEmpty ? nil : option, plugin: name, call: call)
    }

    /// Code that others on this machine could replace is not run.
    private static func checkOwnership(_ path: String) throws(LoadFailure) {
        var info = stat()
        guard stat(path, &info) == 0 else { throw LoadFailure(path, "there is no such file") }
        guard info.st_mode & S_IFMT == S_IFREG else { throw LoadFailure(path, "it is not a file") }
        guard info.st_mode & S_IWOTH == 0 else {
            throw LoadFailure(path, "everybody may write to it; take that away with: chmod o-w \(path)")
        }
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        guard stat(folder.isEmpty ? "/" : folder, &info) == 0 else { return }
        // In a sticky folder such as /tmp only its owner can replace a file.
        guard info.st_mode & S_IWOTH == 0 || info.st_mode & S_ISVTX != 0 else {
            throw LoadFailure(path, "everybody may write to its folder; take that away with: chmod o-w \(folder)")
        }
    }

    private static func text(_ text: sluice_text_plugin) -> String {
        String(decoding: UnsafeBufferPointer(start: text.bytes, count: text.bytes == nil ? 0 : text.length), as: UTF8.self)
    }
}

/// One hook of a loaded plugin.
package final class LoadedHook: Sendable {
    package let phase: Phase
    /// The option that triggers it; nil for every subject of the phase.
    package let option: String?
    package let plugin: String
    let call: PreparedCall

    init(phase: Phase, option: String?, plugin: String, call: PreparedCall) {
        self.phase = phase
        self.option = option
        self.plugin = plugin
        self.call = call
    }
}
