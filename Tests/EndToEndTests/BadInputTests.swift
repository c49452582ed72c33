import Testing

extension EndToEnd {
    /// A mistake costs what it is in, is named with its place, and takes nobody else down.
    @Suite(.sharedEdge("bad-input")) struct BadInput {
        private func answer(_ name: String, _ body: String) -> String {
            virtualService(name, "- directResponseAction: {status: 200, body: \(body)}")
        }

        @Test("a file that is broken keeps its old routes, is named with line and column, and other files still change")
        func brokenFile() async throws {
            let edge = try SharedEdge.edge
            try await edge.apply("broken", answer("broken", "before"))
            try edge.folder.write("broken.yaml", "apiVersion: gateway.solo.io/v1\nkind: VirtualService\nspec: {virtualHost: [\n")
            try await eventually("the place is logged", context: { edge.logTails }) {
                edge.controlPlane.log.contains(/broken\.yaml:[0-9]+:[0-9]+/)
            }
            try await edge.apply("beside", answer("beside", "here"))
            let client = edge.client()
            #expect(try await client.get("/", host: "broken.test").body == "before")
            try await edge.apply("broken", answer("broken", "mended"))
            #expect(try await client.get("/", host: "broken.test").body == "mended")
        }

        @Test("an unknown field is named with file, line and what was meant; the virtual service beside it serves")
        func unknownField() async throws {
            let edge = try SharedEdge.edge
            try await edge.apply(
                "unknown",
                answer("valid", "here")
                    + virtualService(
                        "unknown",
                        """
                        - matchers: [{prefx: /}]
                          directResponseAction: {status: 200, body: here}
                        """
                    )
            )
            let status = try await edge.waitForStatus("virtualservices", "unknown", is: "Rejected")
            #expect(status.contains("prefx"))
            #expect(status.contains("prefix"))
            #expect(status.contains(/unknown\.yaml:[0-9]+:[0-9]+/))
            #expect(try await edge.client().get("/", host: "valid.test").body == "here")
            _ = try await edge.waitForStatus("virtualservices", "valid", is: "Accepted")
        }

        @Test("an unknown option costs its route, which is answered by policy; the other routes serve")
        func unknownOption() async throws {
            let edge = try SharedEdge.edge
            try await edge.apply(
                "option",
                virtualService(
                    "option",
                    """
                    - matchers: [{prefix: /bad}]
                      directResponseAction: {status: 200, body: bad}
                      options: {corz: {allowOrigin: ['*']}}
                    - directResponseAction: {status: 200, body: good}
                    """
                )
            )
            let status = try await edge.waitForStatus("virtualservices", "option", is: "Rejected")
            #expect(status.contains("corz"))
            let client = edge.client()
            #expect(try await client.get("/good", host: "option.test").body == "good")
            #expect(try await client.get("/bad", host: "option.test").status == 404)
        }

        @Test("a missing upstream is a warning, and its route is answered as the policy says, not 503")
        func missingUpstream() async throws {
            let edge = try SharedEdge.edge
            try await edge.apply(
                "missing",
                virtualService(
                    "missing",
                    """
                    - matchers: [{prefix: /here}]
                      directResponseAction: {status: 200, body: here}
                    - routeAction: {single: {upstream: {name: nobody}}}
                    """
                )
            )
            let status = try await edge.waitForStatus("virtualservices", "missing", is: "Warning")
            #expect(status.contains("nobody"))
            let client = edge.client()
            #expect(try await client.get("/here", host: "missing.test").body == "here")
            #expect(try await client.get("/", host: "missing.test").status == 404)

            try await edge.apply(
                "settings",
                """
                ---
                apiVersion: gloo.solo.io/v1
                kind: Settings
                metadata: {name: default, namespace: gloo-system}
                spec:
                  gloo:
                    invalidConfigPolicy: {replaceInvalidRoutes: true, invalidRouteResponseCode: 418, invalidRouteResponseBody: not yet}

                """
            )
            let replaced = try await client.get("/", host: "missing.test")
            #expect(replaced.status == 418)
            #expect(replaced.body == "not yet")

            // The upstream comes: the same route serves it, and the warning goes.
            let late = try await Upstream.start("nobody")
            try await edge.apply("late", late.object())
            #expect(try await client.get("/", host: "missing.test").upstream == "nobody")
            _ = try await edge.waitForStatus("virtualservices", "missing", is: "Accepted")
            try await edge.remove("settings")
        }

        @Test("two files that define one object are both named, and the object that was there first stays")
        func defined() async throws {
            let edge = try SharedEdge.edge
            try await edge.apply("one", answer("twice", "one"))
            try edge.folder.write("two.yaml", answer("twice", "two"))
            let status = try await edge.waitForStatus("virtualservices", "twice", is: "Rejected")
            #expect(status.contains("one.yaml:"))
            #expect(status.contains("two.yaml:"))
            try edge.folder.remove("two.yaml")
            _ = try await edge.waitForStatus("virtualservices", "twice", is: "Accepted")
            #expect(try await edge.client().get("/", host: "twice.test").body == "one")
        }

        @Test("two virtual services with one domain are both told, and others serve")
        func sameDomain() async throws {
            let edge = try SharedEdge.edge
            try await edge.apply(
                "domains",
                virtualService("claims", domain: "same.test", "- directResponseAction: {status: 200}")
                    + virtualService("claims-too", domain: "same.test", "- directResponseAction: {status: 200}") + answer("alone", "here")
            )
            for name in ["claims", "claims-too"] {
                #expect(try await edge.waitForStatus("virtualservices", name, is: "Rejected").contains("same.test"))
            }
            #expect(try await edge.client().get("/", host: "alone.test").body == "here")
            try await edge.remove("domains")
        }
    }
}
