internal import SluicePlugin

/// HTTP with an upstream: which version, and its settings.
///
/// Envoy has one message for all of it, under one key of a map, so this plugin writes also what `connectionConfig` says of HTTP. Many
/// options lead to it, and one hook for all of them writes it once.
let plugin = Plugin(
    name: "protocoloptions",
    version: "1.0.0",
    description: "HTTP/1.1 and HTTP/2 with upstreams: the version, windows, streams and limits.",
    schema: schema,
    hooks: [.upstream(nil) { upstream, _ in contribute(to: upstream) }]
)

private func contribute(to upstream: UpstreamSubject) {
    let connection = upstream.option("connectionConfig")
    let http1 = connection["http1ProtocolOptions"]
    let common = CommonOptions(connection)
    let http2 = Http2Options(upstream)
    let usesHttp2 = upstream.option("useHttp2").bool == true
    let followsClient = upstream.option("protocolSelection").string == "USE_DOWNSTREAM_PROTOCOL"
    if !usesHttp2, !followsClient { http2.warnOfNoEffect() }
    if usesHttp2, !followsClient, http1.isPresent {
        return http1.error(
            "'http1ProtocolOptions' and 'useHttp2' go together with 'protocolSelection: USE_DOWNSTREAM_PROTOCOL' only; remove one, or write that"
        )
    }
    guard usesHttp2 || followsClient || http1.isPresent || common.isPresent else { return }
    upstream.envoy.typedExtensionProtocolOptions(
        "envoy.extensions.upstreams.http.v3.HttpProtocolOptions", UpstreamsHttp.HttpProtocolOptions.self
    ) { out in
        if common.isPresent { out.commonHttpProtocolOptions { common.write(to: $0) } }
        if followsClient {
            out.useDownstreamProtocolConfig {
                $0.httpProtocolOptions { writeHttp1(http1, to: $0) }.http2ProtocolOptions { http2.write(to: $0) }
            }
        } else if usesHttp2 {
            out.explicitHttpConfig { $0.http2ProtocolOptions { http2.write(to: $0) } }
        } else {
            out.explicitHttpConfig { $0.httpProtocolOptions { writeHttp1(http1, to: $0) } }
        }
    }
}

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
