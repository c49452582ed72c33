import Testing

extension EndToEnd {
    @Suite struct ListenerFilterTests {
        @Test("a listener compresses what clients accept, answers health checks, and translates gRPC-Web")
        func filters() async throws {
            try await Edge.with("listener-filters") { edge in
                let text = String(repeating: "the same again and again ", count: 100)
                let pets = try await Upstream.start("filtered-pets") { request in
                    .init(headers: [("content-type", request.path == "/image" ? "image/png" : "application/json; charset=utf-8")], body: text)
                }
                let client = try await edge.listener(
                    """
                    gzip: {contentType: [application/json], removeAcceptEncodingHeader: true}
                    brotli: {quality: 5, contentType: [application/json]}
                    zstd: {contentType: [application/json], chooseFirst: true}
                    healthCheck: {path: /healthz}
                    grpcWeb: {}
                    """,
                    pets.object() + virtualService("filters", "- \(pets.action)")
                )
                for (accepted, encoding) in [("gzip", "gzip"), ("br", "br"), ("zstd", "zstd"), ("gzip, br, zstd", "zstd"), ("gzip;q=1, br;q=0.5", "gzip")] {
                    let response = try await client.get("/", host: "filters.test", headers: [("accept-encoding", accepted)])
                    #expect(response.header("content-encoding") == encoding, "\(accepted)")
                }
                #expect(try await client.get("/", host: "filters.test").body == text)
                let image = try await client.get("/image", host: "filters.test", headers: [("accept-encoding", "gzip")])
                #expect(image.header("content-encoding") == nil)

                let asked = pets.requests.count
                #expect(try await client.get("/healthz", host: "anything.test").status == 200)
                #expect(pets.requests.count == asked)
                #expect(try await edge.client().get("/healthz", host: "anything.test").status == 404)

                for (client, type) in [(client, "application/grpc"), (edge.client(), "application/grpc-web")] {
                    _ = try? await client.send("POST", "/pets.Pets/List", host: "filters.test", headers: [("content-type", "application/grpc-web")])
                    #expect(pets.requests.last?.header("content-type") == type)
                }
            }
        }
    }
}
