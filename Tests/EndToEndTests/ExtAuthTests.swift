import Testing

extension EndToEnd {
    /// Requests that an auth server decides about.
    @Suite(.sharedEdge("ext-auth")) struct ExtAuth {
        @Test("the server's word counts, what it says goes on, places that do not ask are open, and where there is no server nobody passes")
        func asks() async throws {
            let edge = try SharedEdge.edge
            let pets = try await Upstream.start("ext-auth-pets")
            let server = try await Upstream.start("ext-auth-server") { request in
                guard request.header("authorization") == "Bearer rex" else {
                    return .init(status: 401, headers: [("www-authenticate", "Bearer"), ("x-hidden", "1")], body: "who are you?")
                }
                return .init(headers: [("x-user", "rex"), ("x-hidden", "1")])
            }
            let client = try await edge.listener(
                """
                extauth:
                  extauthzServerRef: {name: \(server.name), namespace: default}
                  httpService:
                    pathPrefix: /check
                    request: {allowedHeaders: [x-session], headersToAdd: {x-asked-by: sluice}}
                    response: {allowedUpstreamHeaders: [x-user], allowedClientHeaders: [www-authenticate]}
                  userIdHeader: x-user
                  requestTimeout: 5s
                """,
                pets.object() + server.object()
                    + virtualService(
                        "asked",
                        """
                        - matchers: [{prefix: /open}]
                          \(pets.action)
                          options: {extauth: {disable: true}}
                        - \(pets.action)
                        """,
                        options: "extauth: {customAuth: {}}"
                    )
                    + virtualService(
                        "open",
                        """
                        - matchers: [{prefix: /asked}]
                          \(pets.action)
                          options: {extauth: {customAuth: {}}}
                        - matchers: [{prefix: /destination}]
                          routeAction:
                            multi: {destinations: [{destination: {upstream: {name: \(pets.name)}}, weight: 1, options: {extauth: {customAuth: {}}}}]}
                        - \(pets.action)
                        """
                    )
            )
            let refused = try await client.get("/a", host: "asked.test", headers: [("x-session", "7"), ("x-other", "8")])
            #expect(refused.status == 401)
            #expect(refused.body == "who are you?")
            #expect(refused.header("www-authenticate") == "Bearer")
            #expect(refused.header("x-hidden") == nil)
            let asked = try #require(server.requests.last)
            #expect([asked.path, asked.header("x-session"), asked.header("x-asked-by"), asked.header("x-other")] == ["/check/a", "7", "sluice", nil])
            #expect(pets.requests.isEmpty)

            let token = ("authorization", "Bearer rex")
            #expect(try await client.get("/a", host: "asked.test", headers: [token, ("x-user", "admin")]).upstream == pets.name)
            #expect(pets.requests.last?.headers(named: "x-user") == ["rex"])
            #expect(pets.requests.last?.header("x-hidden") == nil)

            let count = server.requests.count
            #expect(try await client.get("/open", host: "asked.test", headers: [("x-user", "admin")]).status == 200)
            #expect(pets.requests.last?.header("x-user") == nil)
            #expect(try await client.get("/", host: "open.test").status == 200)
            #expect(server.requests.count == count)
            for path in ["/asked", "/destination"] {
                #expect(try await client.get(path, host: "open.test").status == 401, "\(path)")
                #expect(try await client.get(path, host: "open.test", headers: [token]).status == 200, "\(path)")
            }

            // The edge's first gateway has no server to ask.
            let other = edge.client()
            try await eventually("the gateway without a server refuses") {
                try await other.get("/", host: "asked.test", headers: [token]).status == 403
            }
            #expect(try await other.get("/asked", host: "open.test").status == 403)
            #expect(try await other.get("/destination", host: "open.test").status == 403)
            #expect(try await other.get("/open", host: "asked.test").status == 200)
            #expect(try await other.get("/", host: "open.test").status == 200)
        }
    }
}
