import EnvoyDescriptors
import Testing

/// Texts of others, without the keys that they quote. What becomes of messages is tested where they are shown: AdminServerTests, and end
/// to end in SecretsTests.
@Suite struct KeysInTextTests {
    private static let key = "-----BEGIN PRIVATE KEY-----\nMARKER\n-----END PRIVATE KEY-----"

    @Test("a private key is cut out of a text, whole or cut off at either end", arguments: [
        ("no key: PRIVATE KEY of nobody", "no key: PRIVATE KEY of nobody"),
        ("bad: \(key) in c", "bad: [redacted] in c"),
        ("bad: -----BEGIN EC PRIVATE KEY-----\\nMARKER\\n-----END EC PRIVATE KEY-----\\n", "bad: [redacted]\\n"),
        ("bad: -----BEGIN ENCRYPTED PRIVATE KEY-----\nMARKER", "bad: [redacted]"),
        ("MARKER\n-----END RSA PRIVATE KEY----- in c", "[redacted] in c"),
        ("\(key) and \(key), twice", "[redacted], twice"),
        ("\(key) and -----BEGIN PRIVATE KEY-----\nMARKER", "[redacted]"),
        ("-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n\(key)", "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n[redacted]"),
    ])
    func keys(_ text: String, _ expected: String) {
        #expect(Redaction.withoutKeys(text) == expected)
    }
}
