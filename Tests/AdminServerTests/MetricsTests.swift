import EnvoyResources
import HashTreeCollections
import NIOHTTP1
import Testing
import XDSCache

@testable import AdminServer

@Suite struct MetricsTests {
    @Test("an empty control plane has metrics that can be read")
    func empty() async throws {
        try await AdminHarness.with { admin async throws in
            let answer = try await admin.get("/metrics")
            #expect(answer.headers.first(name: "content-type") == "text/plain; version=0.0.4; charset=utf-8")
            let metrics = try PrometheusText(answer.body)
            #expect(metrics.value("sluice_ready") == 0)
            #expect(metrics.value("sluice_build_info", ["version": "1.2.3", "envoy_api": "1.40"]) == 1)
            #expect(metrics.value("sluice_proxies_waiting") == 0)
            #expect(metrics.value("sluice_xds_ack_seconds_count", ["type": "route"]) == 0)
            #expect(try #require(metrics.value("process_resident_memory_bytes")) > 1_000_000)
            #expect(try #require(metrics.value("process_cpu_seconds_total")) > 0)
            #expect(try #require(metrics.value("process_open_fds")) > 2)
            #expect(try #require(metrics.value("process_start_time_seconds")) > 1_700_000_000)
        }
    }

    @Test("what happens between cache and proxies is counted")
    func counted() async throws {
        try await AdminHarness.with(queues: QueueDepths(events: 3, messages: 5, longest: 2)) { admin async throws in
            let loop = FakeLoop(admin.cache)
            var snapshot = EnvoySnapshot()
            snapshot.clusters["a"] = EnvoyResource(name: "a", version: 1, parts: [])
            let number = admin.cache.publish(snapshot, role: "ns~p")
            let stream = loop.connect(ProxyNode(id: "one", role: "ns~p"))
            loop.connect(ProxyNode(id: "one", role: "ns~p"), dialect: .stateOfTheWorld, onlyType: .cluster)
            loop.connect(ProxyNode(id: "lost", role: "ns~q"))
            admin.cache.record(stream, [.sent(.cluster, version: 1, nonce: 1, number: number), .sent(.route, version: 1, nonce: 2, number: number)])
            admin.cache.record(stream, [.acknowledged(.cluster, resources: [], removed: [], version: 1, number: number)])
            admin.cache.metrics.sent(.cluster, bytes: 100)
            admin.cache.metrics.received(.cluster, bytes: 7)
            admin.cache.metrics.connectionOpened()
            admin.cache.metrics.connectionRefused("too_many")
            admin.cache.metrics.requestRejected("invalid_argument")
            admin.refusalCounts.add([RefusalCounts.Key(.route, kind: "VirtualService", namespace: "n", name: "v")])
            admin.operations.translated(in: .milliseconds(3))
            admin.operations.problemsChanged(errors: 2, warnings: 1)

            var metrics = try await admin.metrics()
            #expect(metrics.value("sluice_publication_number", ["role": "ns~p"]) == Double(number))
            #expect(metrics.value("sluice_publications_total", ["role": "ns~p"]) == 1)
            #expect(metrics.value("sluice_resources", ["role": "ns~p", "type": "cluster"]) == 1)
            #expect(metrics.value("sluice_proxies_connected", ["role": "ns~p"]) == 1)
            #expect(metrics.value("sluice_proxies_behind", ["role": "ns~p"]) == 1)
            #expect(try #require(metrics.value("sluice_proxies_behind_seconds_max", ["role": "ns~p"])) > 0)
            #expect(metrics.value("sluice_proxies_waiting") == 1)
            #expect(metrics.value("sluice_xds_streams", ["role": "ns~p", "variant": "delta", "service": "ads"]) == 1)
            #expect(metrics.value("sluice_xds_streams", ["role": "ns~p", "variant": "sotw", "service": "cluster"]) == 1)
            #expect(metrics.value("sluice_xds_unanswered_responses", ["type": "route"]) == 1)
            #expect(metrics.value("sluice_xds_unanswered_responses", ["type": "cluster"]) == 0)
            #expect(metrics.value("sluice_xds_ack_seconds_count", ["type": "cluster"]) == 1)
            #expect(metrics.value("sluice_xds_sent_messages_total", ["type": "cluster"]) == 1)
            #expect(metrics.value("sluice_xds_sent_bytes_total", ["type": "cluster"]) == 100)
            #expect(metrics.value("sluice_xds_received_bytes_total", ["type": "cluster"]) == 7)
            #expect(metrics.value("sluice_xds_connections") == 1)
            #expect(metrics.value("sluice_xds_connections_refused_total", ["reason": "too_many"]) == 1)
            #expect(metrics.value("sluice_xds_requests_rejected_total", ["reason": "invalid_argument"]) == 1)
            #expect(metrics.value("sluice_translation_seconds_bucket", ["le": "0.005"]) == 1)
            #expect(metrics.value("sluice_translation_seconds_bucket", ["le": "0.0025"]) == 0)
            #expect(metrics.value("sluice_config_problems", ["severity": "error"]) == 2)
            #expect(metrics.value("sluice_object_nacks_total", ["type": "route", "kind": "VirtualService", "namespace": "n", "name": "v"]) == 1)
            #expect(metrics.value("sluice_events_waiting") == 3)
            #expect(metrics.value("sluice_xds_queued_messages") == 5 && metrics.value("sluice_xds_queued_messages_max") == 2)

            admin.cache.record(stream, [.rejected(.route, resources: [], removed: [], version: 1, message: "no"), .settled(number: number)])
            metrics = try await admin.metrics()
            #expect(metrics.value("sluice_xds_nacks_total", ["type": "route"]) == 1)
            #expect(metrics.value("sluice_xds_ack_seconds_count", ["type": "route"]) == 1)
            #expect(metrics.value("sluice_proxies_refusing", ["role": "ns~p"]) == 1)
            admin.cache.disconnect(stream)
            #expect(try await admin.metrics().value("sluice_proxies_refusing", ["role": "ns~p"]) == 0)
        }
    }

    @Test("labels are escaped, and read back as they were")
    func escaping() async throws {
        let role = "ns~\"quoted\" \\back\\ and\nline"
        try await AdminHarness.with { admin async throws in
            admin.cache.publish(EnvoySnapshot(), role: role)
            #expect(try await admin.metrics().value("sluice_publications_total", ["role": role]) == 1)
        }
    }

    @Test("reasons beyond the limit are counted together")
    func bounded() {
        let metrics = XDSMetrics()
        for number in 0..<60 { metrics.requestRejected("reason_\(number)") }
        #expect(metrics.current.rejectedRequests.count == 51 && metrics.current.rejectedRequests["other"] == 10)
    }

    @Test("the reader of these tests refuses what the format does", arguments: [
        "sluice_a 1\n", "# TYPE a counter\na 1\n", "# HELP a x\n# TYPE a counter\nb 1\n", "# HELP a x\n# TYPE a counter\na{x=\"\\q\"} 1\n",
        "# HELP a x\n# TYPE a counter\na one\n", "# HELP a x\n# TYPE a gauge\na 1\na 1\n", "# HELP a x\n# TYPE a gauge\na 1",
        "# HELP a x\n# TYPE a histogram\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n",
    ])
    func strict(text: String) {
        #expect(throws: PrometheusText.Fault.self) { try PrometheusText(text) }
    }
}
