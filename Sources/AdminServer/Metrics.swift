internal import EnvoyResources
internal import Foundation
internal import XDSCache

/// All metrics at one moment. What has a label has one of few: roles, types, reasons, and the objects that proxies refused.
enum Metrics {
    static func text(_ sources: AdminSources) async -> String {
        let queues = await sources.queues()
        var out = MetricsText()
        let now = ContinuousClock.now
        program(sources, &out)
        translation(sources.operations.current, sources.refusalCounts.all, queues, &out)
        plugins(sources.operations.plugins, &out)
        publications(sources.cache.roleStatus(), now, &out)
        proxies(sources.cache.status(), now, &out)
        traffic(sources.cache.metrics.current, queues, &out)
        ProcessFacts.read().write(&out)
        return out.text
    }

    private static func program(_ sources: AdminSources, _ out: inout MetricsText) {
        out.family(
            "sluice_build_info", .gauge, "Versions of the program; always 1.",
            [([("version", sources.version), ("envoy_api", "1.40")], 1)]
        )
        out.single("sluice_ready", .gauge, "Whether the first configuration is published and the program does not end.", sources.operations.stage == .serving ? 1 : 0)
    }

    private static func translation(_ counts: Operations.Counts, _ refusals: [RefusalCounts.Key: Int], _ queues: QueueDepths, _ out: inout MetricsText) {
        out.single("sluice_events_waiting", .gauge, "Changes of files and answers of proxies that are not worked on yet.", Double(queues.events))
        out.histograms("sluice_translation_seconds", "Time of a translation, from changed objects to Envoy's resources.", [([], counts.translations)])
        out.family(
            "sluice_config_problems", .gauge, "Errors and warnings of objects, those of proxies included.",
            [([("severity", "error")], Double(counts.errors)), ([("severity", "warning")], Double(counts.warnings))]
        )
        out.family(
            "sluice_object_nacks_total", .counter,
            "Refusals of resources by proxies, by the objects that wrote them; of further objects together under no name when there are many.",
            refusals.sorted { $0.key < $1.key }.map { object, count in
                ([("type", "\(object.type)"), ("kind", object.kind), ("namespace", object.namespace), ("name", object.name)], Double(count))
            }
        )
    }

    private static func plugins(_ plugins: [PluginReport], _ out: inout MetricsText) {
        func family(_ name: String, _ type: MetricsText.Kind, _ help: String, _ value: (PluginReport) -> Double) {
            out.family(name, type, help, plugins.map { ([("plugin", $0.name)], value($0)) })
        }
        family("sluice_plugin_enabled", .gauge, "Whether the plugin is used.") { $0.enabled ? 1 : 0 }
        family("sluice_plugin_calls_total", .counter, "Calls of the plugin's hooks.") { Double($0.calls) }
        family("sluice_plugin_errors_total", .counter, "Errors that the plugin reported, and its own failures.") { Double($0.errors) }
        family("sluice_plugin_failures_total", .counter, "Calls in which the plugin itself failed or broke the rules of the ABI.") { Double($0.failures) }
        family("sluice_plugin_seconds_total", .counter, "Time in the plugin's hooks, estimated from one call of sixteen.") { $0.seconds }
    }

    private static func publications(_ roles: [RoleStatus], _ now: ContinuousClock.Instant, _ out: inout MetricsText) {
        let time = Date().timeIntervalSince1970
        out.family("sluice_publications_total", .counter, "Configurations published.", roles.map { ([("role", $0.name)], Double($0.publications)) })
        out.family("sluice_publication_number", .gauge, "Number of the newest publication.", roles.map { ([("role", $0.name)], Double($0.number)) })
        out.family(
            "sluice_publication_timestamp_seconds", .gauge, "When the newest publication was made.",
            roles.map { ([("role", $0.name)], time - (now - $0.publishedAt) / .seconds(1)) }
        )
        out.family(
            "sluice_resources", .gauge, "Resources published.",
            roles.flatMap { role in
                role.resources.sorted { $0.key < $1.key }.map { ([("role", role.name), ("type", "\($0.key)")], Double($0.value)) }
            }
        )
    }

