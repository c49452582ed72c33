import TranslationHarness

/// Texts to draw from: ordinary ones most of the time, and such as have broken something once.
enum Texts {
    struct Pool {
        var ordinary: [String]
        var edges: [String]
    }

    static let any = Pool(
        ordinary: ["a", "a-b", "/a", "a.example", "10.0.0.1", "x-a", "GET", "5"],
        edges: [
            "", "a_b.c", "/", "/a/b?c=d", "a.example:8080", "::1", "*", "0", "-1", "5s", "a b", " a ", "100%", "%REQ(x-a)%", "%REQ(x-a", "a,b", "ü", "日本",
            "a\nb", "a\tb", "a\u{0}b", "\u{7f}", "\\1", "(", "[", "{a}", "https://a.example/b", String(repeating: "long", count: 80), String(repeating: "ü", count: 200),
        ]
    )

    static let keys = ["a", "b-c", "x.y", "envoy.lb", "A_B", "ü"]

    /// By the formats that Sluice checks; all of them pass.
    static let byFormat: [String: Pool] = [
        "duration": Pool(ordinary: ["1ms", "0.5s", "1s", "15s", "1m30s", "1h"], edges: ["0s", "1ns", "0.0001s", "1.5s", "24h", "8760h", "2562047h"]),
        "regex": Pool(ordinary: ["a", ".*", "^/a/(.*)$", "[a-z]+"], edges: ["", "(a|b)", "\\d{1,3}", "(?i)a", "ü", "\\."]),
        "header-name": Pool(
            ordinary: ["a", "x-a", "X-Upper", "x-b"],
            edges: ["", "host", "HOST", ":path", ":authority", "content-length", "connection", "x_a", "a(b)", "x:y", "\"", "transfer-encoding"]
        ),
        "line": Pool(
            ordinary: ["a", "/", "/a", "a.example", "a b"],
            edges: [
                "", "/a?b=c", "a.example:80", "10.0.0.1", " ", "\t", "%", "100%", "%REQ(x-a)%", "%NOT_THERE%", "ü", "\u{7f}", "\u{1}", "\\1\\2", "*",
                String(repeating: "long", count: 80), String(repeating: "ü", count: 200),
            ]
        ),
        "domain": Pool(ordinary: ["a.example", "*.a.example"], edges: ["*", "a.example:8080"]),
        "server-name": Pool(ordinary: ["a.example", "b.example"], edges: ["*.a.example"]),
        "byte": Pool(ordinary: ["AQA=", "aGVsbG8"], edges: ["", "_-8="]),
    ]

    /// What neither a schema nor its examples can say.
    static let byKey: [String: [String]] = [
        // A pair: whether key and certificate belong together is the user's to see to, as these are files as a rule.
        "tlsCert": [plain(TestCertificates.chains[0])], "tlsKey": [plain(TestCertificates.keys[0])], "rootCa": TestCertificates.chains.map(plain),
    ]

    /// Certificates are kept as they stand in YAML's double quotes.
    private static func plain(_ quoted: String) -> String {
        quoted.split(separator: "\\n", omittingEmptySubsequences: false).joined(separator: "\n")
    }
}

/// Names of the objects that are there, by their kind, and one that is not.
struct ObjectNames {
    let upstreams: [String]
    /// Each Secret of another type, named for it.
    let secrets: [String]
    let others: [String]
    /// What stands for a cluster of the proxy's bootstrap, which nobody here can know.
    let cluster: String

    /// A name that most of the time is of the kind that the way to the reference speaks of.
    func pick(for path: String, _ numbers: inout SeededNumbers) -> String {
        let path = path.lowercased()
        let key = path.split(separator: ".").last ?? ""
        if numbers.chance(4) { return "nowhere" }
        if key.contains("secret") {
            let fitting = secrets.filter { name in path.contains(name.drop { $0 != "-" }.filter { $0 != "-" }) || (path.contains("ssl") && name.hasSuffix("-tls")) }
            return numbers.pick(fitting.isEmpty || numbers.chance(10) ? secrets : fitting)
        }
        // Always one that becomes a cluster: Envoy's Datadog and Zipkin tracers refuse the whole listener for a cluster that is not there, and
        // whether the plugins take an upstream is not known to those that refer to it.
        if key.contains("collector"), let good = upstreams.last { return good }
        if ["upstream", "server", "cluster"].contains(where: key.contains) { return numbers.pick(upstreams) }
        if path.contains("configref") || path.contains("limitconfig") {
            let fitting = others.filter { $0.hasSuffix(path.contains("limit") ? "-limit" : "-auth") }
            if !fitting.isEmpty { return numbers.pick(fitting) }
        }
        return numbers.pick(upstreams + secrets + others)
    }
}
