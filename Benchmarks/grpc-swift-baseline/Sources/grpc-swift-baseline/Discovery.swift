import GRPCCore

/// The aggregated discovery service, both forms.
struct Discovery: RegistrableRPCService {
    let versions: Versions

    func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
        for form in [Form.stateOfTheWorld, .delta] {
            router.registerHandler(
                forMethod: MethodDescriptor(
                    fullyQualifiedService: "envoy.service.discovery.v3.AggregatedDiscoveryService", method: form.rawValue
                ),
                deserializer: RequestLength(),
                serializer: SharedResponse()
            ) { [versions] request, _ in
                StreamingServerResponse { writer in
                    try await serve(form, request, writer, versions)
                    return [:]
                }
            }
        }
    }
}

/// One stream: the newest version after the first request, and each one that comes later. Acknowledgements are read and forgotten.
private func serve(
    _ form: Form, _ request: StreamingServerRequest<Int>, _ writer: RPCWriter<Response>, _ versions: Versions
) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        var isFirst = true
        for try await _ in request.messages where isFirst {
            isFirst = false
            group.addTask {
                let (id, news) = versions.subscribe()
                defer { versions.unsubscribe(id) }
                for await _ in news { try await writer.write(versions.newest(form)) }
            }
        }
        group.cancelAll()
    }
}
