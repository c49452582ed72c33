import EnvoyResources
import NIOCore
import Testing
import XDSCache

@testable import XDSServer

@Suite struct DecodingTests {
    @Test("a delta request is read with its node, names, held versions and refusal")
    func delta() throws {
        let bytes = Proto.delta(.cluster, role: "ns~p", subscribe: ["a", "b"], held: ["c": "v"], nonce: "n", refusal: "no")
        let request = try RequestDecoder.decode(bytes[...], dialect: .delta)
        #expect(request.node == ProxyNode(id: "proxy-0", cluster: "gateway", role: "ns~p", userAgent: "envoy"))
        #expect(request.typeURL == ResourceType.cluster.typeURL)
        #expect(request.nonce == "n")
        #expect(request.refusal == "no")
        guard case .delta(let subscribe, let unsubscribe, let held) = request.interest else { return #expect(Bool(false)) }
        #expect(subscribe == ["a", "b"] && unsubscribe.isEmpty && held == ["c": "v"])
    }

    @Test("a state-of-the-world request is read")
    func world() throws {
        let bytes = Proto.world(.route, role: "ns~p", names: ["r"], nonce: "n")
        let request = try RequestDecoder.decode(bytes[...], dialect: .stateOfTheWorld)
        guard case .stateOfTheWorld(let names) = request.interest else { return #expect(Bool(false)) }
        #expect(names == ["r"] && request.node?.role == "ns~p" && request.nonce == "n" && request.refusal == nil)
    }

    @Test("a request cut off anywhere, or with any byte changed, is read or refused but never traps")
    func hostileBytes() {
        let whole = Proto.delta(.cluster, role: "ns~p", subscribe: ["a"], held: ["c": "v"], nonce: "n", refusal: "no")
        for end in whole.indices {
            for dialect in [XDSDialect.delta, .stateOfTheWorld] {
                _ = try? RequestDecoder.decode(whole[..<end], dialect: dialect)
                for byte: UInt8 in [0, 0x7f, 0x80, 0xff] {
                    var changed = whole
                    changed[end] = byte
                    _ = try? RequestDecoder.decode(changed[...], dialect: dialect)
                }
            }
        }
    }

    @Test("lengths and varints beyond the message are malformed", arguments: [
        [0x0a, 0x05, 0x61] as [UInt8],
        [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
        [0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02],
        [0x80],
        [0x00, 0x00],
        [0x0b, 0x0c],
        [0x0d, 0x00],
    ])
    func malformed(bytes: [UInt8]) {
        #expect(throws: RequestReader.Fault.malformed) { try RequestDecoder.decode(bytes[...], dialect: .delta) }
    }
}

@Suite struct FramingTests {
    @Test("messages are found however their bytes arrive", arguments: [1, 2, 3, 7, 100])
    func chunks(size: Int) throws {
        let messages: [[UInt8]] = [[1, 2, 3], [], Array(repeating: 9, count: 20)]
        let bytes = messages.flatMap(TestClient.grpc)
        var deframer = GRPCDeframer(messageLimit: 100)
        var found: [[UInt8]] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            deframer.append(ByteBuffer(bytes: bytes[start..<min(start + size, bytes.count)]))
            while let message = try deframer.next() { found.append(message) }
        }
        #expect(found == messages)
        #expect(!deframer.isInsideMessage)
    }

    @Test("a message over the limit is refused by its announcement")
    func limit() {
        var deframer = GRPCDeframer(messageLimit: 10)
        deframer.append(ByteBuffer(bytes: [0, 0, 0, 0, 11]))
        #expect(throws: GRPCStatus(code: .resourceExhausted, message: "a message of 11 bytes is over the limit of 10")) {
            try deframer.next()
        }
    }

    @Test("a compressed message is unimplemented, other flags are an error", arguments: [(1 as UInt8, GRPCStatus.Code.unimplemented), (2, .internal)])
    func flags(flags: UInt8, code: GRPCStatus.Code) {
        var deframer = GRPCDeframer(messageLimit: 10)
        deframer.append(ByteBuffer(bytes: [flags]))
        let status = #expect(throws: GRPCStatus.self) { try deframer.next() }
        #expect(status?.code == code)
    }

    @Test("a status message is percent-encoded")
    func percentEncoding() {
        #expect(GRPCStatus.percentEncoded("50% of \"é\"\n") == "50%25 of \"%C3%A9\"%0A")
    }

    @Test("a response is the same bytes however it is taken, for small and for shared resources", arguments: [XDSDialect.delta, .stateOfTheWorld], [7, 5000, 1 << 24])
    func outgoing(dialect: XDSDialect, step: Int) throws {
        let resources = [0, 10, 127, 128, 9000, 20_000, 300].enumerated().map { index, count in
            EnvoyResource(name: "r\(index)", version: UInt64(index), parts: [Array(repeating: 120, count: count), [121]])
        }
        let removed = dialect == .delta ? ["gone"] : []
        let response = DiscoveryResponse(
            dialect: dialect, type: .cluster, version: 5, resources: resources, removed: removed, nonce: 7, number: 1
        )
        var message = OutgoingMessage(response, shared: SharedBytes())
        let total = message.remaining
        var bytes: [UInt8] = []
        while message.remaining > 0 {
            var batch = OutputBatch()
            message.take(step, into: &batch)
            for buffer in batch.take() { bytes += Array(buffer.readableBytesView) }
        }
        #expect(bytes.count == total)
        #expect(Array(bytes.prefix(5)) == [0] + TestClient.bigEndian(UInt32(total - 5)))
        let (text, nonce, type) = try Proto.read(Array(bytes.dropFirst(5)))
        let expected = resources.map { resource in
            let content = String(decoding: resource.joined(), as: UTF8.self)
            return dialect == .delta ? "\(resource.name)=\(content)" : content
        }
        #expect(text == (expected + removed.map { "-" + $0 }).joined(separator: " "))
        #expect(nonce == "0000000000000007")
        #expect(type == ResourceType.cluster.typeURL)
    }

    @Test("the bytes of a large resource are one copy for all, and are dropped when it is gone")
    func sharing() {
        let shared = SharedBytes()
        var resource: EnvoyResource? = EnvoyResource(name: "r", version: 1, parts: [Array(repeating: 1, count: 10_000)])
        if let resource { #expect(shared.bytes(of: resource).readableBytes == 10_000) }
        resource = nil
        let other = EnvoyResource(name: "r", version: 2, parts: [Array(repeating: 2, count: 10_000)])
        #expect(shared.bytes(of: other).getInteger(at: 0, as: UInt8.self) == 2)
    }
}
