import Testing

extension EndToEnd {
    @Suite(.sharedEdge("delegation")) struct Delegation {
        @Test("three levels down a route has the conditions and options of all above it")
        func threeLevels() async throws {
            let edge = try SharedEdge.edge
            let pets = try await Upstream.start("deep-pets")
            try await edge.apply(
                "deep",
                pets.object()
                    + virtualService(
                        "deep",
                        """
                        - matchers: [{prefix: /api, headers: [{name: x-team, value: red}]}]
                          inheritableMatchers: true
                          options:
                            timeout: 7s
                            headerManipulation: {requestHeadersToAdd: [{header: {key: x-top, value: 'yes'}}]}
                          delegateAction: {ref: {name: deep-1}}
                        """
                    )
                    + routeTable(
                        "deep-1",
                        """
                        - matchers: [{prefix: /api/v1, queryParameters: [{name: key}]}]
                          options: {hostRewrite: one.test, timeout: 5s}
                          delegateAction: {ref: {name: deep-2}}
                        """
                    )
                    + routeTable(
                        "deep-2",
                        """
                        - matchers: [{prefix: /api/v1/pets, methods: [GET]}]
                          delegateAction: {ref: {name: deep-3}}
                        """
                    )
                    + routeTable(
                        "deep-3",
                        """
                        - matchers: [{exact: /api/v1/pets/own, headers: [{name: x-team, value: red}, {name: x-own}], queryParameters: [{name: key}], methods: [GET]}]
                          inheritableMatchers: false
                          options: {hostRewrite: own.test}
                          \(pets.action)
                        - matchers: [{prefix: /api/v1/pets}]
                          options: {prefixRewrite: /dogs}
                          \(pets.action)
                        """
                    )
            )
            let client = edge.client()
            let red = [("x-team", "red")]
            #expect(try await client.get("/api/v1/pets/1?key=k", host: "deep.test", headers: red).upstream == pets.name)
            let seen = try #require(pets.requests.last)
            #expect(seen.path == "/dogs/1?key=k")
            #expect(seen.header("x-top") == "yes", "an option of the virtual service's route")
            #expect(seen.header("host") == "one.test", "an option of the first table")
            #expect(seen.header("x-envoy-expected-rq-timeout-ms") == "5000", "the nearest level wins")
            #expect(try await client.get("/api/v1/pets/own?key=k", host: "deep.test", headers: red + [("x-own", "1")]).upstream == pets.name)
            #expect(pets.requests.last?.header("host") == "own.test")

            let count = pets.requests.count
            let misses: [(String, String, [(String, String)])] = [
                ("GET", "/api/v1/pets/1?key=k", []), ("GET", "/api/v1/pets/1?key=k", [("x-team", "blue")]), ("GET", "/api/v1/pets/1", red),
                ("POST", "/api/v1/pets/1?key=k", red), ("GET", "/api/v1/cats?key=k", red), ("GET", "/api/v2/pets/1?key=k", red),
            ]
            for (method, path, headers) in misses {
                let response = try await client.send(method, path, host: "deep.test", headers: headers)
                #expect(response.status == 404, "\(method) \(path) \(headers)")
            }
            #expect(pets.requests.count == count)
        }

        @Test("options that are referred to change what is served when they are edited, and go on as they were when they break")
        func optionReferences() async throws {
            let edge = try SharedEdge.edge
            let pets = try await Upstream.start("options-pets")
            try await edge.apply(
                "options",
                pets.object()
                    + virtualService(
                        "options", "- optionsConfigRefs: {delegateOptions: [{name: shared, namespace: default}]}\n  " + pets.action
                    ).replacing("    routes:", with: "    optionsConfigRefs: {delegateOptions: [{name: shared, namespace: default}]}\n    routes:")
            )
            let client = edge.client()
            func expect(_ route: String?, _ host: String?, sourceLocation: SourceLocation = #_sourceLocation) async throws {
                let response = try await client.get("/", host: "options.test")
                #expect(response.header("x-host") == host, sourceLocation: sourceLocation)
                #expect(pets.requests.last?.header("x-route") == route, sourceLocation: sourceLocation)
            }
            func object(_ kind: String, _ options: String) -> String {
                "---\napiVersion: gateway.solo.io/v1\nkind: \(kind)\nmetadata: {name: shared, namespace: default}\nspec: {options: {\(options)}}\n"
            }
            func options(_ number: Int) -> String {
                object("RouteOption", "headerManipulation: {requestHeadersToAdd: [{header: {key: x-route, value: '\(number)'}}]}")
                    + object("VirtualHostOption", "headerManipulation: {responseHeadersToAdd: [{header: {key: x-host, value: '\(number)'}}]}")
            }
            try await expect(nil, nil)
            #expect(try await edge.waitForStatus("virtualservices", "options", is: "Warning").contains("does not exist"))
            for number in 1...3 {
                try await edge.apply("shared", options(number))
                try await expect("\(number)", "\(number)")
            }
            try await edge.apply("shared", object("RouteOption", "tiemout: 1s") + object("VirtualHostOption", "corz: {}"))
            try await expect("3", "3")
            #expect(try await edge.waitForStatus("routeoptions", "shared", is: "Rejected").contains("timeout"))
            try await edge.apply("shared", options(4))
            try await expect("4", "4")
            try await edge.remove("shared")
            try await expect(nil, nil)
        }
    }
}
