internal import SluicePlugin

/// The listener's configuration.
func write(_ filters: HttpFilterSubject, _ option: Option, to out: FiltersHttpExtProc.ExternalProcessor) {
    out.grpcService { write(filters, service: option["grpcService"], to: $0) }
    if let allow = option["failureModeAllow"].bool { out.failureModeAllow(allow) }
    if option["processingMode"].isPresent { out.processingMode { write(mode: option["processingMode"], to: $0) } }
    for mode in option["allowedOverrideModes"].elements { out.allowedOverrideModes { write(mode: mode, to: $0) } }
    if let allow = option["allowModeOverride"].bool { out.allowModeOverride(allow) }
    attributes(option["requestAttributes"]) { out.requestAttributes($0) }
    attributes(option["responseAttributes"]) { out.responseAttributes($0) }
    if let time = upToAnHour(option["messageTimeout"], "messageTimeout") { out.messageTimeout(seconds: time.seconds, nanos: time.nanos) }
    if let time = upToAnHour(option["maxMessageTimeout"], "maxMessageTimeout") { out.maxMessageTimeout(seconds: time.seconds, nanos: time.nanos) }
    if let prefix = option["statPrefix"].text, !prefix.isEmpty { out.statPrefix(prefix) }
    if option["mutationRules"].isPresent { out.mutationRules { write(rules: option["mutationRules"], to: $0) } }
    if option["forwardRules"].isPresent { out.forwardRules { write(forwarding: option["forwardRules"], to: $0) } }
    if option["filterMetadata"].isPresent {
        if !option["filterMetadata"].isShallow { option["filterMetadata"].error("maps and lists in 'filterMetadata' may stand 16 deep in each other, and no deeper") }
        else { out.filterMetadata { $0.members(of: option["filterMetadata"]) } }
    }
    if hasMetadata(option) { out.metadataOptions { write(metadata: option, to: $0) } }
    if let isObserver = option["observabilityMode"].bool { out.observabilityMode(isObserver) }
    if let isOff = option["disableImmediateResponse"].bool { out.disableImmediateResponse(isOff) }
    switch option["routeCacheAction"].string {
    case "CLEAR": out.routeCacheAction(.clear)
    case "RETAIN": out.routeCacheAction(.retain)
    // Gloo's word for the same.
    default: if option["disableClearRouteCache"].bool == true { out.routeCacheAction(.retain) }
    }
    if let status = option["statusOnError"].int {
        if isStatus(status) { out.statusOnError { $0.code(.init(rawValue: Int32(status))) } }
        else { option["statusOnError"].error("'statusOnError' is \(status), and Envoy answers with codes that HTTP defines only; write 500 or 503") }
    }
}

/// What another place says.
func write(_ subject: some Subject, _ place: Option, to out: FiltersHttpExtProc.ExtProcPerRoute) {
    guard place["disabled"].bool != true else {
        out.disabled(true)
        return
    }
    let overrides = place["overrides"]
    out.overrides { out in
        if overrides["processingMode"].isPresent { out.processingMode { write(mode: overrides["processingMode"], to: $0) } }
        if overrides["grpcService"].isPresent { out.grpcService { write(subject, service: overrides["grpcService"], to: $0) } }
        attributes(overrides["requestAttributes"]) { out.requestAttributes($0) }
        attributes(overrides["responseAttributes"]) { out.responseAttributes($0) }
        for header in overrides["grpcInitialMetadata"].elements { out.grpcInitialMetadata { write(header: header, to: $0) } }
        if hasMetadata(overrides) { out.metadataOptions { write(metadata: overrides, to: $0) } }
        if let allow = overrides["failureModeAllow"].bool { out.failureModeAllow(allow) }
    }
}

private func write(_ subject: some Subject, service: Option, to out: Core.GrpcService) {
    let reference = service["extProcServerRef"]
    guard let upstream = subject.upstream(reference) else { return }
    if !upstream.exists { reference.error("there is no upstream '\(upstream.words)' that could be the processing server") }
    out.envoyGrpc { target in
        target.clusterName(upstream.cluster)
        if let authority = service["authority"].text, !authority.isEmpty { target.authority(authority) }
    }
    if let time = service["timeout"].duration { out.timeout(seconds: time.seconds, nanos: time.nanos) }
    for header in service["initialMetadata"].elements { out.initialMetadata { write(header: header, to: $0) } }
}

private func write(header: Option, to out: Core.HeaderValue) {
    if let key = header["key"].text {
        if key.bytes[0] == UInt8(ascii: ":") { header["key"].error("'\(key.string)' is a part of the call itself; name a header") }
        out.key(key)
    }
    guard let value = header["value"].text else { return }
    if let problem = problemOfFormat(value) { header["value"].error(problem) }
    out.value(value)
}

