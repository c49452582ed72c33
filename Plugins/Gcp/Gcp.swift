internal import SluicePlugin

/// Services of Google Cloud that ask for an identity: Cloud Run, functions.
///
/// Envoy asks the metadata server of the machine it runs on for a token of the upstream's audience, and sends it along.
let plugin = Plugin(
    name: "gcp",
    version: "1.0.0",
    description: "Services of Google Cloud that ask for an identity token.",
    schema: schema,
    hooks: [
        .upstream("gcp", contribute),
        // On every listener, since a request may be sent to any cluster; requests to others pass it by.
        .httpFilter("gcp") { filters, _ in
            filters.addCluster(metadataCluster) { $0.connectTimeout(seconds: 5).leads(to: "metadata.google.internal", port: 80, cluster: metadataCluster, tls: nil) }
            filters.add(filterName, stage: .outAuth, FiltersHttpGcpAuthn.GcpAuthnFilterConfig.self) { filter in
                filter.cluster(metadataCluster).timeout(seconds: 5).cacheConfig { $0.cacheSize(100) }
            }
        },
    ],
    minorVersion: 2
)

/// Also the key under which the filter looks for an audience at a cluster.
private let filterName: StaticString = "envoy.filters.http.gcp_authn"

private let metadataCluster = "gcp:metadata"

private func contribute(to upstream: UpstreamSubject, _ gcp: Option) {
    let host = gcp["host"].string ?? ""
    guard case .name = HostAddress(host) else {
        return gcp["host"].error("'\(host)' is no DNS name, such as pets-abcdef.a.run.app; the port goes under 'port'")
    }
    let audience = gcp["audience"].string ?? "https://\(host)"
    guard audience.utf8.allSatisfy(isOfURL) else {
        return gcp["audience"].error("'\(audience)' is neither a URL nor a client's ID")
    }
    let isPlain = gcp["plaintext"].bool == true
    let hasOwn = upstream.option("sslConfig").isPresent
    upstream.envoy.leads(to: host, port: gcp["port"].uint32 ?? (isPlain ? 80 : 443), cluster: upstream.name, tls: hasOwn || isPlain ? nil : UpstreamTls())
    upstream.envoy.metadata { metadata in
        metadata.typedFilterMetadata(filterName, FiltersHttpGcpAuthn.Audience.self) { $0.url(audience) }
    }
    if isPlain {
        gcp["plaintext"].warning("the token goes over the network for all to read; use it in tests only")
    } else if !hasOwn {
        gcp.warning("nobody checks who gets the token; add 'sslConfig' with 'sslFiles.rootCa', 'sni' and 'verifySubjectAltName'")
    }
}

private func isOfURL(_ byte: UInt8) -> Bool {
    (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || "-._~:/@".utf8.contains(byte)
}

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }

let schema: StaticString = #"""
    {
      "upstream": {
        "gcp": {
          "type": "object",
          "description": "A service of Google Cloud that asks for an identity: requests carry a token (Authorization: Bearer) that the proxy gets from the metadata server of its machine. Write 'autoHostRewrite: true' on routes to it, since Google finds the service by its Host. Not in Gloo 1.14.",
          "additionalProperties": false,
          "properties": {
            "host": {"type": "string", "minLength": 1, "examples": ["pets.a.run.app"], "description": "The service's DNS name, such as pets-abcdef.a.run.app."},
            "port": {"type": "integer", "minimum": 1, "maximum": 65535, "description": "443, or 80 for plain text, if not set."},
            "audience": {"type": "string", "minLength": 1, "format": "line", "examples": ["https://pets.a.run.app"], "description": "For whom the token is; https://<host>, if not set."},
            "plaintext": {"type": "boolean", "description": "Speak no TLS."}
          },
          "required": ["host"]
        }
      }
    }
    """#
