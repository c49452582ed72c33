/// Whether Envoy knows the ciphers and curves, and the versions are in order: it refuses the whole listener or cluster otherwise.
func isUsable(_ parameters: Option) -> Bool {
    for suite in parameters["cipherSuites"].elements {
        // Several of equal rank stand in brackets: [A|B].
        var names = suite.string ?? ""
        if names.hasPrefix("["), names.hasSuffix("]") { names = String(names.dropFirst().dropLast()) }
        for name in names.split(separator: "|", omittingEmptySubsequences: false) where !ciphers.contains(String(name)) {
            suite.error("Envoy has no cipher suite '\(name)'; those of TLS 1.3 are always on and are not named")
            return false
        }
    }
    var named: Set<String> = []
    for curve in parameters["ecdhCurves"].elements {
        let name = curve.string ?? ""
        guard curves.contains(name) else {
            curve.error("Envoy has no curve '\(name)'; it has X25519, P-256, P-384, P-521 and X25519MLKEM768")
            return false
        }
        guard named.insert(otherNames[name] ?? name).inserted else {
            curve.error("curve '\(name)' stands here twice; name it once")
            return false
        }
    }
    if let low = rank(parameters["minimumProtocolVersion"]), let high = rank(parameters["maximumProtocolVersion"]), low > high {
        parameters["minimumProtocolVersion"].error("the lowest TLS version is higher than the highest")
        return false
    }
    return true
}

/// Whether ALPN can carry the names: in each 1 to 255 bytes. Envoy takes a comma for a border between two, and 65,535 bytes together.
func areUsable(protocols: Option) -> Bool {
    var size = 0
    for name in protocols.elements {
        guard let text = name.text else { continue }
        size += text.length + 1
        guard (1...255).contains(text.length), !text.array.contains(UInt8(ascii: ",")), size <= 65_535 else {
            name.error("'\(text.string)' is no name of a protocol; names have 1 to 255 bytes and no comma, such as h2 and http/1.1")
            return false
        }
    }
    return true
}

private func rank(_ version: Option) -> Int? {
    switch version.string {
    case "TLSv1_0": 0
    case "TLSv1_1": 1
    case "TLSv1_2": 2
    case "TLSv1_3": 3
    default: nil
    }
}

/// As Envoy 1.40 answered when each was put to it.
private let ciphers: Set = [
    "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305", "ECDHE-PSK-CHACHA20-POLY1305", "ECDHE-ECDSA-AES128-SHA",
    "ECDHE-RSA-AES128-SHA", "ECDHE-PSK-AES128-CBC-SHA", "ECDHE-ECDSA-AES256-SHA", "ECDHE-RSA-AES256-SHA", "ECDHE-PSK-AES256-CBC-SHA",
    "ECDHE-ECDSA-AES128-SHA256", "ECDHE-RSA-AES128-SHA256", "AES128-GCM-SHA256", "AES256-GCM-SHA384", "AES128-SHA", "AES256-SHA",
    "PSK-AES128-CBC-SHA", "PSK-AES256-CBC-SHA", "DES-CBC3-SHA", "ALL", "HIGH", "DEFAULT",
]

private let curves: Set = ["X25519", "x25519", "P-256", "P-384", "P-521", "prime256v1", "secp384r1", "secp521r1", "X25519MLKEM768", "MLKEM1024"]

/// Names of curves that have two.
private let otherNames = ["x25519": "X25519", "prime256v1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"]
