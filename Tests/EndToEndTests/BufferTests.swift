import Testing

extension EndToEnd {
    /// Requests that are gathered before they go on.
    @Suite(.sharedEdge("buffer")) struct Buffer {
        @Test("a body over the limit of its route is answered 413, and other routes take any")
        func limits() async throws {
            let edge = try SharedEdge.edge
            let pets = try await Upstream.start("buffer-pets")
            try await edge.apply(
                "buffer",
                pets.object()
                    + virtualService(
                        "buffer",
                        """
                        - matchers: [{prefix: /small}]
                          \(pets.action)
                          options: {bufferPerRoute: {buffer: {maxRequestBytes: 10}}}
                        - \(pets.action)
                        """
                    )
            )
            for (path, size, status) in [("/small", 10, 200), ("/small", 11, 413), ("/any", 11, 200)] {
                let body = String(repeating: "x", count: size)
                let response = try await edge.client().send("POST", path, host: "buffer.test", body: body)
                #expect(response.status == status, "\(size) bytes to \(path)")
            }
            #expect(pets.requests.map(\.body.utf8.count) == [10, 11])
        }

        @Test("a listener's limit holds, and a virtual host and a route may have another or none")
        func listener() async throws {
            let edge = try SharedEdge.edge
            let port = try freePort()
            let pets = try await Upstream.start("buffer-listener-pets")
            let gateway = Edge.gateway("buffered", port: port)
                .replacing("httpGateway: {}", with: "httpGateway: {options: {buffer: {maxRequestBytes: 5}}}")
            try await edge.apply(
                "buffer-listener",
                gateway + pets.object() + virtualService("buffer-by-listener", "- \(pets.action)")
                    + virtualService(
                        "buffer-by-host",
                        """
                        - matchers: [{prefix: /stream}]
                          \(pets.action)
                          options: {bufferPerRoute: {disabled: true}}
                        - \(pets.action)
                        """,
                        options: "bufferPerRoute: {buffer: {maxRequestBytes: 20}}"
                    )
            )
            func status(_ host: String, _ path: String, _ size: Int) async throws -> Int {
                try await Client(port: port).send("POST", path, host: host, body: String(repeating: "x", count: size)).status
            }
            try await eventually("the other gateway serves") { (try? await status("buffer-by-host.test", "/", 1)) == 200 }
            #expect(try await status("buffer-by-listener.test", "/", 5) == 200)
            #expect(try await status("buffer-by-listener.test", "/", 6) == 413)
            #expect(try await status("buffer-by-host.test", "/", 20) == 200)
            #expect(try await status("buffer-by-host.test", "/", 21) == 413)
            #expect(try await status("buffer-by-host.test", "/stream", 100) == 200)
        }
    }
}
