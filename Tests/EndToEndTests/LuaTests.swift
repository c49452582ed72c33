import Testing

extension EndToEnd {
    /// Scripts on requests and responses.
    @Suite(.sharedEdge("lua")) struct Lua {
        @Test("the script of the nearest place runs, with its context; one that fails when it is loaded answers 500, and the others serve")
        func scripts() async throws {
            let edge = try SharedEdge.edge
            let pets = try await Upstream.start("lua-pets")
            let client = try await edge.listener(
                """
                lua:
                  filterContext: {word: listener}
                  source: |
                    function envoy_on_request(handle)
                      handle:headers():add("x-word", handle:filterContext():get("word"))
                    end
                """,
                pets.object()
                    + virtualService(
                        "lua",
                        """
                        - matchers: [{prefix: /off}]
                          \(pets.action)
                          options: {lua: {disabled: true}}
                        - matchers: [{prefix: /context}]
                          \(pets.action)
                          options: {lua: {filterContext: {word: route}}}
                        - matchers: [{prefix: /own}]
                          \(pets.action)
                          options:
                            lua:
                              source: |
                                local shelf = {[1] = 'cat'}; local text = [=[a]]b]=] .. shelf[#shelf]
                                function envoy_on_response(handle)
                                  handle:headers():add("x-text", text)
                                end
                        - matchers: [{prefix: /fails}]
                          \(pets.action)
                          options: {lua: {source: "error('not today')"}}
                        - \(pets.action)
                        """
                    )
            )
            #expect(try await client.get("/", host: "lua.test").status == 200)
            #expect(pets.requests.last?.header("x-word") == "listener")
            #expect(try await client.get("/context", host: "lua.test").status == 200)
            #expect(pets.requests.last?.header("x-word") == "route")
            #expect(try await client.get("/off", host: "lua.test").status == 200)
            #expect(pets.requests.last?.header("x-word") == nil)
            let own = try await client.get("/own", host: "lua.test")
            #expect(own.header("x-text") == "a]]bcat")
            #expect(pets.requests.last?.header("x-word") == nil)
            #expect(try await client.get("/fails", host: "lua.test").status == 500)
            #expect(try await client.get("/", host: "lua.test").status == 200)
        }
    }
}
