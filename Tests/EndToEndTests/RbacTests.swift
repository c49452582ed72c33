import Testing

extension EndToEnd {
    /// Policies over the claims of tokens. A script writes the claims where the JWT filter would.
    @Suite(.sharedEdge("rbac")) struct Rbac {
        @Test("claims, paths and methods decide; a route's policies replace its virtual host's, and shadow policies refuse nobody")
        func policies() async throws {
            let edge = try SharedEdge.edge
            let pets = try await Upstream.start("rbac-pets")
            let client = try await edge.listener(
                """
                lua:
                  filterStage: {stage: AuthNStage}
                  source: |
                    function envoy_on_request(handle)
                      local name = handle:headers():get("x-name")
                      if name == nil then return end
                      local claims = {sub = name, admin = name == "rex", realm = {roles = {"dog", name}}}
                      handle:streamInfo():dynamicMetadata():set("envoy.filters.http.jwt_authn", "idp", claims)
                    end
                """,
                pets.object()
                    + virtualService(
                        "rbac",
                        """
                        - matchers: [{prefix: /open}]
                          \(pets.action)
                          options: {rbac: {disable: true}}
                        - matchers: [{prefix: /nobody}]
                          \(pets.action)
                          options: {rbac: {}}
                        - matchers: [{prefix: /shadow}]
                          \(pets.action)
                          options: {rbac: {shadow: true}}
                        - matchers: [{prefix: /admin}]
                          \(pets.action)
                          options: {rbac: {policies: {a: {principals: [{jwtPrincipal: {provider: idp, claims: {admin: true}, matcher: BOOLEAN}}]}}}}
                        - matchers: [{prefix: /roles}]
                          \(pets.action)
                          options:
                            rbac:
                              policies:
                                a:
                                  nestedClaimDelimiter: .
                                  principals: [{jwtPrincipal: {provider: idp, claims: {realm.roles: tom}, matcher: LIST_CONTAINS}}]
                        - matchers: [{prefix: /known}]
                          \(pets.action)
                          options: {rbac: {policies: {a: {principals: [{jwtPrincipal: {provider: idp}}]}}}}
                        - \(pets.action)
                        """,
                        options: """
                            rbac:
                              policies:
                                reader:
                                  permissions: {pathPrefix: /api/, methods: [GET]}
                                  principals: [{jwtPrincipal: {provider: idp, claims: {sub: tom}}}, {jwtPrincipal: {provider: idp, claims: {sub: rex}}}]
                            """
                    )
            )
            func status(_ path: String, _ name: String? = nil, method: String = "GET") async throws -> Int {
                try await client.send(method, path, host: "rbac.test", headers: name.map { [("x-name", $0)] } ?? []).status
            }
            #expect(try await status("/api/a", "tom") == 200)
            #expect(try await status("/api/a", "rex") == 200)
            #expect(try await status("/api/a", "ann") == 403)
            #expect(try await status("/api/a") == 403)
            #expect(try await status("/api/a", "tom", method: "DELETE") == 403)
            #expect(try await status("/other", "tom") == 403)
            #expect(try await status("/open") == 200)
            #expect(try await status("/nobody", "tom") == 403)
            #expect(try await status("/shadow") == 200)
            #expect(try await status("/admin", "rex") == 200)
            #expect(try await status("/admin", "tom") == 403)
            #expect(try await status("/roles", "tom") == 200)
            #expect(try await status("/roles", "rex") == 403)
            #expect(try await status("/known", "ann") == 200)
            #expect(try await status("/known") == 403)
        }
    }

    /// Settings that close everything without policies of its own.
    @Suite(.sharedEdge("require-rbac")) struct RequireRbac {
        @Test("with 'requireRbac' what has no policies is closed, until the Settings say otherwise")
        func required() async throws {
            let edge = try SharedEdge.edge
            let pets = try await Upstream.start("required-pets")
            try await edge.apply(
                "required",
                pets.object() + virtualService("required", "- {matchers: [{prefix: /open}], \(pets.action), options: {rbac: {disable: true}}}\n- \(pets.action)")
            )
            let client = edge.client()
            #expect(try await client.get("/", host: "required.test").status == 200)
            try edge.folder.write(
                "settings.yaml", "{apiVersion: gloo.solo.io/v1, kind: Settings, metadata: {name: default, namespace: gloo-system}, spec: {rbac: {requireRbac: true}}}\n"
            )
            try await eventually("what has no policies is closed") { try await client.get("/", host: "required.test").status == 403 }
            #expect(try await client.get("/open", host: "required.test").status == 200)
            try edge.folder.remove("settings.yaml")
            try await eventually("it is open again") { try await client.get("/", host: "required.test").status == 200 }
        }
    }
}
