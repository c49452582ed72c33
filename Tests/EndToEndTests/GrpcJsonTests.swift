import Testing

extension EndToEnd {
    /// JSON that becomes calls of a gRPC service.
    @Suite(.sharedEdge("grpc-json")) struct GrpcJson {
        /// `package shop; service Shop { rpc Find(Req) returns (Res) { get: "/books/{name}" } }`, with messages of one text each.
        private static let descriptors = "CoEBCgpzaG9wLnByb3RvEgRzaG9wIhMKA1JlcRIMCgRuYW1lGAEgASgJIhMKA1JlcxIMCgR0ZXh0GAEgASgJMjsKBFNob3ASMwoERmluZBIJLnNob3AuUmVxGgkuc2hvcC5SZXMiFYLT5JMCDxINL2Jvb2tzL3tuYW1lfWIGcHJvdG8z"

        @Test("a GET becomes a call, its answer JSON, and a place without descriptors passes requests on", arguments: ["listener", "route"])
        func transcodes(place: String) async throws {
            let edge = try SharedEdge.edge
            let shop = try await GRPCServer.start("json-shop") { path, message in
                // The message is its one text: number, length, bytes.
                [Protobuf.text(1, "\(path) \(String(decoding: message.dropFirst(2), as: UTF8.self))")]
            }
            let plain = try await Upstream.start("json-plain")
            let transcoder = "grpcJsonTranscoder: {protoDescriptorBin: \(Self.descriptors), services: [shop.Shop], matchIncomingRequestRoute: true}"
            let client = try await edge.listener(
                place == "listener" ? transcoder : "{}",
                shop.object + plain.object()
                    + virtualService(
                        "grpc-json",
                        """
                        - matchers: [{prefix: /books/plain}]
                          \(plain.action)
                          options: {grpcJsonTranscoder: {}}
                        - routeAction: {single: {upstream: {name: \(shop.name)}}}
                          \(place == "route" ? "options: {\(transcoder)}" : "options: {}")
                        """
                    )
            )
            let answer = try await client.get("/books/ulysses", host: "grpc-json.test")
            #expect(answer.status == 200)
            #expect(answer.body == #"{"text":"/shop.Shop/Find ulysses"}"#)
            #expect(answer.header("content-type") == "application/json")
            #expect(try await client.get("/books/plain", host: "grpc-json.test").body == "json-plain")
        }
    }
}
