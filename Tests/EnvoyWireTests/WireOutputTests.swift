import CSluicePlugin
import EnvoyWire
import Testing

private func written(_ body: (WireOutput) -> Void) -> [UInt8] {
    let buffer = WireBuffer(capacity: 1)
    body(buffer.output)
    return buffer.bytes
}

@Suite("Writing")
struct WireOutputTests {
    static let encodedVarints: [(UInt64, [UInt8])] = [
        (0, [0]), (127, [0x7F]), (128, [0x80, 1]), (300, [0xAC, 2]), (.max, [UInt8](repeating: 0xFF, count: 9) + [1]),
    ]

    @Test("a varint takes one byte for each seven bits", arguments: encodedVarints)
    func varints(value: UInt64, bytes: [UInt8]) {
        #expect(written { $0.varint(value) } == bytes)
    }

    @Test("negative numbers, zigzag and fixed widths stand as protobuf wants them")
    func scalars() {
        #expect(written { $0.int32(1, -1) } == [8] + [UInt8](repeating: 0xFF, count: 9) + [1])
        #expect(written { $0.sint32(1, -2) } == [8, 3])
        #expect(written { $0.sint64(1, .min) } == [8] + [UInt8](repeating: 0xFF, count: 9) + [1])
        #expect(written { $0.fixed32(2, 1) } == [0x15, 1, 0, 0, 0])
        #expect(written { $0.double(2, 1) } == [0x11, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F])
        #expect(written { $0.bool(16, true) } == [0x80, 1, 1])
    }

    @Test("zero, an empty text and an empty message are written; an empty packed list is not")
    func zeros() {
        #expect(written { $0.uint32(1, 0) } == [8, 0])
        #expect(written { $0.text(1, "") } == [10, 0])
        #expect(written { $0.message(1) { _ in } } == [10, 0])
        #expect(written { $0.packed(1, [UInt32]()) { $0.bareUint32($1) } } == [])
        #expect(written { $0.packed(1, [1, 300] as [UInt32]) { $0.bareUint32($1) } } == [10, 3, 1, 0xAC, 2])
    }

    @Test("the length of a nested message takes as many bytes as it needs", arguments: [0, 1, 125, 126, 127, 128, 16_380, 16_384, 2_097_152])
    func nestedLengths(size: Int) throws {
        let text = [UInt8](repeating: 7, count: size)
        let bytes = written { $0.message(1) { $0.message(2) { $0.text(3, text) } } }
        try bytes.withUnsafeBytes { bytes in
            var outer = WireReader(bytes)
            var middle = try outer.message(#require(try outer.nextTag()))
            var inner = try middle.message(#require(try middle.nextTag()))
            #expect(try inner.copy(#require(try inner.nextTag())) == text)
            #expect(inner.isAtEnd && middle.isAtEnd && outer.isAtEnd)
        }
    }

    @Test("all kinds of text come out as the same bytes")
    func texts() {
        let expected: [UInt8] = [10, 3, 0x61, 0x62, 0x63]
        #expect(written { $0.text(1, "abc") } == expected)
        #expect(written { $0.text(1, "xabcx".dropFirst().dropLast()) } == expected)
        #expect(written { $0.text(1, "abc" as StaticString) } == expected)
        #expect(written { $0.text(1, Array("abc".utf8)) } == expected)
        #expect(written { $0.text(1, Array("xabc".utf8)[1...]) } == expected)
        Array("abc".utf8).withUnsafeBufferPointer { bytes in
            #expect(written { $0.text(1, sluice_text_host(bytes: bytes.baseAddress, length: 3)) } == expected)
        }
        #expect(written { $0.text(1, sluice_text_host(bytes: nil, length: 0)) } == [10, 0])
    }

    @Test("a buffer keeps its memory when it is emptied, and forgets what is cut off")
    func buffer() {
        var buffer = WireBuffer(capacity: 4)
        buffer.output.append([1, 2, 3, 4, 5, 6, 7, 8, 9] as [UInt8])
        let part = buffer.bytes(2..<4)
        #expect(part == [3, 4])
        buffer.truncate(to: 1)
        let rest = buffer.bytes
        #expect(rest == [1])
        let capacity = buffer.capacity
        buffer.removeAll()
        let (count, kept) = (buffer.count, buffer.capacity)
        #expect(count == 0 && kept == capacity)
        buffer.removeAll(keepingCapacity: false)
        buffer.output.append("x")
        let again = buffer.bytes
        #expect(again == [0x78])
    }
}

@Suite("Builders")
struct BuilderTests {
    @Test("wrappers and durations write what is inside, zero too")
    func explicitZeros() {
        #expect(wireBytes(Route.RetryPolicy.self) { $0.numRetries(0) } == [0x12, 2, 8, 0])
        #expect(wireBytes(Route.RouteAction.self) { $0.timeout(seconds: 0) } == [0x42, 4, 8, 0, 16, 0])
    }

    @Test("an Any holds the type URL and the message")
    func anys() {
        let bytes = wireBytes(NetworkHttp.self) { $0.name("r").typedConfig(FiltersHttpRouter.Router.self) }
        let url = "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"
        let any = [10, UInt8(url.utf8.count)] + Array(url.utf8) + [0x12, 0]
        #expect(bytes == [10, 1, 0x72, 0x22, UInt8(any.count)] + any)
    }

    @Test("enums go by name, and by number where Envoy is newer than Sluice")
    func enums() {
        #expect(wireBytes(Route.RedirectAction.self) { $0.responseCode(.permanentRedirect) } == [0x18, 4])
        #expect(wireBytes(Route.RedirectAction.self) { $0.responseCode(.init(rawValue: 99)) } == [0x18, 99])
    }

    typealias NetworkHttp = FiltersNetworkHttpConnectionManager.HttpFilter
}

@Suite("Subjects")
struct SubjectFieldsTests {
    @Test("fields are found by number, with their kind and oneof")
    func lookup() {
        #expect(SubjectFields.route.kind(of: 9) == .repeated)
        #expect(SubjectFields.route.kind(of: 13) == .map)
        #expect(SubjectFields.route[13]?.name == "typed_per_filter_config")
        #expect(SubjectFields.route[2]?.isMessage == true)
        #expect(SubjectFields.route.oneof(of: 2) == SubjectFields.route.oneof(of: 3))
        #expect(SubjectFields.route.oneof(of: 1) == nil)
        #expect(SubjectFields.route.kind(of: 0) == nil)
        #expect(SubjectFields.route.kind(of: .max) == nil)
        #expect(SubjectFields.clusterWeight.messageName == "envoy.config.route.v3.WeightedCluster.ClusterWeight")
    }
}
