internal import SluicePlugin

/// What Envoy keeps in the options of the protocols: limits of a connection, HTTP/1 and HTTP/2.
func writeConnection(_ settings: Option, to manager: Manager) {
    writeCommon(settings, to: manager)
    writeHTTP1(settings, to: manager)
    let http2 = settings["http2ProtocolOptions"]
    guard http2.isPresent else { return }
    manager.http2ProtocolOptions { out in
        if let count = http2["maxConcurrentStreams"].uint32 { out.maxConcurrentStreams(count) }
        if let size = http2["initialStreamWindowSize"].uint32 { out.initialStreamWindowSize(size) }
        if let size = http2["initialConnectionWindowSize"].uint32 { out.initialConnectionWindowSize(size) }
        if let isOn = http2["overrideStreamErrorOnInvalidHttpMessage"].bool { out.overrideStreamErrorOnInvalidHttpMessage(isOn) }
    }
}

private func writeCommon(_ settings: Option, to manager: Manager) {
    let idle = settings["idleTimeout"].duration
    let connection = settings["maxConnectionDuration"].duration
    let stream = settings["maxStreamDuration"].duration
    let headers = settings["maxHeadersCount"].uint32
    let requests = settings["maxRequestsPerConnection"].uint32
    let underscores = choice(settings["headersWithUnderscoresAction"], ["ALLOW", "REJECT_REQUEST", "DROP_HEADER"])
    guard idle != nil || connection != nil || stream != nil || headers != nil || requests != nil || underscores != nil else { return }
    manager.commonHttpProtocolOptions { out in
        if let idle { out.idleTimeout(seconds: idle.seconds, nanos: idle.nanos) }
        if let connection { out.maxConnectionDuration(seconds: connection.seconds, nanos: connection.nanos) }
        if let headers { out.maxHeadersCount(headers) }
        if let stream { out.maxStreamDuration(seconds: stream.seconds, nanos: stream.nanos) }
        if let underscores { out.headersWithUnderscoresAction(.init(rawValue: underscores)) }
        if let requests { out.maxRequestsPerConnection(requests) }
    }
}

private func writeHTTP1(_ settings: Option, to manager: Manager) {
    let accept = settings["acceptHttp10"].bool
    let host = settings["defaultHostForHttp10"].text
    let chunked = settings["allowChunkedLength"].bool
    let trailers = settings["enableTrailers"].bool
    let proper = settings["properCaseHeaderKeyFormat"].bool == true
    let preserve = settings["preserveCaseHeaderKeyFormat"].bool == true
    guard accept != nil || host != nil || chunked != nil || trailers != nil || proper || preserve else { return }
    manager.httpProtocolOptions { out in
        if let accept { out.acceptHttp10(accept) }
        if let host { out.defaultHostForHttp10(host) }
        if proper { out.headerKeyFormat { $0.properCaseWords { _ in } } }
        if preserve {
            out.headerKeyFormat { format in
                format.statefulFormatter {
                    $0.name("envoy.http.stateful_header_formatters.preserve_case")
                        .typedConfig(HttpHeaderFormattersPreserveCase.PreserveCaseFormatterConfig.self)
                }
            }
        }
        if let trailers { out.enableTrailers(trailers) }
        if let chunked { out.allowChunkedLength(chunked) }
    }
}
