import Testing

extension EndToEnd {
    /// What must not be seen in responses.
    @Suite(.sharedEdge("dlp")) struct Dlp {
        private static let card = #"{"ssn": "123-45-6789", "visa": "4111 1111 1111 1111", "order": "1234567890123", "name": "Jörg"}"#

        @Test("cards and numbers are masked as the nearest place says, whoever answers; what cannot be read is not shown")
        func masks() async throws {
            let edge = try SharedEdge.edge
            let shop = try await Upstream.start("dlp-shop") { request in
                request.path == "/packed" ? .init(headers: [("content-encoding", "gzip")], body: "packed") : .init(headers: [("content-type", "application/json")], body: Self.card)
            }
            try await edge.apply(
                "dlp",
                shop.object()
                    + virtualService(
                        "dlp",
                        """
                        - matchers: [{prefix: /custom}]
                          \(shop.action)
                          options:
                            dlp:
                              actions:
                              - customAction: {name: name, regexActions: [{regex: '"name": "([^"]*)"', subgroup: 1}], maskChar: '*', percent: {value: 50}}
                              - customAction: {name: order, regex: ['[0-9]{13}'], percent: {value: 100}}
                        - matchers: [{prefix: /open}]
                          \(shop.action)
                          options: {dlp: {}}
                        - matchers: [{prefix: /shadow}]
                          \(shop.action)
                          options: {dlp: {actions: [{actionType: SSN, shadow: true}]}}
                        - matchers: [{prefix: /slow}]
                          \(shop.action)
                          options: {dlp: {actions: [{customAction: {regex: ['("?[^"]*"?)+!']}}]}}
                        - matchers: [{prefix: /direct}]
                          directResponseAction: {status: 200, body: 'My number is 123-45-6789.'}
                        - \(shop.action)
                        """,
                        options: "dlp: {actions: [{actionType: SSN}, {actionType: ALL_CREDIT_CARDS}]}"
                    )
            )
            func body(_ path: String, status: Int = 200) async throws -> String {
                let response = try await edge.client().get(path, host: "dlp.test", headers: [("accept-encoding", "gzip")])
                #expect(response.status == status, "\(path)")
                #expect(status != 200 || response.header("content-length") == "\(response.body.utf8.count)", "\(path)")
                return response.body
            }
            #expect(try await body("/") == #"{"ssn": "XXX-XX-X789", "visa": "XXXX XXXX XXXX 1111", "order": "1234567890123", "name": "Jörg"}"#)
            #expect(shop.requests.last?.header("accept-encoding") == nil)
            #expect(try await body("/custom") == #"{"ssn": "123-45-6789", "visa": "4111 1111 1111 1111", "order": "XXXXXXXXXXXXX", "name": "**rg"}"#)
            #expect(try await body("/open") == Self.card)
            #expect(shop.requests.last?.header("accept-encoding") == "gzip")
            #expect(try await body("/shadow") == Self.card)
            #expect(try await body("/direct") == "My number is XXX-XX-X789.")
            #expect(try await body("/packed", status: 502) == "the response cannot be shown")
            #expect(try await body("/slow", status: 502) == "the response cannot be shown")
        }
    }
}
