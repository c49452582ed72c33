internal import SluicePlugin

/// What is asked of a host, and what it has to answer.
func writeChecker(_ check: Option, to out: Core.HealthCheck) {
    let http = check["httpHealthCheck"]
    let tcp = check["tcpHealthCheck"]
    let grpc = check["grpcHealthCheck"]
    if http.isPresent {
        out.httpHealthCheck { write(http, to: $0) }
    } else if tcp.isPresent {
        out.tcpHealthCheck { out in
            if let text = tcp["send"]["text"].text { out.send { $0.text(text) } }
            for payload in tcp["receive"].elements { if let text = payload["text"].text { out.receive { $0.text(text) } } }
        }
    } else if grpc.isPresent {
        out.grpcHealthCheck { out in
            if let name = grpc["serviceName"].text { out.serviceName(name) }
            if let authority = grpc["authority"].text { out.authority(authority) }
        }
    } else {
        let redis = check["customHealthCheck"]["typedConfig"]
        out.customHealthCheck { out in
            out.name("envoy.health_checkers.redis").typedConfig(HealthCheckersRedis.Redis.self) { out in
                if let key = redis["key"].text { out.key(key) }
            }
        }
    }
}

private func write(_ http: Option, to out: Core.HealthCheck.HttpHealthCheck) {
    if let host = http["host"].text { out.host(host) }
    if let path = http["path"].text { out.path(path) }
    if let name = http["serviceName"].text, !name.isEmpty { out.serviceNameMatcher { $0.prefix(name) } }
    for header in http["requestHeadersToAdd"].elements {
        out.requestHeadersToAdd { option in
            option.header { out in
                if let key = header["header"]["key"].text { out.key(key) }
                if let value = header["header"]["value"].text { out.value(value) }
            }
            option.appendAction(header["append"].bool == false ? .overwriteIfExistsOrAdd : .appendIfExistsOrAdd)
            if header["header"]["value"].text?.isEmpty ?? true { option.keepEmptyValue(true) }
        }
    }
    for name in http["requestHeadersToRemove"].elements { if let text = name.text { out.requestHeadersToRemove(text) } }
    if http["useHttp2"].bool == true { out.codecClientType(.http2) }
    for range in http["expectedStatuses"].elements {
        out.expectedStatuses { out in
            if let start = range["start"].int { out.start(start) }
            if let end = range["end"].int { out.end(end) }
        }
    }
    if let method = method(http["method"].string) { out.method(method) }
}

private func method(_ name: String?) -> Core.RequestMethod? {
    switch name {
    case "GET": .get
    case "HEAD": .head
    case "POST": .post
    case "PUT": .put
    case "DELETE": .delete
    case "OPTIONS": .options
    case "TRACE": .trace
    case "PATCH": .patch
    default: nil
    }
}
