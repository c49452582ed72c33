internal import SluicePlugin

/// Where the lines of one log go, looked through before anything is written.
struct Sink {
    private enum Kind { case file, grpc, openTelemetry }

    private let kind: Kind
    private let option: Option
    /// Of the two that are sent somewhere.
    private let cluster: [UInt8]

    /// Nil when there is something wrong with it, which has been reported then.
    init?(_ log: Option, _ manager: some Subject) {
        if log["fileSink"].isPresent {
            (kind, option, cluster) = (.file, log["fileSink"], [])
            guard isUsable(option["stringFormat"]), areUsable(option["jsonFormat"]) else { return nil }
            return
        }
        kind = log["grpcService"].isPresent ? .grpc : .openTelemetry
        option = kind == .grpc ? log["grpcService"] : log["openTelemetryService"]
        guard isUsable(option["body"]), areUsable(option["attributes"]) else { return nil }
        if let name = option["staticClusterName"].text {
            cluster = name.array
            return
        }
        let reference = option["upstreamRef"]
        guard let upstream = manager.upstream(reference) else { return nil }
        guard upstream.exists else {
            reference.error("there is no upstream '\(upstream.words)' that could take the log")
            return nil
        }
        cluster = upstream.cluster
    }

    func add(to log: Accesslog.AccessLog) {
        switch kind {
        case .file: log.name("envoy.access_loggers.file").typedConfig(AccessLoggersFile.FileAccessLog.self, file)
        case .grpc: log.name("envoy.access_loggers.http_grpc").typedConfig(AccessLoggersGrpc.HttpGrpcAccessLogConfig.self, grpc)
        case .openTelemetry:
            log.name("envoy.access_loggers.open_telemetry")
                .typedConfig(AccessLoggersOpenTelemetry.OpenTelemetryAccessLogConfig.self, openTelemetry)
        }
    }

    private func file(_ out: AccessLoggersFile.FileAccessLog) {
        if let path = option["path"].text { out.path(path) }
        let text = option["stringFormat"]
        let json = option["jsonFormat"]
        guard text.isPresent || json.isPresent else { return }
        out.logFormat { format in
            if let line = text.text { format.textFormatSource { $0.inlineString(line) } }
            if json.isPresent { format.jsonFormat { write(json, to: $0) } }
            // An operator that Envoy has as an extension; only where it is used.
            if mentions(text, "REQ_WITHOUT_QUERY") || mentions(json, "REQ_WITHOUT_QUERY") {
                format.formatters {
                    $0.name("envoy.formatter.req_without_query").typedConfig(FormatterReqWithoutQuery.ReqWithoutQuery.self)
                }
            }
        }
    }

    private func grpc(_ out: AccessLoggersGrpc.HttpGrpcAccessLogConfig) {
        out.commonConfig { common in
            if let name = option["logName"].text { common.logName(name) }
            common.grpcService(service)
            common.transportApiVersion(.v3)
        }
        for header in option["additionalRequestHeadersToLog"].elements {
            if let name = header.text { out.additionalRequestHeadersToLog(name) }
        }
        for header in option["additionalResponseHeadersToLog"].elements {
            if let name = header.text { out.additionalResponseHeadersToLog(name) }
        }
        for header in option["additionalResponseTrailersToLog"].elements {
            if let name = header.text { out.additionalResponseTrailersToLog(name) }
        }
    }

    private func openTelemetry(_ out: AccessLoggersOpenTelemetry.OpenTelemetryAccessLogConfig) {
        out.grpcService(service)
        if let name = option["logName"].text { out.logName(name) }
        if let isOff = option["disableBuiltinLabels"].bool { out.disableBuiltinLabels(isOff) }
        if let body = option["body"].text { out.body { $0.stringValue(body) } }
        if option["attributes"].count > 0 { out.attributes { write(pairs: option["attributes"], to: $0) } }
        if option["resourceAttributes"].count > 0 { out.resourceAttributes { write(pairs: option["resourceAttributes"], to: $0) } }
        if mentions(option["body"], "REQ_WITHOUT_QUERY") || mentions(option["attributes"], "REQ_WITHOUT_QUERY") {
            out.formatters { $0.name("envoy.formatter.req_without_query").typedConfig(FormatterReqWithoutQuery.ReqWithoutQuery.self) }
        }
    }

    private func service(_ out: Core.GrpcService) {
        out.envoyGrpc { grpc in
            grpc.clusterName(cluster)
            if let authority = option["authority"].text { grpc.authority(authority) }
        }
    }
}

private func write(pairs: Option, to list: OpentelemetryProtoCommon.KeyValueList) {
    for pair in pairs.elements {
        list.values { out in
            out.key(pair.key)
            if let text = pair.text { out.value { $0.stringValue(text) } }
        }
    }
}
