internal import CFFI
internal import CSluicePlugin
package import ConfigTree

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
    /// Of the file that was opened: another one at its path is another plugin.
    package let identity: FileIdentity

    /// Which file, and which state of it.
    package struct FileIdentity: Sendable, Hashable {
        var device: UInt64
        var number: UInt64
        var size: Int64
        var seconds: Int64
        var nanoseconds: Int64

        /// For a record.
        package var text: String { "\(device):\(number):\(size):\(seconds).\(nanoseconds)" }
    }

    fileprivate init(
        path: String, identity: FileIdentity, name: String, version: String, summary: String, abi: (UInt32, UInt32), schema: ConfigValue, hooks: [LoadedHook]
    ) {
        self.path = path
        self.identity = identity
        self.name = name
        self.version = version
        self.summary = summary
        self.abi = abi
        self.schema = schema
        self.hooks = hooks
    }
}

// The second file of this room in which foreign pointers are followed: descriptors belong to the plugin, stay where they are for
// the life of the process, and are read once, here, each member only after the size that covers it was checked.

extension LoadedPlugin {
    /// Opens a shared library, asks it for its descriptor and checks all of it before anything else of it is called.
    ///
    /// - Parameter known: plugins that are open; one of the same file is handed back.
    package static func load(_ path: String, unless known: [LoadedPlugin] = []) throws(LoadFailure) -> LoadedPlugin {
        let identity = try checkOwnership(path)
        if let open = known.first(where: { $0.path == path && $0.identity == identity }) { return open }
        // Without a slash the loader would look through its own folders.
        guard let handle = dlopen(path.contains("/") ? path : "./\(path)", RTLD_NOW | RTLD_LOCAL) else {
            throw LoadFailure(path, "it cannot be opened as a shared library: \(dlerror().map { String(cString: $0) } ?? "no reason given")")
        }
        guard let symbol = dlsym(handle, SLUICE_PLUGIN_SYMBOL) else {
            throw LoadFailure(path, "it has no symbol '\(SLUICE_PLUGIN_SYMBOL)'; a plugin exports that function (see sluice_plugin.h)")
        }
        let entry = unsafeBitCast(symbol, to: sluice_plugin_entry.self)
        guard let descriptor = entry(UInt32(SLUICE_ABI_MAJOR), UInt32(SLUICE_ABI_MINOR)) else {
            throw LoadFailure(path, "it refuses a host of ABI \(SLUICE_ABI_MAJOR).\(SLUICE_ABI_MINOR)")
        }
        return try accept(descriptor, path: path, identity: identity)
    }

    private static func accept(_ descriptor: UnsafePointer<sluice_plugin_descriptor>, path: String, identity: FileIdentity) throws(LoadFailure) -> LoadedPlugin {
        // The first members have been there since 1.0 and say how to read the rest.
        let abi = (major: descriptor.pointee.abi_major, minor: descriptor.pointee.abi_minor)
        guard abi.major == UInt32(SLUICE_ABI_MAJOR) else {
            throw LoadFailure(
                path,
                "it is built for ABI \(abi.major).\(abi.minor) and this program speaks \(SLUICE_ABI_MAJOR).\(SLUICE_ABI_MINOR);"
                    + " rebuild it against the header of this program"
            )
        }
        let size = descriptor.pointee.size
        guard size >= MemoryLayout<sluice_plugin_descriptor>.size else {
            throw LoadFailure(path, "its descriptor has \(size) bytes, fewer than ABI 1.0 has (\(MemoryLayout<sluice_plugin_descriptor>.size))")
        }
        let name = try text(descriptor.pointee.name, "name", path)
        guard !name.isEmpty, name.utf8.allSatisfy({ ($0 >= 0x61 && $0 <= 0x7a) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x5f || $0 == 0x2d }) else {
            throw LoadFailure(path, "its name is '\(name)'; a plugin's name has lower-case letters, digits, '-' and '_'")
        }
        return LoadedPlugin(
            path: path,
            identity: identity,
            name: name,
            version: try text(descriptor.pointee.version, "version", path),
            summary: try text(descriptor.pointee.description, "description", path),
            abi: abi,
            schema: try schema(try text(descriptor.pointee.options_schema, "options schema", path), of: name, minor: abi.minor, path: path),
            hooks: try hooks(descriptor, of: name, path: path)
        )
    }

