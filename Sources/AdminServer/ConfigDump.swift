internal import Dispatch
internal import EnvoyDescriptors
internal import EnvoyResources
internal import HashTreeCollections
internal import XDSCache

/// A role's resources as JSON or YAML, without secrets: what `/config` shows.
struct ConfigDump: Sendable {
    enum Format: String {
        case json, yaml
    }

    let role: String
    let number: UInt64
    let format: Format
    private let resources: [(ResourceType, EnvoyResource)]

    /// As text ten times as long, and decoded in one piece: a longer one is named only.
    private static let resourceLimit = 16 << 20
    /// What is written at once, at least.
    private static let pieceLength = 64 << 10

    /// Decoding is work, and there is one thread for it: whoever asks for everything again and again waits, and the rest of the program
    /// does not.
    private static let queue = DispatchQueue(label: "sluice.config-dump")

    /// - Parameters:
    ///   - type: nil for all.
    ///   - name: nil for all.
    init?(_ cache: XDSCache, role: String, type: ResourceType?, name: String?, format: Format) {
        guard let snapshot = cache.snapshot(role: role), let number = cache.number(role: role) else { return nil }
        self.role = role
        self.number = number
        self.format = format
        resources = ResourceType.allCases.filter { type == nil || $0 == type }.flatMap { type -> [(ResourceType, EnvoyResource)] in
            if let name { return snapshot[type][name].map { [(type, $0)] } ?? [] }
            return snapshot[type].map { (type, $0.value) }.sorted { $0.1.name < $1.1.name }
        }
    }

    var isEmpty: Bool { resources.isEmpty }

    /// Hands out the text in pieces, each when the one before is taken.
    func write(_ take: (String) async throws -> Void) async throws {
        var piece = head
        for (index, (type, resource)) in resources.enumerated() {
            piece += await text(of: resource, type, isFirst: index == 0)
            if piece.utf8.count < Self.pieceLength { continue }
            try await take(piece)
            piece = ""
        }
        try await take(piece + tail)
    }

    private var head: String {
        let facts = ProtoJSON.object([.init("role", .string(role)), .init("publication", .number(String(number)))])
        return switch format {
        case .json: facts.compactJSON.dropLast() + ",\"resources\":["
        case .yaml: facts.yaml() + (isEmpty ? "resources: []\n" : "resources:\n")
        }
    }

    private var tail: String { format == .json ? "]}\n" : "" }

    private func text(of resource: EnvoyResource, _ type: ResourceType, isFirst: Bool) async -> String {
        await withCheckedContinuation { continuation in
            Self.queue.async {
                let json = Self.json(of: resource, type)
                continuation.resume(returning: format == .yaml ? ProtoJSON.array([json]).yaml() : (isFirst ? "\n" : ",\n") + json.compactJSON)
            }
        }
    }

    private static func json(of resource: EnvoyResource, _ type: ResourceType) -> ProtoJSON {
        var members: [ProtoJSON.Member] = [
            .init("type", .string("\(type)")), .init("name", .string(resource.name)), .init("version", .string(HexText.string(resource.version))),
        ]
        if resource.count > resourceLimit {
            members.append(.init("notShown", .string("\(resource.count) bytes are too many; `sluice translate` shows them")))
        } else {
            do {
                let name = String(type.typeURL.drop { $0 != "/" }.dropFirst())
                members.append(.init("resource", try Redaction.decode(name, resource.joined())))
            } catch {
                members.append(.init("notShown", .string("\(error)")))
            }
        }
        return .object(members)
    }
}
