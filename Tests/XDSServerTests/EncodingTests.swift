import EnvoyDescriptors
import EnvoyResources
import NIOCore
import Testing
import XDSCache

@testable import XDSServer

/// What stands on the wire, read by Envoy's own descriptors and not by the few fields that the other tests need.
@Suite struct EncodingTests {
    private static let clusterURL = "type.googleapis.com/envoy.config.cluster.v3.Cluster"
    private static let cluster = EnvoyResource(name: "a", version: 0x1234, parts: [Proto.field(1, "a")])
    /// Above `SharedBytes.threshold`, whose bytes go another way.
    private static let large = EnvoyResource(name: "l", version: 0x5678, parts: [Proto.field(1, "l"), Proto.field(28, String(repeating: "x", count: 100_000))])

    private func response(_ dialect: XDSDialect, _ resources: [EnvoyResource] = [cluster], _ change: (inout DiscoveryResponse) -> Void = { _ in }) -> DiscoveryResponse {
        var response = DiscoveryResponse(dialect: dialect, type: .cluster, version: 0xab, resources: resources, removed: [], nonce: 7, number: 3)
        change(&response)
        return response
    }

    /// The message as JSON; taken in pieces of some length, as a socket does.
    private func written(_ response: DiscoveryResponse, pieces: Int = .max) throws -> ProtoJSON {
        var message = OutgoingMessage(response, shared: SharedBytes())
        let length = message.remaining
        var bytes: [UInt8] = []
        while message.remaining > 0 {
            var batch = OutputBatch()
            message.take(pieces, into: &batch)
            for buffer in batch.take() { bytes += buffer.readableBytesView }
        }
        // The length that gRPC was told before anything was written.
        #expect(bytes.count == length && bytes.prefix(5) == [0] + (0..<4).map { UInt8(truncatingIfNeeded: (length - 5) >> (24 - 8 * $0)) })
        let type = response.dialect == .delta ? "DeltaDiscoveryResponse" : "DiscoveryResponse"
        return try DescriptorPool.envoy.decode("envoy.service.discovery.v3.\(type)", Array(bytes.dropFirst(5))).sorted
    }

    private func json(_ text: String) throws -> ProtoJSON { try ProtoJSON(json: text).sorted }

    private static let any = #"{"@type":"\#(clusterURL)","name":"a"}"#
    private static let tail = #""typeUrl":"\#(clusterURL)","nonce":"0000000000000007""#

    @Test("delta: name, version, time to live, aliases, removed names, names that lead to nothing", arguments: [Int.max, 7, 1])
    func delta(pieces: Int) throws {
        let response = response(.delta) {
            $0.ttl = .milliseconds(90_500)
            $0.aliases = ["a": ["table/one.test", "table/two.test"]]
            $0.removed = ["gone", "lost"]
            $0.unresolved = ["table/none.test"]
        }
        let expected = """
            {"systemVersionInfo":"00000000000000ab","resources":[\
            {"name":"a","aliases":["table/one.test","table/two.test"],"version":"0000000000001234","resource":\(Self.any),"ttl":"90.500s"},\
            {"name":"table/none.test","aliases":["table/none.test"]}],"removedResources":["gone","lost"],\(Self.tail)}
            """
        #expect(try written(response, pieces: pieces) == json(expected))
    }

    @Test("delta without a time to live has none, nor cache control or aliases")
    func plain() throws {
        let expected = #"{"systemVersionInfo":"00000000000000ab","resources":[{"name":"a","version":"0000000000001234","resource":\#(Self.any)}],\#(Self.tail)}"#
        #expect(try written(response(.delta)) == json(expected))
    }

    @Test("a heart-beat has names, versions and times to live, and no resource")
    func heartbeat() throws {
        let response = response(.delta, [Self.cluster, Self.large]) { ($0.ttl, $0.isHeartbeat) = (.seconds(300), true) }
        let expected = """
            {"systemVersionInfo":"00000000000000ab","resources":[{"name":"a","version":"0000000000001234","ttl":"300s"},\
            {"name":"l","version":"0000000000005678","ttl":"300s"}],\(Self.tail)}
            """
        #expect(try written(response) == json(expected))
    }

    @Test("state of the world: resources are bare, and wrapped with a time to live", arguments: [Int.max, 7])
    func world(pieces: Int) throws {
        let bare = #"{"versionInfo":"00000000000000ab","resources":[\#(Self.any)],\#(Self.tail)}"#
        #expect(try written(response(.stateOfTheWorld), pieces: pieces) == json(bare))
        let wrapped = """
            {"versionInfo":"00000000000000ab","resources":[{"@type":"type.googleapis.com/envoy.service.discovery.v3.Resource","name":"a",\
            "version":"0000000000001234","resource":\(Self.any),"ttl":"0.001s"}],\(Self.tail)}
            """
        #expect(try written(response(.stateOfTheWorld) { $0.ttl = .milliseconds(1) }, pieces: pieces) == json(wrapped))
    }

    @Test("a large resource between small ones comes whole, wrapped or not", arguments: [XDSDialect.delta, .stateOfTheWorld], [nil, Duration.seconds(5)])
    func large(dialect: XDSDialect, ttl: Duration?) throws {
        let all = [Self.cluster, Self.large, Self.cluster]
        let message = try written(response(dialect, all) { $0.ttl = ttl }, pieces: 1000)
        guard case .array(let resources)? = message["resources"] else { throw NothingCame() }
        #expect(resources.count == 3)
        let isWrapped = dialect == .delta || ttl != nil
        let body = isWrapped ? resources[1]["resource"] : resources[1]
        #expect(body?["name"] == .string("l") && body?["altStatName"] == .string(String(repeating: "x", count: 100_000)))
        #expect(resources[1]["ttl"] == (isWrapped ? ttl.map { _ in .string("5s") } : nil))
        #expect(resources[2] == resources[0])
    }

    @Test("a client is told of a time to live over the wire, and then by heart-beats that it lives on")
    func served() async throws {
        try await Serving.run { $0.serving = ServingPolicy(ttl: [.cluster: .milliseconds(200)]) } _: { serving in
            Serving.publish(serving.cache, [.cluster: ["a": ""]])
            serving.client.open(1, deltaPath)
            serving.client.send(1, Proto.delta(.cluster, role: "ns~p"))
            func resource(_ index: Int) async throws -> ProtoJSON? {
                let message = try await serving.client.messages(1, count: index + 1)[index]
                let json = try DescriptorPool.envoy.decode("envoy.service.discovery.v3.DeltaDiscoveryResponse", message)
                guard case .string(let nonce)? = json["nonce"], case .array(let resources)? = json["resources"], resources.count == 1 else { throw NothingCame() }
                serving.client.send(1, Proto.delta(.cluster, nonce: nonce))
                return resources[0]
            }
            let first = try await resource(0)
            #expect(first?["ttl"] == .string("0.200s") && first?["resource"]?["@type"] == .string(Self.clusterURL))
            for index in 1...2 {
                let beat = try await resource(index)
                #expect(beat?["ttl"] == .string("0.200s") && beat?["resource"] == nil && beat?["version"] == first?["version"] && beat?["name"] == .string("a"))
            }
        }
    }
}