    private static func proxies(_ streams: [ProxyStatus], _ now: ContinuousClock.Instant, _ out: inout MetricsText) {
        struct Of {
            var nodes: Set<String> = []
            var behind: Set<String> = []
            var refusing: Set<String> = []
            var longest = 0.0
        }
        struct Kind: Hashable {
            var role, variant, service: String
        }
        var roles: [String: Of] = [:]
        var kinds: [Kind: Int] = [:]
        var unanswered = Array(repeating: 0, count: ResourceType.allCases.count)
        for stream in streams {
            guard let role = stream.role else { continue }
            var of = roles.removeValue(forKey: role) ?? Of()
            of.nodes.insert(stream.node.id)
            if let since = stream.behindSince {
                of.behind.insert(stream.node.id)
                of.longest = max(of.longest, (now - since) / .seconds(1))
            }
            if stream.types.values.contains(where: { $0.rejection != nil }) { of.refusing.insert(stream.node.id) }
            roles[role] = of
            kinds[Kind(role: role, variant: stream.dialect.label, service: stream.onlyType.map { "\($0)" } ?? "ads"), default: 0] += 1
            for (type, status) in stream.types where status.isUnanswered { unanswered[Int(type.rawValue)] += 1 }
        }
        let sorted = roles.sorted { $0.key < $1.key }
        func family(_ name: String, _ help: String, _ value: (Of) -> Double) {
            out.family(name, .gauge, help, sorted.map { ([("role", $0.key)], value($0.value)) })
        }
        family("sluice_proxies_connected", "Proxies with a configuration, each counted once.") { Double($0.nodes.count) }
        family("sluice_proxies_behind", "Of these, those that do not have all of the newest configuration.") { Double($0.behind.count) }
        family("sluice_proxies_behind_seconds_max", "For how long the longest of them has been behind.") { $0.longest }
        family("sluice_proxies_refusing", "Of these, those that refused something and have not taken a mended form since.") { Double($0.refusing.count) }
        let waiting = Set(streams.filter(\.isWaiting).map(\.node.id))
        out.single("sluice_proxies_waiting", .gauge, "Proxies that no configuration fits.", Double(waiting.count))
        out.family(
            "sluice_xds_streams", .gauge, "Open streams; 'service' is ads, or the one type of the service.",
            kinds.map { ([("role", $0.key.role), ("variant", $0.key.variant), ("service", $0.key.service)], Double($0.value)) }
                .sorted { $0.0.map(\.1).lexicographicallyPrecedes($1.0.map(\.1)) }
        )
        out.family(
            "sluice_xds_unanswered_responses", .gauge, "Responses that wait for an ACK or NACK.",
            zip(ResourceType.allCases, unanswered).map { ([("type", "\($0)")], Double($1)) }
        )
    }

    private static func traffic(_ counts: XDSMetrics.Counts, _ queues: QueueDepths, _ out: inout MetricsText) {
        let types = Array(zip(ResourceType.allCases.map { [(name: "type", value: "\($0)")] }, counts.types))
        func family(_ name: String, _ help: String, _ value: (XDSMetrics.OfType) -> UInt64) {
            out.family(name, .counter, help, types.map { ($0, Double(value($1))) })
        }
        family("sluice_xds_sent_messages_total", "Discovery responses queued for proxies.") { $0.sent.messages }
        family("sluice_xds_sent_bytes_total", "Their bytes, as gRPC messages.") { $0.sent.bytes }
        family("sluice_xds_received_messages_total", "Discovery requests.") { $0.received.messages }
        family("sluice_xds_received_bytes_total", "Their bytes, as gRPC messages.") { $0.received.bytes }
        family("sluice_xds_nacks_total", "Responses that a proxy refused, in part or in whole.") { $0.refusals }
        out.histograms("sluice_xds_ack_seconds", "Time from a response to its ACK or NACK.", types.map { ($0, $1.answerTimes) })
        out.single("sluice_xds_queued_messages", .gauge, "Responses that proxies have not taken yet.", Double(queues.messages))
        out.single("sluice_xds_queued_messages_max", .gauge, "The same, of the stream with the most.", Double(queues.longest))
        out.single("sluice_xds_connections", .gauge, "Open connections.", Double(counts.openConnections))
        out.single("sluice_xds_connections_total", .counter, "Connections accepted.", Double(counts.connections))
        func reasons(_ name: String, _ help: String, _ reasons: [String: UInt64]) {
            out.family(name, .counter, help, reasons.sorted { $0.key < $1.key }.map { ([("reason", $0.key)], Double($0.value)) })
        }
        reasons("sluice_xds_connections_refused_total", "Connections not served, or given up.", counts.refusedConnections)
        reasons("sluice_xds_requests_rejected_total", "Calls that ended with an error of the client.", counts.rejectedRequests)
    }
}
