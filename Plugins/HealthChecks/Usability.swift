internal import SluicePlugin

/// Whether Envoy takes a health check; what is in the way is reported.
func isUsable(_ check: Option, of upstream: UpstreamSubject) -> Bool {
    let times: [StaticString] = ["timeout", "interval", "noTrafficInterval", "unhealthyInterval", "unhealthyEdgeInterval", "healthyEdgeInterval"]
    for name in times {
        guard isLongerThanZero(check[name], name) else { return false }
    }
    let grpc = check["grpcHealthCheck"]
    if grpc.isPresent, upstream.option("useHttp2").bool != true, upstream.option("protocolSelection").string != "USE_DOWNSTREAM_PROTOCOL" {
        grpc.error("'grpcHealthCheck' needs HTTP/2 with the upstream; add 'useHttp2: true'")
        return false
    }
    let tcp = check["tcpHealthCheck"]
    return isHex(tcp["send"]) && tcp["receive"].elements.allSatisfy(isHex) && isUsable(http: check["httpHealthCheck"])
}

func isLongerThanZero(_ option: Option, _ name: StaticString) -> Bool {
    guard let time = option.duration, time.seconds == 0, time.nanos == 0 else { return true }
    option.error("'\(name)' must be longer than 0s")
    return false
}

private func isHex(_ payload: Option) -> Bool {
    guard let text = payload["text"].text else { return true }
    guard text.length % 2 == 0, text.array.allSatisfy(isHexDigit) else {
        payload["text"].error("'\(text.string)' is no bytes in hexadecimal, two digits each, such as 50494e47 for PING")
        return false
    }
    return true
}

private func isHexDigit(_ byte: UInt8) -> Bool {
    (byte >= 0x30 && byte <= 0x39) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x66)
}

private func isUsable(http: Option) -> Bool {
    for name in ["host", "path"] as [StaticString] {
        guard let text = http[name].text, text.array.contains(where: isControl) else { continue }
        http[name].error("'\(name)' cannot hold control characters")
        return false
    }
    for range in http["expectedStatuses"].elements {
        guard let start = range["start"].int, let end = range["end"].int, start >= end else { continue }
        range.error("'end' is the first status that is not expected, so it must be greater than 'start'; \(start) alone is {start: \(start), end: \(start + 1)}")
        return false
    }
    for name in http["requestHeadersToRemove"].elements {
        guard let text = name.text, !isChangeable(header: text) else { continue }
        name.error("'\(text.string)' cannot be removed; only plain headers can")
        return false
    }
    return http["requestHeadersToAdd"].elements.allSatisfy { isUsable(header: $0["header"]) }
}

private func isUsable(header: Option) -> Bool {
    let key = header["key"]
    if let name = key.text, !isChangeable(header: name) {
        key.error("'\(name.string)' cannot be set here; the check's 'host' and 'path' say what is asked")
        return false
    }
    let value = header["value"]
    guard let text = value.text, let problem = problemOfFormat(text) else { return true }
    value.error(problem)
    return false
}

private func isControl(_ byte: UInt8) -> Bool { (byte < 0x20 && byte != 0x09) || byte == 0x7f }
