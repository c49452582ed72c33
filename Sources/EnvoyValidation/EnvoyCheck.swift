internal import ConfigTree
package import EnvoyDescriptors
package import EnvoyResources
internal import Foundation
internal import HashTreeCollections

/// Lets an Envoy look at a whole configuration without serving it: the resources become a static bootstrap.
package struct EnvoyCheck: Sendable {
    private let binary: String

    package init(binary: String) { self.binary = binary }

    /// Listeners, with their route configurations in them, and clusters.
    package struct Resources: Sendable {
        package var listeners: [ProtoJSON] = []
        package var clusters: [ProtoJSON] = []

        package init() {}

        package init(_ snapshot: EnvoySnapshot) throws {
            let pool = DescriptorPool.envoy
            let secrets = try snapshot[.secret].mapValues { try pool.decode(ResourceType.secret.typeURL, $0.joined()) }
            let tables = try snapshot.routes.mapValues { try pool.decode(ResourceType.route.typeURL, snapshot.wholeTable($0).joined()) }
            listeners = try snapshot.listeners.values.sorted { $0.name < $1.name }.map {
                Self.inlined(try pool.decode(ResourceType.listener.typeURL, $0.joined()), tables).withSecrets(secrets)
            }
            clusters = try snapshot.clusters.values.sorted { $0.name < $1.name }.map {
                Self.withoutInternalChecks(try pool.decode(ResourceType.cluster.typeURL, $0.joined())).withSecrets(secrets)
            }
        }

        /// An Envoy that only validates aborts when it would connect to a listener of its own; one that serves checks such hosts.
        private static func withoutInternalChecks(_ cluster: ProtoJSON) -> ProtoJSON {
            guard case .object(let members) = cluster, let hosts = cluster["loadAssignment"], names("envoyInternalAddress", in: hosts) else { return cluster }
            return .object(members.filter { $0.key != "healthChecks" })
        }

        private static func names(_ key: String, in json: ProtoJSON) -> Bool {
            switch json {
            case .array(let items): items.contains { names(key, in: $0) }
            case .object(let members): members.contains { $0.key == key || names(key, in: $0.value) }
            default: false
            }
        }

        /// A route configuration that would come by RDS takes its place in the listener: a static Envoy has nobody to ask.
        private static func inlined(_ json: ProtoJSON, _ tables: TreeDictionary<String, ProtoJSON>) -> ProtoJSON {
            switch json {
            case .array(let items):
                return .array(items.map { inlined($0, tables) })
            case .object(let members):
                return .object(
                    members.map { member in
                        if member.key == "rds", case .string(let name) = member.value["routeConfigName"], case .object(let table) = tables[name] {
                            // By RDS a route may lead to a cluster that is not there; a static table may so only when told.
                            return .init("routeConfig", .object(table + [.init("validateClusters", .bool(false))]))
                        }
                        return .init(member.key, inlined(member.value, tables))
                    }
                )
            default:
                return json
            }
        }
    }

    /// As in the bootstrap of a serving Envoy: how large a regular expression may be.
    private static let runtime = ProtoJSON.object([
        .init("layers", .array([.object([
            .init("name", .string("sluice")),
            .init("staticLayer", .object([.init("re2.max_program_size.error_level", .number("\(RE2Syntax.maxProgramSize)"))])),
        ])]))
    ])

    /// As well: without it Envoy has no internal listeners.
    private static let extensions = ProtoJSON.array([.object([
        .init("name", .string("envoy.bootstrap.internal_listener")),
        .init("typedConfig", .object([.init("@type", .string("type.googleapis.com/envoy.extensions.bootstrap.internal_listener.v3.InternalListener"))])),
    ])])

    /// What Envoy refuses; empty when it takes everything.
    package func problems(role: String, _ resources: Resources) throws -> [String] {
        let bootstrap = ProtoJSON.object([
            .init("node", .object([.init("id", .string("sluice-validate")), .init("cluster", .string(role))])),
            .init("layeredRuntime", Self.runtime),
            .init("bootstrapExtensions", Self.extensions),
            .init("staticResources", .object([.init("listeners", .array(resources.listeners)), .init("clusters", .array(resources.clusters))])),
        ])
        let file = FileManager.default.temporaryDirectory.appending(path: "sluice-validate-\(UUID().uuidString).json")
        try Data(bootstrap.compactJSON.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(filePath: binary)
        process.arguments = ["--mode", "validate", "--disable-hot-restart", "--log-level", "error", "-c", file.path]
        let pipe = Pipe()
        process.standardError = pipe
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let said = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        if process.terminationStatus == 0 { return [] }
        let lines = Self.entries(said).filter { $0.contains("[error]") || $0.contains("[critical]") }
        return lines.isEmpty ? ["it ends with exit code \(process.terminationStatus): \(said.suffix(500))"] : lines
    }

    /// The entries of a log, each with the lines that belong to it.
    private static func entries(_ log: String) -> [String] {
        var entries: [String] = []
        for line in log.split(separator: "\n") {
            if line.hasPrefix("[") || entries.isEmpty { entries.append(String(line)) } else { entries[entries.count - 1] += " \(line)" }
        }
        return entries
    }
}
