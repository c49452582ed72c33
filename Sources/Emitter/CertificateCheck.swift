internal import COpenSSL
internal import ConfigTree

/// Loads the certificates of a TLS secret as a server would, so that a secret Envoy would refuse is refused here, on the object
/// that is wrong, and never reaches a listener.
enum CertificateCheck {
    /// Nil when chain, key and authorities can be used; else what is wrong with them.
    static func problem(of tls: ConfigValue) -> String? {
        let chain = tls["certChain"]?.text ?? ""
        let key = tls["privateKey"]?.text ?? ""
        let authorities = tls["rootCa"]?.text ?? ""
        if chain.isEmpty != key.isEmpty { return "a certificate and its private key go together: \(chain.isEmpty ? "'certChain'" : "'privateKey'") is missing" }
        if !authorities.isEmpty {
            let found = certificates(authorities)
            defer { found.forEach(X509_free) }
            if found.isEmpty { return "'rootCa' holds no certificate in PEM form" }
        }
        guard !chain.isEmpty else { return authorities.isEmpty ? "a TLS secret needs 'certChain' and 'privateKey', or 'rootCa'" : nil }
        let found = certificates(chain)
        defer { found.forEach(X509_free) }
        guard let leaf = found.first else { return "'certChain' holds no certificate in PEM form" }
        guard let privateKey = privateKey(key) else { return "'privateKey' is not a private key in PEM form, or needs a password" }
        defer { EVP_PKEY_free(privateKey) }
        guard X509_check_private_key(leaf, privateKey) == 1 else {
            ERR_clear_error()
            return "'privateKey' does not belong to the first certificate of 'certChain'"
        }
        return nil
    }

    private static func certificates(_ pem: String) -> [OpaquePointer] {
        let bio = memory(pem)
        defer { BIO_free(bio) }
        var found: [OpaquePointer] = []
        while let certificate = PEM_read_bio_X509(bio, nil, nil, nil) { found.append(certificate) }
        ERR_clear_error()
        return found
    }

    private static func privateKey(_ pem: String) -> OpaquePointer? {
        let bio = memory(pem)
        defer { BIO_free(bio) }
        // A callback that gives an empty password: OpenSSL would otherwise ask at the terminal.
        let key = PEM_read_bio_PrivateKey(bio, nil, { _, _, _, _ in 0 }, nil)
        ERR_clear_error()
        return key
    }

    private static func memory(_ text: String) -> OpaquePointer? {
        let bio = BIO_new(BIO_s_mem())
        let bytes = Array(text.utf8)
        BIO_write(bio, bytes, Int32(bytes.count))
        return bio
    }
}
