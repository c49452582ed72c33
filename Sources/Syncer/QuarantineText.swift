internal import ConfigTree
internal import EnvoyResources
import XDSCache

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What stands in the file of last good versions about refused resources. Secrets may be among what is served, as elsewhere in it.
extension QuarantineRecord {
    var json: String {
        let entries = entries.map { entry in
            var members = Self.members(entry.type, entry.name)
            members += [("refused", HexText.string(entry.refused)), ("proxy", entry.proxy), ("words", entry.words)]
            if let served = entry.substitute { members += Self.members(served) }
            return LastGoodFile.map(members)
        }
        let kept = kept.map { LastGoodFile.map(Self.members($0.type, $0.resource.name) + Self.members($0.resource)) }
        let lists = "\"resources\": [\(entries.joined(separator: ", "))], \"kept\": [\(kept.joined(separator: ", "))]"
        return "\(LastGoodFile.map([("role", role)]).dropLast()), \(lists)}"
    }

    private static func members(_ type: ResourceType, _ name: String) -> [(String, String)] { [("type", "\(type)"), ("name", name)] }

    private static func members(_ served: EnvoyResource) -> [(String, String)] {
        [("served", HexText.string(served.version)), ("bytes", Data(served.joined()).base64EncodedString())]
    }

    init(_ value: ConfigValue) throws {
        self.init(
            role: try LastGoodFile.text(value, "role"),
            entries: try (value["resources"]?.elements ?? .none).map { entry in
                Entry(
                    type: try Self.type(entry), name: try LastGoodFile.text(entry, "name"), refused: try Self.version(entry, "refused"),
                    substitute: entry["served"] == nil ? nil : try Self.resource(entry), proxy: entry["proxy"]?.text ?? "",
                    words: entry["words"]?.text ?? ""
                )
            },
            kept: try (value["kept"]?.elements ?? .none).map { (type: try Self.type($0), resource: try Self.resource($0)) }
        )
    }

    private static func resource(_ value: ConfigValue) throws -> EnvoyResource {
        guard let bytes = value["bytes"]?.bytes else { throw LastGoodFile.invalid(value, "bytes") }
        return EnvoyResource(name: try LastGoodFile.text(value, "name"), version: try version(value, "served"), parts: [bytes])
    }

    private static func version(_ value: ConfigValue, _ member: String) throws -> UInt64 {
        guard let version = HexText.value(try LastGoodFile.text(value, member)) else { throw LastGoodFile.invalid(value, member) }
        return version
    }

    private static func type(_ value: ConfigValue) throws -> ResourceType {
        let text = try LastGoodFile.text(value, "type")
        guard let type = ResourceType.allCases.first(where: { "\($0)" == text }) else { throw LastGoodFile.invalid(value, "type") }
        return type
    }
}
