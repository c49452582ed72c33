/// Keys that signatures of tokens are checked with, as users write them: public keys in PEM, one JSON Web Key, or a set of them.
public struct KeySet {
    /// A JSON Web Key Set with the keys that Envoy can use, and of each what it needs.
    public let json: String
    /// What is wrong with other keys of the set, which are left out; empty when there are none.
    public let leftOut: [String]

    /// Why a text is no set of keys.
    public struct Problem: Error {
        public let message: String
    }

    public init(_ text: String) throws(Problem) {
        let bytes = Array(text.utf8)
        guard let first = bytes.first(where: { ![0x20, 0x09, 0x0a, 0x0d].contains($0) }) else { throw Problem(message: "there is no key in it") }
        try self.init(first == UInt8(ascii: "{") ? Self.jsonKeys(bytes) : Self.pemKeys(text))
    }

    /// One element a key: the key as JSON, or what is wrong with it.
    private init(_ keys: [Result<String, PublicKey.Problem>]) throws(Problem) {
        var usable: [String] = []
        var problems: [String] = []
        for (index, key) in keys.enumerated() {
            switch key {
            case .success(let json): usable.append(json)
            case .failure(let problem): problems.append(keys.count == 1 ? problem.message : "key \(index + 1): \(problem.message)")
            }
        }
        guard !usable.isEmpty else { throw Problem(message: problems.isEmpty ? "there is no key in it" : problems.joined(separator: "; ")) }
        json = "{\"keys\":[\(usable.joined(separator: ","))]}"
        leftOut = problems
    }

    private static func jsonKeys(_ bytes: [UInt8]) throws(Problem) -> [Result<String, PublicKey.Problem>] {
        guard let json = JSONText(bytes) else { throw Problem(message: "it begins as JSON and is none") }
        let keys = json["kty"] != nil ? [json] : json["keys"]?.array
        guard let keys else { throw Problem(message: "as JSON it must be a key with 'kty', or a set with 'keys'") }
        return keys.map { key in
            result { () throws(PublicKey.Problem) in
                let named = ["kid", "alg"].compactMap { name in key[name]?.string.flatMap { $0.isEmpty ? nil : (name, $0) } }
                return text(try PublicKey(key).members + named)
            }
        }
    }

    /// Also of a text whose lines were joined to one.
    private static func pemKeys(_ text: String) throws(Problem) -> [Result<String, PublicKey.Problem>] {
        // Between dashes there are: what comes before, a beginning, its body, its end, and so on.
        let pieces = pieces(of: Array(text.utf8))
        guard pieces.count > 1 else {
            throw Problem(message: "it is neither a public key in PEM ('-----BEGIN PUBLIC KEY-----') nor a JSON Web Key or a set of such keys")
        }
        var keys: [Result<String, PublicKey.Problem>] = []
        for start in stride(from: 1, to: pieces.count, by: 4) {
            let mark = String(decoding: pieces[start], as: UTF8.self)
            guard mark.hasPrefix("BEGIN ") else { throw Problem(message: "'-----\(mark)-----' begins no key; '-----BEGIN PUBLIC KEY-----' does") }
            let label = String(mark.dropFirst(6))
            guard start + 3 < pieces.count, pieces[start + 2].elementsEqual("END \(label)".utf8) else {
                throw Problem(message: "'-----BEGIN \(label)-----' is not ended by '-----END \(label)-----'")
            }
            keys.append(
                result { () throws(PublicKey.Problem) in
                    guard let der = bytes(base64: pieces[start + 1].filter { $0 > 0x20 }) else { throw PublicKey.Problem("what stands between BEGIN and END is not base64") }
                    return Self.text(try PublicKey(label: label, der: der).members)
                }
            )
        }
        return keys
    }

    /// What stands between runs of five dashes.
    private static func pieces(of text: [UInt8]) -> [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var start = 0
        var index = 0
        while index + 5 <= text.count {
            if text[index..<index + 5].allSatisfy({ $0 == UInt8(ascii: "-") }) {
                pieces.append(text[start..<index])
                index += 5
                start = index
            } else {
                index += 1
            }
        }
        return pieces + [text[start...]]
    }

    private static func result(_ body: () throws(PublicKey.Problem) -> String) -> Result<String, PublicKey.Problem> {
        do throws(PublicKey.Problem) { return .success(try body()) } catch { return .failure(error) }
    }

    private static func text(_ members: [(String, String)]) -> String {
        "{" + members.map { "\"\($0)\":\(quoted($1))" }.joined(separator: ",") + "}"
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\u{0}"..<" ": quoted += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
