import Synchronization
import Testing

extension EndToEnd {
    /// Hosts that take over from others.
    @Suite(.sharedEdge("failover")) struct Failover {
        @Test("the next group takes over when a host is down, with TLS of its own, and gives back")
        func takesOver() async throws {
            let edge = try SharedEdge.edge
            let isWell = Mutex(true)
            let pets = try await Upstream.start("failover-pets") { _ in Upstream.Reply(status: isWell.withLock { $0 } ? 200 : 503) }
            let authority = try await Certificates()
            let far = try await Upstream.start("failover-far", tls: authority.server(authority.pair(for: "localhost")))
            try await edge.apply(
                "failover",
                tlsSecret("failover-authority", authority: authority.authority)
                    + pets.object(
                        """
                        healthChecks:
                        - {timeout: 5s, interval: 0.02s, noTrafficInterval: 0.02s, unhealthyThreshold: 1, healthyThreshold: 1, httpHealthCheck: {path: /healthz}}
                        failover:
                          prioritizedLocalities:
                          - localityEndpoints:
                            - locality: {region: far}
                              lbEndpoints:
                              - address: localhost
                                port: \(far.port)
                                upstreamSslConfig: {secretRef: {name: failover-authority}, verifySubjectAltName: [localhost]}
                        """
                    )
                    + virtualService("failover", "- \(pets.action)")
            )
            func answers(_ name: String) async throws {
                try await eventually("\(name) answers", context: { edge.logTails }) {
                    for _ in 0..<4 where try await edge.client().get("/", host: "failover.test").upstream != name { return false }
                    return true
                }
            }
            try await answers(pets.name)
            isWell.withLock { $0 = false }
            try await answers(far.name)
            isWell.withLock { $0 = true }
            try await answers(pets.name)
        }
    }
}
