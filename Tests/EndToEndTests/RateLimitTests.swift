import Foundation
import Testing

extension EndToEnd {
    /// Limits that a rate limit server keeps.
    @Suite(.sharedEdge("rate-limit")) struct RateLimit {
        @Test("the server gets what each kind of action makes of a request, and its word counts; places and stages are asked as they say")
        func asks() async throws {
            let edge = try SharedEdge.edge
            let pets = try await Upstream.start("rate-limit-pets")
            let auth = try await Upstream.start("rate-limit-auth") { .init(status: $0.header("authorization") == nil ? 401 : 200) }
            let server = try await RateLimitServer.start("rate-limit-server")
            let strict = try freePort()
            let lenient = try freePort()
            // Nobody listens there.
            let down = "{apiVersion: gloo.solo.io/v1, kind: Upstream, metadata: {name: limits-down, namespace: default}, spec: {useHttp2: true, static: {hosts: [{addr: 127.0.0.1, port: \(try freePort())}]}}}"
            func gateway(_ name: String, _ port: Int, denyOnFail: Bool) -> String {
                Edge.gateway(
                    name, port: port,
                    "httpGateway: {options: {ratelimitServer: {ratelimitServerRef: {name: limits-down, namespace: default}, requestTimeout: 5s, denyOnFail: \(denyOnFail)}}}"
                )
            }
            let client = try await edge.listener(
                """
                ratelimitServer:
                  ratelimitServerRef: {name: \(server.name), namespace: default}
                  requestTimeout: 5s
                  denyOnFail: true
                  enableXRatelimitHeaders: true
                extauth:
                  extauthzServerRef: {name: \(auth.name), namespace: default}
                  httpService: {}
                  requestTimeout: 5s
                """,
                pets.object() + auth.object() + server.object + "---\n\(down)\n"
                    + gateway("strict", strict, denyOnFail: true) + gateway("lenient", lenient, denyOnFail: false) + Self.objects(pets)
            )
            /// The status, and then what the server was asked.
            func ask(_ path: String, _ headers: [(String, String)] = [], host: String = "limits.test") async throws -> [String] {
                _ = server.news()
                let status = try await client.get(path, host: host, headers: headers).status
                return ["\(status)"] + server.news()
            }

            let actions = try await ask("/actions", [("x-team", "shop"), ("x-level", "7")])
            #expect(actions.count == 2)
            #expect(
                actions.flatMap { $0.components(separatedBy: " | ") } == [
                    "200",
                    "custom: source_cluster=\(Self.sourceCluster) destination_cluster=\(pets.name)_default team=shop path=/actions"
                        + " remote_address=127.0.0.1 generic_key=100% header_match=seven header_match=no-secret plan=gold user=nobody",
                    "generic_key=%REQ(x-team)% generic_key=%NOTHING% header_match=%REQ(x-team)%",
                    "generic_key=solo.setDescriptor.uniqueValue team=shop generic_key=all",
                ]
            )

            // Too many: the server's word, told to the client.
            _ = server.news()
            let refused = try await client.get("/actions", host: "limits.test", headers: [("x-team", "over"), ("x-level", "7")])
            #expect(refused.status == 429)
            #expect(refused.header("x-ratelimit-remaining") == "3")
            #expect(refused.header("x-ratelimit-limit")?.hasPrefix("5") == true)

            // A route without limits has its virtual host's, one with limits its own, and both where it says so.
            #expect(try await ask("/") == ["200", "custom: generic_key=host"])
            #expect(try await ask("/own") == ["200", "custom: generic_key=own"])
            #expect(try await ask("/included") == ["200", "custom: generic_key=own | generic_key=host"])
            #expect(try await ask("/answer") == ["200"])

            // RateLimitConfigs are kept apart by their names.
            #expect(try await ask("/configs", [("x-team", "shop")]) == ["200", "crd: generic_key=default.limits team=shop"])
            #expect(try await ask("/configs", [("x-team", "over")]) == ["429", "crd: generic_key=default.limits team=over"])

            // Before the auth server, and after it.
            #expect(try await ask("/staged") == ["401", "custom: generic_key=early"])
            #expect(
                try await ask("/staged", [("authorization", "rex")]) == [
                    "200", "custom: generic_key=early", "crd: generic_key=default.defaults team=none", "custom: generic_key=regular",
                ]
            )
            #expect(try await ask("/staged", [("x-early", "over")]) == ["429", "custom: generic_key=early x=over"])

