import EnvoyWire
import Testing

private func fields(_ bytes: [UInt8]) -> Result<Int, WireError> {
    bytes.withUnsafeBytes { bytes in
        Result { () throws(WireError) in
            var reader = WireReader(bytes)
            var count = 0
            while let tag = try reader.nextTag() {
                try reader.skip(tag)
                count += 1
            }
            return count
        }
    }
}

@Suite("Reading")
struct WireReaderTests {
    @Test("what was written is read, field by field, with offsets of the whole")
    func fieldByField() throws {
        let bytes = wireBytes(Core.Node.self) { $0.id("node-1").cluster("edge") }
        try bytes.withUnsafeBytes { bytes in
            var reader = WireReader(bytes)
            let first = try #require(try reader.nextTag())
            #expect(first == WireTag(field: 1, type: .lengthDelimited))
            #expect(try reader.string(first) == "node-1")
            #expect(reader.offset == 8)
            try reader.skip(#require(try reader.nextTag()))
            #expect(try reader.nextTag() == nil)
        }
    }

    @Test("a message that is cut off anywhere is an error or a shorter message, never a crash")
    func truncated() {
        let bytes = wireBytes(Route.Route.self) {
            $0.match { $0.prefix("/") }.route { $0.cluster("c").timeout(seconds: 5) }.output.fixed64(1000, 7)
        }
        for length in bytes.indices { _ = fields(Array(bytes[..<length])) }
        #expect(fields(Array(bytes.dropLast())) == .failure(.truncated(offset: bytes.count - 8)))
    }

    @Test("malformed bytes are refused with the place", arguments: [
        ([0x08], WireError.truncated(offset: 1)), ([0x00, 0x01], .invalidTag(offset: 0)), ([0x0F, 0x01], .invalidTag(offset: 0)),
        ([0x08] + [UInt8](repeating: 0xFF, count: 11), .overlongVarint(offset: 1)),
        ([0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], .truncated(offset: 1)),
        ([0x0C], .unexpectedEndGroup(offset: 1)), ([0x0B, 0x14], .unexpectedEndGroup(offset: 2)),
        ([UInt8](repeating: 0x0B, count: 300), .tooDeep(offset: 101)), ([0x0D, 1, 2], .truncated(offset: 1)),
    ])
    func malformed(bytes: [UInt8], error: WireError) {
        #expect(fields(bytes) == .failure(error))
    }

    @Test("a group is passed over")
    func groups() {
        #expect(fields([0x0B, 0x10, 1, 0x0C, 0x10, 1]) == .success(2))
    }

    @Test("a field of another wire type than its type's is an error")
    func wrongType() {
        [0x08, 1].withUnsafeBytes { (bytes: UnsafeRawBufferPointer) in
            var reader = WireReader(bytes, 0..<2)
            #expect(throws: WireError.self) { try reader.string(WireTag(field: 1, type: .varint)) }
        }
    }
}
