internal import SluicePlugin

/// The server that is asked: that of the listener's options, or else of the Settings; looked through before anything is written.
struct AuthServer {
    private let settings: Option
    private let cluster: [UInt8]
    private let timeout: (seconds: Int64, nanos: Int32)

    /// Nil when there is none, or something wrong with it, which has been reported then.
    init?(_ filters: HttpFilterSubject, _ listener: Option) {
        settings = listener.isPresent ? listener : filters.glooSettings["extauth"]
        let complaint = Complaint(listener: listener)
        let reference = settings["extauthzServerRef"]
        guard let upstream = filters.upstream(reference) else {
            complaint.say(
                reference,
                "virtual hosts or routes use 'extauth', and no auth server is there to ask: those with 'customAuth' are closed; set 'extauthzServerRef'"
                    + " in 'httpGateway.options.extauth', or in 'extauth' of the Settings"
            )
            return nil
        }
        cluster = upstream.cluster
        timeout = settings["requestTimeout"].duration ?? (0, 200_000_000)
        var isUsable = true
        func refuse(_ at: Option, _ message: String) {
            isUsable = false
            complaint.say(at, message)
        }
        if !upstream.exists {
            refuse(reference, "there is no upstream '\(upstream.words)' that could be the auth server; until there is, what asks for it is closed")
        }
        if timeout.seconds <= 0, timeout.nanos <= 0 { refuse(settings["requestTimeout"], "'requestTimeout' must be longer than 0s") }
        if settings["httpService"].isPresent, timeout.seconds > UInt32.max {
            refuse(settings["requestTimeout"], "'requestTimeout' with 'httpService' must be less than 2^32 seconds, which is 136 years")
        }
        if let status = settings["statusOnError"].int, !isStatus(status) {
            refuse(settings["statusOnError"], "'statusOnError' is \(status), and Envoy answers with codes that HTTP defines only; write 403 or 503")
        }
        let service = settings["httpService"]
        if let path = service["pathPrefix"].text, !path.isEmpty, path.bytes[0] != UInt8(ascii: "/") || hasBreak(path) {
            refuse(service["pathPrefix"], "'pathPrefix' must begin with '/', and be one line")
        }
        if let authority = settings["grpcService"]["authority"].text, hasBreak(authority) {
            refuse(settings["grpcService"]["authority"], "'authority' must be one line")
        }
        if let name = settings["userIdHeader"].text, isReserved(name) {
            refuse(settings["userIdHeader"], "header '\(name.string)' cannot be the 'userIdHeader'; name one of your own")
        }
        for value in service["request"]["headersToAdd"].elements {
            let name = value.key
            if isReserved(name) || name.array.contains(where: { $0 <= 0x20 || $0 >= 0x7f || $0 == UInt8(ascii: ":") }) {
                refuse(value, "'headersToAdd' cannot set '\(name.string)': it is no name of a header, or one that the request needs")
            } else if let text = value.text, let problem = hasBreak(text) ? "it must be one line" : problemOfFormat(text) {
                refuse(value, "the value of '\(name.string)' in 'headersToAdd' cannot be used: \(problem)")
            }
        }
        for value in service["request"]["allowedHeadersRegex"].elements where value.text?.isEmpty ?? true {
            refuse(value, "'allowedHeadersRegex' has an empty expression; remove it")
        }
        guard isUsable else { return nil }
    }

    /// Which requests of clients may not carry.
    var userIdHeader: sluice_text_host? { settings["userIdHeader"].text.flatMap { $0.isEmpty ? nil : $0 } }

