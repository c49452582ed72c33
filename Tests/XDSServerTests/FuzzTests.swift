import EnvoyResources
import NIOCore
import Synchronization
import Testing
import XDSCache

@testable import XDSServer

/// Requests as nobody would write them: none may trap, or take longer than it is long.
@Suite struct FuzzTests {
    /// From one number, the same each time: `SLUICE_FUZZ_SEED` in the environment replays.
    struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var z = state
            z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
            return z ^ (z >> 31)
        }
    }

    private static let seed = UInt64.random(in: 0...(1 << 40))

    /// What clients send, of both dialects.
    static let requests: [[UInt8]] = [
        Proto.delta(.cluster, role: "ns~p", subscribe: ["a", "b"], held: ["c": "0123456789abcdef"], nonce: "0000000000000001", refusal: "no"),
        Proto.delta(.endpoint, role: "ns~p", subscribe: (0..<50).map { "name-\($0)" }),
        Proto.world(.route, role: "ns~p", names: ["r", "*", ""], nonce: "0000000000000002"),
        Proto.world(.listener, role: "ns~p"),
        Proto.field(1, Proto.node(role: "ns~p") + Proto.field(8, Proto.field(1, [8, 1, 16, 40, 24, 2]) + Proto.field(3, "x")))
            + Proto.field(2, ResourceType.cluster.typeURL),
    ]

    static func mutated(_ bytes: [UInt8], by generator: inout Generator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
            guard !bytes.isEmpty else { return bytes }
            let at = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<7, using: &generator) {
            case 0: bytes[at] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 2: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 1...8, using: &generator)))
            case 3: bytes.insert(contentsOf: (0..<Int.random(in: 1...8, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator) }, at: at)
            case 4: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + 40)], at: at)
            case 5: bytes.insert(contentsOf: [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], at: at)
            default: bytes = Array(bytes[..<at])
            }
        }
        return bytes
    }

    @Test("40,000 mutated requests are read or refused")
    func decoder() {
        var generator = Generator(state: Self.seed)
        var (read, refused) = (0, 0)
        for round in 0..<20_000 {
            let bytes = Self.mutated(Self.requests[round % Self.requests.count], by: &generator)
            for dialect in [XDSDialect.delta, .stateOfTheWorld] {
                do {
                    let request = try RequestDecoder.decode(bytes[...], dialect: dialect, roleLabel: "name")
                    // What was read is no more than what was there.
                    #expect(request.size <= 3 * bytes.count, "seed \(Self.seed), round \(round)")
                    read += 1
                } catch {
                    refused += 1
                }
            }
        }
        #expect(read > 1000 && refused > 1000, "the mutations are neither all harmless nor all deadly: \(read) and \(refused)")
    }

    @Test("a message nested in itself many times costs no more than its length")
    func nesting() throws {
        var metadata = Proto.field(3, "deep")
        for _ in 0..<2000 { metadata = Proto.field(5, Proto.field(1, Proto.field(1, "labels") + Proto.field(2, metadata))) }
        let bytes = Proto.field(1, Proto.field(3, Proto.field(1, Proto.field(1, "labels") + Proto.field(2, metadata))))
        let request = try RequestDecoder.decode(bytes[...], dialect: .delta, roleLabel: "labels")
        #expect(request.node?.role == nil)
    }

    @Test("mutated JSON is read or refused")
    func json() {
        var generator = Generator(state: Self.seed)
        let body = #"{"version_info":"1","node":{"id":"n","cluster":"c","metadata":{"role":"ns~p","labels":{"a":[1,null,true,{"b":1e5}]}},"#
            + #""locality":{"region":"r"},"extensions":[{"name":"x","category":"y"}]},"resource_names":["a","\u00e9\ud83d\ude00"],"#
            + #""type_url":"t","response_nonce":"n","error_detail":{"code":13,"message":"m"}}"#
        var (read, refused) = (0, 0)
        for _ in 0..<4000 {
            let bytes = Self.mutated(Array(body.utf8), by: &generator)
            do {
                _ = try RESTMessage.request(ByteBuffer(bytes: bytes), roleLabel: nil)
                read += 1
            } catch {
                refused += 1
            }
        }
        #expect(read > 20 && refused > 1000, "seed \(Self.seed): \(read) and \(refused)")
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: (any Error).self) { try RESTMessage.request(ByteBuffer(string: deep), roleLabel: nil) }
    }

    @Test("a server that is sent mutated requests, and mutated frames, goes on")
    func sockets() async throws {
        var generator = Generator(state: Self.seed)
        try await Serving.run { serving in
            Serving.publish(serving.cache, [.cluster: ["a": "A"]])
            let client = serving.client
            for round in 0..<300 {
                let stream = UInt32(2 * round + 1)
                client.open(stream, round % 2 == 0 ? deltaPath : worldPath)
                let message = Self.mutated(Self.requests[round % Self.requests.count], by: &generator)
                client.sendRaw(stream, TestClient.grpc(message), end: true)
                if round % 50 == 49 {
                    let isEnded = try await client.until { state in
                        state.isClosed || state.streams.count > round && state.streams.values.allSatisfy { $0.isEnded || $0.resetCode != nil }
                    }
                    #expect(isEnded, "seed \(Self.seed)")
                }
            }
            #expect(!client.state.value.withLock { $0.isClosed })
            var conversation = TestClient.frame(1, 4, 1, TestClient.block([
                (":method", "POST"), (":scheme", "http"), (":path", deltaPath), (":authority", "xds"), ("content-type", "application/grpc"),
            ]))
            conversation += TestClient.frame(0, 0, 1, TestClient.grpc(Self.requests[0]))
            conversation += TestClient.frame(6, 0, 0, Array(repeating: 1, count: 8)) + TestClient.frame(8, 0, 1, [0, 0, 1, 0])
            for _ in 0..<100 {
                let other = try await TestClient.connect(serving.address)
                other.write(Self.mutated(conversation, by: &generator))
                let isAnswered = try await other.until { $0.settings > 0 || $0.isClosed }
                #expect(isAnswered, "seed \(Self.seed)")
                try? await other.close()
            }
            let isServed = try await serving.othersAreServed()
            let isEmpty = try await client.until { _ in serving.cache.status().isEmpty }
            #expect(isServed && isEmpty, "seed \(Self.seed)")
        }
    }
}

extension DiscoveryRequest {
    /// Bytes of all its texts.
    fileprivate var size: Int {
        var texts = [typeURL, nonce, refusal ?? "", node?.id ?? "", node?.cluster ?? "", node?.role ?? "", node?.proxyName ?? ""]
        switch interest {
        case .stateOfTheWorld(let names): texts += names
        case .delta(let subscribe, let unsubscribe, let held): texts += subscribe + unsubscribe + held.flatMap { [$0.key, $0.value] }
        }
        return texts.reduce(0) { $0 + $1.utf8.count }
    }
}
