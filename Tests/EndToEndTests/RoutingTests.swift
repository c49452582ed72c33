import NIOCore
import Testing

extension EndToEnd {
    /// What happens to a request on its way to an upstream.
    @Suite(.sharedEdge("routing")) struct Routing {
        @Test("prefixRewrite replaces the matched prefix and keeps the rest and the query")
        func prefixRewrite() async throws {
            let edge = try SharedEdge.edge
            let pets = try await Upstream.start("prefix-rewrite-pets")
            try await edge.apply(
                "prefix-rewrite",
                pets.object()
                    + virtualService(
                        "prefix-rewrite",
                        """
                        - matchers: [{prefix: /api/}]
                          \(pets.action)
                          options: {prefixRewrite: /v1/}
                        """
                    )
            )
            #expect(try await edge.client().get("/api/pets?color=red", host: "prefix-rewrite.test").status == 200)
            #expect(pets.requests.map(\.path) == ["/v1/pets?color=red"])
        }

        @Test("regexRewrite moves what its groups caught")
        func regexRewrite() async throws {
            let edge = try SharedEdge.edge
            let pets = try await Upstream.start("regex-rewrite-pets")
            try await edge.apply(
                "regex-rewrite",
                pets.object()
                    + virtualService(
                        "regex-rewrite",
                        #"""
                        - matchers: [{prefix: /}]
                          \#(pets.action)
                          options:
                            regexRewrite: {pattern: {regex: '^/owner/([^/]+)/pet/([^/]+)$'}, substitution: '/pet/\2/of/\1'}
                        """#
                    )
            )
            #expect(try await edge.client().get("/owner/ann/pet/rex?a=b", host: "regex-rewrite.test").status == 200)
            #expect(pets.requests.map(\.path) == ["/pet/rex/of/ann?a=b"])
        }

        @Test("the upstream sees the host of the request, the one of hostRewrite, or its own with autoHostRewrite")
        func hostRewrite() async throws {
            let edge = try SharedEdge.edge
            let pets = try await Upstream.start("host-rewrite-pets")
            // A name in place of an address: resolved by Envoy (STRICT_DNS).
            let named = pets.object().replacing("addr: 127.0.0.1", with: "addr: localhost")
            try await edge.apply(
                "host-rewrite",
                named
                    + virtualService(
                        "host-rewrite",
                        """
                        - matchers: [{prefix: /given}]
                          \(pets.action)
                          options: {hostRewrite: pets.internal}
                        - matchers: [{prefix: /own}]
                          \(pets.action)
                          options: {autoHostRewrite: true}
                        - \(pets.action)
                        """
                    )
            )
            let client = edge.client()
            for path in ["/", "/given", "/own"] { #expect(try await client.get(path, host: "host-rewrite.test").status == 200) }
            #expect(pets.requests.map { $0.header("host") } == ["host-rewrite.test", "pets.internal", "localhost"])
        }

        @Test("an upstream slower than the route's timeout is answered 504")
        func timeout() async throws {
            let edge = try SharedEdge.edge
            let slow = try await Upstream.start("timeout-slow") { .init(delay: $0.path == "/slow" ? .seconds(20) : .zero) }
            try await edge.apply(
                "timeout",
                slow.object()
                    + virtualService(
                        "timeout",
                        """
                        - matchers: [{prefix: /}]
                          \(slow.action)
                          options: {timeout: 0.25s}
                        """
                    )
            )
            let client = edge.client()
            #expect(try await client.get("/quick", host: "timeout.test").status == 200)
            let response = try await client.get("/slow", host: "timeout.test")
            #expect(response.status == 504)
            #expect(response.upstream == nil)
        }

        @Test("a request that fails twice is tried three times and then answered")
        func retries() async throws {
            let edge = try SharedEdge.edge
            let flaky = try await Upstream.start("retries-flaky") { .init(status: $0.number <= 2 ? 503 : 200) }
            try await edge.apply(
                "retries",
                flaky.object()
                    + virtualService(
                        "retries",
                        """
                        - matchers: [{prefix: /}]
                          \(flaky.action)
                          options: {retries: {retryOn: 5xx, numRetries: 3, perTryTimeout: 5s}}
                        """
                    )
            )
            #expect(try await edge.client().get("/", host: "retries.test").status == 200)
            #expect(flaky.requests.count == 3)
        }

        @Test("retries of the virtual host hold for its routes, and those of a route replace them")
        func inheritedRetries() async throws {
            let edge = try SharedEdge.edge
            let broken = try await Upstream.start("inherited-broken") { _ in .init(status: 503) }
            try await edge.apply(
                "inherited-retries",
                broken.object()
                    + virtualService(
                        "inherited-retries",
                        """
                        - matchers: [{prefix: /own}]
                          \(broken.action)
                          options: {retries: {retryOn: 5xx, numRetries: 1}}
                        - \(broken.action)
                        """,
                        options: "retries: {retryOn: 5xx, numRetries: 2}"
                    )
            )
            let client = edge.client()
            #expect(try await client.get("/", host: "inherited-retries.test").status == 503)
            #expect(broken.requests.count == 3)
            #expect(try await client.get("/own", host: "inherited-retries.test").status == 503)
            #expect(broken.requests.count == 3 + 2)
        }

        @Test("the upstream hears which attempt it gets, and the client how many it took")
        func attemptCounts() async throws {
            let edge = try SharedEdge.edge
            let flaky = try await Upstream.start("attempts-flaky") { .init(status: $0.number == 1 ? 503 : 200) }
            try await edge.apply(
                "attempts",
                flaky.object()
                    + virtualService(
                        "attempts",
                        "- \(flaky.action)",
                        options: """
                            includeRequestAttemptCount: true
                            includeAttemptCountInResponse: true
                            retries: {retryOn: 5xx, retryBackOff: {baseInterval: 1ms, maxInterval: 10ms}}
                            """
                    )
            )
            let response = try await edge.client().get("/", host: "attempts.test")
            #expect(response.status == 200)
            #expect(response.header("x-envoy-attempt-count") == "2")
            #expect(flaky.requests.map { $0.header("x-envoy-attempt-count") } == ["1", "2"])
        }

        @Test("a WebSocket handshake is let through, but not where the route forbids it")
        func upgrades() async throws {
            let edge = try SharedEdge.edge
            let chat = try await Upstream.start("upgrades-chat")
            try await edge.apply(
                "upgrades",
                chat.object()
                    + virtualService(
                        "upgrades",
                        """
                        - matchers: [{prefix: /closed}]
                          \(chat.action)
                          options: {upgrades: [{websocket: {enabled: false}}]}
                        - \(chat.action)
                        """
                    )
            )
            let handshake = [("connection", "upgrade"), ("upgrade", "websocket")]
            #expect(try await edge.client().get("/closed", host: "upgrades.test", headers: handshake).status == 403)
            // The server of this test knows no WebSocket and does not answer as one; that it was asked is what counts.
            _ = try? await edge.client().get("/open", host: "upgrades.test", headers: handshake)
            try await eventually("the upstream is asked") { !chat.requests.isEmpty }
            #expect(chat.requests.map { [$0.path, $0.header("upgrade") ?? ""] } == [["/open", "websocket"]])
        }

        @Test("metadata of a route can be read by what else is configured there")
        func metadata() async throws {
            let edge = try SharedEdge.edge
            try await edge.apply(
                "metadata",
                virtualService(
                    "metadata",
                    """
                    - directResponseAction: {status: 200}
                      options:
                        envoyMetadata: {sluice.test: {team: pets}}
                        headerManipulation:
                          responseHeadersToAdd: [{header: {key: x-team, value: '%METADATA(ROUTE:sluice.test:team)%'}}]
                    """
                )
            )
            #expect(try await edge.client().get("/", host: "metadata.test").header("x-team") == "pets")
        }

        /// The destinations 25 to 75, as both `multi` and an UpstreamGroup write them.
        private func weighted(_ quarter: Upstream, _ rest: Upstream) -> String {
            """
            destinations:
            - {destination: {upstream: {name: \(quarter.name), namespace: default}}, weight: 25}
            - {destination: {upstream: {name: \(rest.name), namespace: default}}, weight: 75}
            """
        }

        /// 2,000 requests; a fair split leaves these bounds once in two million runs.
        private func expectQuarter(_ quarter: Upstream, _ rest: Upstream, _ edge: Edge, host: String) async throws {
            let client = edge.client()
            for _ in 0..<2_000 { #expect(try await client.get("/", host: host).status == 200) }
            let fiveSigma = Int(5 * (2_000 * 0.25 * 0.75).squareRoot())
            #expect(quarter.requests.count + rest.requests.count == 2_000)
            #expect((500 - fiveSigma...500 + fiveSigma).contains(quarter.requests.count))
        }

        @Test("a weighted split sends each upstream its share")
        func weightedSplit() async throws {
            let edge = try SharedEdge.edge
            let (quarter, rest) = try await (Upstream.start("weighted-quarter"), Upstream.start("weighted-rest"))
            try await edge.apply(
                "weighted",
                quarter.object() + rest.object()
                    + virtualService("weighted", "- routeAction:\n    multi:\n" + weighted(quarter, rest).indented(6))
            )
            try await expectQuarter(quarter, rest, edge, host: "weighted.test")
        }

        @Test("an upstream group is split by its weights, and by new weights after an edit")
        func upstreamGroup() async throws {
            let edge = try SharedEdge.edge
            let (quarter, rest) = try await (Upstream.start("group-quarter"), Upstream.start("group-rest"))
            func objects(_ destinations: String) -> String {
                """
                \(quarter.object())\(rest.object())---
                apiVersion: gloo.solo.io/v1
                kind: UpstreamGroup
                metadata: {name: group, namespace: default}
                spec:
                \(destinations.indented(2))

                """ + virtualService("group", "- routeAction: {upstreamGroup: {name: group, namespace: default}}")
            }
            try await edge.apply("group", objects(weighted(quarter, rest)))
            try await expectQuarter(quarter, rest, edge, host: "group.test")

            try await edge.apply("group", objects(weighted(quarter, rest).replacing("weight: 25", with: "weight: 0")))
            let before = quarter.requests.count
            let client = edge.client()
            for _ in 0..<50 { try await client.get("/", host: "group.test") }
            #expect(quarter.requests.count == before)
        }

        @Test("a redirect changes host, path, scheme and code as told and keeps what it is not told")
        func redirect() async throws {
            let edge = try SharedEdge.edge
            try await edge.apply(
                "redirect",
                virtualService(
                    "redirect",
                    """
                    - matchers: [{exact: /host}]
                      redirectAction: {hostRedirect: new.test, responseCode: FOUND}
                    - matchers: [{exact: /path}]
                      redirectAction: {pathRedirect: /new, responseCode: PERMANENT_REDIRECT}
                    - matchers: [{prefix: /old/}]
                      redirectAction: {prefixRewrite: /new/, responseCode: TEMPORARY_REDIRECT, stripQuery: true}
                    - matchers: [{exact: /https}]
                      redirectAction: {hostRedirect: secure.test, httpsRedirect: true}
                    """
                )
            )
            let client = edge.client()
            for (path, status, location) in [
                ("/host?a=b", 302, "http://new.test/host?a=b"),
                ("/path", 308, "http://redirect.test/new"),
                ("/old/thing?a=b", 307, "http://redirect.test/new/thing"),
                ("/https", 301, "https://secure.test/https"),
            ] {
                let response = try await client.get(path, host: "redirect.test")
                #expect(response.status == status, "\(path)")
                #expect(response.header("location") == location, "\(path)")
            }
        }

        @Test("a direct response answers with its status and body")
        func directResponse() async throws {
            let edge = try SharedEdge.edge
            try await edge.apply(
                "direct",
                virtualService("direct", "- directResponseAction: {status: 503, body: back at noon}")
            )
            let response = try await edge.client().get("/", host: "direct.test")
            #expect(response.status == 503)
            #expect(response.body == "back at noon")
        }

        @Test("a prefix is delegated to a route table, which delegates on; an edit of the last one is served")
        func delegation() async throws {
            let edge = try SharedEdge.edge
            let pets = try await Upstream.start("delegation-pets")
            func objects(body: String) -> String {
                pets.object()
                    + virtualService(
                        "delegation",
                        """
                        - matchers: [{prefix: /api}]
                          delegateAction: {ref: {name: api, namespace: default}}
                        - directResponseAction: {status: 200, body: outside}
                        """
                    )
                    + routeTable(
                        "api",
                        """
                        - matchers: [{prefix: /api/pets}]
                          \(pets.action)
                          options: {prefixRewrite: /}
                        - matchers: [{prefix: /api/v2}]
                          delegateAction: {ref: {name: api-v2, namespace: default}}
                        """
                    )
                    + routeTable(
                        "api-v2",
                        """
                        - matchers: [{exact: /api/v2/status}]
                          directResponseAction: {status: 200, body: \(body)}
                        """
                    )
            }
            try await edge.apply("delegation", objects(body: "fine"))
            let client = edge.client()
            #expect(try await client.get("/api/pets", host: "delegation.test").upstream == pets.name)
            #expect(try await client.get("/api/v2/status", host: "delegation.test").body == "fine")
            #expect(try await client.get("/else", host: "delegation.test").body == "outside")
            try await edge.apply("delegation", objects(body: "finer"))
            #expect(try await client.get("/api/v2/status", host: "delegation.test").body == "finer")
        }

    }
}
