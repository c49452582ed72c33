import EnvoyResources

@testable import XDSServer

/// Writes and reads the few protobuf messages that the tests need, apart from the code under test.
enum Proto {
    static func varint(_ value: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = value
        while rest >= 128 {
            bytes.append(UInt8(rest & 127) | 128)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }

    static func field(_ number: Int, _ bytes: [UInt8]) -> [UInt8] { varint(number << 3 | 2) + varint(bytes.count) + bytes }

    static func field(_ number: Int, _ text: String) -> [UInt8] { field(number, Array(text.utf8)) }

    static func node(id: String = "proxy-0", cluster: String = "gateway", role: String?) -> [UInt8] {
        var node = field(1, id) + field(2, cluster) + field(6, "envoy")
        if let role { node += field(3, field(1, field(1, "role") + field(2, field(3, role)))) }
        // An extension, to be skipped.
        return node + field(9, field(1, "envoy.filters.http.router") + field(2, "envoy.filters.http"))
    }

    static func delta(
        _ type: ResourceType,
        role: String? = nil,
        subscribe: [String] = [],
        held: [String: String] = [:],
        nonce: String = "",
        refusal: String? = nil
    ) -> [UInt8] {
        var bytes = role.map { field(1, node(role: $0)) } ?? []
        bytes += field(2, type.typeURL)
        for name in subscribe { bytes += field(3, name) }
        for (name, version) in held { bytes += field(5, field(1, name) + field(2, version)) }
        if !nonce.isEmpty { bytes += field(6, nonce) }
        if let refusal { bytes += field(7, [8, 13] + field(2, refusal)) }
        return bytes
    }

    static func world(
        _ type: ResourceType, role: String? = nil, names: [String] = [], nonce: String = "", refusal: String? = nil
    ) -> [UInt8] {
        var bytes = role.map { field(2, node(role: $0)) } ?? []
        for name in names { bytes += field(3, name) }
        bytes += field(4, type.typeURL)
        if !nonce.isEmpty { bytes += field(5, nonce) }
        if let refusal { bytes += field(6, [8, 13] + field(2, refusal)) }
        return bytes
    }

    /// The length-delimited fields of a message, by number.
    static func fields(_ bytes: [UInt8]) throws -> [Int: [[UInt8]]] {
        var reader = RequestReader(bytes[...])
        var fields: [Int: [[UInt8]]] = [:]
        while let (number, type) = try reader.nextTag() {
            if type == .lengthDelimited { fields[number, default: []].append(Array(try reader.bytes())) } else { try reader.skip(type) }
        }
        return fields
    }

    /// A response as text: resources as `name=bytes`, removed names with a minus.
    static func read(_ response: [UInt8]) throws -> (text: String, nonce: String, type: String) {
        let fields = try fields(response)
        var words: [String] = []
        for entry in fields[2] ?? [] {
            let parts = try Self.fields(entry)
            if let name = parts[3]?.first, let any = parts[2]?.first {
                words.append(text(name) + "=" + text(try Self.fields(any)[2]?.first ?? []))
            } else {
                words.append(text(parts[2]?.first ?? []))
            }
        }
        words += (fields[6] ?? []).map { "-" + text($0) }
        return (words.joined(separator: " "), text(fields[5]?.first ?? []), text(fields[4]?.first ?? []))
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
