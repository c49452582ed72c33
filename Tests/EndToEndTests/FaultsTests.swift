import Testing

extension EndToEnd {
    /// Errors and delays on purpose.
    @Suite(.sharedEdge("faults")) struct Faults {
        @Test("a route aborts its requests, delays them by less than a second, or leaves them alone")
        func abortAndDelay() async throws {
            let edge = try SharedEdge.edge
            let pets = try await Upstream.start("faults-pets")
            try await edge.apply(
                "faults",
                pets.object()
                    + virtualService(
                        "faults",
                        """
                        - matchers: [{prefix: /abort}]
                          \(pets.action)
                          options: {faults: {abort: {percentage: 100, httpStatus: 418}}}
                        - matchers: [{prefix: /never}]
                          \(pets.action)
                          options: {faults: {abort: {percentage: 0, httpStatus: 418}}}
                        - matchers: [{prefix: /delay}]
                          \(pets.action)
                          options: {faults: {delay: {percentage: 100, fixedDelay: 0.3s}}}
                        - matchers: [{prefix: /answer}]
                          directResponseAction: {status: 200}
                          options: {faults: {abort: {percentage: 100, httpStatus: 503}}}
                        - \(pets.action)
                        """
                    )
            )
            let client = edge.client()
            for (path, status) in [("/abort", 418), ("/never", 200), ("/answer", 503), ("/", 200)] {
                #expect(try await client.get(path, host: "faults.test").status == status, "\(path)")
            }
            let clock = ContinuousClock()
            let start = clock.now
            #expect(try await client.get("/delay", host: "faults.test").status == 200)
            // Envoy's timers count in whole milliseconds and may end within the last one.
            #expect(clock.now - start > .milliseconds(290))
            #expect(pets.requests.map(\.path) == ["/never", "/", "/delay"])
        }
    }
}
