/// Certificate and authorities of an `sslConfig`, in either direction.
public struct TlsMaterial {
    /// Certificate chain and key, when there are any.
    public var certificate: Source?
    /// Authorities that the other side's certificate must come from.
    public var trustedCa: Data?

    public struct Source {
        public var chain: Data
        public var key: Data
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

    /// Reads `secretRef` or `sslFiles` of an sslConfig. Nil when it is unusable, which is then reported.
    public init?(_ config: Option, of subject: some Subject, needsCertificate: Bool) {
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