            // Of several options of a virtual host, all are included or none.
            #expect(try await ask("/", host: "several.test") == ["200", "custom: generic_key=early", "custom: generic_key=regular"])
            #expect(try await ask("/own", host: "several.test") == ["200", "custom: generic_key=own"])
            #expect(
                try await ask("/included", host: "several.test") == ["200", "custom: generic_key=own | generic_key=early", "custom: generic_key=regular"]
            )

            // Where nobody answers.
            for (port, status) in [(strict, 500), (lenient, 200)] {
                let client = Client(port: port)
                try await eventually("the gateway on \(port) answers") { (try? await client.get("/answer", host: "limits.test"))?.status == 200 }
                #expect(try await client.get("/", host: "limits.test").status == status)
            }
            // The edge's first gateway has no server.
            #expect(try await edge.client().get("/", host: "limits.test").status == 200)
            try await eventually("the gateway without a server says so") {
                edge.status("gateways", "http", namespace: "gloo-system")?.contains("no rate limit server is there to ask, so their requests are not limited") == true
            }
        }

        /// As `sluice bootstrap` names the proxy's own cluster.
        private static let sourceCluster = "gateway-proxy"

        private static func objects(_ pets: Upstream) -> String {
            func limits(_ actions: String) -> String { "{rateLimits: [{actions: [\(actions)]}]}" }
            func key(_ value: String) -> String { limits("{genericKey: {descriptorValue: \(value)}}") }
            return """
                ---
                apiVersion: ratelimit.solo.io/v1alpha1
                kind: RateLimitConfig
                metadata: {name: limits, namespace: default}
                spec: {raw: {rateLimits: [{actions: [{requestHeaders: {headerName: x-team, descriptorKey: team}}]}]}}
                ---
                apiVersion: ratelimit.solo.io/v1alpha1
                kind: RateLimitConfig
                metadata: {name: defaults, namespace: default}
                spec: {raw: {rateLimits: [{actions: [{metadata: {descriptorKey: team, metadataKey: {key: a, path: [{key: b}]}, defaultValue: none}}]}]}}

                """
                + virtualService(
                    "limits",
                    """
                    - matchers: [{prefix: /actions}]
                      \(pets.action)
                      options:
                        envoyMetadata: {shop: {plan: {name: gold}}}
                        ratelimit:
                          rateLimits:
                          - actions:
                            - sourceCluster: {}
                            - destinationCluster: {}
                            - requestHeaders: {headerName: x-team, descriptorKey: team}
                            - requestHeaders: {headerName: ':path', descriptorKey: path}
                            - remoteAddress: {}
                            - genericKey: {descriptorValue: 100%}
                            - headerValueMatch: {descriptorValue: seven, headers: [{name: x-level, rangeMatch: {start: 7, end: 8}}, {name: x-team}, {name: x-level, regexMatch: '[0-9]'}]}
                            - headerValueMatch: {descriptorValue: no-secret, expectMatch: false, headers: [{name: x-secret, presentMatch: true}]}
                            - metadata: {descriptorKey: plan, metadataKey: {key: shop, path: [{key: plan}, {key: name}]}, source: ROUTE_ENTRY}
                            - metadata: {descriptorKey: user, metadataKey: {key: shop, path: [{key: user}]}, defaultValue: nobody}
                          - actions:
                            - genericKey: {descriptorValue: '%REQ(x-team)%'}
                            - genericKey: {descriptorValue: '%NOTHING%'}
                            - headerValueMatch: {descriptorValue: '%REQ(x-team)%', headers: [{name: x-team}]}
                          - actions: [{genericKey: {descriptorValue: never-sent}}, {requestHeaders: {headerName: x-absent, descriptorKey: absent}}]
                          - setActions:
                            - requestHeaders: {headerName: x-absent, descriptorKey: absent}
                            - requestHeaders: {headerName: x-team, descriptorKey: team}
                            - metadata: {descriptorKey: user, metadataKey: {key: shop, path: [{key: user}]}}
                            - genericKey: {descriptorValue: all}
                    - matchers: [{prefix: /own}]
                      \(pets.action)
                      options: {ratelimit: \(key("own"))}
                    - matchers: [{prefix: /included}]
                      \(pets.action)
                      options: {ratelimit: {includeVhRateLimits: true, rateLimits: [{actions: [{genericKey: {descriptorValue: own}}]}]}}
                    - matchers: [{prefix: /answer}]
                      directResponseAction: {status: 200}
                    - matchers: [{prefix: /configs}]
                      \(pets.action)
                      options: {rateLimitConfigs: {refs: [{name: limits}]}}
                    - matchers: [{prefix: /staged, headers: [{name: x-early}]}]
                      \(pets.action)
                      options:
                        ratelimitEarly: \(limits("{genericKey: {descriptorValue: early}}, {requestHeaders: {headerName: x-early, descriptorKey: x}}"))
                        ratelimitRegular: \(key("regular"))
                    - matchers: [{prefix: /staged}]
                      \(pets.action)
                      options:
                        extauth: {customAuth: {}}
                        ratelimitEarly: \(key("early"))
                        rateLimitConfigs: {refs: [{name: defaults}]}
                        ratelimitRegular: \(key("regular"))
                    - \(pets.action)
                    """,
                    options: "ratelimit: \(key("host"))"
                )
                + virtualService(
                    "several",
                    """
                    - matchers: [{prefix: /own}]
                      \(pets.action)
                      options: {ratelimitEarly: \(key("own"))}
                    - matchers: [{prefix: /included}]
                      \(pets.action)
                      options: {ratelimitEarly: {includeVhRateLimits: true, rateLimits: [{actions: [{genericKey: {descriptorValue: own}}]}]}}
                    - \(pets.action)
                    """,
                    options: "ratelimitEarly: \(key("early"))\nratelimitRegular: \(key("regular"))"
                )
        }
    }
}
