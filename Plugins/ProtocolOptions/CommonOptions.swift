internal import SluicePlugin

/// What `connectionConfig` says of HTTP in every version.
struct CommonOptions {
    private let idle: (seconds: Int64, nanos: Int32)?
    private let stream: (seconds: Int64, nanos: Int32)?
    private let headers: UInt32?
    private let underscores: Core.HttpProtocolOptions.HeadersWithUnderscoresAction?
    private let requests: UInt32?

    init(_ connection: Option) {
        let common = connection["commonHttpProtocolOptions"]
        idle = common["idleTimeout"].duration
        stream = common["maxStreamDuration"].duration
        // 0 is not set, as in Gloo; Envoy would refuse it.
        headers = common["maxHeadersCount"].uint32.flatMap { $0 > 0 ? $0 : nil }
        underscores =
            switch common["headersWithUnderscoresAction"].string {
            case "ALLOW": .allow
            case "REJECT_REQUEST": .rejectRequest
            case "DROP_HEADER": .dropHeader
            default: nil
            }
        requests = connection["maxRequestsPerConnection"].uint32
    }

    var isPresent: Bool { idle != nil || stream != nil || headers != nil || underscores != nil || requests != nil }

    func write(to out: Core.HttpProtocolOptions) {
        if let idle { out.idleTimeout(seconds: idle.seconds, nanos: idle.nanos) }
        if let headers { out.maxHeadersCount(headers) }
        if let stream { out.maxStreamDuration(seconds: stream.seconds, nanos: stream.nanos) }
        if let underscores { out.headersWithUnderscoresAction(underscores) }
        if let requests { out.maxRequestsPerConnection(requests) }
    }
}
