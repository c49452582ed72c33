internal import SluicePlugin

/// One issuer of tokens: how to know its tokens, where they stand in requests, and what goes on to upstreams.
struct Provider {
    let name: String
    private let option: Option
    private let keys: Keys

    private enum Keys {
        case local(KeySet)
        case remote(HttpEndpoint, cluster: [UInt8])
    }

    /// Nil when something is wrong, which has been reported then.
    init?(_ option: Option, of subject: some RoutedSubject) {
        name = option.key.string
        self.option = option
        guard !name.isEmpty else {
            option.error("a provider needs a name; claims are told under it to other filters")
            return nil
        }
        guard let keys = Self.keys(option, of: subject) else { return nil }
        self.keys = keys
        for token in option["claimsToHeaders"].elements where token["append"].bool == true {
            token["append"].warning("Envoy sets the header to the claim and never adds to what a client has sent; 'append' has no effect")
        }
    }

    private static func keys(_ option: Option, of subject: some RoutedSubject) -> Keys? {
        let jwks = option["jwks"]
        let local = jwks["local"]["key"]
        if let text = local.string {
            do throws(KeySet.Problem) {
                let keys = try KeySet(text)
                if !keys.leftOut.isEmpty { local.warning("some of the keys cannot be used, and are left out: \(keys.leftOut.joined(separator: "; "))") }
                return .local(keys)
            } catch {
                local.error("this key cannot be used: \(error.message)")
                return nil
            }
        }
        let remote = jwks["remote"]
        guard remote.isPresent else {
            (jwks.isPresent ? jwks : option).error("there are no keys to check tokens by; write 'jwks.local.key', or 'jwks.remote' with 'url'")
            return nil
        }
        return remoteKeys(remote, of: subject)
    }

    private static func remoteKeys(_ remote: Option, of subject: some RoutedSubject) -> Keys? {
        if let duration = remote["cacheDuration"].duration, duration.seconds > 9_000_000 || (duration.seconds == 0 && duration.nanos < 1_000_000) {
            remote["cacheDuration"].error("'cacheDuration' must be 1ms at least, and 9000000s at most")
            return nil
        }
        let endpoint: HttpEndpoint
        do throws(HttpEndpoint.Problem) {
            endpoint = try HttpEndpoint(remote["url"].string ?? "")
        } catch {
            remote["url"].error("'\(remote["url"].string ?? "")' cannot be asked for keys: \(error.message)")
            return nil
        }
        guard remote["upstreamRef"].isPresent else {
            return .remote(endpoint, cluster: Array(endpoint.addCluster(for: subject, of: "jwt").utf8))
        }
        guard let upstream = subject.upstream(remote["upstreamRef"]), upstream.exists else {
            remote["upstreamRef"].error("there is no upstream '\(subject.upstream(remote["upstreamRef"])?.words ?? "")' to get keys from")
            return nil
        }
        return .remote(endpoint, cluster: upstream.cluster)
    }

    func write(to out: FiltersHttpJwtAuthn.JwtProvider) {
        if let issuer = option["issuer"].text, !issuer.isEmpty { out.issuer(issuer) }
        for audience in option["audiences"].elements { if let text = audience.text { out.audiences(text) } }
        switch keys {
        case .local(let keys): out.localJwks { $0.inlineString(keys.json) }
        case .remote(let endpoint, let cluster): out.remoteJwks { write(endpoint, cluster, to: $0) }
        }
        let source = option["tokenSource"]
        for header in source["headers"].elements {
            out.fromHeaders { from in
                if let name = header["header"].text { from.name(name) }
                if let prefix = header["prefix"].text { from.valuePrefix(prefix) }
            }
        }
        for parameter in source["queryParams"].elements { if let text = parameter.text { out.fromParams(text) } }
        if option["keepToken"].bool == true { out.forward(true) }
        if let skew = option["clockSkewSeconds"].uint32 { out.clockSkewSeconds(skew) }
        // Rules for claims (rbac) and servers that are asked (extauth) find them under the provider's name.
        out.payloadInMetadata(name)
        if let key = option["attachFailedStatusToMetadata"].text, !key.isEmpty { out.failedStatusInMetadata(key) }
        let claims = option["claimsToHeaders"]
        for claim in claims.elements { out.claimToHeaders { write(claim, to: $0) } }
        // Routes may ask for these headers.
        if claims.count > 0 { out.clearRouteCache(true) }
    }

    private func write(_ endpoint: HttpEndpoint, _ cluster: [UInt8], to out: FiltersHttpJwtAuthn.RemoteJwks) {
        let remote = option["jwks"]["remote"]
        out.httpUri { $0.uri(endpoint.url).cluster(cluster).timeout(seconds: 5) }
        let duration = remote["cacheDuration"].duration ?? (seconds: 300, nanos: 0)
        out.cacheDuration(seconds: duration.seconds, nanos: duration.nanos)
        if remote["asyncFetch"].isPresent {
            out.asyncFetch { fetch in
                if let isFast = remote["asyncFetch"]["fastListener"].bool { fetch.fastListener(isFast) }
            }
        }
        // Every change of routes makes Envoy fetch the keys anew: one answer that is lost should not cost a token.
        out.retryPolicy { $0.numRetries(2) }
    }

    private func write(_ claim: Option, to out: FiltersHttpJwtAuthn.JwtClaimToHeader) {
        if let header = claim["header"].text { out.headerName(header) }
        guard let name = claim["claim"].string else { return }
        // The dots of a URL lead into nothing.
        if name.contains("://") {
            out.claimPath { $0.key(name) }
        } else {
            out.claimName(name)
        }
    }
}
