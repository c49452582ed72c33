import Testing

extension EndToEnd {
    /// Which route a request takes. Each route answers by itself with a word, so that no upstream is needed.
    @Suite(.sharedEdge("matching")) struct Matching {
        /// Serves the routes under `<name>.test` and checks which one answers each request.
        private func expect(
            _ name: String, _ routes: String, _ cases: [(method: String, path: String, headers: [(String, String)], word: String)],
            sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            let edge = try SharedEdge.edge
            try await edge.apply(name, virtualService(name, routes))
            let client = edge.client()
            for (method, path, headers, word) in cases {
                let response = try await client.send(method, path, host: "\(name).test", headers: headers)
                #expect(response.body == word, "\(method) \(path) \(headers) was answered \(response.status)", sourceLocation: sourceLocation)
            }
        }

        /// What Envoy itself says when no route matches.
        private let nothing = ""

        @Test("a prefix takes what begins with it, exact takes one path, a regex the whole path, and the first match wins")
        func paths() async throws {
            try await expect(
                "paths",
                """
                - matchers: [{exact: /pets}]
                  directResponseAction: {status: 200, body: exact}
                - matchers: [{regex: '/pets/[0-9]+'}]
                  directResponseAction: {status: 200, body: regex}
                - matchers: [{prefix: /pets}]
                  directResponseAction: {status: 200, body: prefix}
                """,
                [
                    ("GET", "/pets", [], "exact"),
                    ("GET", "/pets?color=red", [], "exact"),
                    ("GET", "/pets/12", [], "regex"),
                    ("GET", "/pets/12/name", [], "prefix"),
                    ("GET", "/petshop", [], "prefix"),
                    ("GET", "/pet", [], nothing),
                ]
            )
        }

        @Test("a route with several matchers takes what any of them takes, one with none takes everything")
        func several() async throws {
            try await expect(
                "several",
                """
                - matchers: [{exact: /a}, {prefix: /b}]
                  directResponseAction: {status: 200, body: either}
                - directResponseAction: {status: 200, body: everything}
                """,
                [("GET", "/a", [], "either"), ("GET", "/b/c", [], "either"), ("GET", "/a/c", [], "everything"), ("GET", "/", [], "everything")]
            )
        }

        @Test("headers match by value, by regex, by being there, and inverted")
        func headers() async throws {
            try await expect(
                "headers",
                """
                - matchers: [{prefix: /, headers: [{name: x-exact, value: a}]}]
                  directResponseAction: {status: 200, body: value}
                - matchers: [{prefix: /, headers: [{name: x-regex, value: 'b+', regex: true}]}]
                  directResponseAction: {status: 200, body: regex}
                - matchers: [{prefix: /, headers: [{name: x-present}]}]
                  directResponseAction: {status: 200, body: present}
                - matchers: [{prefix: /, headers: [{name: x-a, value: '1'}, {name: x-b, value: '2'}]}]
                  directResponseAction: {status: 200, body: both}
                - matchers: [{prefix: /, headers: [{name: x-not, value: a, invertMatch: true}]}]
                  directResponseAction: {status: 200, body: inverted}
                """,
                [
                    ("GET", "/", [("x-exact", "a"), ("x-not", "a")], "value"),
                    ("GET", "/", [("x-exact", "ab"), ("x-not", "a")], nothing),
                    ("GET", "/", [("x-regex", "bbb"), ("x-not", "a")], "regex"),
                    ("GET", "/", [("x-regex", "bc"), ("x-not", "a")], nothing),
                    ("GET", "/", [("x-present", "anything"), ("x-not", "a")], "present"),
                    ("GET", "/", [("x-a", "1"), ("x-b", "2"), ("x-not", "a")], "both"),
                    ("GET", "/", [("x-a", "1"), ("x-not", "a")], nothing),
                    ("GET", "/", [("x-not", "b")], "inverted"),
                ]
            )
        }

        @Test("query parameters match by value, by regex and by being there")
        func queryParameters() async throws {
            try await expect(
                "query",
                """
                - matchers: [{prefix: /, queryParameters: [{name: color, value: red}]}]
                  directResponseAction: {status: 200, body: value}
                - matchers: [{prefix: /, queryParameters: [{name: size, value: '[0-9]+', regex: true}]}]
                  directResponseAction: {status: 200, body: regex}
                - matchers: [{prefix: /, queryParameters: [{name: any}]}]
                  directResponseAction: {status: 200, body: present}
                """,
                [
                    ("GET", "/?color=red", [], "value"),
                    ("GET", "/?color=green", [], nothing),
                    ("GET", "/?a=b&size=42", [], "regex"),
                    ("GET", "/?size=4x", [], nothing),
                    ("GET", "/?any=thing", [], "present"),
                    ("GET", "/", [], nothing),
                ]
            )
        }

        @Test("methods match any of the list")
        func methods() async throws {
            try await expect(
                "methods",
                """
                - matchers: [{prefix: /, methods: [POST, PUT]}]
                  directResponseAction: {status: 200, body: write}
                - matchers: [{prefix: /, methods: [GET]}]
                  directResponseAction: {status: 200, body: read}
                """,
                [("POST", "/", [], "write"), ("PUT", "/", [], "write"), ("GET", "/", [], "read"), ("DELETE", "/", [], nothing)]
            )
        }

        @Test("paths are compared with their case unless told not to")
        func caseSensitive() async throws {
            try await expect(
                "case",
                """
                - matchers: [{exact: /Strict}]
                  directResponseAction: {status: 200, body: strict}
                - matchers: [{exact: /Loose, caseSensitive: false}]
                  directResponseAction: {status: 200, body: loose}
                - matchers: [{prefix: /Begin, caseSensitive: false}]
                  directResponseAction: {status: 200, body: begin}
                """,
                [
                    ("GET", "/Strict", [], "strict"),
                    ("GET", "/strict", [], nothing),
                    ("GET", "/lOOSE", [], "loose"),
                    ("GET", "/bEGIN/with", [], "begin"),
                ]
            )
        }

        @Test("the domain chooses the virtual service: exact before wildcard, and an unknown one is nobody's")
        func domains() async throws {
            let edge = try SharedEdge.edge
            try await edge.apply(
                "domains",
                virtualService("exact-domain", domain: "a.domains.test", "- directResponseAction: {status: 200, body: exact}")
                    + virtualService("wild-domain", domain: "*.domains.test", "- directResponseAction: {status: 200, body: wildcard}")
            )
            let client = edge.client()
            #expect(try await client.get("/", host: "a.domains.test").body == "exact")
            #expect(try await client.get("/", host: "b.domains.test").body == "wildcard")
            #expect(try await client.get("/", host: "domains.test").status == 404)
        }
    }
}
