import Testing

extension EndToEnd {
    @Suite struct ObservationTests {
        @Test("requests are logged to a file, in text and in JSON, those that the filter takes")
        func accessLog() async throws {
            try await Edge.with("access-log") { edge in
                let pets = try await Upstream.start("logged-pets") { request in .init(status: request.path.hasPrefix("/bad") ? 503 : 200) }
                let client = try await edge.listener(
                    "{}",
                    listener: """
                        accessLoggingService:
                          accessLog:
                          - fileSink:
                              path: \(edge.statusFolder.path)/text.log
                              stringFormat: "%REQ(:METHOD)% %REQ_WITHOUT_QUERY(:PATH)% %RESPONSE_CODE%\\n"
                            filter: {headerFilter: {header: {name: x-log, prefixMatch: 'yes'}}}
                          - fileSink:
                              path: \(edge.statusFolder.path)/json.log
                              jsonFormat: {status: '%RESPONSE_CODE%', path: '%PATH%'}
                            filter:
                              andFilter:
                                filters:
                                - statusCodeFilter: {comparison: {op: GE, value: {defaultValue: 500, runtimeKey: log.from}}}
                                - headerFilter: {header: {name: x-log}}
                        """,
                    pets.object() + virtualService("logged", "- \(pets.action)")
                )
                _ = try await client.get("/unlogged", host: "logged.test")
                _ = try await client.get("/good?secret=1", host: "logged.test", headers: [("x-log", "yes-please")])
                _ = try await client.get("/bad", host: "logged.test", headers: [("x-log", "yes")])
                try await eventually("both logs are written", context: { edge.logTails }) {
                    edge.statusFolder.read("text.log") == "GET /good 200\nGET /bad 503\n"
                        && edge.statusFolder.read("json.log") == "{\"path\":\"/bad\",\"status\":503}\n"
                }
            }
        }

        @Test("spans reach a Zipkin collector, with tags and the name of the route")
        func tracing() async throws {
            try await Edge.with("tracing") { edge in
                let pets = try await Upstream.start("traced-pets")
                let collector = try await Upstream.start("collector") { _ in .init(status: 202, body: "") }
                let client = try await edge.listener(
                    """
                    httpConnectionManagerSettings:
                      tracing:
                        requestHeadersForTags: [x-user]
                        literalsForTags: [{tag: team, value: shop}]
                        zipkinConfig: {collectorUpstreamRef: {name: collector, namespace: default}, collectorEndpoint: /api/v2/spans}
                    """,
                    pets.object() + collector.object()
                        + virtualService("traced", "- \(pets.action)\n  options: {tracing: {routeDescriptor: list-pets}}")
                )
                // Envoy sends spans when there are five of them.
                for _ in 0..<5 {
                    let response = try await client.get("/", host: "traced.test", headers: [("x-user", "ann")])
                    #expect(response.header("x-envoy-decorator-operation") == "list-pets")
                }
                let spans = try await eventually("spans arrive", context: { edge.logTails }) {
                    collector.requests.first { $0.body.contains("list-pets") }
                }
                #expect(spans.method == "POST" && spans.path == "/api/v2/spans")
                #expect(spans.body.contains("\"x-user\":\"ann\"") && spans.body.contains("\"team\":\"shop\""))
                #expect(pets.requests.last?.header("x-b3-traceid") != nil)
            }
        }

        @Test("the client's address comes by the PROXY protocol, and a connection without it is served where that is allowed")
        func proxyProtocol() async throws {
            try await Edge.with("proxy-protocol") { edge in
                let pets = try await Upstream.start("proxied-pets")
                let plain = try await edge.listener(
                    "{httpConnectionManagerSettings: {useRemoteAddress: true}}",
                    listener: """
                        proxyProtocol: {allowRequestsWithoutProxyProtocol: true}
                        perConnectionBufferLimitBytes: 65536
                        connectionBalanceConfig: {exactBalance: {}}
                        socketOptions: [{description: keep alive, level: 1, name: 9, intValue: 1}]
                        """,
                    pets.object() + virtualService("proxied", "- \(pets.action)")
                )
                #expect(try await plain.get("/", host: "proxied.test").upstream == pets.name)
                let proxied = Client(port: plain.port, preface: "PROXY TCP4 203.0.113.7 203.0.113.8 1000 80\r\n")
                #expect(try await proxied.get("/", host: "proxied.test").upstream == pets.name)
                #expect(pets.requests.last?.header("x-forwarded-for") == "203.0.113.7")
            }
        }
    }
}
