import EnvoyDescriptors
import EnvoyResources
import Foundation
import HashTreeCollections

/// Lets an Envoy look at a whole configuration without serving it: the resources become a static bootstrap.
struct EnvoyCheck {
    let binary: String

    /// What Envoy refuses; empty when it takes everything.
    func problems(role: String, _ snapshot: EnvoySnapshot) throws -> [String] {
        let pool = DescriptorPool.envoy
        let tables = try snapshot.routes.mapValues { try pool.decode(ResourceType.route.typeURL, $0.joined()) }
        let listeners = try snapshot.listeners.values.sorted { $0.name < $1.name }.map {
            Self.inlined(try pool.decode(ResourceType.listener.typeURL, $0.joined()), tables)
        }
        let clusters = try snapshot.clusters.values.sorted { $0.name < $1.name }.map { try pool.decode(ResourceType.cluster.typeURL, $0.joined()) }
        let bootstrap = ProtoJSON.object([
            .init("node", .object([.init("id", .string("sluice-validate")), .init("cluster", .string(role))])),
            .init("staticResources", .object([.init("listeners", .array(listeners)), .init("clusters", .array(clusters))])),
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
        let lines = said.split(separator: "\n").filter { $0.contains("error") || $0.contains("critical") }.map(String.init)
        return lines.isEmpty ? ["it ends with exit code \(process.terminationStatus): \(said.suffix(500))"] : lines
    }

    /// A route configuration that would come by RDS takes its place in the listener: a static Envoy has nobody to ask.
    private static func inlined(_ json: ProtoJSON, _ tables: TreeDictionary<String, ProtoJSON>) -> ProtoJSON {
        switch json {
        case .array(let items):
            return .array(items.map { inlined($0, tables) })
        case .object(let members):
            return .object(
                members.map { member in
                    if member.key == "rds", case .string(let name) = member.value["routeConfigName"], let table = tables[name] {
                        return .init("routeConfig", table)
                    }
                    return .init(member.key, inlined(member.value, tables))
                }
            )
        default:
            return json
        }
    }
}
