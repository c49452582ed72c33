import Testing

extension EndToEnd {
    /// Limits of bodies and of failing requests, which each proxy keeps for itself.
    @Suite(.sharedEdge("limits")) struct Limits {
        @Test("a body that is too large is answered 413, but where the limit is switched off")
        func bodySize() async throws {
            let edge = try SharedEdge.edge
            let pets = try await Upstream.start("body-size-pets")
            let client = try await edge.listener(
                "bodySizeLimit: {maxRequestBytes: 5}",
                pets.object()
                    + virtualService(
                        "body-size", "- {matchers: [{prefix: /limited}], \(pets.action), options: {bodySizeLimit: {disabled: false}}}\n- \(pets.action)",
                        options: "bodySizeLimit: {disabled: true}"
                    )
                    + virtualService("body-limited", "- {matchers: [{prefix: /free}], \(pets.action), options: {bodySizeLimit: {disabled: true}}}\n- \(pets.action)")
            )
            func status(_ host: String, _ path: String, _ body: String) async throws -> Int {
                // A connection each: one with an early answer is closed.
                try await Client(port: client.port).send("POST", path, host: host, body: body).status
            }
            #expect(try await status("body-limited.test", "/", "12345") == 200)
            #expect(try await status("body-limited.test", "/", "123456") == 413)
            #expect(try await status("body-limited.test", "/free", "123456") == 200)
            #expect(try await status("body-size.test", "/", "123456") == 200)
            #expect(try await status("body-size.test", "/limited", "123456") == 413)
            #expect(pets.requests.map(\.body) == ["12345", "123456", "123456"])
        }

        @Test("a body of ten times the limit takes seconds, and one where there is no limit does not")
        func bandwidth() async throws {
            let edge = try SharedEdge.edge
            let body = String(repeating: "a", count: 20_480)
            let pets = try await Upstream.start("bandwidth-pets") { _ in .init(body: body) }
            try await edge.apply(
                "bandwidth",
                pets.object()
                    + virtualService(
                        "bandwidth", "- {matchers: [{prefix: /free}], \(pets.action), options: {bandwidthLimit: {enableMode: DISABLED}}}\n- \(pets.action)",
                        options: "bandwidthLimit: {limitKbps: 10, enableMode: RESPONSE}"
                    )
            )
            let client = edge.client()
            let start = ContinuousClock.now
            #expect(try await client.get("/", host: "bandwidth.test").body == body)
            // A second's worth may pass at once, the other takes a second.
            #expect(ContinuousClock.now - start > .milliseconds(700))
            #expect(try await client.get("/free", host: "bandwidth.test").body == body)
        }

        @Test("while all requests fail some are refused before the upstream sees them, and where it is switched off none is")
        func admission() async throws {
            let edge = try SharedEdge.edge
            let pets = try await Upstream.start("admission-pets") { _ in .init(status: 500) }
            let client = try await edge.listener(
                "admissionControl: {samplingWindow: 30s, srThreshold: 100, aggression: 10, maxRejectionProbability: 100}",
                pets.object()
                    + virtualService(
                        "admission", "- {matchers: [{prefix: /free}], \(pets.action), options: {admissionControl: {disabled: true}}}\n- \(pets.action)"
                    )
            )
            for _ in 0..<20 { #expect(try await client.get("/free", host: "admission.test").status == 500) }
            try await eventually("a request is refused") { try await client.get("/", host: "admission.test").status == 503 }
        }
    }
}
