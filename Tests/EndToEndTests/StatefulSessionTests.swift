import Testing

extension EndToEnd {
    /// Requests of a session stay with one host.
    @Suite(.sharedEdge("stateful-session")) struct StatefulSession {
        @Test("who carries the host's cookie or header comes back to it, others go round; a route can say no")
        func sessions() async throws {
            let edge = try SharedEdge.edge
            let first = try await Upstream.start("session-first")
            let second = try await Upstream.start("session-second")
            let action = "routeAction: {single: {upstream: {name: session}}}"
            try await edge.apply(
                "session",
                """
                ---
                apiVersion: gloo.solo.io/v1
                kind: Upstream
                metadata: {name: session, namespace: default}
                spec:
                  static: {hosts: [{addr: 127.0.0.1, port: \(first.port)}, {addr: 127.0.0.1, port: \(second.port)}]}

                """
                    + virtualService(
                        "session",
                        """
                        - matchers: [{prefix: /header}]
                          options: {statefulSession: {header: {name: x-session-host}}}
                          \(action)
                        - matchers: [{prefix: /none}]
                          options: {statefulSession: {disabled: true}}
                          \(action)
                        - \(action)
                        """,
                        options: "statefulSession: {cookie: {name: session-host, path: /, ttl: 60s}}"
                    )
            )
            func hosts(_ path: String, _ headers: [(String, String)]) async throws -> Set<String> {
                var hosts: Set<String> = []
                for _ in 0..<8 { hosts.insert(try await edge.client().get(path, host: "session.test", headers: headers).upstream ?? "nobody") }
                return hosts
            }
            let answer = try await edge.client().get("/", host: "session.test")
            let cookie = try #require(answer.header("set-cookie"))
            #expect(cookie.hasPrefix("session-host=") && cookie.contains("Max-Age=60") && cookie.contains("Path=/"))
            let pair = String(cookie.prefix { $0 != ";" })
            #expect(try await hosts("/", [("cookie", pair)]) == [try #require(answer.upstream)])
            #expect(try await hosts("/none", [("cookie", pair)]) == ["session-first", "session-second"])

            let other = try await edge.client().get("/header", host: "session.test")
            let host = try #require(other.header("x-session-host"))
            #expect(other.header("set-cookie") == nil)
            #expect(try await hosts("/header", [("x-session-host", host)]) == [try #require(other.upstream)])
            #expect(try await hosts("/header", []) == ["session-first", "session-second"])
        }
    }
}
