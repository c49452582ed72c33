internal import SluicePlugin

/// Which requests are logged. The schema has seen to it that there is one kind of filter, and what Envoy needs in it.
func write(_ filter: Option, to out: Accesslog.AccessLogFilter) {
    let statusCode = filter["statusCodeFilter"]
    let duration = filter["durationFilter"]
    let runtime = filter["runtimeFilter"]
    let both = filter["andFilter"]
    let either = filter["orFilter"]
    let header = filter["headerFilter"]
    let flags = filter["responseFlagFilter"]
    let grpcStatus = filter["grpcStatusFilter"]
    if statusCode.isPresent {
        out.statusCodeFilter { $0.comparison { write(comparison: statusCode["comparison"], to: $0) } }
    } else if duration.isPresent {
        out.durationFilter { $0.comparison { write(comparison: duration["comparison"], to: $0) } }
    } else if filter["notHealthCheckFilter"].isPresent {
        out.notHealthCheckFilter { _ in }
    } else if filter["traceableFilter"].isPresent {
        out.traceableFilter { _ in }
    } else if runtime.isPresent {
        out.runtimeFilter { write(runtime: runtime, to: $0) }
    } else if both.isPresent {
        out.andFilter { all in for one in both["filters"].elements { all.filters { write(one, to: $0) } } }
    } else if either.isPresent {
        out.orFilter { all in for one in either["filters"].elements { all.filters { write(one, to: $0) } } }
    } else if header.isPresent {
        out.headerFilter { $0.header { write(header: header["header"], to: $0) } }
    } else if flags.isPresent {
        out.responseFlagFilter { all in
            for flag in flags["flags"].elements { if let text = flag.text { all.flags(text) } }
        }
    } else if grpcStatus.isPresent {
        out.grpcStatusFilter { all in
            let statuses = grpcStatus["statuses"].elements.compactMap { choice($0, grpcStatuses) }
            if !statuses.isEmpty { all.statuses(statuses.map { Accesslog.GrpcStatusFilter.Status(rawValue: $0) }) }
            if let isExcluded = grpcStatus["exclude"].bool { all.exclude(isExcluded) }
        }
    }
}

private let grpcStatuses: [StaticString] = [
    "OK", "CANCELED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS",
    "UNAUTHENTICATED",
]

private func write(comparison: Option, to out: Accesslog.ComparisonFilter) {
    if let op = choice(comparison["op"], ["EQ", "GE", "LE"]) { out.op(.init(rawValue: op)) }
    let value = comparison["value"]
    out.value { runtime in
        if let number = value["defaultValue"].uint32 { runtime.defaultValue(number) }
        if let key = value["runtimeKey"].text { runtime.runtimeKey(key) }
    }
}

private func write(runtime: Option, to out: Accesslog.RuntimeFilter) {
    if let key = runtime["runtimeKey"].text { out.runtimeKey(key) }
    let share = runtime["percentSampled"]
    if share.isPresent {
        out.percentSampled { fraction in
            if let numerator = share["numerator"].uint32 { fraction.numerator(numerator) }
            if let denominator = choice(share["denominator"], ["HUNDRED", "TEN_THOUSAND", "MILLION"]) {
                fraction.denominator(.init(rawValue: denominator))
            }
        }
    }
    if let isIndependent = runtime["useIndependentRandomness"].bool { out.useIndependentRandomness(isIndependent) }
}

private func write(header: Option, to out: Route.HeaderMatcher) {
    if let name = header["name"].text { out.name(name) }
    if let text = header["exactMatch"].text {
        out.stringMatch { $0.exact(text) }
    } else if let text = header["prefixMatch"].text {
        out.stringMatch { $0.prefix(text) }
    } else if let text = header["suffixMatch"].text {
        out.stringMatch { $0.suffix(text) }
    } else if let text = header["safeRegexMatch"]["regex"].text {
        out.stringMatch { $0.safeRegex { $0.regex(text) } }
    } else if header["rangeMatch"].isPresent {
        let range = header["rangeMatch"]
        out.rangeMatch { $0.start(range["start"].int ?? 0).end(range["end"].int ?? 0) }
    } else {
        // Nothing said asks for presence, as in Envoy.
        out.presentMatch(header["presentMatch"].bool ?? true)
    }
    if let isInverted = header["invertMatch"].bool { out.invertMatch(isInverted) }
}

/// The place of a text among the choices, which is its number in Envoy's enum; nil when it is absent.
private func choice(_ option: Option, _ choices: [StaticString]) -> Int32? {
    guard let text = option.text else { return nil }
    return choices.firstIndex { text == $0 }.map(Int32.init)
}
