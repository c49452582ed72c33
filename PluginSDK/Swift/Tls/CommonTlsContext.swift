/// Whether Envoy takes what an `sslConfig` says beside its certificates; what it does not take is reported.
public func isUsableTls(_ config: Option, _ material: TlsMaterial) -> Bool {
    let names = config["verifySubjectAltName"]
    if names.count > 0, material.trustedCa == nil {
        names.error("'verifySubjectAltName' needs a root CA ('rootCa') to check the certificate against")
        return false
    }
    return isUsable(config["parameters"]) && areUsable(protocols: config["alpnProtocols"])
}

/// Writes what both directions share: certificate, trust, versions and ciphers. Of what `isUsableTls` has been asked about.
///
/// - Parameters:
///   - material: certificate and authorities.
///   - checksPeer: false leaves the other side's certificate unchecked although authorities are known (one-way TLS).
///   - protocols: ALPN names when the configuration names none.
public func writeTls(
    _ config: Option, _ material: TlsMaterial, checksPeer: Bool, protocols: [StaticString], to context: TransportSocketsTls.CommonTlsContext
) {
    switch material.certificate {
    case .secret(let name):
        context.tlsCertificateSdsSecretConfigs { write(secret: name, to: $0) }
    case .files(let chain, let key):
        context.tlsCertificates {
            $0.certificateChain { chain.write(to: $0) }
            $0.privateKey { key.write(to: $0) }
        }
    case nil: break
    }
    if checksPeer, let authority = material.trustedCa { write(authority, names: config["verifySubjectAltName"], to: context) }
    writeParameters(config["parameters"], to: context)
    let alpn = config["alpnProtocols"]
    if alpn.count > 0 {
        // Gloo's word for "send none".
        if let first = alpn.elements.first(where: { _ in true })?.text, !(first == "allow_empty") {
            for name in alpn.elements { if let text = name.text { context.alpnProtocols(text) } }
        }
    } else {
        for name in protocols { context.alpnProtocols(name) }
    }
}

private func write(_ authority: TlsMaterial.Authority, names: Option, to context: TransportSocketsTls.CommonTlsContext) {
    switch authority {
    case .file(let ca):
        context.validationContext { validation in
            validation.trustedCa { ca.write(to: $0) }
            write(names, to: validation)
        }
    case .secret(let name) where names.count == 0:
        context.validationContextSdsSecretConfig { write(secret: name, to: $0) }
    case .secret(let name):
        // The names belong to this place, the authority to all who use the Secret.
        context.combinedValidationContext { combined in
            combined.defaultValidationContext { write(names, to: $0) }
            combined.validationContextSdsSecretConfig { write(secret: name, to: $0) }
        }
    }
}

private func write(_ names: Option, to validation: TransportSocketsTls.CertificateValidationContext) {
    for name in names.elements {
        guard let text = name.text else { continue }
        // The kind of a name is not said in the configuration; each kind that could carry it is allowed.
        for kind in [TransportSocketsTls.SubjectAltNameMatcher.SanType.dns, .uri, .ipAddress, .email] {
            validation.matchTypedSubjectAltNames { $0.sanType(kind).matcher { $0.exact(text) } }
        }
    }
}

private func write(secret name: String, to out: TransportSocketsTls.SdsSecretConfig) {
    out.name(name).sdsConfig { $0.ads { _ in }.resourceApiVersion(.v3) }
}

private func writeParameters(_ parameters: Option, to context: TransportSocketsTls.CommonTlsContext) {
    guard parameters.isPresent else { return }
    context.tlsParams { params in
        if let version = version(parameters["minimumProtocolVersion"]) { params.tlsMinimumProtocolVersion(version) }
        if let version = version(parameters["maximumProtocolVersion"]) { params.tlsMaximumProtocolVersion(version) }
        for suite in parameters["cipherSuites"].elements { if let text = suite.text { params.cipherSuites(text) } }
        for curve in parameters["ecdhCurves"].elements { if let text = curve.text { params.ecdhCurves(text) } }
    }
}

private func version(_ option: Option) -> TransportSocketsTls.TlsParameters.TlsProtocol? {
    switch option.string {
    case "TLSv1_0": .tlsv1_0
    case "TLSv1_1": .tlsv1_1
    case "TLSv1_2": .tlsv1_2
    case "TLSv1_3": .tlsv1_3
    case "TLS_AUTO": .tlsAuto
    default: nil
    }
}