private func write(mode: Option, to out: FiltersHttpExtProc.ProcessingMode) {
    if let word = headerMode(mode["requestHeaderMode"]) { out.requestHeaderMode(word) }
    if let word = headerMode(mode["responseHeaderMode"]) { out.responseHeaderMode(word) }
    if let word = headerMode(mode["requestTrailerMode"]) { out.requestTrailerMode(word) }
    if let word = headerMode(mode["responseTrailerMode"]) { out.responseTrailerMode(word) }
    if let word = bodyMode(mode["requestBodyMode"]) { out.requestBodyMode(word) }
    if let word = bodyMode(mode["responseBodyMode"]) { out.responseBodyMode(word) }
    for (body, trailers) in [("requestBodyMode", "requestTrailerMode"), ("responseBodyMode", "responseTrailerMode")] as [(StaticString, StaticString)]
    where mode[body].string == "FULL_DUPLEX_STREAMED" && mode[trailers].string != "SEND" {
        mode[body].error("'\(body)' FULL_DUPLEX_STREAMED needs '\(trailers): SEND'")
    }
}

private func headerMode(_ word: Option) -> FiltersHttpExtProc.ProcessingMode.HeaderSendMode? {
    switch word.string {
    case "DEFAULT": .default
    case "SEND": .send
    case "SKIP": .skip
    default: nil
    }
}

private func bodyMode(_ word: Option) -> FiltersHttpExtProc.ProcessingMode.BodySendMode? {
    switch word.string {
    case "NONE": FiltersHttpExtProc.ProcessingMode.BodySendMode.none
    case "STREAMED": .streamed
    case "BUFFERED": .buffered
    case "BUFFERED_PARTIAL": .bufferedPartial
    case "FULL_DUPLEX_STREAMED": .fullDuplexStreamed
    default: nil
    }
}

private func write(rules: Option, to out: CommonMutationRules.HeaderMutationRules) {
    if let isSaid = rules["allowAllRouting"].bool { out.allowAllRouting(isSaid) }
    if let isSaid = rules["allowEnvoy"].bool { out.allowEnvoy(isSaid) }
    if let isSaid = rules["disallowSystem"].bool { out.disallowSystem(isSaid) }
    if let isSaid = rules["disallowAll"].bool { out.disallowAll(isSaid) }
    if let text = rules["allowExpression"]["regex"].text { out.allowExpression { $0.regex(text) } }
    if let text = rules["disallowExpression"]["regex"].text { out.disallowExpression { $0.regex(text) } }
    if let isSaid = rules["disallowIsError"].bool { out.disallowIsError(isSaid) }
}

private func write(forwarding rules: Option, to out: FiltersHttpExtProc.HeaderForwardingRules) {
    let (allowed, disallowed) = (rules["allowedHeaders"], rules["disallowedHeaders"])
    if allowed["patterns"].count > 0 { out.allowedHeaders { add(allowed, to: $0) } }
    if disallowed["patterns"].count > 0 { out.disallowedHeaders { add(disallowed, to: $0) } }
}

private func add(_ headers: Option, to list: TypeMatcher.ListStringMatcher) {
    for pattern in headers["patterns"].elements {
        list.patterns { out in
            if let text = pattern["exact"].text { out.exact(text) }
            if let text = pattern["prefix"].text { out.prefix(text) }
            if let text = pattern["suffix"].text { out.suffix(text) }
            if let text = pattern["safeRegex"]["regex"].text {
                out.safeRegex { $0.regex(text) }
            } else if pattern["ignoreCase"].bool == true {
                out.ignoreCase(true)
            }
        }
    }
}

private func hasMetadata(_ option: Option) -> Bool {
    ["metadataContextNamespaces", "typedMetadataContextNamespaces", "metadataReceivingNamespaces"].contains { (name: StaticString) in option[name].count > 0 }
}

private func write(metadata option: Option, to out: FiltersHttpExtProc.MetadataOptions) {
    let (untyped, typed) = (option["metadataContextNamespaces"], option["typedMetadataContextNamespaces"])
    if untyped.count + typed.count > 0 {
        out.forwardingNamespaces { names in
            for name in untyped.elements { if let text = name.text { names.untyped(text) } }
            for name in typed.elements { if let text = name.text { names.typed(text) } }
        }
    }
    guard option["metadataReceivingNamespaces"].count > 0 else { return }
    out.receivingNamespaces { names in
        for name in option["metadataReceivingNamespaces"].elements { if let text = name.text { names.untyped(text) } }
    }
}

/// Envoy's bound.
private func upToAnHour(_ time: Option, _ name: String) -> (seconds: Int64, nanos: Int32)? {
    guard let value = time.duration else { return nil }
    if value.seconds > 3600 || (value.seconds == 3600 && value.nanos > 0) { time.error("'\(name)' is at most 1h") }
    return value
}

/// The codes that Envoy's API lists.
private func isStatus(_ code: Int64) -> Bool {
    switch code {
    case 100, 200...208, 226, 300...305, 307, 308, 400...417, 421...424, 426, 428, 429, 431, 500...508, 510, 511: true
    default: false
    }
}
