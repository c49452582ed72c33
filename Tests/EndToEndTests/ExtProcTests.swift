import Testing

extension EndToEnd {
    /// A server that changes requests on their way.
    @Suite(.sharedEdge("ext-proc")) struct ExtProc {
        /// Answers headers of a request (ProcessingRequest.request_headers) with a header more, and responses' with nothing to change.
        private static func server(_ name: String) async throws -> GRPCServer {
            try await GRPCServer.start(name) { _, message in
                guard message.contains(Array(":path".utf8)) else { return [Protobuf.message(2, [])] }
                let header = Protobuf.message(1, Protobuf.text(1, "x-processed-by") + Protobuf.text(3, name))
                // ProcessingResponse.request_headers.response.header_mutation.set_headers
                return [Protobuf.message(1, Protobuf.message(1, Protobuf.message(2, Protobuf.message(1, header))))]
            }
        }

        @Test("the listener's server changes requests, a route's own in its place, and where it is switched off nobody does; one that is not there answers 500")
        func processes() async throws {
            let edge = try SharedEdge.edge
            let pets = try await Upstream.start("proc-pets")
            let (first, second) = (try await Self.server("first-server"), try await Self.server("second-server"))
            func service(_ name: String) -> String { "grpcService: {extProcServerRef: {name: \(name), namespace: default}}" }
            let client = try await edge.listener(
                "extProc: {\(service(first.name)), messageTimeout: 5s}",
                pets.object() + first.object + second.object
                    + virtualService(
                        "proc",
                        """
                        - matchers: [{prefix: /off}]
                          \(pets.action)
                          options: {extProc: {disabled: true}}
                        - matchers: [{prefix: /second}]
                          \(pets.action)
                          options: {extProc: {overrides: {\(service(second.name))}}}
                        - matchers: [{prefix: /headers-skipped}]
                          \(pets.action)
                          options: {extProc: {overrides: {processingMode: {requestHeaderMode: SKIP, responseHeaderMode: SKIP}}}}
                        - matchers: [{prefix: /mode}]
                          \(pets.action)
                          options: {extProc: {overrides: {processingMode: {responseHeaderMode: SKIP}}}}
                        - \(pets.action)
                        """
                    )
            )
            func processed(_ path: String, _ client: Client) async throws -> String? {
                #expect(try await client.get(path, host: "proc.test").status == 200, "\(path)")
                return pets.requests.last?.header("x-processed-by")
            }
            #expect(try await processed("/", client) == "first-server")
            #expect(try await processed("/second", client) == "second-server")
            #expect(try await processed("/off", client) == nil)
            #expect(try await processed("/headers-skipped", client) == nil)
            #expect(try await processed("/mode", client) == "first-server")

            // The edge's first gateway has no server: only those with their own are processed, and others that ask for it fail.
            let other = edge.client()
            #expect(try await processed("/", other) == nil)
            #expect(try await processed("/second", other) == "second-server")
            #expect(try await processed("/off", other) == nil)
            #expect(try await other.get("/mode", host: "proc.test").status == 500)
        }
    }
}

extension [UInt8] {
    fileprivate func contains(_ part: [UInt8]) -> Bool { indices.contains { self[$0...].starts(with: part) } }
}
