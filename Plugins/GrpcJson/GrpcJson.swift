internal import SluicePlugin

/// JSON over HTTP for gRPC services: requests become calls, by the bindings (google.api.http) of the services' descriptors.
///
/// Gloo has the option on HTTP listeners and in the `serviceSpec` of upstreams; here it stands on HTTP listeners, and, as an addition,
/// on virtual hosts and routes. The nearest place counts, alone.
let plugin = Plugin(
    name: "grpcjson",
    version: "1.0.0",
    description: "Turns JSON over HTTP into calls of gRPC services.",
    schema: schema,
    hooks: [
        .httpFilter("grpcJsonTranscoder") { filters, transcoder in
            filters.add(filterName, stage: .outAuth, place: .before, isDisabled: !transcoder.isPresent, Message.self) { write(filters, transcoder, to: $0) }
        },
        .virtualHost("grpcJsonTranscoder") { virtualHost, transcoder in
            virtualHost.envoy.typedPerFilterConfig(filterName, Message.self) { write(virtualHost, transcoder, to: $0) }
        },
        .route("grpcJsonTranscoder") { route, transcoder in
            route.envoy.typedPerFilterConfig(filterName, Message.self) { write(route, transcoder, to: $0) }
        },
    ]
)

/// Also the key of the per-route configuration.
private let filterName: StaticString = "envoy.filters.http.grpc_json_transcoder"

private typealias Message = FiltersHttpGrpcJsonTranscoder.GrpcJsonTranscoder

private func write(_ subject: some Subject, _ option: Option, to out: Message) {
    switch source(of: option, subject) {
    // Without descriptors and services the filter does nothing.
    case .none: out.protoDescriptorBin([UInt8]())
    case .file(let path): out.protoDescriptor(path)
    case .bytes(let bytes): out.protoDescriptorBin(bytes)
    case .unusable: return
    }
    for service in option["services"].elements { if let name = service.text { out.services(name) } }
    if option["printOptions"].isPresent { out.printOptions { write(printing: option["printOptions"], to: $0) } }
    if let isSaid = option["matchIncomingRequestRoute"].bool { out.matchIncomingRequestRoute(isSaid) }
    for name in option["ignoredQueryParameters"].elements { if let text = name.text { out.ignoredQueryParameters(text) } }
    if let isSaid = option["autoMapping"].bool { out.autoMapping(isSaid) }
    if let isSaid = option["ignoreUnknownQueryParameters"].bool { out.ignoreUnknownQueryParameters(isSaid) }
    if let isSaid = option["convertGrpcStatus"].bool { out.convertGrpcStatus(isSaid) }
    writeAdditions(option, to: out)
}

/// What Envoy has and Gloo does not.
private func writeAdditions(_ option: Option, to out: Message) {
    switch option["urlUnescapeSpec"].string {
    case "ALL_CHARACTERS_EXCEPT_SLASH": out.urlUnescapeSpec(.allCharactersExceptSlash)
    case "ALL_CHARACTERS": out.urlUnescapeSpec(.allCharacters)
    default: break
    }
    if let isSaid = option["queryParamUnescapePlus"].bool { out.queryParamUnescapePlus(isSaid) }
    if let isSaid = option["matchUnregisteredCustomVerb"].bool { out.matchUnregisteredCustomVerb(isSaid) }
    if let isSaid = option["caseInsensitiveEnumParsing"].bool { out.caseInsensitiveEnumParsing(isSaid) }
    if let bytes = option["maxRequestBodySize"].uint32 { out.maxRequestBodySize(bytes) }
    if let bytes = option["maxResponseBodySize"].uint32 { out.maxResponseBodySize(bytes) }
    let validation = option["requestValidationOptions"]
    guard validation.isPresent else { return }
    out.requestValidationOptions { options in
        if let isSaid = validation["rejectUnknownMethod"].bool { options.rejectUnknownMethod(isSaid) }
        if let isSaid = validation["rejectUnknownQueryParameters"].bool { options.rejectUnknownQueryParameters(isSaid) }
        if let isSaid = validation["rejectBindingBodyFieldCollisions"].bool { options.rejectBindingBodyFieldCollisions(isSaid) }
    }
}

private func write(printing options: Option, to out: Message.PrintOptions) {
    if let isSaid = options["addWhitespace"].bool { out.addWhitespace(isSaid) }
    if let isSaid = options["alwaysPrintPrimitiveFields"].bool { out.alwaysPrintPrimitiveFields(isSaid) }
    if let isSaid = options["alwaysPrintEnumsAsInts"].bool { out.alwaysPrintEnumsAsInts(isSaid) }
    if let isSaid = options["preserveProtoFieldNames"].bool { out.preserveProtoFieldNames(isSaid) }
    if let isSaid = options["streamNewlineDelimited"].bool { out.streamNewlineDelimited(isSaid) }
    if let isSaid = options["streamSseStyleDelimited"].bool { out.streamSseStyleDelimited(isSaid) }
}

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
