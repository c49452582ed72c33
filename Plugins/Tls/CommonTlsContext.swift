internal import SluicePlugin

/// What both directions share: certificate, trust, versions and ciphers.
struct TlsMaterial {
    /// Certificate chain and key, when there are any.
    var certificate: Source?
    /// Authorities that the other side's certificate must come from.
    var trustedCa: Data?

    struct Source {
        var chain: Data
        var key: Data
    }

    /// PEM text, or the path of a file in the proxy's file system.
    enum Data {
        case pem(sluice_text_host)
        case file(sluice_text_host)

        func write(to source: Core.DataSource) {
            switch self {
            case .pem(let text): source.inlineString(text)
            case .file(let path): source.filename(path)
            }
        }
    }

    /// Reads `secretRef` or `sslFiles` of an sslConfig. Nil when it is unusable, which is then reported.
    init?(_ config: Option, of subject: some Subject, needsCertificate: Bool) {
        let reference = config["secretRef"]
        if reference.isPresent {
            let secret = subject.find("Secret", reference)
            let name = reference["name"].string ?? ""
            guard secret.isPresent else {
                reference.error("there is no usable Secret '\(name)'; the status of the Secret says more if it exists")
                return nil
            }
            let tls = secret["tls"]
            guard tls.isPresent else {
                reference.error("Secret '\(name)' is not a TLS secret")
                return nil
            }
            if let chain = tls["certChain"].text, let key = tls["privateKey"].text, !chain.isEmpty, !key.isEmpty {
                certificate = Source(chain: .pem(chain), key: .pem(key))
            }
            if let ca = tls["rootCa"].text, !ca.isEmpty { trustedCa = .pem(ca) }
        } else {
            let files = config["sslFiles"]
            if let chain = files["tlsCert"].text, let key = files["tlsKey"].text {
                certificate = Source(chain: Self.data(chain), key: Self.data(key))
            } else if files["tlsCert"].isPresent || files["tlsKey"].isPresent {
                files.error("'tlsCert' and 'tlsKey' go together")
                return nil
            }
            if let ca = files["rootCa"].text { trustedCa = Self.data(ca) }
        }
        if needsCertificate, certificate == nil {
            config.error("TLS towards clients needs a certificate: a 'secretRef' to a TLS Secret, or 'sslFiles' with 'tlsCert' and 'tlsKey'")
            return nil
        }
    }

    /// Gloo accepts PEM text where a path is expected; both are understood.
    private static func data(_ text: sluice_text_host) -> Data {
        text.length > 10 && text.bytes[0] == UInt8(ascii: "-") && text.bytes[4] == UInt8(ascii: "-") ? .pem(text) : .file(text)
    }
}

/// - Parameters:
///   - material: certificate and authorities.
///   - checksPeer: false leaves the other side's certificate unchecked although authorities are known (one-way TLS).
///   - protocols: ALPN names when the configuration names none.
func write(
    _ config: Option, _ material: TlsMaterial, checksPeer: Bool, protocols: [StaticString], to context: TransportSocketsTls.CommonTlsContext
) -> Bool {
    if let certificate = material.certificate {
        context.tlsCertificates {
            $0.certificateChain { certificate.chain.write(to: $0) }
            $0.privateKey { certificate.key.write(to: $0) }
        }
    }
    let names = config["verifySubjectAltName"]
    if let ca = material.trustedCa, checksPeer {
        context.validationContext { validation in
            validation.trustedCa { ca.write(to: $0) }
            for name in names.elements {
                guard let text = name.text else { continue }
                // The kind of a name is not said in the configuration; each kind that could carry it is allowed.
                for kind in [TransportSocketsTls.SubjectAltNameMatcher.SanType.dns, .uri, .ipAddress, .email] {
                    validation.matchTypedSubjectAltNames { $0.sanType(kind).matcher { $0.exact(text) } }
                }
            }
        }
    } else if names.count > 0, material.trustedCa == nil {
        names.error("'verifySubjectAltName' needs a root CA ('rootCa') to check the certificate against")
        return false
    }
    guard isUsable(config["parameters"]), areUsable(protocols: config["alpnProtocols"]) else { return false }
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
    return true
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
