import Testing

extension EndToEnd {
    /// Responses in place of others.
    @Suite(.sharedEdge("custom-response")) struct CustomResponse {
        @Test("a status gets another body, status and headers, or the answer of another route; a route can say no")
        func responses() async throws {
            let edge = try SharedEdge.edge
            let pets = try await Upstream.start("custom-pets") { request in
                switch request.path {
                case "/sorry": Upstream.Reply(body: "a page of our own")
                case "/gone": Upstream.Reply(status: 410, body: "raw")
                case "/fine": Upstream.Reply()
                default: Upstream.Reply(status: 503, body: "raw")
                }
            }
            try await edge.apply(
                "custom",
                pets.object()
                    + virtualService(
                        "custom",
                        """
                        - matchers: [{prefix: /raw}]
                          options: {customResponse: {disabled: true}}
                          \(pets.action)
                        - matchers: [{prefix: /own}]
                          options: {customResponse: {rules: [{statuses: [502], response: {}}]}}
                          \(pets.action)
                        - matchers: [{prefix: /limited}]
                          options: {ratelimitBasic: {anonymousLimits: {unit: DAY, requestsPerUnit: 1}}}
                          \(pets.action)
                        - \(pets.action)
                        """,
                        options: """
                            customResponse:
                              rules:
                              - statuses: [503, 429]
                                response:
                                  status: 500
                                  body: later
                                  headersToAdd: [{header: {key: retry-after, value: '30'}}, {header: {key: x-was, value: '%RESPONSE_CODE%'}}]
                              - statuses: [4xx]
                                redirect: {uri: 'http://custom.test/sorry', status: 404}
                            """
                    )
            )
            let client = edge.client()
            let later = try await client.get("/", host: "custom.test")
            #expect((later.status, later.body) == (500, "later"))
            #expect(later.header("retry-after") == "30")
            let gone = try await client.get("/gone", host: "custom.test")
            #expect((gone.status, gone.body) == (404, "a page of our own"))
            let fine = try await client.get("/fine", host: "custom.test")
            #expect((fine.status, fine.body) == (200, "custom-pets"))
            let raw = try await client.get("/raw", host: "custom.test")
            #expect((raw.status, raw.body) == (503, "raw"))
            // Rules further out count where those of the route say nothing.
            let own = try await client.get("/own", host: "custom.test")
            #expect((own.status, own.body) == (500, "later"))
            // What a filter of the proxy answers is replaced as well.
            _ = try await client.get("/limited", host: "custom.test")
            let limited = try await client.get("/limited", host: "custom.test")
            #expect((limited.status, limited.body) == (500, "later"))
        }
    }
}