    private static func schema(_ text: String, of name: String, minor: UInt32, path: String) throws(LoadFailure) -> ConfigValue {
        let schema: ConfigValue
        do {
            schema = try JSON.parse(text, file: "the options schema of plugin '\(name)'").root
        } catch {
            throw LoadFailure(path, "its options schema is not JSON: \(error)")
        }
        guard schema.isMap else { throw LoadFailure(path, "its options schema is not a JSON object") }
        // A place that a later minor version has is of no use here, and does no harm.
        guard minor <= UInt32(SLUICE_ABI_MINOR) else { return schema }
        for (place, _) in schema.entries where OptionScope(rawValue: place) == nil && place != "$defs" {
            let known = OptionScope.allCases.map(\.rawValue).joined(separator: ", ")
            throw LoadFailure(path, "its options schema names the place '\(place)'; options stand in: \(known)")
        }
        return schema
    }

    private static func hooks(_ descriptor: UnsafePointer<sluice_plugin_descriptor>, of name: String, path: String) throws(LoadFailure) -> [LoadedHook] {
        let count = descriptor.pointee.hook_count
        guard count >= 0, count <= 1 << 16 else { throw LoadFailure(path, "it announces \(UInt(bitPattern: count)) hooks") }
        guard count > 0 else { return [] }
        guard let table = descriptor.pointee.hooks else { throw LoadFailure(path, "it announces \(count) hooks and names none") }
        // A plugin of a later minor version has longer entries; each says its size.
        var hooks: [LoadedHook] = []
        var entry = UnsafeRawPointer(table)
        for index in 0..<count {
            let hook = entry.assumingMemoryBound(to: sluice_hook.self)
            let size = hook.pointee.size
            guard size >= MemoryLayout<sluice_hook>.size else {
                throw LoadFailure(path, "hook \(index) has \(size) bytes, fewer than ABI 1.0 has (\(MemoryLayout<sluice_hook>.size))")
            }
            guard size == table.pointee.size, size % MemoryLayout<sluice_hook>.alignment == 0 else {
                throw LoadFailure(path, "hook \(index) has \(size) bytes and hook 0 has \(table.pointee.size); they stand in one array")
            }
            hooks.append(try accept(hook.pointee, index: index, of: name, minor: descriptor.pointee.abi_minor, path: path))
            entry += size
        }
        return hooks
    }

    private static func accept(
        _ hook: sluice_hook, index: Int, of name: String, minor: UInt32, path: String
    ) throws(LoadFailure) -> LoadedHook {
        let option = try text(hook.option, "option of hook \(index)", path)
        let title = option.isEmpty ? "hook \(index)" : "the hook for option '\(option)'"
        // What the plugin may use is what both know.
        let common = min(minor, UInt32(SLUICE_ABI_MINOR))
        guard let phase = Phase(rawValue: hook.phase) else {
            let origin = minor > common ? "; it is built for ABI \(SLUICE_ABI_MAJOR).\(minor)" : ""
            throw LoadFailure(path, "\(title) names phase \(hook.phase), which ABI \(SLUICE_ABI_MAJOR).\(SLUICE_ABI_MINOR) does not have\(origin)")
        }
        let signature = try text(hook.signature, "signature of hook \(index)", path)
        let wanted = phase.signature(minor: common)
        guard signature == wanted else {
            throw LoadFailure(
                path, "\(title) has signature \"\(signature)\", phase '\(phase)' of ABI \(SLUICE_ABI_MAJOR).\(common) wants \"\(wanted)\""
            )
        }
        guard let function = hook.function else { throw LoadFailure(path, "\(title) has no function") }
        guard let call = PreparedCall(signature: signature, function: function, context: hook.context) else {
            throw LoadFailure(path, "libffi does not take the signature \"\(signature)\" of \(title)")
        }
        return LoadedHook(phase: phase, option: option.isEmpty ? nil : option, plugin: name, call: call)
    }

