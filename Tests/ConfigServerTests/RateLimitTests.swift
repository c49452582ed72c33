import APIResources
import ConfigServerTranslation
import EnvoyResources
import Testing

private func config(_ name: String, _ raw: String) -> String {
    "apiVersion: ratelimit.solo.io/v1alpha1\nkind: RateLimitConfig\nmetadata: {name: \(name), namespace: ns}\nspec: {raw: {\(raw)}}\n"
}

private let actions = "rateLimits: [{actions: [{genericKey: {descriptorValue: a}}]}]"

@Suite struct RateLimitTests {
    @Test("a RateLimitConfig is a branch of the domain 'crd' below its own name")
    func branch() throws {
        var servers = try Servers(.rateLimit)
        servers.write(
            "a.yaml",
            config("a", "descriptors: [{key: generic_key, value: a, rateLimit: {unit: MINUTE, requestsPerUnit: 300}, descriptors: [{key: path, rateLimit: {unit: DAY}}]}], \(actions)")
        )
        #expect(servers.limits("crd") == "generic_key=ns.a {generic_key=a 300/2 {path 0/4}}")
        let wire = Wire(try #require(servers.bytes(.rateLimit, .rateLimitConfig, "crd")))
        #expect(wire.text(1) == "crd" && wire.text(2) == "crd")
        #expect(servers.words.isEmpty)
    }

    @Test("an edit changes one resource, the last object takes it away, and other objects cost nothing")
    func edits() throws {
        var servers = try Servers(.rateLimit)
        servers.write("a.yaml", config("a", "descriptors: [{key: k, rateLimit: {unit: HOUR, requestsPerUnit: 1}}]"))
        servers.write("b.yaml", config("b", "descriptors: [{key: k, rateLimit: {unit: HOUR, requestsPerUnit: 2}}]"))
        #expect(servers.limits("crd") == "generic_key=ns.a {k 1/3} generic_key=ns.b {k 2/3}")
        servers.write("b.yaml", config("b", "descriptors: [{key: k, rateLimit: {unit: HOUR, requestsPerUnit: 5}}]"))
        #expect(servers.limits("crd") == "generic_key=ns.a {k 1/3} generic_key=ns.b {k 5/3}")
        #expect(servers.run.changed[.rateLimit]?[.rateLimitConfig] == ["crd"])
        #expect(servers.owners(.rateLimitConfig, "crd", "duplicate key 'crd.generic_key_ns.b.k'").map(\.ref.name) == ["b"])
        #expect(servers.owners(.rateLimitConfig, "crd", "no").map(\.ref.name) == ["a", "b"])
        servers.write("u.yaml", "apiVersion: gloo.solo.io/v1\nkind: Upstream\nmetadata: {name: u, namespace: ns}\nspec: {static: {hosts: [{addr: a, port: 1}]}}\n")
        #expect(servers.run.snapshots.isEmpty && servers.run.reports.isEmpty)
        servers.write("a.yaml", nil)
        servers.write("b.yaml", nil)
        #expect(servers.run.snapshots[.rateLimit] != nil && servers.limits("crd") == nil)
    }

    @Test("weights become names and what they replace; what always applies has no name")
    func weights() throws {
        var servers = try Servers(.rateLimit)
        servers.write(
            "a.yaml",
            config(
                "a",
                "descriptors: [{key: a, rateLimit: {unit: HOUR, requestsPerUnit: 1}}, {key: b, weight: 2, rateLimit: {unit: HOUR, requestsPerUnit: 2}}, "
                    + "{key: c, alwaysApply: true, rateLimit: {unit: HOUR, requestsPerUnit: 3}}, {key: d, weight: 5, descriptors: [{key: e, rateLimit: {unit: HOUR, requestsPerUnit: 4}}]}]"
            )
        )
        #expect(
            servers.limits("crd")
                == "generic_key=ns.a {a 1/3 (weight 0) b 2/3 (weight 2) <weight 0 c 3/3 d {e 4/3 (weight 5) <weight 0 <weight 2}}"
        )
    }

    @Test("two of one key keep what was there, and say so: the server would refuse the whole domain")
    func duplicates() throws {
        var servers = try Servers(.rateLimit)
        servers.write("a.yaml", config("a", "descriptors: [{key: k, rateLimit: {unit: HOUR, requestsPerUnit: 1}}]"))
        servers.write("b.yaml", config("b", "descriptors: [{key: k, value: b_c}, {key: k_b, value: c}]"))
        #expect(servers.limits("crd") == "generic_key=ns.a {k 1/3}")
        #expect(servers.words == ["error spec.raw.descriptors[1]: there is another descriptor 'k_b_c' beside this one, and the rate limit server takes one only; put them together"])
    }

    @Test("the Settings are the domain 'custom'; their sets are not served, in words")
    func settings() throws {
        var servers = try Servers(.rateLimit)
        servers.write(
            "s.yaml",
            "apiVersion: gloo.solo.io/v1\nkind: Settings\nmetadata: {name: default, namespace: gloo-system}\n"
                + "spec: {ratelimit: {descriptors: [{key: generic_key, value: x, rateLimit: {unit: SECOND, requestsPerUnit: 7}}], "
                + "setDescriptors: [{simpleDescriptors: [{key: a}], rateLimit: {unit: DAY}}]}}\n"
        )
        #expect(servers.limits("custom") == "generic_key=x 7/1")
        #expect(servers.words.count == 1 && servers.words[0].contains("takes no sets"))
    }

    @Test("rules of sets become the paths that requests can come by")
    func sets() throws {
        var servers = try Servers(.rateLimit)
        servers.write(
            "a.yaml",
            config(
                "a",
                "setDescriptors: [{simpleDescriptors: [{key: type, value: x}, {key: number}], rateLimit: {unit: HOUR, requestsPerUnit: 1}}, "
                    + "{simpleDescriptors: [{key: number}], rateLimit: {unit: HOUR, requestsPerUnit: 9}}], "
                    + "rateLimits: [{setActions: [{requestHeaders: {headerName: n, descriptorKey: number}}, {requestHeaders: {headerName: t, descriptorKey: type}}]}]"
            )
        )
        #expect(
            servers.limits("crd") == "generic_key=solo.setDescriptor.uniqueValue {generic_key=ns.a {number 9/3 {type=x 1/3}}}"
        )
        #expect(servers.words.count == 1 && servers.words[0].contains("differ in 'type'"))
    }

    @Test("a role nobody asks for costs nothing")
    func nobody() throws {
        var servers = try Servers()
        servers.write("a.yaml", config("a", "descriptors: [{key: k}, {key: k}]"))
        #expect(servers.run.snapshots.isEmpty && servers.run.reports.isEmpty)
        #expect(ConfigServerRole(metadataRole: nil, cluster: "", id: "ratelimit") == .rateLimit)
        #expect(ConfigServerRole(metadataRole: "extauth", cluster: "c", id: "ratelimit") == .extAuth)
        #expect(ConfigServerRole(metadataRole: "gloo-system~gateway-proxy", cluster: "ratelimit", id: "") == nil)
    }
}
