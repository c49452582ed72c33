internal import SluicePlugin

/// The options of HTTP/2, which stand beside each other in the upstream.
struct Http2Options {
    private let streams: Option
    private let streamWindow: Option
    private let connectionWindow: Option
    private let overridesError: Option

    init(_ upstream: UpstreamSubject) {
        streams = upstream.option("maxConcurrentStreams")
        streamWindow = upstream.option("initialStreamWindowSize")
        connectionWindow = upstream.option("initialConnectionWindowSize")
        overridesError = upstream.option("overrideStreamErrorOnInvalidHttpMessage")
    }

    func warnOfNoEffect() {
        for (option, name) in [
            (streams, "maxConcurrentStreams"), (streamWindow, "initialStreamWindowSize"), (connectionWindow, "initialConnectionWindowSize"),
            (overridesError, "overrideStreamErrorOnInvalidHttpMessage"),
        ] where option.isPresent {
            option.warning("'\(name)' has no effect without HTTP/2; add 'useHttp2: true'")
        }
    }

    func write(to out: Core.Http2ProtocolOptions) {
        if let count = streams.uint32 { out.maxConcurrentStreams(count) }
        if let size = streamWindow.uint32 { out.initialStreamWindowSize(size) }
        if let size = connectionWindow.uint32 { out.initialConnectionWindowSize(size) }
        if let isOn = overridesError.bool { out.overrideStreamErrorOnInvalidHttpMessage(isOn) }
    }
}

func writeHttp1(_ options: Option, to out: Core.Http1ProtocolOptions) {
    if options["properCaseHeaderKeyFormat"].bool == true { out.headerKeyFormat { $0.properCaseWords { _ in } } }
    if options["preserveCaseHeaderKeyFormat"].bool == true {
        out.headerKeyFormat { format in
            format.statefulFormatter {
                $0.name("envoy.http.stateful_header_formatters.preserve_case")
                    .typedConfig(HttpHeaderFormattersPreserveCase.PreserveCaseFormatterConfig.self)
            }
        }
    }
    if let isOn = options["enableTrailers"].bool { out.enableTrailers(isOn) }
    if let isOn = options["overrideStreamErrorOnInvalidHttpMessage"].bool { out.overrideStreamErrorOnInvalidHttpMessage(isOn) }
}
