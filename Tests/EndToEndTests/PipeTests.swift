import Testing

extension EndToEnd {
    /// Upstreams behind a Unix socket.
    @Suite(.sharedEdge("pipe")) struct Pipe {
        @Test("requests go through a Unix socket")
        func socket() async throws {
            let edge = try SharedEdge.edge
            let path = "\(edge.statusFolder.path)/pets.sock"
            let pets = try await Upstream.start("pipe-pets", socket: path)
            let upstream = """
                ---
                apiVersion: gloo.solo.io/v1
                kind: Upstream
                metadata: {name: pipe-pets, namespace: default}
                spec: {pipe: {path: \(path)}}

                """
            try await edge.apply("pipe", upstream + virtualService("pipe", "- \(pets.action)"))
            #expect(try await edge.client().get("/", host: "pipe.test").upstream == "pipe-pets")
        }
    }
}
