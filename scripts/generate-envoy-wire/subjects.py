"""SubjectFields.swift: the fields of the messages to which plugins append fragments."""

from builders import HEADER

ROUTE, LISTENER = "envoy.config.route.v3", "envoy.config.listener.v3"
MANAGER = "envoy.extensions.filters.network.http_connection_manager.v3"
SUBJECTS = [
    ("route", f"{ROUTE}.Route"),
    ("routeAction", f"{ROUTE}.RouteAction"),
    ("virtualHost", f"{ROUTE}.VirtualHost"),
    ("clusterWeight", f"{ROUTE}.WeightedCluster.ClusterWeight"),
    ("cluster", "envoy.config.cluster.v3.Cluster"),
    ("clusterLoadAssignment", "envoy.config.endpoint.v3.ClusterLoadAssignment"),
    ("listener", f"{LISTENER}.Listener"),
    ("filterChain", f"{LISTENER}.FilterChain"),
    ("filter", f"{LISTENER}.Filter"),
    ("httpFilter", f"{MANAGER}.HttpFilter"),
    ("httpConnectionManager", f"{MANAGER}.HttpConnectionManager"),
    ("tcpProxy", "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy"),
]


def generate(pool):
    lines = [HEADER, "extension SubjectFields {"]
    for name, full_name in SUBJECTS:
        message = pool.messages[full_name]
        lines.append(f"    /// {full_name}")
        lines.append(f'    public static let {name} = SubjectFields("{full_name}", [')
        for f in sorted(message.fields, key=lambda f: f.number):
            entry = pool.messages.get(f.type_name)
            kind = ".map" if entry and entry.map_entry else ".repeated" if f.repeated else ".singular"
            # A proto3 `optional` is a oneof of one, which excludes nothing.
            oneof = "nil" if f.oneof is None or f.optional else str(f.oneof)
            is_message = str(f.kind == "message").lower()
            lines.append(f'        Field(number: {f.number}, name: "{f.name}", kind: {kind}, isMessage: {is_message}, oneof: {oneof}),')
        lines.append("    ])\n")
    return "\n".join(lines).rstrip() + "\n}\n"
