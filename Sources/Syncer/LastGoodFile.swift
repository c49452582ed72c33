internal import APIResources
internal import ConfigTree
package import Emitter
internal import EnvoyResources
package import EnvoyTranslation
internal import GatewayTranslation
internal import PluginHost
package import XDSCache

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif
#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// What serves in place of newer forms that cannot be used: the only thing that a control plane cannot read again after a restart.
package struct LastGood: Sendable {
    package var versions: [LastGoodVersion] = []
    package var units: [LastGoodUnit] = []
    package var quarantine: [QuarantineRecord] = []

    package init(versions: [LastGoodVersion] = [], units: [LastGoodUnit] = [], quarantine: [QuarantineRecord] = []) {
        self.versions = versions
        self.units = units
        self.quarantine = quarantine
    }

    var isEmpty: Bool { versions.isEmpty && units.isEmpty && quarantine.isEmpty }
}

/// Keeps `LastGood` in a file, for this user alone, since Secrets may be in it. While there is nothing to keep, there is no file.
package struct LastGoodFile: Sendable {
    package let path: String
    /// Of the configuration: files in it are named from here, so that it does not matter from where the program is started.
    private let root: String
    /// What the file holds now, as far as known.
    private var text: String?

    package init(path: String, root: String) {
        self.path = path
        self.root = root.count > 1 && root.hasSuffix("/") ? String(root.dropLast()) : root
    }

    /// Why the file cannot be used, in words.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Nothing when there is no file.
    package mutating func read() throws -> LastGood {
        guard FileManager.default.fileExists(atPath: path) else { return LastGood() }
        let bytes = try Data(contentsOf: URL(filePath: path))
        let value = try JSON.parse([UInt8](bytes), file: path, limits: Self.limits).root
        guard value["format"]?.int64 == Self.format else {
            throw Failure(description: "\(path): this is not written by Sluice, or by another version of it ('format' is not \(Self.format))")
        }
        text = String(decoding: bytes, as: UTF8.self)
        return LastGood(
            versions: try (value["objects"]?.elements ?? .none).map { try version($0) },
            units: try (value["units"]?.elements ?? .none).map { try Self.unit($0) },
            quarantine: try (value["refused"]?.elements ?? .none).map { try QuarantineRecord($0) }
        )
    }

    /// Replaces the file in one piece, unless it says so already; its folder is made when it is missing.
    package mutating func write(_ new: LastGood) throws {
        if new.isEmpty {
            text = nil
            guard unlink(path) == 0 || errno == ENOENT else { throw Failure(description: "\(path) cannot be removed: \(Self.reason(errno))") }
            return
        }
        let newText = json(new)
        if newText == text { return }
        let folder = URL(filePath: path).deletingLastPathComponent().path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Self.replace(path, in: folder, by: Array(newText.utf8))
        text = newText
    }

    // MARK: Format

    private static let format: Int64 = 1
    /// More than one object's worth.
    private static var limits: ConfigLimits {
        var limits = ConfigLimits()
        limits.bytes = 1 << 30
        return limits
    }

    private func json(_ lastGood: LastGood) -> String {
        let objects = lastGood.versions.map { version in
            let file = version.file.hasPrefix(root + "/") ? String(version.file.dropFirst(root.count + 1)) : version.file
            return Self.map(Self.names(version.id) + [("file", file), ("content", version.content)])
        }
        let units = lastGood.units.map(Self.json).sorted()
        return """
            {"format": \(Self.format),
            "objects": [
            \(objects.joined(separator: ",\n"))
            ],
            "units": [
            \(units.joined(separator: ",\n"))
            ]\(Self.section("refused", lastGood.quarantine.map(\.json)))}

            """
    }

    /// Only where there is something in it.
    private static func section(_ name: String, _ elements: [String]) -> String {
        elements.isEmpty ? "" : ",\n\"\(name)\": [\n\(elements.joined(separator: ",\n"))\n]"
    }

    private static func json(_ unit: LastGoodUnit) -> String {
        var members: [(String, String)]
        switch unit.key {
        case .cluster(let ref):
            members = [("unit", "cluster"), ("namespace", ref.namespace), ("name", ref.name)]
        case .filterChain(let key):
            members = [("unit", "filterChain"), ("role", key.role), ("name", key.name)]
        case .listener(let key):
            members = [("unit", "listener"), ("role", key.role), ("name", key.name)]
        case .virtualHost(let key):
            members = [("unit", "virtualHost"), ("role", key.table.role), ("table", key.table.name)] + names(key.host.object)
            if case .proxy(_, let path) = key.host { members.append(("path", path)) }
        }
        members.append(("options", unit.options.joined(separator: " ")))
        members.append(("bytes", Data(unit.bytes).base64EncodedString()))
        guard !unit.resources.isEmpty else { return map(members) }
        let resources = unit.resources.map {
            map([("type", "\($0.kind)"), ("name", $0.name), ("bytes", Data($0.bytes).base64EncodedString())])
        }
        return "\(map(members).dropLast()), \"resources\": [\(resources.joined(separator: ", "))]}"
    }

    private static func names(_ id: ObjectID) -> [(String, String)] {
        [("kind", id.kind.rawValue), ("namespace", id.ref.namespace), ("name", id.ref.name)]
    }

    static func map(_ members: [(String, String)]) -> String {
        "{\(members.map { "\(JSON.quoted($0)): \(JSON.quoted($1))" }.joined(separator: ", "))}"
    }

    private func version(_ value: ConfigValue) throws -> LastGoodVersion {
        let file = try Self.text(value, "file")
        return LastGoodVersion(id: try Self.id(value), file: file.hasPrefix("/") ? file : "\(root)/\(file)", content: try Self.text(value, "content"))
    }

    private static func unit(_ value: ConfigValue) throws -> LastGoodUnit {
        guard let bytes = value["bytes"]?.bytes else { throw invalid(value, "bytes") }
        let key: LastGoodUnit.Key
        switch try text(value, "unit") {
        case "cluster": key = .cluster(ResourceRef(namespace: try text(value, "namespace"), name: try text(value, "name")))
        case "filterChain": key = .filterChain(RouteConfigKey(role: try text(value, "role"), name: try text(value, "name")))
        case "listener": key = .listener(RouteConfigKey(role: try text(value, "role"), name: try text(value, "name")))
        case "virtualHost":
            let id = try id(value)
            let host = value["path"]?.text.map { VirtualHostID.proxy(id.ref, path: $0) } ?? .virtualService(id.ref)
            key = .virtualHost(VirtualHostKey(table: RouteConfigKey(role: try text(value, "role"), name: try text(value, "table")), host: host))
        default: throw invalid(value, "unit")
        }
        return LastGoodUnit(
            key, bytes: bytes, options: try text(value, "options").split(separator: " ").map(String.init),
            resources: try (value["resources"]?.elements ?? .none).map { try resource($0) }
        )
    }

    private static func resource(_ value: ConfigValue) throws -> PluginCall.AddedResource {
        guard let bytes = value["bytes"]?.bytes else { throw invalid(value, "bytes") }
        let kind: PluginCall.AddedResource.Kind
        switch try text(value, "type") {
        case "cluster": kind = .cluster
        case "listener": kind = .listener
        case "secret": kind = .secret
        default: throw invalid(value, "type")
        }
        return PluginCall.AddedResource(kind, name: try text(value, "name"), bytes: bytes)
    }

    private static func id(_ value: ConfigValue) throws -> ObjectID {
        guard let kind = Kind(rawValue: try text(value, "kind")) else { throw invalid(value, "kind") }
        return ObjectID(kind, ResourceRef(namespace: try text(value, "namespace"), name: try text(value, "name")))
    }

    static func text(_ value: ConfigValue, _ member: String) throws -> String {
        guard let text = value[key: member]?.text else { throw invalid(value, member) }
        return text
    }

    static func invalid(_ value: ConfigValue, _ member: String) -> Failure {
        Failure(description: "\(value.position): '\(member)' is missing or not valid")
    }

    // MARK: The file

    /// To the disk before it takes the place of the old one: after a crash there is the old text or the new.
    private static func replace(_ path: String, in folder: String, by bytes: [UInt8]) throws {
        let temporary = "\(path).\(getpid()).new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        func failure(_ code: Int32) -> Failure { Failure(description: "\(path) cannot be written: \(reason(code))") }
        guard descriptor >= 0 else { throw failure(errno) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = writeBytes(descriptor, rest)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { break }
            rest = rest.dropFirst(count)
        }
        let isComplete = rest.isEmpty && fsync(descriptor) == 0
        let code = errno
        close(descriptor)
        guard isComplete else {
            unlink(temporary)
            throw failure(code)
        }
        guard rename(temporary, path) == 0 else {
            let code = errno
            unlink(temporary)
            throw failure(code)
        }
        let parent = open(folder, O_RDONLY | O_CLOEXEC)
        if parent >= 0 {
            fsync(parent)
            close(parent)
        }
    }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}

/// The system's `write`, which a method of that name hides.
private func writeBytes(_ descriptor: Int32, _ bytes: ArraySlice<UInt8>) -> Int {
    bytes.withContiguousStorageIfAvailable { write(descriptor, $0.baseAddress, $0.count) } ?? -1
}
