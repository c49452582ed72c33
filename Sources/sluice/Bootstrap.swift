import ArgumentParser
import ConfigTree

struct Bootstrap: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the bootstrap configuration that makes an Envoy a proxy of this control plane.",
        discussion: "Start Envoy with it:  envoy -c <(sluice bootstrap)"
    )

    @Option(help: "Address of the xDS server.")
    var xdsHost = "127.0.0.1"

    @Option(help: "Port of the xDS server.")
    var xdsPort = 9977

    @Option(help: "Name of this Envoy, unique among the proxies.")
    var nodeId = "gateway-proxy-0"

    @Option(help: "Which configuration it gets: <namespace>~<proxy name>, the proxy name being one of a Gateway's 'proxyNames'.")
    var role = "gloo-system~gateway-proxy"

    @Option(help: "Port of Envoy's own pages, on 127.0.0.1; 0 takes a free one.")
    var adminPort = 19000

    @Option(help: "Form of the protocol: delta sends what changed, sotw the whole state.")
    var variant = BootstrapDocument.Variant.delta

    func validate() throws {
        for (name, port) in [("--xds-port", xdsPort), ("--admin-port", adminPort)] where !(0...65535).contains(port) {
            throw ValidationError("\(name) is a number from 0 to 65535, not \(port)")
        }
        guard role.contains("~") else { throw ValidationError("--role has the form <namespace>~<proxy name>, such as gloo-system~gateway-proxy") }
    }

    func run() {
        print(BootstrapDocument(xdsHost: xdsHost, xdsPort: xdsPort, nodeID: nodeId, role: role, adminPort: adminPort, variant: variant).yaml, terminator: "")
    }
}

/// The bootstrap of an Envoy: who it is, and where its configuration comes from.
struct BootstrapDocument {
    enum Variant: String, ExpressibleByArgument, CaseIterable {
        case delta, sotw
    }

    var xdsHost: String
    var xdsPort: Int
    var nodeID: String
    var role: String
    var adminPort: Int
    var variant: Variant

    var yaml: String {
        let cluster = role.split(separator: "~").last.map(String.init) ?? role
        // A host name is looked up again when it changes; an address is not looked up at all.
        let type = xdsHost.contains(":") || xdsHost.allSatisfy { $0.isNumber || $0 == "." } ? "STATIC" : "STRICT_DNS"
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
                api_type: \(variant == .delta ? "DELTA_GRPC" : "GRPC")
                transport_api_version: V3
                set_node_on_first_message_only: true
                grpc_services:
                - envoy_grpc: {cluster_name: sluice_xds, max_receive_message_length: 104857600}
              lds_config: {ads: {}, resource_api_version: V3, initial_fetch_timeout: 0s}
              cds_config: {ads: {}, resource_api_version: V3, initial_fetch_timeout: 0s}
            static_resources:
              clusters:
              - name: sluice_xds
                type: \(type)
                connect_timeout: 5s
                load_assignment:
                  cluster_name: sluice_xds
                  endpoints:
                  - lb_endpoints:
                    - endpoint: {address: {socket_address: {address: \(quoted(xdsHost)), port_value: \(xdsPort)}}}
                upstream_connection_options: {tcp_keepalive: {keepalive_probes: 3, keepalive_time: 60, keepalive_interval: 10}}
                typed_extension_protocol_options:
                  envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                    "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                    explicit_http_config:
                      http2_protocol_options: {connection_keepalive: {interval: 30s, timeout: 10s}}
            layered_runtime:
              layers:
              # Envoy's own limit is 100, which a regular expression of 100 letters reaches.
              - {name: sluice, static_layer: {re2.max_program_size.error_level: \(RE2Syntax.maxProgramSize)}}
              - {name: admin, admin_layer: {}}

            """
    }

    /// In quotes, since a bare `n` or `on` is a boolean to Envoy's YAML reader.
    private func quoted(_ text: String) -> String {
        "\"" + text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "\""
    }
}
