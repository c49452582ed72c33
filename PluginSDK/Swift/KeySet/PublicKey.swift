/// A key that signatures of tokens are checked with, as far as Envoy 1.40 can read it: what it cannot read makes it refuse all routes.
enum PublicKey {
    /// Modulus and exponent, without zeros before them.
    case rsa(modulus: [UInt8], exponent: [UInt8])
    case elliptic(EllipticCurve, x: [UInt8], y: [UInt8])
    case edwards([UInt8])
    /// A secret that is shared with who signs; only a JSON Web Key has one.
    case shared([UInt8])

    /// What is wrong with a key; one text for each.
    struct Problem: Error {
        let message: String
        init(_ message: String) { self.message = message }
    }

    init(modulus: [UInt8], exponent: [UInt8]) throws(Problem) {
        let modulus = Array(modulus.drop { $0 == 0 })
        let exponent = Array(exponent.drop { $0 == 0 })
        let bits = modulus.count * 8 - (modulus.first?.leadingZeroBitCount ?? 0)
        guard (512...16384).contains(bits), let last = modulus.last, last & 1 == 1 else {
            throw Problem("an RSA key has an odd modulus of 512 to 16384 bits")
        }
        guard exponent == [3] || exponent == [1, 0, 1] else { throw Problem("Envoy takes RSA keys with the exponents 65537 and 3 only") }
        self = .rsa(modulus: modulus, exponent: exponent)
    }

    init(on curve: EllipticCurve, x: [UInt8], y: [UInt8]) throws(Problem) {
        func padded(_ number: [UInt8]) -> [UInt8] {
            let digits = number.drop { $0 == 0 }
            return [UInt8](repeating: 0, count: max(curve.size - digits.count, 0)) + digits
        }
        let x = padded(x)
        let y = padded(y)
        guard x.count == curve.size, y.count == curve.size, curve.has(x: x, y: y) else { throw Problem("its point is not on the curve \(curve.name)") }
        self = .elliptic(curve, x: x, y: y)
    }

    init(ed25519 bytes: [UInt8]) throws(Problem) {
        guard bytes.count == 32 else { throw Problem("an Ed25519 key has 32 bytes") }
        self = .edwards(bytes)
    }

    // MARK: PEM

    /// The content of a block of PEM, `-----BEGIN <label>-----`.
    init(label: String, der: [UInt8]) throws(Problem) {
        switch label {
        case "PUBLIC KEY": try self.init(subjectPublicKeyInfo: der)
        case "RSA PUBLIC KEY": try self.init(rsa: der[...])
        case "CERTIFICATE": throw Problem("this is a certificate; take the key out of it with 'openssl x509 -pubkey -noout'")
        case _ where label.hasSuffix("PRIVATE KEY"): throw Problem("this is a private key, which must stay with who signs; write the public one ('openssl pkey -pubout')")
        default: throw Problem("'\(label)' is no public key")
        }
    }

    private init(subjectPublicKeyInfo bytes: [UInt8]) throws(Problem) {
        let unreadable = Problem("what stands between BEGIN and END is no public key")
        var outer = DER(bytes[...])
        guard let content = outer.read(DER.sequence) else { throw unreadable }
        var info = DER(content)
        guard let algorithm = info.read(DER.sequence), let bits = info.read(DER.bitString), bits.first == 0 else { throw unreadable }
        let key = bits.dropFirst()
        var parts = DER(algorithm)
        guard let identifier = parts.read(DER.identifier) else { throw unreadable }
        switch Array(identifier) {
        case [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01]: try self.init(rsa: key)
        case [0x2b, 0x65, 0x70]: try self.init(ed25519: Array(key))
        case [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01]:
            guard let curve = parts.read(DER.identifier).flatMap({ Self.curves[Array($0)] }) else {
                throw Problem("its curve is none of P-256, P-384 and P-521")
            }
            guard key.first == 4, key.count == 1 + 2 * curve.size else { throw Problem("its point must be written uncompressed") }
            try self.init(on: curve, x: Array(key.dropFirst().prefix(curve.size)), y: Array(key.suffix(curve.size)))
        default: throw Problem("it is none of RSA, EC and Ed25519")
        }
    }

    /// PKCS #1.
    private init(rsa bytes: ArraySlice<UInt8>) throws(Problem) {
        var outer = DER(bytes)
        var key = DER(outer.read(DER.sequence) ?? [])
        guard let modulus = key.read(DER.integer), let exponent = key.read(DER.integer) else { throw Problem("what stands between BEGIN and END is no RSA key") }
        try self.init(modulus: Array(modulus), exponent: Array(exponent))
    }

    private static let curves: [[UInt8]: EllipticCurve] = [
        [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07]: EllipticCurve.all[0],
        [0x2b, 0x81, 0x04, 0x00, 0x22]: EllipticCurve.all[1],
        [0x2b, 0x81, 0x04, 0x00, 0x23]: EllipticCurve.all[2],
    ]

    // MARK: JSON Web Key

    init(_ json: JSONText) throws(Problem) {
        func bytes(_ member: String) throws(Problem) -> [UInt8] {
            guard let text = json[member]?.string, let bytes = SluicePlugin.bytes(base64: text.utf8), !bytes.isEmpty else {
                throw Problem("its member '\(member)' must be there, in base64url")
            }
            return bytes
        }
        switch json["kty"]?.string {
        case "RSA": try self.init(modulus: try bytes("n"), exponent: try bytes("e"))
        case "EC":
            let name = json["crv"]?.string ?? "P-256"
            guard let curve = EllipticCurve.all.first(where: { $0.name == name }) else { throw Problem("its curve is none of P-256, P-384 and P-521") }
            try self.init(on: curve, x: try bytes("x"), y: try bytes("y"))
        case "OKP":
            guard json["crv"]?.string == "Ed25519" else { throw Problem("of the 'OKP' keys Envoy takes Ed25519 only") }
            try self.init(ed25519: try bytes("x"))
        case "oct": self = .shared(try bytes("k"))
        case let type?: throw Problem("'\(type)' is none of the key types RSA, EC, OKP and oct")
        case nil: throw Problem("it has no 'kty', the type of the key")
        }
        if let name = json["alg"]?.string, !name.isEmpty, !takes(algorithm: name) { throw Problem("'\(name)' is no algorithm for a key of its type") }
    }

    private func takes(algorithm name: String) -> Bool {
        switch self {
        case .rsa: name.hasPrefix("RS") || name.hasPrefix("PS")
        case .elliptic(let curve, _, _): name == curve.algorithm
        case .edwards: name == "EdDSA"
        case .shared: ["HS256", "HS384", "HS512"].contains(name)
        }
    }

    /// The members of its JSON Web Key, with values that need no escapes.
    var members: [(String, String)] {
        switch self {
        case .rsa(let modulus, let exponent): [("kty", "RSA"), ("n", base64(modulus, forURL: true)), ("e", base64(exponent, forURL: true))]
        case .elliptic(let curve, let x, let y): [("kty", "EC"), ("crv", curve.name), ("x", base64(x, forURL: true)), ("y", base64(y, forURL: true))]
        case .edwards(let x): [("kty", "OKP"), ("crv", "Ed25519"), ("x", base64(x, forURL: true))]
        case .shared(let k): [("kty", "oct"), ("k", base64(k, forURL: true))]
        }
    }
}
