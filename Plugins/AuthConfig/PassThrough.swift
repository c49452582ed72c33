internal import SluicePlugin

extension AuthConfig {
    /// Another server decides, by Envoy's own protocol over gRPC or by HTTP.
    func passThroughAuth(_ option: Option, named name: String) -> [AuthFilter]? {
        if option["config"].count > 0 {
            option["config"].error("Envoy does not hand 'config' to the server; let the server know it, or send it with 'http.request.headersToAdd'")
            return nil
        }
        let grpc = option["grpc"]
        let server = grpc.isPresent ? grpcServer(grpc) : httpServer(option["http"])
        guard let server else { return nil }
        return [
            AuthFilter("envoy.filters.http.ext_authz.\(name)", FiltersHttpExtAuthz.ExtAuthz.self) { out in
                server(out)
                out.transportApiVersion(.v3)
                if option["failureModeAllow"].bool == true { out.failureModeAllow(true) }
                // What a check of JWTs before this one has found out.
                out.metadataContextNamespaces("envoy.filters.http.jwt_authn" as StaticString)
            }
        ]
    }

    private func grpcServer(_ option: Option) -> ((FiltersHttpExtAuthz.ExtAuthz) -> Void)? {
        let address = option["address"]
        let endpoint: HttpEndpoint
        do throws(HttpEndpoint.Problem) {
            endpoint = try HttpEndpoint(authority: address.string ?? "", isTLS: option["tlsConfig"].isPresent)
        } catch {
            (address.isPresent ? address : option).error("'address' must be a host and a port, as in auth.example:9000: \(error.message)")
            return nil
        }
        guard let timeout = timeout(option) else { return nil }
        let cluster = endpoint.addCluster(for: subject, of: "authconfig", usesHTTP2: true)
        return { out in
            out.grpcService { grpc in
                grpc.envoyGrpc { $0.clusterName(cluster).authority(endpoint.host) }
                grpc.timeout(seconds: timeout.seconds, nanos: timeout.nanos)
            }
        }
    }

    private func httpServer(_ option: Option) -> ((FiltersHttpExtAuthz.ExtAuthz) -> Void)? {
        let endpoint: HttpEndpoint
        do throws(HttpEndpoint.Problem) {
            endpoint = try HttpEndpoint(option["url"].string ?? "")
        } catch {
            (option["url"].isPresent ? option["url"] : option).error("'url' must be the address of a server: \(error.message)")
            return nil
        }
        let request = option["request"]
        let response = option["response"]
        for told in [request["passThroughState"], request["passThroughFilterMetadata"], response["readStateFromResponse"]] where told.bool == true {
            told.error("Envoy's checks have no state that servers could share; hand on what is needed in headers")
            return nil
        }
        for header in request["headersToAdd"].elements {
            guard isHeaderName(header.key.string), let value = header.text, isHeaderValue(value.string), problemOfFormat(value) == nil else {
                header.error("'headersToAdd' cannot set '\(header.key.string)': the name or the value is not one of a header (a percent sign is written %%)")
                return nil
            }
        }
        guard let timeout = timeout(option) else { return nil }
        let cluster = endpoint.addCluster(for: subject, of: "authconfig")
        return { out in
            out.httpService { http in
                http.serverUri { $0.uri(endpoint.url).cluster(cluster).timeout(seconds: timeout.seconds, nanos: timeout.nanos) }
                http.pathOverride(endpoint.path)
                if request["headersToAdd"].count > 0 {
                    http.authorizationRequest { more in
                        for header in request["headersToAdd"].elements {
                            if let value = header.text { more.headersToAdd { $0.key(header.key).value(value) } }
                        }
                    }
                }
                let upstream = [response["allowedUpstreamHeaders"], response["allowedUpstreamHeadersToOverwrite"]].filter { $0.count > 0 }
                let client = response["allowedClientHeadersOnDenied"]
                guard !upstream.isEmpty || client.count > 0 else { return }
                http.authorizationResponse { answer in
                    if !upstream.isEmpty { answer.allowedUpstreamHeaders { list in for names in upstream { add(names, to: list) } } }
                    if client.count > 0 { answer.allowedClientHeaders { add(client, to: $0) } }
                }
            }
            if request["allowedHeaders"].count > 0 { out.allowedHeaders { add(request["allowedHeaders"], to: $0) } }
            if request["passThroughBody"].bool == true { out.withRequestBody { $0.maxRequestBytes(4096).allowPartialMessage(true) } }
        }
    }

    /// Nil after an error.
    private func timeout(_ option: Option) -> (seconds: Int64, nanos: Int32)? {
        let timeout = option["connectionTimeout"].duration ?? (5, 0)
        guard timeout.seconds > 0 || timeout.nanos > 0, timeout.seconds < 86400 else {
            option["connectionTimeout"].error("'connectionTimeout' must be longer than 0s, and less than a day")
            return nil
        }
        return timeout
    }
}

private func add(_ names: Option, to list: TypeMatcher.ListStringMatcher) {
    for name in names.elements {
        if let text = name.text { list.patterns { $0.exact(text).ignoreCase(true) } }
    }
}