    func write(to out: FiltersHttpExtAuthz.ExtAuthz) {
        let service = settings["httpService"]
        if service.isPresent {
            write(service, to: out)
        } else {
            out.grpcService { grpc in
                grpc.envoyGrpc { target in
                    target.clusterName(cluster)
                    if let authority = settings["grpcService"]["authority"].text { target.authority(authority) }
                }
                grpc.timeout(seconds: timeout.seconds, nanos: timeout.nanos)
            }
        }
        out.transportApiVersion(.v3)
        if let allow = settings["failureModeAllow"].bool { out.failureModeAllow(allow) }
        let body = settings["requestBody"]
        if body.isPresent {
            out.withRequestBody { buffer in
                // Zero is "not said", as in Gloo.
                buffer.maxRequestBytes(body["maxRequestBytes"].uint32.flatMap { $0 == 0 ? nil : $0 } ?? 4096)
                if let isPartial = body["allowPartialMessage"].bool { buffer.allowPartialMessage(isPartial) }
                if let isBytes = body["packAsBytes"].bool { buffer.packAsBytes(isBytes) }
            }
        }
        if let clears = settings["clearRouteCache"].bool { out.clearRouteCache(clears) }
        if let status = settings["statusOnError"].int, status != 0 { out.statusOnError { $0.code(.init(rawValue: Int32(status))) } }
        if let prefix = settings["statPrefix"].text, !prefix.isEmpty { out.statPrefix(prefix) }
        // What a check of JWTs before this one has found out.
        out.metadataContextNamespaces("envoy.filters.http.jwt_authn" as StaticString)
    }

    private func write(_ service: Option, to out: FiltersHttpExtAuthz.ExtAuthz) {
        let request = service["request"]
        out.httpService { http in
            http.serverUri { server in
                // Envoy wants a URI and takes the cluster; the request's own host is sent.
                server.uri("http://extauth" as StaticString).cluster(cluster).timeout(seconds: timeout.seconds, nanos: timeout.nanos)
            }
            if let prefix = service["pathPrefix"].text, !prefix.isEmpty { http.pathPrefix(prefix) }
            if request["headersToAdd"].count > 0 {
                http.authorizationRequest { more in
                    for value in request["headersToAdd"].elements {
                        more.headersToAdd { header in
                            header.key(value.key)
                            if let text = value.text { header.value(text) }
                        }
                    }
                }
            }
            let response = service["response"]
            guard response.isPresent else { return }
            http.authorizationResponse { answer in
                if response["allowedUpstreamHeaders"].count > 0 {
                    answer.allowedUpstreamHeaders { add(response["allowedUpstreamHeaders"], to: $0) }
                }
                if response["allowedUpstreamHeadersToAppend"].count > 0 {
                    answer.allowedUpstreamHeadersToAppend { add(response["allowedUpstreamHeadersToAppend"], to: $0) }
                }
                if response["allowedClientHeaders"].count > 0 {
                    answer.allowedClientHeaders { add(response["allowedClientHeaders"], to: $0) }
                }
            }
        }
        guard request["allowedHeaders"].count + request["allowedHeadersRegex"].count > 0 else { return }
        out.allowedHeaders { list in
            add(request["allowedHeaders"], to: list)
            for expression in request["allowedHeadersRegex"].elements {
                if let text = expression.text { list.patterns { $0.safeRegex { $0.regex(text) } } }
            }
        }
    }
}

private func add(_ names: Option, to list: TypeMatcher.ListStringMatcher) {
    for name in names.elements {
        if let text = name.text { list.patterns { $0.exact(text).ignoreCase(true) } }
    }
}

/// Where a mistake is told: at the listener's option, or on the gateway when it stands in the Settings.
private struct Complaint {
    let listener: Option

    func say(_ at: Option, _ message: String) {
        if listener.isPresent { return (at.isPresent ? at : listener).error(message) }
        listener.error(at.isPresent ? "'extauth' of the Settings: \(message)" : message)
    }
}

private func hasBreak(_ text: sluice_text_host) -> Bool { text.array.contains { $0 == 0 || $0 == 0x0a || $0 == 0x0d } }

/// Headers that are parts of the request line, and the host.
private func isReserved(_ name: sluice_text_host) -> Bool {
    name.isEmpty || name.bytes[0] == UInt8(ascii: ":") || name.string.lowercased() == "host"
}

/// The codes that Envoy's API lists; zero is Envoy's own choice, 403.
private func isStatus(_ code: Int64) -> Bool {
    switch code {
    case 0, 100, 200...208, 226, 300...305, 307, 308, 400...417, 421...424, 426, 428, 429, 431, 500...508, 510, 511: true
    default: false
    }
}