    /// Code that others on this machine could replace is not run: neither the file, nor where a link to it leads.
    private static func checkOwnership(_ path: String) throws(LoadFailure) -> FileIdentity {
        var info = stat()
        guard stat(path, &info) == 0 else {
            throw LoadFailure(path, errno == ENOENT || errno == ENOTDIR ? "there is no such file" : "it cannot be read: \(String(cString: strerror(errno)))")
        }
        guard info.st_mode & S_IFMT == S_IFREG else { throw LoadFailure(path, "it is not a file") }
        guard info.st_mode & S_IWOTH == 0 else {
            throw LoadFailure(path, "everybody may write to it; take that away with: chmod o-w \(path)")
        }
        try checkFolder(of: path, path)
        if let real = realpath(path, nil) {
            defer { free(real) }
            try checkFolder(of: String(cString: real), path)
        }
        return FileIdentity(
            device: UInt64(info.st_dev), number: UInt64(info.st_ino), size: Int64(info.st_size), seconds: Int64(info.st_mtim.tv_sec),
            nanoseconds: Int64(info.st_mtim.tv_nsec)
        )
    }

    /// What is at a path now; nil when that is no file.
    package static func identity(_ path: String) -> FileIdentity? { try? checkOwnership(path) }

    private static func checkFolder(of file: String, _ path: String) throws(LoadFailure) {
        var folder = file.lastIndex(of: "/").map { String(file[..<$0]) } ?? "."
        if folder.isEmpty { folder = "/" }
        var info = stat()
        guard stat(folder, &info) == 0 else { return }
        // In a sticky folder such as /tmp only its owner can replace a file.
        guard info.st_mode & S_IWOTH == 0 || info.st_mode & S_ISVTX != 0 else {
            throw LoadFailure(path, "everybody may write to its folder; take that away with: chmod o-w \(folder)")
        }
    }

    /// Paths of the plugins in a folder: files named `libsluice_*.so`, in the order of their names.
    package static func libraries(in folder: String) throws(LoadFailure) -> [String] {
        try files(in: folder).sorted().filter { $0.hasPrefix("libsluice_") && $0.hasSuffix(".so") }.map { "\(folder)/\($0)" }
    }

    /// The name that a plugin should have by the name of its file.
    package static func name(ofLibrary path: String) -> String {
        let file = path.split(separator: "/").last.map(String.init) ?? path
        return file.hasPrefix("libsluice_") && file.hasSuffix(".so") ? String(file.dropFirst(10).dropLast(3)) : file
    }

    /// The names in a folder.
    private static func files(in folder: String) throws(LoadFailure) -> [String] {
        guard let directory = opendir(folder) else {
            throw LoadFailure(folder, errno == ENOENT ? "there is no such folder" : "it cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            names.append(withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix(while: { $0 != 0 }), as: UTF8.self) })
        }
        return names
    }

    /// A copy of a text of the plugin's.
    private static func text(_ text: sluice_text_plugin, _ what: String, _ path: String) throws(LoadFailure) -> String {
        guard let bytes = text.bytes, text.length != 0 else { return "" }
        guard text.length > 0, text.length <= 1 << 24 else {
            throw LoadFailure(path, "its \(what) says that it is \(UInt(bitPattern: text.length)) bytes long")
        }
        return String(decoding: UnsafeBufferPointer(start: bytes, count: text.length), as: UTF8.self)
    }
}

/// Text for the handler of crashes: immutable, and there for as long as the program runs.
struct HookTitle: @unchecked Sendable {
    let text: UnsafePointer<CChar>?

    init(text: UnsafeMutablePointer<CChar>?) { self.text = UnsafePointer(text) }
}

/// One hook of a loaded plugin.
package final class LoadedHook: Sendable {
    package let phase: Phase
    /// The option that triggers it; nil for every subject of the phase.
    package let option: String?
    package let plugin: String
    let call: PreparedCall
    /// "route 'cors'"; ended by a zero, never freed.
    let title: HookTitle

    init(phase: Phase, option: String?, plugin: String, call: PreparedCall) {
        self.phase = phase
        self.option = option
        self.plugin = plugin
        self.call = call
        title = HookTitle(text: strdup("\(phase)" + (option.map { " '\($0)'" } ?? "")))
    }
}
