/// Certificate and authorities of an `sslConfig`, in either direction.
///
/// What comes from a Secret becomes a resource of its own, which is named after the Secret: when its content is renewed, that resource
/// changes and nothing that refers to it.
public struct TlsMaterial {
    /// Certificate chain and key, when there are any.
    public var certificate: Certificate?
    /// Authorities that the other side's certificate must come from.
    public var trustedCa: Authority?

    public enum Certificate {
        /// The name of a resource with both.
        case secret(String)
        case files(chain: Data, key: Data)
    }

    public enum Authority {
        /// The name of a resource.
        case secret(String)
        case file(Data)
    }

    /// PEM text, or the path of a file in the proxy's file system.
    public enum Data {
        case pem(sluice_text_host)
        case file(sluice_text_host)

        public func write(to source: Core.DataSource) {
            switch self {
            case .pem(let text): source.inlineString(text)
            case .file(let path): source.filename(path)
            }
        }
    }

    /// Reads `secretRef` or `sslFiles` of an sslConfig. Nil when it is unusable, which is then reported. Needs a host of ABI 1.2.
    ///
    /// - Parameter plugin: its name, with which those of its resources begin.
    public init?(_ config: Option, of subject: some Subject, plugin: StaticString, needsCertificate: Bool) {
        let reference = config["secretRef"]
        if reference.isPresent {
            let secret = subject.find("Secret", reference)
            let name = reference["name"].string ?? ""
            let written = reference["namespace"].string ?? ""
            let namespace = written.isEmpty ? subject.namespace.string : written
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
                let resource = "\(plugin):certificate/\(namespace)/\(name)"
                subject.addSecret(resource) { $0.tlsCertificate { $0.certificateChain { $0.inlineString(chain) }.privateKey { $0.inlineString(key) } } }
                certificate = .secret(resource)
            }
            if let ca = tls["rootCa"].text, !ca.isEmpty {
                let resource = "\(plugin):authority/\(namespace)/\(name)"
                // Nobody would ask for what is not checked.
                if config["oneWayTls"].bool != true { subject.addSecret(resource) { $0.validationContext { $0.trustedCa { $0.inlineString(ca) } } } }
                trustedCa = .secret(resource)
            }
        } else {
            let files = config["sslFiles"]
            if let chain = files["tlsCert"].text, let key = files["tlsKey"].text {
                certificate = .files(chain: Self.data(chain), key: Self.data(key))
            } else if files["tlsCert"].isPresent || files["tlsKey"].isPresent {
                files.error("'tlsCert' and 'tlsKey' go together")
                return nil
            }
            if let ca = files["rootCa"].text { trustedCa = .file(Self.data(ca)) }
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
