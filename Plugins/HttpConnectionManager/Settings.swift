internal import SluicePlugin

typealias Manager = FiltersNetworkHttpConnectionManager.HttpConnectionManager

/// What stands in Envoy's connection manager itself, under the same name.
func write(_ settings: Option, to manager: Manager) {
    if let limit = settings["streamIdleTimeout"].duration { manager.streamIdleTimeout(seconds: limit.seconds, nanos: limit.nanos) }
    if let limit = settings["requestTimeout"].duration { manager.requestTimeout(seconds: limit.seconds, nanos: limit.nanos) }
    if let limit = settings["requestHeadersTimeout"].duration { manager.requestHeadersTimeout(seconds: limit.seconds, nanos: limit.nanos) }
    if let time = settings["drainTimeout"].duration { manager.drainTimeout(seconds: time.seconds, nanos: time.nanos) }
    if let time = settings["delayedCloseTimeout"].duration { manager.delayedCloseTimeout(seconds: time.seconds, nanos: time.nanos) }
    if let size = settings["maxRequestHeadersKb"].uint32 { manager.maxRequestHeadersKb(size) }
    if let name = settings["serverName"].text { manager.serverName(name) }
    if let rule = choice(settings["serverHeaderTransformation"], ["OVERWRITE", "APPEND_IF_ABSENT", "PASS_THROUGH"]) {
        manager.serverHeaderTransformation(.init(rawValue: rule))
    }
    if let codec = choice(settings["codecType"], ["AUTO", "HTTP1", "HTTP2"]) { manager.codecType(.init(rawValue: codec)) }
    if let isOn = settings["stripAnyHostPort"].bool { manager.stripAnyHostPort(isOn) }
    if let isOn = settings["proxy100Continue"].bool { manager.proxy100Continue(isOn) }
    // Where the user is silent, the host writes Gloo's default: true.
    if let isOn = settings["normalizePath"].bool { manager.normalizePath(isOn) }
    if let isOn = settings["mergeSlashes"].bool { manager.mergeSlashes(isOn) }
    if let action = choice(
        settings["pathWithEscapedSlashesAction"],
        ["IMPLEMENTATION_SPECIFIC_DEFAULT", "KEEP_UNCHANGED", "REJECT_REQUEST", "UNESCAPE_AND_REDIRECT", "UNESCAPE_AND_FORWARD"]
    ) {
        manager.pathWithEscapedSlashesAction(.init(rawValue: action))
    }
    if let isOn = settings["generateRequestId"].bool { manager.generateRequestId(isOn) }
    if let isOn = settings["preserveExternalRequestId"].bool { manager.preserveExternalRequestId(isOn) }
    let uuid = settings["uuidRequestIdConfig"]
    if uuid.isPresent {
        manager.requestIdExtension { id in
            id.typedConfig(RequestIdUuid.UuidRequestIdConfig.self) { out in
                if let isOn = uuid["packTraceReason"].bool { out.packTraceReason(isOn) }
                if let isOn = uuid["useRequestIdForTraceSampling"].bool { out.useRequestIdForTraceSampling(isOn) }
            }
        }
    }
}

/// The place of a text among the choices, which is its number in Envoy's enum; nil when it is absent.
func choice(_ option: Option, _ choices: [StaticString]) -> Int32? {
    guard let text = option.text else { return nil }
    return choices.firstIndex { text == $0 }.map(Int32.init)
}
