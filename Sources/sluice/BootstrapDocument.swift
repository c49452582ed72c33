import ArgumentParser
import ConfigTree

/// The bootstrap of an Envoy: who it is, and where its configuration comes from.
struct BootstrapDocument {
    enum Variant: String, ExpressibleByArgument, CaseIterable {
        case delta, sotw
        case deltaSeparate = "delta-separate"
        case sotwSeparate = "sotw-separate"
        case rest

        fileprivate var isDelta: Bool { self == .delta || self == .deltaSeparate }
    }

    struct TLS {
        /// Files on the proxy's machine.
        var authority: String
        var serverName: String
        var client: (chain: String, key: String)?
    }

    var xdsHost: String
    var xdsPort: Int
    var nodeID: String
    var role: String
    var adminPort: Int
    var variant: Variant
    var tls: TLS?

    var yaml: String {
        let cluster = role.split(separator: "~").last.map(String.init) ?? role
        return """
            node:
              id: \(quoted(nodeID))
              cluster: \(quoted(cluster))
              metadata: {role: \(quoted(role))}
            admin:
              address: {socket_address: {address: 127.0.0.1, port_value: \(adminPort)}}
            # Through a listener inside of Envoy goes what is tunnelled by HTTP CONNECT.
            bootstrap_extensions:
            - name: envoy.bootstrap.internal_listener
              typed_config: {"@type": type.googleapis.com/envoy.extensions.bootstrap.internal_listener.v3.InternalListener}
            dynamic_resources:
              ads_config:
                api_type: \(variant.isDelta ? "DELTA_GRPC" : "GRPC")
                transport_api_version: V3
                set_node_on_first_message_only: true
                grpc_services:
                - envoy_grpc: {cluster_name: sluice_xds, max_receive_message_length: 104857600}
              lds_config: \(source)
              cds_config: \(source)
            static_resources:
              clusters:
            \(server("sluice_xds", isHTTP2: true))\(variant == .rest ? server("sluice_xds_rest", isHTTP2: false) : "")\
            layered_runtime:
              layers:
              # Envoy's own limit is 100, which a regular expression of 100 letters reaches.
              - {name: sluice, static_layer: {re2.max_program_size.error_level: \(RE2Syntax.maxProgramSize)}}
              - {name: admin, admin_layer: {}}

            """
    }

    /// Where listeners and clusters come from. What these name (routes, endpoints, secrets) comes over the aggregated stream in every
    /// variant: listeners and clusters say so.
    private var source: String {
        let service = "grpc_services: [{envoy_grpc: {cluster_name: sluice_xds, max_receive_message_length: 104857600}}]"
        return switch variant {
        case .delta, .sotw:
            "{ads: {}, resource_api_version: V3, initial_fetch_timeout: 0s}"
        case .deltaSeparate, .sotwSeparate:
            "{api_config_source: {api_type: \(variant.isDelta ? "DELTA_GRPC" : "GRPC"), transport_api_version: V3, \(service)}, "
                + "resource_api_version: V3, initial_fetch_timeout: 0s}"
        case .rest:
            "{api_config_source: {api_type: REST, transport_api_version: V3, cluster_names: [sluice_xds_rest], refresh_delay: 1s, "
                + "request_timeout: 10s}, resource_api_version: V3, initial_fetch_timeout: 0s}"
        }
    }

    /// The control plane as a cluster of the Envoy.
    private func server(_ name: String, isHTTP2: Bool) -> String {
        // A host name is looked up again when it changes; an address is not looked up at all.
        let type = Self.isAddress(xdsHost) ? "STATIC" : "STRICT_DNS"
        let options = isHTTP2 ? "http2_protocol_options: {connection_keepalive: {interval: 30s, timeout: 10s}}" : "http_protocol_options: {}"
        return """
              - name: \(name)
                type: \(type)
                connect_timeout: 5s
                load_assignment:
                  cluster_name: \(name)
                  endpoints:
                  - lb_endpoints:
                    - endpoint: {address: {socket_address: {address: \(quoted(xdsHost)), port_value: \(xdsPort)}}}
                upstream_connection_options: {tcp_keepalive: {keepalive_probes: 3, keepalive_time: 60, keepalive_interval: 10}}
            \(tls.map(transportSocket) ?? "")\
                typed_extension_protocol_options:
                  envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                    "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                    explicit_http_config:
                      \(options)

            """
    }

    private func transportSocket(_ tls: TLS) -> String {
        let isAddress = Self.isAddress(tls.serverName)
        let name = "{san_type: \(isAddress ? "IP_ADDRESS" : "DNS"), matcher: {exact: \(quoted(tls.serverName))}}"
        let certificates = tls.client.map { client in
            """

                      tls_certificates:
                      - certificate_chain: {filename: \(quoted(client.chain))}
                        private_key: {filename: \(quoted(client.key))}
            """
        }
        return """
                transport_socket:
                  name: envoy.transport_sockets.tls
                  typed_config:
                    "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
            \(isAddress ? "" : "        sni: \(quoted(tls.serverName))\n")\
                    common_tls_context:
                      tls_params: {tls_minimum_protocol_version: TLSv1_2}
                      validation_context:
                        trusted_ca: {filename: \(quoted(tls.authority))}
                        match_typed_subject_alt_names: [\(name)]\(certificates ?? "")

            """
    }

    private static func isAddress(_ host: String) -> Bool {
        host.contains(":") || host.allSatisfy { $0.isNumber || $0 == "." }
    }

    /// In quotes, since a bare `n` or `on` is a boolean to Envoy's YAML reader.
    private func quoted(_ text: String) -> String {
        "\"" + text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "\""
    }
}
