import EnvoyResources
import HashTreeCollections
import XDSCache

/// What is served, and how a version differs from the one before.
enum Payload {
    case routes([UInt8])
    case clusters(Int)

    func first() -> EnvoySnapshot {
        var snapshot = EnvoySnapshot()
        switch self {
        case .routes(let bytes):
            snapshot.routes["routes"] = Self.routes(bytes, 1)
        case .clusters(let count):
            for number in 0..<count { snapshot.clusters["cluster-\(number)"] = Self.cluster(number, 1) }
        }
        return snapshot
    }

    func revise(_ snapshot: inout EnvoySnapshot, _ revision: UInt64) -> (ResourceType, String) {
        switch self {
        case .routes(let bytes):
            snapshot.routes["routes"] = Self.routes(bytes, revision)
            return (.route, "routes")
        case .clusters(let count):
            let number = Int(revision) * 7919 % count
            snapshot.clusters["cluster-\(number)"] = Self.cluster(number, revision)
            return (.cluster, "cluster-\(number)")
        }
    }

    /// In parts, as the translation makes it: about one a virtual host.
    private static func routes(_ bytes: [UInt8], _ revision: UInt64) -> EnvoyResource {
        // The last bytes of the payload are the digits of its revision.
        let body = bytes.dropLast(16)
        var parts = stride(from: 0, to: body.count, by: 512).map { Array(body[$0..<min($0 + 512, body.count)]) }
        parts.append(Array(HexText.string(revision).utf8))
        return EnvoyResource(name: "routes", version: revision, parts: parts)
    }

    private static func cluster(_ number: Int, _ revision: UInt64) -> EnvoyResource {
        // alt_stat_name = 28: a string that fills it up.
        let name = "cluster-\(number)"
        var bytes = [0x0a, UInt8(name.utf8.count)] + Array(name.utf8)
        let filler = HexText.string(revision) + String(repeating: "x", count: 200 - bytes.count - 4 - 16)
        bytes += [0xe2, 0x01, UInt8(truncatingIfNeeded: filler.utf8.count & 127) | 128, UInt8(filler.utf8.count >> 7)] + Array(filler.utf8)
        return EnvoyResource(name: name, version: revision << 32 | UInt64(number), parts: [bytes])
    }
}
