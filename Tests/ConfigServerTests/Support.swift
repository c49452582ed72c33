import APIResources
import ConfigServerTranslation
import ConfigStores
import ConfigTree
import Emitter
import EnvoyResources
import HashTreeCollections
import TranslationHarness

/// Objects in memory, and what servers are told of them.
struct Servers {
    private var store = MemoryStore()
    private var emitter: Emitter
    private let servers = ConfigServers()
    private(set) var run = ConfigServerTranslation()

    init(_ roles: ConfigServerRole...) throws {
        emitter = try Stock.emitter()
        for role in roles { _ = servers.start(role) }
    }

    mutating func write(_ file: String, _ text: String?) {
        let changes = emitter.apply(store.write(file, text))
        run = servers.translate(emitter.snapshot, changes)
    }

    /// What was said in the last run, with the path of the value.
    var words: [String] {
        run.reports.values.joined().map { "\($0.severity) \($0.value?.path ?? ""): \($0.message)" }.sorted()
    }

    func bytes(_ role: ConfigServerRole, _ type: ResourceType, _ name: String) -> [UInt8]? { run.snapshots[role]?[type][name]?.joined() }

    /// The tree of limits of a domain, as text.
    func limits(_ domain: String) -> String? {
        bytes(.rateLimit, .rateLimitConfig, domain).map { Wire($0)[3].map { Wire.limits($0) }.joined(separator: " ") }
    }

    func owners(_ type: ResourceType, _ name: String, _ message: String) -> [ObjectID] { servers.owners(type, name, refusedWith: message) }
}

/// A protobuf message, read by somebody who shares no code with who wrote it.
struct Wire {
    var numbers: [Int: [UInt64]] = [:]
    var messages: [Int: [[UInt8]]] = [:]

    init(_ bytes: [UInt8]) {
        var at = 0
        while at < bytes.count {
            let tag = Self.varint(bytes, &at)
            if tag & 7 == 0 {
                numbers[Int(tag >> 3), default: []].append(Self.varint(bytes, &at))
            } else {
                let count = Int(Self.varint(bytes, &at))
                messages[Int(tag >> 3), default: []].append(Array(bytes[at..<min(at + count, bytes.count)]))
                at += count
            }
        }
    }

    private static func varint(_ bytes: [UInt8], _ at: inout Int) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            value |= UInt64(byte & 127) << shift
            if byte < 128 { break }
            shift += 7
        }
        return value
    }

    subscript(field: Int) -> [[UInt8]] { messages[field] ?? [] }
    func text(_ field: Int) -> String? { messages[field]?.last.map { String(decoding: $0, as: UTF8.self) } }
    func message(_ field: Int) -> Wire { Wire(self[field].last ?? []) }
    func number(_ field: Int) -> UInt64 { numbers[field]?.last ?? 0 }
    func map(_ field: Int) -> [String: String] {
        Dictionary(self[field].map { (Wire($0).text(1) ?? "", Wire($0).text(2) ?? "") }) { $1 }
    }

    /// A descriptor of limits: `key=value 3/2 (name <replaces) {children}`, where the unit is its number.
    static func limits(_ bytes: [UInt8]) -> String {
        let wire = Wire(bytes)
        var text = wire.text(1) ?? ""
        if let value = wire.text(2) { text += "=\(value)" }
        if !wire[3].isEmpty {
            let limit = wire.message(3)
            text += " \(limit.number(2))/\(limit.number(1))"
            if let name = limit.text(4) { text += " (\(name))" }
            for replaced in limit[5] { text += " <\(Wire(replaced).text(1) ?? "")" }
        }
        if !wire[4].isEmpty { text += " {" + wire[4].map(limits).joined(separator: " ") + "}" }
        return text
    }
}
