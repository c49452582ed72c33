import Testing

extension EndToEnd {
    /// Who may ask, by address.
    @Suite(.sharedEdge("ip-access")) struct IpAccess {
        @Test("lists of the nearest place decide, by the address of the connection or the one that x-forwarded-for tells")
        func lists() async throws {
            let edge = try SharedEdge.edge
            let pets = try await Upstream.start("ip-pets")
            let client = try await edge.listener(
                "ipAccess: {deny: [203.0.113.0/24]}",
                pets.object()
                    + virtualService("listener-list", "- \(pets.action)")
                    + virtualService(
                        "ip",
                        """
                        - matchers: [{prefix: /direct}]
                          \(pets.action)
                          options: {ipAccess: {allow: [127.0.0.0/8], source: DIRECT}}
                        - matchers: [{prefix: /not-local}]
                          \(pets.action)
                          options: {ipAccess: {deny: [127.0.0.1], source: DIRECT}}
                        - matchers: [{prefix: /open}]
                          \(pets.action)
                          options: {ipAccess: {}}
                        - \(pets.action)
                        """,
                        options: "ipAccess: {allow: [198.51.100.0/24, '2001:db8::/32'], deny: [198.51.100.7]}"
                    )
            )
            func status(_ path: String, _ address: String, host: String = "ip.test") async throws -> Int {
                try await client.get(path, host: host, headers: [("x-forwarded-for", address)]).status
            }
            #expect(try await status("/", "198.51.100.1") == 200)
            #expect(try await status("/", "198.51.100.7") == 403)
            #expect(try await status("/", "2001:db8::5") == 200)
            #expect(try await status("/", "10.0.0.1") == 403)
            #expect(try await status("/direct", "10.0.0.1") == 200)
            #expect(try await status("/not-local", "10.0.0.1") == 403)
            #expect(try await status("/open", "203.0.113.1") == 200)
            #expect(try await status("/", "203.0.113.1", host: "listener-list.test") == 403)
            #expect(try await status("/", "10.0.0.1", host: "listener-list.test") == 200)
        }
    }
}
