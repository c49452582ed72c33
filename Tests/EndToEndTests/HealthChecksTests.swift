import Synchronization
import Testing

extension EndToEnd {
    /// Which hosts get requests.
    @Suite(.sharedEdge("health-checks")) struct HealthChecks {
        @Test("a host that fails its checks gets no requests, and gets them again when it passes")
        func checks() async throws {
            let edge = try SharedEdge.edge
            let isWell = Mutex(true)
            let sick = try await Upstream.start("checked-sick") { request in
                Upstream.Reply(status: request.path == "/healthz" && !isWell.withLock { $0 } ? 503 : 200)
            }
            let well = try await Upstream.start("checked-well")
            try await edge.apply("checked", pair("checked", sick, well, checks) + virtualService("checked", "- routeAction: {single: {upstream: {name: checked}}}"))
            func answering() async throws -> Set<String> {
                var names: Set<String> = []
                for _ in 0..<6 { names.insert(try await edge.client().get("/", host: "checked.test").upstream ?? "nobody") }
                return names
            }
            try await eventually("both answer") { try await answering() == ["checked-sick", "checked-well"] }
            isWell.withLock { $0 = false }
            try await eventually("the sick one is out") { try await answering() == ["checked-well"] }
            isWell.withLock { $0 = true }
            try await eventually("it is in again") { try await answering() == ["checked-sick", "checked-well"] }
            let check = try #require(sick.requests.first { $0.path == "/healthz" })
            #expect(check.header("host") == "pets.example")
            #expect(check.header("x-check") == "1")
        }

        @Test("a host that fails requests is put out")
        func outliers() async throws {
            let edge = try SharedEdge.edge
            let broken = try await Upstream.start("outlier-broken") { _ in Upstream.Reply(status: 500) }
            let well = try await Upstream.start("outlier-well")
            let detection = "outlierDetection: {interval: 0.05s, consecutive5xx: 1, baseEjectionTime: 600s, maxEjectionPercent: 50}"
            try await edge.apply("outlier", pair("outlier", broken, well, detection) + virtualService("outlier", "- routeAction: {single: {upstream: {name: outlier}}}"))
            // Envoy's workers hear of it a moment later.
            try await eventually("the broken one is out") {
                for _ in 0..<6 where try await edge.client().get("/", host: "outlier.test").upstream != "outlier-well" { return false }
                return !broken.requests.isEmpty
            }
        }

        private let checks = """
            healthChecks:
            - timeout: 1s
              interval: 0.02s
              noTrafficInterval: 0.02s
              unhealthyThreshold: 1
              healthyThreshold: 1
              httpHealthCheck: {path: /healthz, host: pets.example, requestHeadersToAdd: [{header: {key: x-check, value: '1'}}]}
            loadBalancerConfig: {healthyPanicThreshold: 0}
            """

        private func pair(_ name: String, _ first: Upstream, _ second: Upstream, _ options: String) -> String {
            """
            ---
            apiVersion: gloo.solo.io/v1
            kind: Upstream
            metadata: {name: \(name), namespace: default}
            spec:
              static: {hosts: [{addr: 127.0.0.1, port: \(first.port)}, {addr: 127.0.0.1, port: \(second.port)}]}
            \(options.indented(2))

            """
        }
    }
}
