internal import SluicePlugin

/// Upstreams behind a proxy that is asked by HTTP CONNECT.
///
/// The upstream's cluster, with its options and its TLS, leads to an internal listener of the same Envoy; there a TCP proxy asks the
/// upstream's hosts, which are the proxies, for a tunnel. So all that chooses or weighs clusters works as for other upstreams.
let plugin = Plugin(
    name: "tunneling",
    version: "1.0.0",
    description: "Upstreams behind a proxy that is asked by HTTP CONNECT.",
    schema: schema,
    hooks: [
        .upstream("httpProxyHostname", contribute),
        .upstream("httpConnectHeaders") { upstream, option in warnWithoutProxy(upstream, option, "httpConnectHeaders") },
        .upstream("httpConnectSslConfig") { upstream, option in warnWithoutProxy(upstream, option, "httpConnectSslConfig") },
    ],
    minorVersion: 2
)

/// Fields of Cluster in which the type of the upstream has written its hosts.
private enum Field {
    static let type: UInt32 = 2
    static let dnsLookupFamily: UInt32 = 17
    static let loadAssignment: UInt32 = 33
}

private func contribute(to upstream: UpstreamSubject, _ target: Option) {
    guard let hostname = hostname(target), areUsable(upstream.option("httpConnectHeaders")) else { return }
    let statics = upstream.option("static")
    let kube = upstream.option("kube")
    for type in ["pipe", "aws", "azure", "gcp"] as [StaticString] where upstream.option(type).isPresent {
        return target.error("the proxy is written as the host of the upstream, of type 'static' or 'kube'; this upstream has none")
    }
    // An upstream of no type has its own report.
    guard statics.isPresent || kube.isPresent else { return }
    // A mistake in the hosts is told by who writes them.
    guard let proxies = statics.isPresent ? UpstreamHosts(static: statics, tells: false) : UpstreamHosts(kube: kube, of: upstream) else { return }
    let config = upstream.option("httpConnectSslConfig")
    var tls: UpstreamTls?
    if config.isPresent {
        guard let usable = UpstreamTls(config, of: upstream, plugin: plugin.name) else { return }
        tls = usable
    }
    let name = "tunneling:\(upstream.name.string)"
    upstream.addCluster(name) { cluster in
        let timeout = upstream.option("connectionConfig")["connectTimeout"].duration ?? (5, 0)
        cluster.connectTimeout(seconds: timeout.seconds, nanos: timeout.nanos)
        proxies.write(to: cluster, name: name)
        if let tls { proxies.writeTls(tls, to: cluster) }
    }
    upstream.addListener(name) { listener in
        listener.internalListener { _ in }
        listener.filterChains { chain in
            chain.filters { filter in
                filter.name("envoy.filters.network.tcp_proxy").typedConfig(FiltersNetworkTcpProxy.TcpProxy.self) { proxy in
                    proxy.statPrefix(name).cluster(name)
                    proxy.tunnelingConfig { write(hostname, upstream.option("httpConnectHeaders"), to: $0) }
                }
            }
        }
    }
    for field in [Field.type, Field.dnsLookupFamily, Field.loadAssignment] { upstream.replace(field: field) }
    upstream.envoy.type(.static).loadAssignment { assignment in
        assignment.clusterName(upstream.name)
        assignment.endpoints { locality in
            locality.lbEndpoints { endpoint in
                endpoint.endpoint { out in
                    out.address { $0.envoyInternalAddress { $0.serverListenerName(name) } }
                    // autoHostRewrite takes the name from here.
                    out.hostname(withoutPort(hostname))
                }
            }
        }
    }
}

private func write(_ hostname: String, _ headers: Option, to tunnel: FiltersNetworkTcpProxy.TcpProxy.TunnelingConfig) {
    tunnel.hostname(hostname)
    for header in headers.elements {
        guard let key = header["key"].text else { continue }
        tunnel.headersToAdd { out in
            out.header {
                $0.key(key)
                if let value = header["value"].text { $0.value(value) }
            }
            out.appendAction(.overwriteIfExistsOrAdd)
        }
    }
}

/// What the proxy is asked for; nil when that is no host, which is reported.
private func hostname(_ target: Option) -> String? {
    guard let text = target.string else { return nil }
    let isHost = text.utf8.allSatisfy { byte in
        (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || ".-_:[]".utf8.contains(byte)
    }
    guard isHost else {
        target.error("'\(text)' is no host with a port, such as shop.example:443")
        return nil
    }
    if !text.contains(":") {
        target.warning("there is no port, which most proxies insist on; write '\(text):443', or whichever it is")
    }
    return text
}

private func withoutPort(_ hostname: String) -> String {
    guard let colon = hostname.lastIndex(of: ":"), hostname[hostname.index(after: colon)...].allSatisfy(\.isNumber) else { return hostname }
    return String(hostname[..<colon])
}

/// Whether Envoy takes the headers; what it does not take is reported.
private func areUsable(_ headers: Option) -> Bool {
    var isSound = true
    for header in headers.elements {
        if let key = header["key"].string?.lowercased(), key.hasPrefix(":") || key == "host" {
            header["key"].error("'\(key)' of a CONNECT request is what 'httpProxyHostname' says")
            isSound = false
        }
        if let value = header["value"].text, let problem = problemOfFormat(value) {
            header["value"].error(problem)
            isSound = false
        }
    }
    return isSound
}

private func warnWithoutProxy(_ upstream: UpstreamSubject, _ option: Option, _ name: String) {
    if !upstream.option("httpProxyHostname").isPresent { option.warning("'\(name)' has no effect without 'httpProxyHostname'") }
}

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }

let schema = #"""
    {
      "upstream": {
        "httpProxyHostname": {
          "type": "string", "minLength": 1, "maxLength": 255, "format": "line", "examples": ["shop.example:443"],
          "description": "Where requests go, as host:port: the hosts of the upstream are proxies, and are asked for this by HTTP CONNECT. The upstream's 'sslConfig' is then TLS with that host, inside the tunnel. Needs a proxy whose bootstrap has the extension for internal listeners, which `sluice bootstrap` writes."
        },
        "httpConnectHeaders": {
          "type": "array",
          "description": "Headers of the CONNECT request, such as Proxy-Authorization.",
          "items": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
              "key": {"type": "string", "minLength": 1, "format": "header-name", "description": "Its name."},
              "value": {"type": "string", "format": "line", "description": "May have Envoy's operators, such as %PROTOCOL%; write %% for a percent sign."}
            },
            "required": ["key"]
          }
        },
        "httpConnectSslConfig": {"$ref": "#/$defs/tls", "description": "TLS with the proxy itself. Without it the CONNECT request goes in plain text, and with it what is inside of the tunnel."}
      },
      "$defs": {
        "tls": \#(UpstreamTls.schema),
        \#(UpstreamTls.definitions)
      }
    }
    """#
