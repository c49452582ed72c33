import Testing

extension EndToEnd {
    /// Templates, as scripts in a real Envoy.
    @Suite(.sharedEdge("transformation")) struct Transformation {
        /// One route of its own, `/NAME`, with these options; a request to it, and what the upstream must get and the client see.
        private struct Case {
            var name: String
            var options: String
            var method = "POST"
            /// Follows `/NAME`.
            var path = ""
            var headers: [(String, String)] = []
            var body = ""
            /// What the upstream gets; nil is not asked for it.
            var sent: (@Sendable (Upstream.Request) -> Bool)?
            var status = 200
            var answer: (@Sendable (Response) -> Bool)?
            /// False when the request must not reach the upstream.
            var arrives = true
        }

        /// `requestTransforms` with one template, whose members these are.
        private static func request(_ template: String) -> String {
            "stagedTransformations:\n  regular:\n    requestTransforms:\n    - requestTransformation:\n        transformationTemplate:\n" + template.indented(10)
        }

        private static func response(_ template: String) -> String {
            "stagedTransformations:\n  regular:\n    responseTransforms:\n    - responseTransformation:\n        transformationTemplate:\n" + template.indented(10)
        }

        private static func run(_ host: String, _ cases: [Case], options: String? = nil, reply: @escaping @Sendable (Upstream.Request) -> Upstream.Reply = { _ in .init() }) async throws {
            let edge = try SharedEdge.edge
            let upstream = try await Upstream.start("\(host)-upstream", reply)
            let routes = cases.map { "- matchers: [{prefix: /\($0.name)}]\n  \(upstream.action)\n" + ($0.options.isEmpty ? "" : "  options:\n" + $0.options.indented(4)) }
            try await edge.apply(host, upstream.object() + virtualService(host, routes.joined(separator: "\n"), options: options))
            for one in cases {
                // A connection each: Envoy closes it with some answers of its own.
                let client = edge.client()
                let before = upstream.requests.count
                let response = try await client.send(one.method, "/\(one.name)\(one.path)", host: "\(host).test", headers: one.headers, body: one.body)
                #expect(response.status == one.status, "\(one.name): \(response.body)")
                #expect(one.answer?(response) ?? true, "\(one.name): the client got \(response)")
                let requests = upstream.requests.dropFirst(before)
                #expect(requests.count == (one.arrives ? 1 : 0), "\(one.name)")
                if let sent = one.sent, let request = requests.last { #expect(sent(request), "\(one.name): the upstream got \(request)") }
            }
        }

        @Test("requests are changed as their templates say")
        func requests() async throws {
            try await Self.run("requests", [
                Case(
                    name: "extract",
                    options: Self.request(
                        """
                        extractors:
                          id: {header: ':path', regex: '/extract/([0-9]+)/([a-z]+).*', subgroup: 1}
                          kind: {header: ':path', regex: '/extract/([0-9]+)/([a-z]+).*', subgroup: 2}
                          none: {header: x-none, regex: '.+'}
                        body: {text: '{"id": {{ id }}, "kind": "{{ upper(kind) }}", "none": "{{ none }}"}'}
                        headers:
                          ':path': {text: '/items'}
                          ':method': {text: PUT}
                          content-type: {text: application/json}
                        """
                    ),
                    method: "GET", path: "/42/pets?x=1",
                    sent: {
                        $0.body == #"{"id": 42, "kind": "PETS", "none": ""}"# && $0.path == "/items" && $0.method == "PUT"
                            && $0.header("content-type") == "application/json" && $0.header("content-length") == "38"
                    }
                ),
                Case(
                    name: "query",
                    options: Self.request(
                        """
                        advancedTemplates: true
                        passthrough: {}
                        extractors:
                          user: {header: ':path', regex: '[^?]*[?](?:.*&)?user=([^&]*).*', subgroup: 1}
                        headers:
                          x-user: {text: '{{ extraction("user") }}'}
                          x-host: {text: '{{ header(":authority") }}'}
                          x-empty: {text: '{{ extraction("nothing") }}'}
                        headersToAppend: [{key: x-list, value: {text: b}}, {key: x-list, value: {text: '{{ request_header("x-in") }}'}}]
                        headersToRemove: [x-gone]
                        """
                    ),
                    path: "?a=b&user=ann&c", headers: [("x-in", "c"), ("x-gone", "1"), ("x-empty", "was"), ("x-list", "a"), ("content-type", "text/plain")],
                    body: "not JSON",
                    sent: {
                        $0.header("x-user") == "ann" && $0.header("x-host") == "requests.test" && $0.header("x-empty") == nil && $0.header("x-gone") == nil
                            && $0.headers(named: "x-list") == ["a", "b", "c"] && $0.body == "not JSON" && $0.header("content-type") == "text/plain"
                    }
                ),
                Case(
                    name: "json",
                    options: Self.request(
                        """
                        body:
                          text: |-
                            {% for p in people %}{{ loop.index1 }}. {{ p.name }}{% if exists("boss") and p.name == boss %} (boss){% else if p.age > 60 %} (old){% endif %}{% if not loop.is_last %}; {% endif %}{% endfor %}
                            {{ address.city }} {{ tags.1 }} {{ length(tags) }} {{ join(sort(tags), "+") }} {{ default(missing.member, "none") }}
                            {% for key, value in address %}{{ key }}={{ value }},{% endfor %}{% set n = 2 %}{{ n * 3 + 1 }}{# unsaid #}
                        """
                    ),
                    body: #"{"people": [{"name": "Ann", "age": 61}, {"name": "Bob", "age": 30}], "boss": "Bob", "tags": ["z", "a"], "address": {"zip": 12345678901234567890, "city": "Köln"}}"#,
                    sent: { $0.body == "1. Ann (old); 2. Bob (boss)\nKöln a 2 a+z none\ncity=Köln,zip=12345678901234567890,7" }
                ),
                Case(
                    name: "base64",
                    options: Self.request(#"body: {text: '{{ base64_encode(body()) }} {{ base64_decode(header("x-64")) }} {{ substring(body(), 1, 3) }}'}"# + "\nparseBodyBehavior: DontParse"),
                    headers: [("x-64", "aGVsbG8=")], body: "no JSON at all", sent: { $0.body == "bm8gSlNPTiBhdCBhbGw= hello o J" }
                ),
                Case(
                    name: "merge",
                    options: Self.request("extractors: {'from.header': {header: x-in, regex: '.*'}, first: {body: {}, regex: '[^0-9]*([0-9]+)[^$]*', subgroup: 1}}\nmergeExtractorsToBody: {}"),
                    headers: [("x-in", "a \"b\"")], body: #"{"z": [1, 2.50, 1e2], "from": {"x": null}}"#,
                    sent: { $0.body == #"{"first":"1","from":{"header":"a \"b\"","x":null},"z":[1,2.5,100.0]}"# }
                ),
                Case(
                    name: "wrap",
                    options: "stagedTransformations: {regular: {requestTransforms: [{requestTransformation: {headerBodyTransform: {addRequestMetadata: true}}}]}}",
                    path: "?a=1&a=2", headers: [("x-in", "1")], body: "text",
                    sent: {
                        $0.body.hasPrefix(#"{"body":"text","headers":{":authority":"requests.test",":method":"POST",":path":"/wrap?a=1&a=2""#)
                            && $0.body.hasSuffix(#""multiValueQueryStringParameters":{"a":["1","2"]},"path":"/wrap","queryString":"a=1&a=2","queryStringParameters":{"a":"2"}}"#)
                            && $0.header("content-type") == "application/json"
                    }
                ),
                Case(
                    name: "ignore", options: Self.request("ignoreErrorOnParse: true\nheaders: {x-seen: {text: '{{ default(a, \"nothing\") }}'}}"), body: "no JSON",
                    sent: { $0.header("x-seen") == "nothing" && $0.body == "no JSON" }
                ),
                Case(name: "older", options: "transformations: {requestTransformation: {transformationTemplate: {body: {text: 'older {{ context() }}'}}}}", body: #"{"b":1,"a":[]}"#, sent: { $0.body == #"older {"a":[],"b":1}"# }),
                Case(name: "quotes", options: Self.request("headers: {x-q: {text: '\"]]\\ {{ a }} --[['}}\npassthrough: {}\nextractors: {a: {header: x-in, regex: '.*'}}"), headers: [("x-in", "\"\\]]")], sent: { $0.header("x-q") == "\"]]\\ \"\\]] --[[" }),
                // Answered before the upstream is asked.
                Case(name: "broken", options: Self.request("body: {text: '{{ a }}'}"), body: "{]", status: 400, answer: { $0.body == "bad request: the body is not JSON: something else than a key at byte 2" }, arrives: false),
                Case(name: "unknown", options: Self.request("body: {text: '{{ a.b }}'}"), body: #"{"a": 1}"#, status: 400, answer: { $0.body == "bad request: variable 'a.b' not found" }, arrives: false),
                Case(
                    name: "injection", options: Self.request(#"headers: {x-a: {text: '{{ a }}'}}"#), body: #"{"a": "1\r\nx-b: 2"}"#, status: 400,
                    answer: { $0.body == "bad request: header 'x-a' would have a line break" }, arrives: false
                ),
                Case(
                    name: "slow", options: Self.request("extractors: {a: {body: {}, regex: '(a+)+b'}}\nparseBodyBehavior: DontParse"), body: String(repeating: "a", count: 64), status: 400,
                    answer: { $0.body == "bad request: a regular expression takes too long" }, arrives: false
                ),
                Case(name: "endless", options: Self.request("body: {text: '{% for a in range(1000) %}{% for b in range(1000) %}x{% endfor %}{% endfor %}'}"), status: 400, answer: { $0.body == "bad request: more than 100000 rounds of loops" }, arrives: false),
            ])
        }

        @Test("responses are changed as their templates say, and what fails is status 400")
        func responses() async throws {
            try await Self.run("responses", [
                Case(
                    name: "status",
                    options: Self.response(#"headers: {x-was: {text: '{{ header(":status") }}'}, ':status': {text: '{% if default(error.code, 0) == 7 %}404{% else %}{{ header(":status") }}{% endif %}'}}"#),
                    status: 404, answer: { $0.header("x-was") == "200" && $0.body == #"{"error": {"code": 7}}"# }
                ),
                Case(
                    name: "body", options: Self.response(#"body: {text: 'path {{ request_header(":path") }} code {{ error.code }}'}"#), path: "?q",
                    answer: { $0.body == "path /body?q code 7" && $0.header("content-length") == "19" }
                ),
                Case(name: "head", options: Self.response("body: {text: more}"), method: "HEAD", answer: { $0.body == "" }),
                Case(name: "after", options: "", method: "GET", answer: { $0.body == #"{"error": {"code": 7}}"# }),
                Case(name: "missing", options: Self.response("body: {text: '{{ nothing }}'}"), status: 400, answer: { $0.body == "bad request: variable 'nothing' not found" }),
                Case(name: "wrong", options: Self.response("passthrough: {}\nheaders: {':status': {text: '1000'}}"), status: 400, answer: { $0.body == "bad request: '1000' is no status from 200 to 599" }),
                Case(
                    name: "matched",
                    options: """
                        stagedTransformations:
                          regular:
                            responseTransforms:
                            - matchers: [{name: ':status', value: '5..', regex: true}]
                              responseTransformation: {transformationTemplate: {passthrough: {}, headers: {x-kind: {text: server}}}}
                            - matchers: [{name: x-upstream}, {name: x-none, invertMatch: true}]
                              responseTransformation: {transformationTemplate: {passthrough: {}, headers: {x-kind: {text: fine}}}}
                        """,
                    answer: { $0.header("x-kind") == "fine" }
                ),
            ]) { _ in .init(body: #"{"error": {"code": 7}}"#) }
        }

        @Test("the first rule that takes a request counts, for its response as well, and the nearest place alone")
        func rules() async throws {
            let mark = "transformationTemplate: {passthrough: {}, headers: {x-by: {text: 'NAME'}}}"
            func rule(_ name: String, _ matcher: String) -> String {
                let own = "{\(mark.replacing("NAME", with: name))}"
                return "- {matcher: {\(matcher)}, requestTransformation: \(own), responseTransformation: \(own)}"
            }
            let rules = [
                rule("exact", "exact: /RULES/A, caseSensitive: false"), rule("regex", "regex: '/rules/[0-9]+'"), rule("query", "queryParameters: [{name: q, value: 'a+', regex: true}]"),
                rule("header", "prefix: /rules, headers: [{name: x-h, value: v}, {name: x-n, invertMatch: true}]"), rule("method", "methods: [PUT, DELETE]"),
            ]
            let options = "stagedTransformations:\n  regular:\n    requestTransforms:\n" + rules.joined(separator: "\n").indented(4)
                + "\n    responseTransforms: [{responseTransformation: {\(mark.replacing("NAME", with: "response"))}}]"
            let edge = try SharedEdge.edge
            let upstream = try await Upstream.start("rules-upstream")
            try await edge.apply("rules", upstream.object() + virtualService("rules", "- \(upstream.action)\n  options:\n" + options.indented(4)))
            let client = edge.client()
            for (method, path, headers, by) in [
                ("GET", "/rules/A?q=b", [], "exact"), ("GET", "/rules/a", [], "exact"), ("GET", "/rules/12?q=a", [], "regex"), ("GET", "/rules/12x?p=1&q=aa", [], "query"),
                ("GET", "/rules/x?q=ab", [("x-h", "v")], "header"), ("GET", "/rules/x", [("x-h", "v"), ("x-n", "")], "response"),
                ("DELETE", "/rules/x", [("x-h", "w")], "method"), ("POST", "/rules/x", [], "response"),
            ] as [(String, String, [(String, String)], String)] {
                let response = try await client.send(method, path, host: "rules.test", headers: headers)
                #expect(response.header("x-by") == by, "\(method) \(path)")
                #expect(upstream.requests.last?.header("x-by") == (by == "response" ? nil : by), "\(method) \(path)")
            }
        }

        @Test("a request may change its route, and keeps the response of the rule that took it; values are there for other filters")
        func stages() async throws {
            let edge = try SharedEdge.edge
            let (one, two) = (try await Upstream.start("stage-one"), try await Upstream.start("stage-two"))
            func template(_ members: String) -> String { "{transformationTemplate: {passthrough: {}, \(members)}}" }
            try await edge.apply(
                "stages",
                one.object() + two.object()
                    + virtualService(
                        "stages",
                        """
                        - matchers: [{prefix: /, headers: [{name: x-version, value: two}]}]
                          \(two.action)
                          options:
                            stagedTransformations:
                              regular:
                                requestTransforms:
                                - requestTransformation: \(template("headers: {x-read: {text: '{{ dynamic_metadata(\"version\", \"own\") }}'}}"))
                              early:
                                responseTransforms: [{responseTransformation: \(template("headers: {x-not: {text: never}}"))}]
                        - matchers: [{prefix: /none}]
                          \(one.action)
                          options: {stagedTransformations: {}}
                        - matchers: [{prefix: /weighted}]
                          routeAction:
                            multi:
                              destinations:
                              - destination: {upstream: {name: stage-one}}
                                weight: 1
                                options: {stagedTransformations: {regular: {requestTransforms: [{requestTransformation: \(template("headers: {x-read: {text: weighted}}"))}]}}}
                        - \(one.action)
                        """,
                        options: """
                            stagedTransformations:
                              early:
                                requestTransforms:
                                - matcher: {headers: [{name: x-cookie}]}
                                  clearRouteCache: true
                                  requestTransformation:
                                    transformationTemplate:
                                      passthrough: {}
                                      extractors: {version: {header: x-cookie, regex: '.*version=(\\w+).*', subgroup: 1}}
                                      headers: {x-version: {text: '{{ version }}'}}
                                      dynamicMetadataValues: [{metadataNamespace: own, key: version, value: {text: 'v-{{ version }}'}}]
                                  responseTransformation: \(template("headers: {x-early: {text: '{{ request_header(\"x-version\") }}'}}"))
                            """
                    )
            )
            let client = edge.client()
            let other = try await client.get("/", host: "stages.test", headers: [("x-cookie", "a=b; version=two")])
            #expect(other.upstream == "stage-two" && other.header("x-early") == "two" && other.header("x-not") == nil)
            #expect(two.requests.last?.header("x-read") == "v-two")
            let same = try await client.get("/", host: "stages.test", headers: [("x-cookie", "version=one")])
            #expect(same.upstream == "stage-one" && same.header("x-early") == "one")
            // The nearest place counts alone, whatever stage it speaks of.
            let none = try await client.get("/none", host: "stages.test", headers: [("x-cookie", "version=two")])
            #expect(none.upstream == "stage-one" && none.header("x-early") == nil)
            let weighted = try await client.get("/weighted", host: "stages.test", headers: [("x-cookie", "version=one")])
            #expect(weighted.upstream == "stage-one" && one.requests.last?.header("x-read") == "weighted")
        }

        @Test("a function of an upstream is called with what the request has for its parameters")
        func functions() async throws {
            let edge = try SharedEdge.edge
            let pets = try await Upstream.start("function-pets") { _ in .init(body: #"{"name": "Rex"}"#) }
            let functions = """
                static:
                  hosts: [{addr: 127.0.0.1, port: \(pets.port)}]
                  serviceSpec:
                    rest:
                      transformations:
                        find: {body: {}, headers: {':method': {text: GET}, ':path': {text: '/api/pets/{{ default(id, "") }}?kind={{ kind }}'}}}
                """
            let object = "---\napiVersion: gloo.solo.io/v1\nkind: Upstream\nmetadata: {name: function-pets, namespace: default}\nspec:\n\(functions.indented(2))\n"
            try await edge.apply(
                "functions",
                object
                    + virtualService(
                        "functions",
                        """
                        - routeAction:
                            single:
                              upstream: {name: function-pets}
                              destinationSpec:
                                rest:
                                  functionName: find
                                  parameters: {path: '/find/{id}', headers: {x-kind: 'a {kind}.'}}
                                  responseTransformation: {body: {text: 'It is {{ name }}'}}
                        """
                    )
            )
            let response = try await edge.client().send("POST", "/find/7-a.b", host: "functions.test", headers: [("x-kind", "a dog.")], body: "{}")
            #expect(response.status == 200 && response.body == "It is Rex")
            let request = try #require(pets.requests.last)
            #expect(request.method == "GET" && request.path == "/api/pets/7-a.b?kind=dog" && request.body == "")
        }
    }
}
